//! What the channel's own power is worth to people who are logged in nowhere.

use anyhow::Result;
use nuncio_testkit::irc::Client;

use crate::world::Corner;

const WORTH: &str = r#"
[policy.power."r:irc:#nuncio"]
op = ["op"]
"#;

/// A bot in a room in which somebody else is op from the beginning.
async fn kept(config: &str) -> Result<(Corner, Client)> {
    let corner = Corner::with(config).await?;
    let keeper = Client::to(corner.server.addr()).nick("keeper").join("#nuncio").connect().await?;
    Ok((corner, keeper))
}

/// The server has the mode set before anybody says anything more.
async fn mode(keeper: &mut Client, change: &str) -> Result<()> {
    keeper.send(&format!("MODE #nuncio {change} ann")).await?;
    keeper.sync().await.map(drop)
}

#[tokio::test]
async fn an_op_commands_the_room_as_long_as_he_is_one() -> Result<()> {
    let (corner, mut keeper) = kept(WORTH).await?;
    let (_bot, mut room) = corner.run(&["ann"]).await?;
    room.hears("<ann> !disable echo #nuncio\n<nuncio> You may not run `disable` here*").await?;
    mode(&mut keeper, "+o").await?;
    room.hears(
        "
        <ann> !whoami
        <nuncio> You say that you are u:irc:ann*You are op of r:irc:#nuncio, which is worth op (policy.power.*
        <ann> !disable echo #nuncio
        <nuncio> *echo* is switched off in r:irc:#nuncio*
        <ann> !disable echo --everywhere
        <nuncio> Nothing vouches for who you are*
        <ann> !disable echo #elsewhere
        <nuncio> You may not run `disable` here*
        ",
    )
    .await?;
    room.hears_in_private("ann", "<ann> enable echo #nuncio\n<nuncio> You may not run `enable`*")
        .await?;
    mode(&mut keeper, "-o").await?;
    room.hears("<ann> !enable echo #nuncio\n<nuncio> You may not run `enable` here*").await?;
    let done = corner.home.nuncio(&["audit", ".", "--number", "2"])?;
    let done = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.contains("(claimed), claimed, op of r:irc:#nuncio"), "{done}");
    Ok(())
}

#[tokio::test]
async fn without_the_key_an_op_is_a_stranger() -> Result<()> {
    let (corner, mut keeper) = kept("").await?;
    let (_bot, mut room) = corner.run(&["ann"]).await?;
    mode(&mut keeper, "+o").await?;
    room.hears("<ann> !disable echo #nuncio\n<nuncio> You may not run `disable` here*").await
}
