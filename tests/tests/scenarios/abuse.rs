//! Whoever says too much.

use anyhow::Result;
use nuncio_testkit::irc::Client;

use crate::world::Corner;

const CONFIG: &str = r#"
[limits]
flood_commands = 3

[policy]
owners = ["u:irc:boss"]
"#;

#[tokio::test]
async fn whoever_says_too_much_is_told_once_and_ignored_even_by_the_next_life() -> Result<()> {
    let corner = Corner::with_accounts(CONFIG).await?;
    corner.server.register_account("boss", "sesame").await?;
    let (bot, mut room) = corner.run(&["ann", "bob"]).await?;
    let boss = || Client::to(corner.server.addr()).nick("boss").sasl_plain("boss", "sesame");
    room.enter(boss().connect().await?).await?;
    // Bob comes from the same host: it might be Ann under another nick. What is set is written
    // before it is answered, and behind what was to be written before.
    room.hears(
        "
        <ann> !echo one
        <nuncio> one
        <ann> !echo two
        <nuncio> two
        <ann> !echo three
        <nuncio> three
        <ann> !echo four
        <nuncio> That is more than 3 within 1m: I ignore you here for 5m.
        <ann> !echo five
        <bob> !echo six
        <boss> !echo seven
        <nuncio> seven
        <boss> !echo eight
        <nuncio> eight
        <boss> !echo nine
        <nuncio> nine
        <boss> !config set bot.prefix .
        <nuncio> `bot.prefix` is set; it holds at once.
        ",
    )
    .await?;
    let shown = corner.home.nuncio(&["policy", "show", "--origin"])?;
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    let flood = shown.lines().find(|line| line.starts_with("managed.\"flood u:irc:*!*@"));
    assert!(flood.is_some_and(|line| line.contains(": nuncio, ")), "{shown}");

    bot.kill9()?;
    drop(room);
    let (_bot, mut room) = corner.run(&["ann"]).await?;
    room.enter(boss().connect().await?).await?;
    room.hears(
        "
        <ann> .echo eleven
        <boss> .echo twelve
        <nuncio> twelve
        ",
    )
    .await
}
