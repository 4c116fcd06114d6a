//! A changed file: what it changes, and what a broken one does not.

use anyhow::Result;

use crate::world::Corner;

const OPEN: &str = "[policy]\nbw_list = [\"w * *\"]";
const CLOSED: &str = "[policy]\nbw_list = [\"w * *\", \"b * echo\"]";
const BROKEN: &str = "[policy]\nbw_list = [\"w * *\", \"b echo\"]";

#[tokio::test]
async fn a_reload_applies_the_policy_and_a_broken_file_changes_nothing() -> Result<()> {
    let corner = Corner::with(OPEN).await?;
    let (mut bot, mut room) = corner.run(&["ann"]).await?;
    room.hears("<ann> !echo open\n<nuncio> open").await?;

    corner.rewrite(CLOSED)?;
    bot.hang_up()?;
    bot.logs("Reloaded.").await?;
    room.hears("<ann> !echo closed\n<nuncio> You may not run `echo` here (rule `b * echo` (*")
        .await?;

    corner.rewrite(BROKEN)?;
    bot.hang_up()?;
    let line = bot.logs("Nothing was reloaded.").await?;
    assert!(line.contains("nuncio.toml:2:"), "{line}");
    room.hears("<ann> !echo still\n<nuncio> You may not run `echo` here (*").await?;

    corner.rewrite(OPEN)?;
    bot.hang_up()?;
    bot.logs("Reloaded.").await?;
    room.hears("<ann> !echo open again\n<nuncio> open again").await
}

#[tokio::test]
async fn a_reload_touches_only_the_network_that_changed() -> Result<()> {
    let corner = Corner::with("").await?;
    let (mut bot, mut room) = corner.run(&["ann"]).await?;
    let other = "[network.other]\nkind = \"irc\"\nserver = \"127.0.0.1\"\nport = 1\ntls = false\nnick = \"x\"";
    corner.rewrite(other)?;
    bot.hang_up()?;
    bot.logs("Reloaded.").await?;
    room.hears("<ann> !ping\n<nuncio> Pong!").await?;
    // Its connection is the one from before: nobody has seen it leave or come.
    let seen = room.person("ann")?.sync().await?;
    let moved = |line: &&String| line.starts_with(":nuncio!") && !line.contains(" PRIVMSG ");
    assert_eq!(seen.iter().find(moved), None);
    Ok(())
}
