//! A bot on XMPP that is killed at random points while people ask it things, in a room and in
//! private.
//!
//! The archives keep what is said meanwhile, so that each command ends once, whenever the kill came:
//! it is answered, or its answer is listed as in doubt. `CHAOS_SEED=…` repeats the points.

use std::{
    collections::BTreeSet,
    fmt,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use fastrand::Rng;
use futures_util::future::{select, try_join};
use nuncio_core::{
    event::EventKey,
    store::{OutboxState, Store as _},
};
use nuncio_store::{DATABASE, SqliteStore};
use nuncio_testkit::{
    server::{Ejabberd, Prosody},
    xmpp::Person,
};
use nuncio_tests::{
    home::Home,
    server::Server,
    talker::{Asked, Talker},
};
use tokio::time::timeout;

const MUC: &str = "nuncio@muc.localhost";
const BOT: &str = "nuncio@localhost";

#[tokio::test]
async fn nothing_is_lost_or_said_twice_on_prosody() -> Result<()> {
    torment(Server::Prosody(Prosody::start().await?), 24).await
}

#[tokio::test]
async fn nothing_is_lost_or_said_twice_on_ejabberd() -> Result<()> {
    torment(Server::Ejabberd(Ejabberd::start().await?), 20).await
}

/// Kills a bot so many times while two people ask it things, and goes through the books of both sides.
async fn torment(mut server: Server, kills: usize) -> Result<()> {
    let (mut random, began) = (seeded()?, Instant::now());
    for name in ["nuncio", "ann", "bob"] {
        server.account(name).await?;
    }
    let home = home(&server)?;
    let (addr, authority) = (server.tls_addr(), server.authority());
    let mut ann = Person::login(addr, authority, "ann", "secret").await?;
    ann.enter(MUC, "ann").await?;
    ann.unmask(MUC).await?;
    let bob = Person::login(addr, authority, "bob", "secret").await?;
    let mut room = Talker::in_room(ann, MUC, "nuncio");
    let mut private = Talker::in_private(bob, BOT);

    // Where it never was, nothing is late: it goes in good order once, and so has been there.
    let mut bot = home.run().await?;
    for archive in [MUC, BOT] {
        bot.has_logged(&format!("archive={archive}")).await?;
    }
    ensure!(bot.terminate().await?.success(), "it did not end well");
    bot = home.run().await?;
    let mut books = Books::default();
    for _ in 0..kills {
        // Some do not even hear what was said before.
        let answers = random.usize(0..8);
        let linger = Duration::from_micros(random.u64(0..20_000));
        let asked = select(Box::pin(room.ask(answers)), Box::pin(private.ask(answers)));
        asked.await.factor_first().0?;
        let rest = try_join(room.ask(usize::MAX), private.ask(usize::MAX));
        timeout(linger, rest).await.map_or(Ok(()), |asked| asked.map(drop))?;
        bot.kill9()?;
        for talker in [&mut room, &mut private] {
            talker.outlives();
            let meanwhile = talker.ask_one().await?;
            talker.is_shown(meanwhile).await?;
        }
        books.look(&home.state("nuncio"), [&room, &private]).await?;
        bot = home.run().await?;
    }
    for talker in [&mut room, &mut private] {
        let last = talker.ask_one().await?;
        talker.is_told(last).await?;
    }
    ensure!(bot.terminate().await?.success(), "it did not end well");
    books.close(&home.state("nuncio"), [&room, &private]).await?;
    xtask::say!("{kills} kills in {:.1?}: {books}", began.elapsed());
    ensure!(books.violations.is_empty(), "{books}");
    Ok(())
}

fn seeded() -> Result<Rng> {
    let seed = match std::env::var("CHAOS_SEED") {
        Ok(seed) => seed.parse().context("`CHAOS_SEED` is a number")?,
        Err(_) => fastrand::u64(..),
    };
    xtask::say!("CHAOS_SEED={seed}");
    Ok(Rng::with_seed(seed))
}

fn home(server: &Server) -> Result<Home> {
    let home = Home::new(&format!(
        "[network.xmpp]\njid = \"{BOT}\"\npassword = \"secret\"\nrooms = [\"{MUC}\"]\n\
         address = \"{}\"\nca_file = \"authority.pem\"\nflood = {{ per_second = 0 }}\n\
         [limits]\nflood_commands = 0\nflood_invalid = 0\n\
         [policy]\nowners = [\"u:xmpp:ann@localhost\"]\n",
        server.addr()
    ))?;
    home.write("authority.pem", &server.authority().pem())?;
    Ok(home)
}

/// What came of it all.
#[derive(Default)]
struct Books {
    asked: usize,
    /// The outputs that stood as handed over at a kill.
    handed: BTreeSet<String>,
    /// The events that were answered at a kill, and not journalled.
    unwritten: BTreeSet<String>,
    cut_off: usize,
    refused: usize,
    /// The outputs that are listed as in doubt.
    in_doubt: BTreeSet<String>,
    violations: Vec<String>,
}

impl Books {
    /// Looks at the database after a kill.
    async fn look(&mut self, state: &Path, talkers: [&Talker; 2]) -> Result<()> {
        let store = SqliteStore::open_to_read(state)?;
        let handed =
            store.unsent().await?.into_iter().filter(|row| row.state == OutboxState::Handed);
        self.handed.extend(handed.map(|row| row.key.to_string()));
        let answered = talkers.into_iter().flat_map(Talker::asked);
        for key in answered.filter(|asked| !asked.told.is_empty()).filter_map(|it| it.key.as_ref())
        {
            if store.journalled(&"xmpp".parse()?, &EventKey::new(key)).await?.is_none() {
                self.unwritten.insert(key.clone());
            }
        }
        store.close().await;
        Ok(())
    }

    /// Compares the database of a bot that ended in good order with what people heard.
    async fn close(&mut self, state: &Path, talkers: [&Talker; 2]) -> Result<()> {
        let store = SqliteStore::open_to_read(state)?;
        for row in store.outbox(10_000).await? {
            match row.state {
                OutboxState::Dead { why } if why.starts_with("in doubt: ") => {
                    self.in_doubt.insert(row.key.to_string());
                }
                state => self.violations.push(format!("{} is {state:?}", row.key)),
            }
        }
        store.close().await;
        for talker in talkers {
            let doubts = format!("xmpp/{}/", talker.place());
            let doubts = self.in_doubt.iter().filter(|key| key.starts_with(&doubts)).count();
            let silent = talker.asked().filter(|asked| asked.told.is_empty()).count();
            if silent != doubts {
                let place = talker.place();
                let wrong = format!("in {place} {silent} were not answered, {doubts} are in doubt");
                self.violations.push(wrong);
            }
        }
        let all: Vec<&Asked> = talkers.into_iter().flat_map(Talker::asked).collect();
        self.asked = all.len();
        for asked in &all {
            if asked.told.len() > 1 {
                self.violations.push(format!("answered more than once: {asked:?}"));
            }
            self.cut_off +=
                asked.told.iter().filter(|it| it.words.starts_with("I was stopped")).count();
            self.refused +=
                asked.told.iter().filter(|it| it.words.starts_with("You may not")).count();
        }
        self.compare_journal(state, &all)
    }

    /// Whatever is journalled was answered, or is in doubt; whatever was answered is journalled.
    fn compare_journal(&mut self, state: &Path, asked: &[&Asked]) -> Result<()> {
        let database = rusqlite::Connection::open(state.join(DATABASE))?;
        let mut keys = database.prepare("SELECT key FROM journal WHERE network = 'xmpp'")?;
        let keys = keys.query_map([], |row| row.get(0))?;
        let journalled = keys.collect::<rusqlite::Result<BTreeSet<String>>>()?;
        let told = asked.iter().filter(|asked| !asked.told.is_empty());
        let told: BTreeSet<&String> = told.filter_map(|asked| asked.key.as_ref()).collect();
        let is_in_doubt = |key: &str| {
            let names = [format!("xmpp/{key}#"), format!("xmpp/{key}/interrupted#")];
            self.in_doubt.iter().any(|doubt| names.iter().any(|name| doubt.starts_with(name)))
        };
        for key in &journalled {
            if told.contains(key) == is_in_doubt(key) {
                let what = if told.contains(key) { "answered and in doubt" } else { "lost" };
                self.violations.push(format!("{key} is journalled, and {what}"));
            }
        }
        let forgotten = told.into_iter().filter(|key| !journalled.contains(*key));
        self.violations.extend(forgotten.map(|key| format!("{key} was answered, not journalled")));
        Ok(())
    }
}

impl fmt::Display for Books {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { asked, handed, unwritten, cut_off, refused, in_doubt, violations } = self;
        let found = handed.difference(in_doubt).count();
        write!(
            f,
            "{asked} commands; {} answers were handed over and not confirmed at a kill, of which the \
             archives have {found}; {} are in doubt; {} were answered and not journalled, and not \
             answered again; {cut_off} were told that they were cut off, {refused} refused because \
             they were late; {} violations",
            handed.len(),
            in_doubt.len(),
            unwritten.len(),
            violations.len()
        )?;
        violations.iter().try_for_each(|violation| write!(f, "\n  {violation}"))
    }
}
