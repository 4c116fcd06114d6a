//! A bot in an encrypted room, whatever ends and whatever is lost; its people talk to nobody whose
//! device its owner has not signed.

use std::{collections::BTreeSet, fs, os::unix::fs::PermissionsExt as _};

use anyhow::{Context as _, Result, ensure};
use nuncio_testkit::{
    DEADLINE,
    matrix::{Person, text},
    server::Synapse,
};
use nuncio_tests::{
    confidant::Confidant,
    home::Home,
    homeserver::{BOT, PASSWORD, homeserver, network, person},
};
use tokio::time::timeout;

fn home(server: &Synapse) -> Result<Home> {
    let recovery = "recovery = { file = \"secrets/recovery\" }\n";
    Home::new(&format!("{}{recovery}", network(server)))
}

async fn echoes(ann: &mut Confidant, words: &str) -> Result<()> {
    ann.say(&format!("!echo {words}")).await?;
    assert_eq!(ann.hear(BOT).await?, words);
    Ok(())
}

/// The names of the keys with which a room's messages are encrypted, as the server sees them.
async fn keys(reader: &Person, room: &str) -> Result<BTreeSet<String>> {
    let events = reader.history(room).await?;
    let keys = events.iter().map(|event| text(event, "/content/session_id").to_owned());
    Ok(keys.filter(|key| !key.is_empty()).collect())
}

/// Waits until the bot has put all keys of a room's messages into its backup.
async fn is_backed_up(bots: &Person, reader: &Person, room: &str) -> Result<()> {
    let wanted = keys(reader, room).await?;
    let all = async {
        loop {
            let backup = bots.backup().await?;
            let sessions = backup.get(room).and_then(|room| room.get("sessions")?.as_object());
            let is_there = |key| sessions.is_some_and(|known| known.contains_key(key));
            if wanted.iter().map(String::as_str).all(is_there) {
                return anyhow::Ok(());
            }
        }
    };
    timeout(DEADLINE, all).await.context("the keys are not in the backup")?
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_ends_or_is_lost_ends_a_secret_talk() -> Result<()> {
    let mut server = homeserver(&["ann", "mallory"]).await?;
    let home = home(&server)?;
    let mut ann = Confidant::open_room(server.addr(), "ann", PASSWORD, "nuncio").await?;
    let room = ann.room().to_owned();
    let mallory = person(&server, "mallory").await?;
    mallory.enter(&room).await?;

    let bot = home.run().await?;
    ann.meets(BOT).await?;
    echoes(&mut ann, "first").await?;
    let passphrase = home.folder().join("secrets/recovery");
    assert_eq!(fs::metadata(&passphrase)?.permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_to_string(&passphrase)?.trim_end().len(), 64);

    // Each of the three ends, and comes back.
    let mut ann = ann.restart().await?;
    echoes(&mut ann, "Ann is back").await?;
    bot.kill9()?;
    ann.say("!echo nobody is there").await?;
    let bot = home.run().await?;
    assert_eq!(ann.hear(BOT).await?, "nobody is there");
    echoes(&mut ann, "the bot is back").await?;
    server.kill9()?;
    server.restart().await?;
    echoes(&mut ann, "the server is back").await?;

    // The bot loses its store. It comes back as another device, which is signed, and reads what was
    // said meanwhile with keys out of its backup.
    let bots = person(&server, "nuncio").await?;
    is_backed_up(&bots, &mallory, &room).await?;
    bot.kill9()?;
    ann.say("!echo all is lost").await?;
    let store = home.state("nuncio").join("matrix/matrix/store");
    ensure!(store.is_dir(), "the store is not where it was");
    fs::remove_dir_all(store)?;
    let _bot = home.run().await?;
    assert_eq!(ann.hear(BOT).await?, "all is lost");
    echoes(&mut ann, "all is well").await?;

    // Whoever has no keys has read nothing.
    let events = mallory.history(&room).await?;
    let secret = events.iter().filter(|event| text(event, "/type") == "m.room.encrypted").count();
    assert!(secret >= 14, "{secret} messages");
    let open = events.iter().find(|event| text(event, "/type") == "m.room.message");
    assert_eq!(open, None);
    let shows = |event: &&serde_json::Value| event.to_string().contains("echo");
    assert_eq!(events.iter().find(shows), None);
    Ok(())
}
