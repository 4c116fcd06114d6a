//! `bots/encrypted`, as it stands but for its server.

use std::{fs, os::unix::fs::PermissionsExt as _};

use anyhow::Result;
use nuncio_testkit::{matrix::Person, server::Synapse};
use nuncio_tests::home::Home;
use serde_json::json;

const BOT: &str = "@herald:localhost";

async fn asks(person: &mut Person, room: &str, words: &str) -> Result<String> {
    person.say(room, words).await?;
    person.hear(BOT).await
}

#[tokio::test]
async fn it_comes_where_it_is_asked_and_makes_what_opens_its_keys() -> Result<()> {
    let server = Synapse::start().await?;
    for name in ["herald", "ann", "bob"] {
        server.add_user(name, "sesame").await?;
    }
    let home = Home::copy_of("encrypted", |text| text.replace("example.org", "localhost"))?;
    home.write("matrix-password", "sesame")?;
    home.write("matrix-store", "open")?;
    let here = format!("[network.matrix]\nhomeserver = \"http://{}\"\n", server.addr());
    home.write("conf.d/server.toml", &here)?;

    let mut ann = Person::login(server.addr(), "ann", "sesame").await?;
    let mut bob = Person::login(server.addr(), "bob", "sesame").await?;
    let _bot = home.run().await?;
    let room = ann.open_room("community").await?;
    bob.enter(&room).await?;
    ann.act(&room, "invite", &json!({ "user_id": BOT })).await?;
    ann.meets(&room, BOT).await?;

    assert_eq!(asks(&mut bob, &room, "!say hello").await?, "hello");
    let recovery = fs::metadata(home.folder().join("matrix-recovery"))?;
    assert_eq!(recovery.permissions().mode() & 0o777, 0o600);
    assert!(recovery.len() > 40, "{} bytes", recovery.len());

    // She made the room, and orders the bot in it; Bob does not.
    bob.say(&room, "!disable ping").await?;
    let refused = bob.hear(BOT).await?;
    assert!(refused.starts_with("You may not run disable here"), "{refused}");
    ann.say(&room, "!disable ping").await?;
    let done = bob.hear(BOT).await?;
    assert!(done.contains("is switched off"), "{done}");
    Ok(())
}
