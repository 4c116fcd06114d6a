//! `bots/community`, as it stands but for its servers.

use anyhow::Result;
use nuncio_testkit::{
    irc::Client,
    server::{InspIrcd, Options, Prosody},
    xmpp::Person,
};
use nuncio_tests::{home::Home, room::Room};

const MUC: &str = "community@muc.localhost";
const BOT: &str = "community@muc.localhost/envoy";

async fn asks(person: &mut Person, words: &str) -> Result<String> {
    person.say(MUC, words).await?;
    person.hear(BOT).await
}

#[tokio::test]
async fn people_are_who_they_are_on_both_networks() -> Result<()> {
    let irc = InspIrcd::start(Options::with_services()).await?;
    irc.register_account("ann", "sesame").await?;
    let xmpp = Prosody::start().await?;
    for name in ["envoy", "bob", "carol"] {
        xmpp.add_user(name, "sesame")?;
    }
    let home = Home::copy_of("community", |text| {
        text.replace("\"irc.example.org\"", "\"localhost\"").replace("example.org", "localhost")
    })?;
    home.write("xmpp-password", "sesame")?;
    home.write("authority.pem", &format!("{}{}", irc.authority().pem(), xmpp.authority().pem()))?;
    let here = format!(
        "[network.irc]\nport = {}\nca_file = \"authority.pem\"\nflood = {{ per_second = 0 }}\n\
         [network.xmpp]\naddress = \"{}\"\nca_file = \"authority.pem\"\n",
        irc.tls_addr().port(),
        xmpp.addr()
    );
    home.write("conf.d/servers.toml", &here)?;

    let (server, authority) = (xmpp.tls_addr(), xmpp.authority());
    let mut bob = Person::login(server, authority, "bob", "sesame").await?;
    bob.enter(MUC, "bobby").await?;
    bob.unmask(MUC).await?;
    let mut carol = Person::login(server, authority, "carol", "sesame").await?;
    carol.enter(MUC, "bob").await?;
    let _bot = home.run().await?;
    bob.meets(BOT).await?;
    let mut room = Room::open(irc.addr(), "#community", "envoy", &["bob"]).await?;
    room.bot_comes().await?;
    room.enter(Client::to(irc.addr()).nick("ann").sasl_plain("ann", "sesame").connect().await?)
        .await?;

    // The rule of both rooms, and the person whom it spares: not whoever has his name.
    let stats = asks(&mut bob, "!stats").await?;
    assert!(stats.contains("irc is online"), "{stats}");
    assert_eq!(carol.hear(BOT).await?, stats);
    let stats = asks(&mut carol, "!stats").await?;
    assert!(
        stats.starts_with("You may not run `stats` here (rule `b r:irc:#community,"),
        "{stats}"
    );
    let whoami = asks(&mut carol, "!whoami").await?;
    assert!(whoami.contains("Your account is a:carol."), "{whoami}");
    room.hears(
        "
        <bob> !stats
        <envoy> You may not run `stats` here (rule *
        <ann> !whoami
        <envoy> You are u:irc:ann: irc vouches for you.*Your account is a:ann.*
        ",
    )
    .await?;
    Ok(())
}
