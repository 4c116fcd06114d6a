//! A bot whose XMPP server is killed while people ask it things.

use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use nuncio_testkit::{
    server::{Ejabberd, Prosody},
    xmpp::{Person, attribute, body},
};
use nuncio_tests::{home::Home, server::Server};

const MUC: &str = "nuncio@muc.localhost";
const BOT: &str = "nuncio@muc.localhost/nuncio";

/// How many commands are asked for each time that the server is killed, and how many at once.
const ASKED: usize = 30;
const IN_FLIGHT: usize = 3;

#[tokio::test]
async fn it_outlives_its_prosody() -> Result<()> {
    let server = Server::Prosody(Prosody::start().await?);
    outlive(server, 3).await
}

#[tokio::test]
async fn it_outlives_its_ejabberd() -> Result<()> {
    let server = Server::Ejabberd(Ejabberd::start().await?);
    outlive(server, 2).await
}

/// Has numbered commands asked in a room while the server is killed so many times. Each time the
/// bot comes back by itself, and answers.
async fn outlive(mut server: Server, kills: usize) -> Result<()> {
    for name in ["nuncio", "ann"] {
        server.account(name).await?;
    }
    let home = Home::new(&format!(
        "[network.xmpp]\njid = \"nuncio@localhost\"\npassword = \"secret\"\nrooms = [\"{MUC}\"]\n\
         address = \"{}\"\nca_file = \"authority.pem\"\nflood = {{ per_second = 0 }}\n\
         [limits]\nflood_commands = 0\nflood_invalid = 0\n\
         [policy.access]\necho = \"everyone\"\n",
        server.addr()
    ))?;
    home.write("authority.pem", &server.authority().pem())?;
    let bot = home.run().await?;
    let mut report = Report::default();
    for life in 0..=kills {
        let ready = Instant::now();
        let mut ann = Person::login(server.tls_addr(), server.authority(), "ann", "secret").await?;
        ann.enter(MUC, "ann").await?;
        ann.meets(BOT).await?;
        if life > 0 {
            report.back.push(ready.elapsed());
        }
        // The last life lives.
        let axe = if life < kills { fastrand::usize(1..ASKED - IN_FLIGHT) } else { ASKED };
        report.ask(&mut ann, life * ASKED, axe).await?;
        if life < kills {
            server.kill()?;
            server.again().await?;
        }
    }
    bot.terminate().await?;
    let outbox = String::from_utf8(home.nuncio(&["outbox", "."])?.stdout)?;
    report.in_doubt = outbox.lines().filter(|line| line.contains("in doubt")).count();
    xtask::say!("{report}");
    ensure!(report.answers.values().all(|answers| *answers <= 1), "one was answered twice");
    ensure!(report.unanswered <= kills * IN_FLIGHT, "more are lost than were under way");
    Ok(())
}

/// What came of the commands.
#[derive(Default)]
struct Report {
    /// How often each was answered.
    answers: BTreeMap<usize, usize>,
    /// How many a kill cut off.
    unanswered: usize,
    /// How many answers the bot's outbox has as in doubt.
    in_doubt: usize,
    /// How long after the server was there again the bot was.
    back: Vec<Duration>,
}

impl Report {
    /// Asks commands from this number on, some at a time, until so many answers came.
    async fn ask(&mut self, ann: &mut Person, first: usize, axe: usize) -> Result<()> {
        let (mut next, mut answered) = (first, 0);
        while answered < axe {
            while next - first - answered < IN_FLIGHT && next - first < ASKED {
                ann.say(MUC, &format!("!echo number-{next}-")).await?;
                self.answers.insert(next, 0);
                next += 1;
            }
            let stanza = ann.expect("<message*<body").await?;
            if attribute(&stanza, "from").as_deref() != Some(BOT) {
                continue;
            }
            let number = body(&stanza).and_then(|body| body.split('-').nth(1)?.parse().ok());
            if let Some(answers) = number.and_then(|number: usize| self.answers.get_mut(&number)) {
                *answers += 1;
                answered += 1;
            }
        }
        self.unanswered += next - first - answered;
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { answers, unanswered, in_doubt, back } = self;
        let answered = answers.values().filter(|answers| **answers > 0).count();
        write!(
            f,
            "{} commands, {answered} answered; {} kills; {unanswered} under way when the server \
             was killed, of which {in_doubt} answers are in doubt in the outbox; back in the room \
             after {back:.1?}",
            answers.len(),
            back.len()
        )
    }
}
