//! What counts as a command, and what does not.

use anyhow::Result;

use crate::world::Corner;

#[tokio::test]
async fn a_room_has_a_prefix_of_its_own() -> Result<()> {
    let corner = Corner::with("[room.\"r:irc:#nuncio\"]\nprefix = \"+\"").await?;
    let (_bot, mut room) = corner.run(&["ann"]).await?;
    room.hears(
        "
        <ann> !echo with the bot's prefix
        <ann> +echo with the room's
        <nuncio> with the room's
        <ann> Nuncio: echo by name
        <nuncio> by name
        <ann> nuncio echo without a colon
        <nuncio> without a colon
        ",
    )
    .await
}

#[tokio::test]
async fn in_private_every_line_is_a_command() -> Result<()> {
    let corner = Corner::with("").await?;
    let (_bot, mut room) = corner.run(&["ann"]).await?;
    room.hears_in_private(
        "ann",
        "
        <ann> echo a secret
        <nuncio> a secret
        <ann> !ping
        <nuncio> Pong!
        <ann> pong
        <nuncio> There is no command `pong`; did you mean `ping`?
        ",
    )
    .await
}

#[tokio::test]
async fn what_is_no_command_is_met_with_silence_in_a_room() -> Result<()> {
    let corner = Corner::with("").await?;
    let (_bot, mut room) = corner.run(&["ann"]).await?;
    // An answer to anything but the last line would come before that to the last.
    room.hears(
        "
        <ann> !frobnicate
        <ann> good morning, nuncio
        <ann> !
        <ann> nuncio:
        <ann> \u{1}PING 1\u{1}
        <ann> !echo still here
        <nuncio> still here
        ",
    )
    .await
}

#[tokio::test]
async fn neither_another_bots_notice_nor_its_own_words_run_anything() -> Result<()> {
    let corner = Corner::with("").await?;
    let (_bot, mut room) = corner.run(&["ann", "otherbot"]).await?;
    room.hears(
        "
        -otherbot- !echo a notice
        -otherbot- nuncio: echo a notice
        <ann> !echo !echo what it says itself
        <nuncio> !echo what it says itself
        <ann> !echo nuncio: ping
        <nuncio> nuncio: ping
        <ann> !ping
        <nuncio> Pong!
        ",
    )
    .await?;
    room.hears_in_private(
        "otherbot",
        "
        -otherbot- ping
        <otherbot> echo not a notice
        <nuncio> not a notice
        ",
    )
    .await
}

#[tokio::test]
async fn a_mistake_is_pointed_at() -> Result<()> {
    let corner = Corner::with("").await?;
    let (_bot, mut room) = corner.run(&["ann"]).await?;
    room.hears(
        "
        <ann> !help pnig
        <nuncio> *pnig*
        ",
    )
    .await
}
