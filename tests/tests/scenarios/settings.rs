//! The configuration in chat.

use anyhow::Result;
use nuncio_testkit::irc::Client;
use nuncio_tests::room::Room;

use crate::world::Corner;

const OWNED: &str = "[policy]\nowners = [\"u:irc:boss\"]";

async fn owned(config: &str) -> Result<Corner> {
    let corner = Corner::with_accounts(config).await?;
    corner.server.register_account("boss", "sesame").await?;
    Ok(corner)
}

async fn boss_enters(corner: &Corner, room: &mut Room) -> Result<()> {
    let login = Client::to(corner.server.addr()).nick("boss").sasl_plain("boss", "sesame");
    room.enter(login.connect().await?).await
}

#[tokio::test]
async fn what_the_owner_sets_holds_at_once_and_after_a_restart() -> Result<()> {
    let corner = owned(OWNED).await?;
    let (mut bot, mut room) = corner.run(&["ann"]).await?;
    boss_enters(&corner, &mut room).await?;
    room.hears(
        "
        <ann> !config set bot.prefix .
        <nuncio> You may not run `config set` here (*
        <boss> !config set bot.prefix .
        <nuncio> `bot.prefix` is set; it holds at once.
        ",
    )
    .await?;
    bot.logs("Reloaded.").await?;
    room.hears(
        "
        <boss> !ping
        <boss> .ping
        <nuncio> Pong!
        ",
    )
    .await?;

    bot.kill9()?;
    room.bot_quits().await?;
    let _bot = corner.home.run().await?;
    room.bot_comes().await?;
    room.hears(
        "
        <ann> !ping
        <ann> .ping
        <nuncio> Pong!
        <boss> .config diff
        <nuncio> `bot.prefix = \".\" (was \"!\")`
        <boss> .config reset bot.prefix
        <nuncio> `bot.prefix` is as my files say again; it holds at once.
        ",
    )
    .await
}

#[tokio::test]
async fn a_secret_is_never_shown_and_never_set() -> Result<()> {
    // ngIRCd and InspIRCd take a password that they did not ask for.
    let corner = owned(&format!("{OWNED}\n[network.irc.sasl]\nmechanism = \"plain\"\naccount = \"boss\"\npassword = \"sesame\"")).await?;
    let (bot, mut room) = corner.run(&[]).await?;
    boss_enters(&corner, &mut room).await?;
    room.hears(
        "
        <boss> !config show network.irc.sasl.password
        <nuncio> *network.irc.sasl.password = (secret)*
        <boss> !config set network.irc.sasl.password other
        <nuncio> *is a secret, which is set in a file*
        ",
    )
    .await?;
    let shown = corner.home.nuncio(&["config", "show", "--origin", "."])?;
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains("network.irc.sasl.password"), "{shown}");
    let mut seen = room.person("boss")?.seen().join("\n");
    seen.push_str(&shown);
    seen.push_str(&bot.log().join("\n"));
    assert!(!seen.contains("sesame"), "{seen}");
    Ok(())
}
