//! TLS, and what happens when the server goes away.

use anyhow::{Result, ensure};
use nuncio_core::event::LinkState;
use nuncio_testkit::{
    irc::Client,
    peer::Listener,
    server::{InspIrcd, NgIrcd, Options},
    tls::Authority,
};

use crate::bot::{Bot, transport};

fn ca_file(authority: &Authority) -> Result<(tempfile::TempDir, String)> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, authority.pem())?;
    let keys = format!("ca_file = \"{}\"", file.display());
    Ok((folder, keys))
}

#[tokio::test]
async fn a_private_authority_is_trusted_by_its_file_on_inspircd() -> Result<()> {
    let server = InspIrcd::start(Options::default()).await?;
    let (_folder, keys) = ca_file(server.authority())?;
    let mut bot = Bot::start(transport(server.tls_addr(), true, &keys)?);
    bot.online().await?;
    bot.stop().await
}

#[tokio::test]
async fn a_private_authority_is_trusted_by_its_file_on_ngircd() -> Result<()> {
    let server = NgIrcd::start().await?;
    let (_folder, keys) = ca_file(server.authority())?;
    let mut bot = Bot::start(transport(server.tls_addr(), true, &keys)?);
    bot.online().await?;
    bot.stop().await
}

#[tokio::test]
async fn without_its_file_it_is_refused_and_nothing_is_tried_again() -> Result<()> {
    let server = NgIrcd::start().await?;
    let (_folder, other) = ca_file(&Authority::new()?)?;
    for keys in ["", &other] {
        let mut bot = Bot::start(transport(server.tls_addr(), true, keys)?);
        let trouble = bot.trouble().await?;
        let LinkState::Failed { why } = &trouble else { anyhow::bail!("{trouble:?}") };
        ensure!(why.contains("is not trusted") && why.contains("`ca_file`"), "{why}");
        let error = bot.ended().await?.expect_err("an untrusted certificate");
        ensure!(error.to_string().contains("is not trusted"), "{error}");
    }
    Ok(())
}

#[tokio::test]
async fn tls_where_there_is_none_is_no_reason_to_speak_plainly() -> Result<()> {
    let listener = Listener::bind().await?;
    let mut bot = Bot::start(transport(listener.addr(), true, "")?);
    let mut server = listener.accept().await?;
    server.send(":irc.test NOTICE * :*** Looking up your hostname").await?;
    let trouble = bot.trouble().await?;
    ensure!(matches!(trouble, LinkState::Offline { .. }), "{trouble:?}");
    ensure!(!server.closed().await?.concat().contains("NICK"), "it spoke plainly");
    bot.stop().await
}

#[tokio::test]
async fn after_a_kill_of_the_server_it_is_back_in_every_room() -> Result<()> {
    let mut server = InspIrcd::start(Options::default()).await?;
    let mut owner = Client::to(server.addr()).nick("owner").join("#locked").connect().await?;
    owner.send("MODE #locked +k hush").await?;
    let keys = "rooms = [\"#a\", \"#b\", { name = \"#locked\", key = \"hush\" }]";
    let mut bot = Bot::start(transport(server.addr(), false, keys)?);
    for room in ["#locked", "#a", "#b"] {
        bot.joined(room).await?;
    }
    server.kill9()?;
    let trouble = bot.trouble().await?;
    ensure!(matches!(trouble, LinkState::Offline { .. }), "{trouble:?}");
    server.restart().await?;
    for room in ["#locked", "#a", "#b"] {
        bot.joined(room).await?;
    }
    let mut ann = Client::to(server.addr()).nick("ann").join("#a").connect().await?;
    ann.say("#a", "welcome back").await?;
    ensure!(bot.message().await?.text == "welcome back");
    bot.stop().await
}
