//! A bot on Matrix: one policy, and nothing lost or said twice.

use anyhow::Result;
use nuncio_testkit::{matrix::Person, server::Synapse};
use nuncio_tests::{
    home::Home,
    homeserver::{BOT, homeserver, network, person},
};

/// A server, the bot's home, and two people in its room.
struct Town {
    _server: Synapse,
    home: Home,
    room: String,
    ann: Person,
    mallory: Person,
}

impl Town {
    /// `policy`: more of it.
    async fn new(policy: &str) -> Result<Self> {
        let server = homeserver(&["ann", "mallory"]).await?;
        let home = Home::new(&format!(
            r#"
{}accept_invites = ["localhost"]

[policy]
bw_list = ["b * uptime", "w a:ann uptime"]
{policy}

[policy.account.ann]
identities = ["u:matrix:@ann:localhost"]

[policy.power."p:matrix"]
owner = ["op"]
"#,
            network(&server)
        ))?;
        let ann = person(&server, "ann").await?;
        let room = ann.open_room("nuncio").await?;
        let mallory = person(&server, "mallory").await?;
        mallory.enter(&room).await?;
        Ok(Self { _server: server, home, room, ann, mallory })
    }
}

async fn asks(person: &mut Person, room: &str, words: &str) -> Result<String> {
    person.say(room, words).await?;
    person.hear(BOT).await
}

/// Waits until all is written that the bot has done: it says `say` only once it is written that it
/// does, and so is all before it.
async fn is_written(person: &mut Person, room: &str) -> Result<()> {
    assert_eq!(asks(person, room, "!say it is written").await?, "it is written");
    Ok(())
}

#[tokio::test]
async fn one_policy_holds_in_rooms_and_in_private() -> Result<()> {
    let Town { _server, home, room, mut ann, mut mallory } = Town::new("").await?;
    let _bot = home.run().await?;
    ann.meets(&room, BOT).await?;
    let uptime = asks(&mut ann, &room, "!uptime").await?;
    assert!(uptime.starts_with("Up for"), "{uptime}");
    mallory.hear(BOT).await?;
    let uptime = asks(&mut mallory, &room, "!uptime").await?;
    assert!(uptime.starts_with("You may not run uptime here"), "{uptime}");
    ann.hear(BOT).await?;
    // She made the room, and so she is its owner.
    let whoami = asks(&mut ann, &room, "!whoami").await?;
    assert!(whoami.contains("u:matrix:@ann:localhost") && whoami.contains("owner"), "{whoami}");
    // In private, no prefix is needed.
    let private = ann.open_direct(BOT).await?;
    ann.meets(&private, BOT).await?;
    assert_eq!(asks(&mut ann, &private, "echo psst").await?, "psst");
    Ok(())
}

#[tokio::test]
async fn what_people_say_while_it_is_away_is_heard_once() -> Result<()> {
    let owners = "owners = [\"u:matrix:@ann:localhost\"]";
    let Town { _server, home, room, mut ann, .. } = Town::new(owners).await?;
    let bot = home.run().await?;
    ann.meets(&room, BOT).await?;
    assert_eq!(asks(&mut ann, &room, "!echo first").await?, "first");
    is_written(&mut ann, &room).await?;
    bot.kill9()?;
    for words in ["!echo late", "!about", "!ping"] {
        ann.say(&room, words).await?;
    }
    let bot = home.run().await?;
    assert_eq!(ann.hear(BOT).await?, "late");
    let told = ann.hear(BOT).await?;
    assert!(told.starts_with("I was away when you asked for about"), "{told}");
    assert_eq!(asks(&mut ann, &room, "!echo live").await?, "live");
    is_written(&mut ann, &room).await?;
    bot.kill9()?;
    // What was handled is not handled again.
    let _bot = home.run().await?;
    assert_eq!(asks(&mut ann, &room, "!echo again").await?, "again");
    Ok(())
}
