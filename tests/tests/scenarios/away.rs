//! What people say while the bot is away, on servers that keep an archive.

use std::net::SocketAddr;

use anyhow::{Result, ensure};
use nuncio_testkit::{
    server::{Ejabberd, Prosody},
    tls::Authority,
    xmpp::{Person, attribute, body},
};
use nuncio_tests::{bot::Bot, home::Home};

const MUC: &str = "nuncio@muc.localhost";
const BOT: &str = "nuncio@localhost";

/// A bot, and people who talk to it in a room and in private.
struct Town<'a> {
    server: SocketAddr,
    authority: &'a Authority,
    home: Home,
    ann: Person,
    mallory: Person,
    /// What the bot said to ann, and nobody has asked for.
    heard: Vec<(Where, String)>,
}

impl<'a> Town<'a> {
    async fn new(
        server: SocketAddr,
        starttls: SocketAddr,
        authority: &'a Authority,
    ) -> Result<Self> {
        let home = Home::new("")?;
        home.write("authority.pem", &authority.pem())?;
        home.write(
            "conf.d/network.toml",
            &format!(
                r#"
[network.xmpp]
jid = "{BOT}"
password = "sesame"
address = "{starttls}"
ca_file = "authority.pem"
rooms = ["{MUC}"]
flood = {{ per_second = 0 }}
"#
            ),
        )?;
        let mut ann = Person::login(server, authority, "ann", "sesame").await?;
        // The room is there as long as she is in it.
        ann.enter(MUC, "annie").await?;
        let mallory = Person::login(server, authority, "mallory", "sesame").await?;
        let mut town = Self { server, authority, home, ann, mallory, heard: Vec::new() };
        town.rules("")?;
        Ok(town)
    }

    /// Whose words count from the next start on.
    fn rules(&mut self, bw_list: &str) -> Result<()> {
        let policy = format!(
            "[policy]\nowners = [\"u:xmpp:ann@localhost\"]\nbw_list = [\"w * *\", {bw_list}]"
        );
        self.home.write("nuncio.toml", &policy)
    }

    /// Starts the bot, and waits until it has heard its own archive and the room's.
    async fn starts(&self) -> Result<Bot> {
        let mut bot = self.home.run().await?;
        bot.has_logged("archive=nuncio@localhost").await?;
        bot.has_logged("archive=nuncio@muc.localhost").await?;
        Ok(bot)
    }

    /// Waits until all is written that the bot has done: it says `say` only once it is written that
    /// it does, and so is all before it.
    async fn is_written(&mut self) -> Result<()> {
        self.ann.whisper(BOT, "say it is written").await?;
        ensure!(self.hears(Where::Private).await? == "it is written");
        Ok(())
    }

    /// The bot's next words to ann, in the room or in private.
    async fn hears(&mut self, place: Where) -> Result<String> {
        loop {
            let known = self.heard.iter().position(|(there, _)| *there == place);
            if let Some(known) = known {
                return Ok(self.heard.remove(known).1);
            }
            let stanza = self.ann.expect("<message*<body").await?;
            let from = attribute(&stanza, "from").unwrap_or_default();
            let there = if from.starts_with(MUC) { Where::Room } else { Where::Private };
            if !from.ends_with("/annie") {
                self.heard.push((there, body(&stanza).unwrap_or_default()));
            }
        }
    }
}

/// Where something is said.
#[derive(Clone, Copy, PartialEq)]
enum Where {
    Room,
    Private,
}

/// The bot is killed, people talk, and it comes back.
async fn comes_back(mut town: Town<'_>) -> Result<()> {
    use Where::{Private, Room};

    let bot = town.starts().await?;
    // Its first time here: it begins where it is.
    town.ann.say(MUC, "!echo first").await?;
    ensure!(town.hears(Room).await? == "first");
    town.is_written().await?;
    bot.kill9()?;

    town.ann.say(MUC, "!echo late").await?;
    town.ann.say(MUC, "!about").await?;
    town.ann.say(MUC, "!ping").await?;
    town.ann.say(MUC, "!say what an owner may").await?;
    town.ann.whisper(BOT, "echo in private").await?;
    town.mallory.whisper(BOT, "echo while I may").await?;
    town.rules("\"b u:xmpp:mallory@localhost echo\"")?;

    let bot = town.starts().await?;
    town.ann.say(MUC, "!echo live").await?;
    ensure!(town.hears(Room).await? == "late");
    let told = town.hears(Room).await?;
    ensure!(told.starts_with("I was away when you asked for `about`"), "{told}");
    let told = town.hears(Room).await?;
    ensure!(told.starts_with("You may not run `rooms say`"), "{told}");
    ensure!(town.hears(Room).await? == "live");
    ensure!(town.hears(Private).await? == "in private");
    let told = town.mallory.hear(BOT).await?;
    ensure!(told.starts_with("You may not run `echo`"), "{told}");
    town.is_written().await?;
    bot.kill9()?;

    // What was handled is not handled again, however the bot ends.
    let bot = town.starts().await?;
    town.ann.say(MUC, "!echo second").await?;
    ensure!(town.hears(Room).await? == "second");
    ensure!(bot.terminate().await?.success());
    town.ann.whisper(BOT, "echo at night").await?;
    let _bot = town.starts().await?;
    town.ann.say(MUC, "!echo third").await?;
    ensure!(town.hears(Room).await? == "third");
    ensure!(town.hears(Private).await? == "at night");
    let mut eve = Person::login(town.server, town.authority, "eve", "sesame").await?;
    eve.whisper(BOT, "echo at last").await?;
    ensure!(eve.hear(BOT).await? == "at last");
    town.ann.whisper(BOT, "echo and nothing else").await?;
    ensure!(town.hears(Private).await? == "and nothing else");
    Ok(())
}

const PEOPLE: [&str; 4] = ["nuncio", "ann", "mallory", "eve"];

#[tokio::test]
async fn what_was_said_meanwhile_is_heard_once_on_prosody() -> Result<()> {
    let server = Prosody::start().await?;
    for name in PEOPLE {
        server.add_user(name, "sesame")?;
    }
    let authority = server.authority();
    comes_back(Town::new(server.tls_addr(), server.addr(), authority).await?).await
}

#[tokio::test]
async fn what_was_said_meanwhile_is_heard_once_on_ejabberd() -> Result<()> {
    let mut server = Ejabberd::start().await?;
    for name in PEOPLE {
        server.add_user(name, "sesame").await?;
    }
    let authority = server.authority();
    comes_back(Town::new(server.tls_addr(), server.addr(), authority).await?).await
}
