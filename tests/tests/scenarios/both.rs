//! One bot on IRC and XMPP, and one policy for both.

use anyhow::Result;
use nuncio_testkit::{
    irc::Client,
    server::{InspIrcd, Options, Prosody},
    xmpp::Person,
};
use nuncio_tests::{bot::Bot, home::Home, room::Room};

const MUC: &str = "nuncio@muc.localhost";
const BOT: &str = "nuncio@muc.localhost/nuncio";

/// Ann is one person on both; the rules and the capabilities name the person.
const POLICY: &str = r#"
[policy]
bw_list = ["b * uptime", "w a:ann uptime"]
sudoers = ["a:ann"]

[policy.account.ann]
identities = ["u:irc:ann", "u:xmpp:ann@localhost"]
capabilities = ["-echo"]
"#;

/// Both servers, and a bot that is in a room of each.
pub(super) struct Both {
    irc: InspIrcd,
    xmpp: Prosody,
    pub(super) home: Home,
}

impl Both {
    async fn start() -> Result<Self> {
        Self::start_with(POLICY).await
    }

    /// `more`: the policy, and what else is to be in the configuration.
    pub(super) async fn start_with(more: &str) -> Result<Self> {
        let irc = InspIrcd::start(Options::with_services()).await?;
        irc.register_account("ann", "sesame").await?;
        let xmpp = Prosody::start().await?;
        for name in ["nuncio", "ann", "mallory"] {
            xmpp.add_user(name, "sesame")?;
        }
        let home = Home::new(&format!(
            r##"
[network.irc]
server = "127.0.0.1"
port = {}
tls = false
nick = "nuncio"
rooms = ["#nuncio"]
flood = {{ per_second = 0 }}

[network.xmpp]
jid = "nuncio@localhost"
password = "sesame"
address = "{}"
ca_file = "authority.pem"
rooms = ["{MUC}"]
flood = {{ per_second = 0 }}

{more}
"##,
            irc.addr().port(),
            xmpp.addr(),
        ))?;
        home.write("authority.pem", &xmpp.authority().pem())?;
        Ok(Self { irc, xmpp, home })
    }

    /// Somebody on XMPP, in the room.
    async fn person(&self, name: &str, nick: &str) -> Result<Person> {
        let (server, authority) = (self.xmpp.tls_addr(), self.xmpp.authority());
        let mut person = Person::login(server, authority, name, "sesame").await?;
        person.enter(MUC, nick).await?;
        Ok(person)
    }

    /// The bot, the room on IRC, and ann in the room on XMPP, who shows everybody who is who there.
    pub(super) async fn run(&self) -> Result<(Bot, Room, Person)> {
        let mut ann = self.person("ann", "annie").await?;
        ann.unmask(MUC).await?;
        let bot = self.home.run().await?;
        ann.meets(BOT).await?;
        let mut room = Room::open(self.irc.addr(), "#nuncio", "nuncio", &["mallory"]).await?;
        room.bot_comes().await?;
        let login = Client::to(self.irc.addr()).nick("ann").sasl_plain("ann", "sesame");
        room.enter(login.connect().await?).await?;
        Ok((bot, room, ann))
    }
}

/// What the bot answers in the room to somebody's words.
pub(super) async fn asks(person: &mut Person, words: &str) -> Result<String> {
    person.say(MUC, words).await?;
    person.hear(BOT).await
}

#[tokio::test]
async fn one_list_and_one_set_of_capabilities_hold_on_both() -> Result<()> {
    let both = Both::start().await?;
    let (_bot, mut room, mut ann) = both.run().await?;
    room.hears(
        "
        <ann> !uptime
        <nuncio> Up for *
        <ann> !echo hi
        <nuncio> You may not run `echo` here (*
        <mallory> !uptime
        <nuncio> You may not run `uptime` here (rule `b * uptime` (*
        <mallory> !echo hi
        <nuncio> hi
        ",
    )
    .await?;
    let uptime = asks(&mut ann, "!uptime").await?;
    assert!(uptime.starts_with("Up for"), "{uptime}");
    let echo = asks(&mut ann, "!echo hi").await?;
    assert!(echo.starts_with("You may not run `echo` here"), "{echo}");
    // In private as well, where our own server vouches for her.
    ann.whisper("nuncio@localhost", "uptime").await?;
    let uptime = ann.hear("nuncio@localhost").await?;
    assert!(uptime.starts_with("Up for"), "{uptime}");
    Ok(())
}

#[tokio::test]
async fn whoever_takes_an_admins_nick_gains_nothing() -> Result<()> {
    let both = Both::start().await?;
    let (_bot, _room, mut ann) = both.run().await?;
    let mut mallory = both.person("mallory", "ann").await?;
    for nick in ["ann", "annie"] {
        let uptime = asks(&mut mallory, "!uptime").await?;
        assert!(uptime.starts_with("You may not run `uptime` here"), "{nick}: {uptime}");
        // What ann may not do is no matter of her nick either.
        assert_eq!(asks(&mut mallory, "!echo hi").await?, "hi", "{nick}");
        // Ann leaves, and her very nick is free.
        if nick == "ann" {
            let leave = format!("<presence type='unavailable' to='{MUC}/annie'/>");
            ann.send(&leave).await?;
            mallory.misses(&format!("{MUC}/annie")).await?;
            mallory.send(&format!("<presence to='{MUC}/annie'/>")).await?;
            mallory.meets(&format!("{MUC}/annie")).await?;
        }
    }
    Ok(())
}
