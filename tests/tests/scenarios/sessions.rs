//! Who has identified himself by password on a server without accounts, and until when.

use anyhow::Result;

use crate::world::Corner;

const IN_SESSION: &str = "
    <ann> !whoami
    <nuncio> You say that you are *You are in session as a:ann.";

const A_STRANGER: &str = "
    <ann> !whoami
    <nuncio> You say that you are *, and nothing vouches for it*";

const IDENTIFIES: &str = "
    <ann> user identify ann 'tea for two'
    <nuncio> You are a:ann until you leave, or say `user unidentify`.";

#[tokio::test]
async fn a_password_makes_somebody_known_until_he_leaves() -> Result<()> {
    let corner = Corner::with("").await?;
    let (_bot, mut room) = corner.run(&["ann"]).await?;
    room.hears(A_STRANGER).await?;
    room.hears_in_private(
        "ann",
        "
        <ann> user register ann 'tea for two'
        <nuncio> a:ann is registered. To undo it: `user unregister ann`.
        ",
    )
    .await?;
    room.hears(IN_SESSION).await?;

    // Who changes nick is somebody else, even if he changes back.
    let ann = room.person("ann")?;
    ann.send("NICK anna").await?;
    ann.send("NICK ann").await?;
    room.hears(A_STRANGER).await?;
    room.hears_in_private("ann", IDENTIFIES).await?;
    room.hears(IN_SESSION).await?;

    // Out of sight, he could be anybody.
    let ann = room.person("ann")?;
    ann.send("PART #nuncio").await?;
    room.hears_in_private("ann", "<ann> whoami\n<nuncio> *, and nothing vouches for it*").await?;
    let line = "<ann> user identify ann 'tea for two'\n<nuncio> I could not see you leave*";
    room.hears_in_private("ann", line).await?;
    room.person("ann")?.join("#nuncio").await?;
    room.hears(A_STRANGER).await?;
    room.hears_in_private("ann", IDENTIFIES).await?;
    room.hears(IN_SESSION).await?;
    room.hears_in_private(
        "ann",
        "
        <ann> user unidentify
        <nuncio> You are a:ann by password no more.
        ",
    )
    .await?;
    room.hears(A_STRANGER).await
}

#[tokio::test]
async fn whoever_comes_to_the_same_nick_and_host_is_not_in_session() -> Result<()> {
    let corner = Corner::with("").await?;
    let (_bot, mut room) = corner.run(&["ann"]).await?;
    let register = "<ann> user register ann 'tea for two'\n<nuncio> a:ann is registered.*";
    room.hears_in_private("ann", register).await?;
    room.hears(IN_SESSION).await?;
    let ann = room.person("ann")?;
    ann.send("QUIT").await?;
    ann.expect("ERROR").await?;
    let next = nuncio_testkit::irc::Client::to(corner.server.addr()).nick("ann");
    room.enter(next.connect().await?).await?;
    room.hears(A_STRANGER).await
}

#[tokio::test]
async fn after_a_restart_everybody_identifies_himself_again() -> Result<()> {
    let corner = Corner::with("").await?;
    let (bot, mut room) = corner.run(&["ann"]).await?;
    let register = "<ann> user register ann 'tea for two'\n<nuncio> a:ann is registered.*";
    room.hears_in_private("ann", register).await?;
    room.hears(IN_SESSION).await?;
    bot.terminate().await?;
    room.bot_quits().await?;
    let _bot = corner.home.run().await?;
    room.bot_comes().await?;
    room.hears(A_STRANGER).await?;
    room.hears_in_private("ann", IDENTIFIES).await?;
    room.hears(IN_SESSION).await
}
