//! How a bot ends, begins again, and guards what is its own.

use anyhow::Result;

use crate::world::Corner;

#[tokio::test]
async fn a_service_manager_ends_it_in_good_order() -> Result<()> {
    let corner = Corner::with("").await?;
    let (bot, mut room) = corner.run(&["ann"]).await?;
    room.hears("<ann> !ping\n<nuncio> Pong!").await?;
    let status = bot.terminate().await?;
    assert_eq!(status.code(), Some(0));
    let farewell = room.bot_quits().await?;
    assert!(farewell.contains("nuncio"), "{farewell}");
    Ok(())
}

#[tokio::test]
async fn at_the_consoles_word_it_begins_again_and_comes_back() -> Result<()> {
    let corner = Corner::with("").await?;
    let (mut bot, mut console) = corner.home.run_at_terminal("xterm").await?;
    let mut room = corner.room(&["ann"]).await?;
    let pid = bot.pid();
    console.types("restart")?;
    console.shows("Back in a moment.").await?;
    room.bot_quits().await?;
    bot.logs("Ready.").await?;
    room.bot_comes().await?;
    room.hears("<ann> !ping\n<nuncio> Pong!").await?;
    console.types("ping")?;
    console.shows("Pong!").await?;
    // A service manager sees no other process.
    assert_eq!(bot.pid(), pid);
    console.types("stop")?;
    console.shows("Goodbye.").await?;
    assert_eq!(bot.ends().await?.code(), Some(0));
    Ok(())
}

#[tokio::test]
async fn two_bots_do_not_share_their_state() -> Result<()> {
    let corner = Corner::with("").await?;
    let (_bot, mut room) = corner.run(&["ann"]).await?;
    let second = corner.home.nuncio(&["run", "."])?;
    let errors = String::from_utf8_lossy(&second.stderr).into_owned();
    assert_eq!(second.status.code(), Some(74), "{errors}");
    assert!(errors.contains("another"), "{errors}");
    room.hears("<ann> !ping\n<nuncio> Pong!").await
}

#[tokio::test]
async fn a_server_that_dies_is_come_back_to() -> Result<()> {
    let mut corner = Corner::with("").await?;
    let (mut bot, mut room) = corner.run(&["ann"]).await?;
    room.hears("<ann> !ping\n<nuncio> Pong!").await?;
    drop(room);
    for _ in 0..3 {
        corner.server.kill9()?;
        bot.logs("The connection was cut; trying again.").await?;
        corner.server.restart().await?;
        let mut room = corner.room(&["ann"]).await?;
        room.hears("<ann> !ping\n<nuncio> Pong!").await?;
    }
    Ok(())
}
