//! Who may do what, and what the bot says of it.

use anyhow::Result;
use nuncio_testkit::irc::Client;

use crate::world::Corner;

const POLICY: &str = r#"
[policy]
bw_list = ["b r:irc:#nuncio uptime", "w u:irc:boss uptime"]
owners = ["u:irc:boss"]
sudoers = ["u:irc:carol"]
"#;

#[tokio::test]
async fn a_stranger_is_refused_and_told_why() -> Result<()> {
    let corner = Corner::with(POLICY).await?;
    let (bot, mut room) = corner.run(&["ann"]).await?;
    room.hears(
        "
        <ann> !restart
        <nuncio> You may not run `restart` here (nothing allows a command of level `owner`). Ask `why restart` for the reasons.
        <ann> !why restart
        <nuncio> deny by access: nothing allows a command of level `owner`; *; to allow it: make the speaker an owner
        ",
    )
    .await?;
    let audit = corner.home.nuncio(&["audit", "."])?;
    let audit = String::from_utf8_lossy(&audit.stdout).into_owned();
    assert!(audit.contains("house.restart\tr:irc:#nuncio\tdeny"), "{audit}");
    drop(bot);
    Ok(())
}

#[tokio::test]
async fn the_rule_that_decides_is_named() -> Result<()> {
    let corner = Corner::with(POLICY).await?;
    let (_bot, mut room) = corner.run(&["ann"]).await?;
    room.hears(
        "
        <ann> !uptime
        <nuncio> You may not run `uptime` here (rule `b r:irc:#nuncio uptime` (*)). Ask `why uptime` for the reasons.
        ",
    )
    .await?;
    // Elsewhere the rule says nothing.
    room.hears_in_private("ann", "<ann> uptime\n<nuncio> Up for *").await
}

#[tokio::test]
async fn an_account_makes_an_owner_and_a_nick_makes_nobody() -> Result<()> {
    let corner = Corner::with_accounts(POLICY).await?;
    let server = &corner.server;
    server.register_account("boss", "sesame").await?;
    let (_bot, mut room) = corner.run(&["boss"]).await?;
    room.hears(
        "
        <boss> !whoami
        <nuncio> You say that you are u:irc:boss*
        <boss> !log level
        <nuncio> You may not run `log level` here (*
        ",
    )
    .await?;

    let login = Client::to(server.addr()).nick("stranger").sasl_plain("boss", "sesame");
    room.enter(login.connect().await?).await?;
    room.hears(
        "
        <stranger> !whoami
        <nuncio> You are u:irc:boss: irc vouches for you.*
        <stranger> !log level
        <nuncio> I log at level info.
        <boss> !log level
        <nuncio> You may not run `log level` here (*
        ",
    )
    .await
}

#[tokio::test]
async fn whoever_logs_out_is_nobody_again() -> Result<()> {
    let corner = Corner::with_accounts(POLICY).await?;
    let server = &corner.server;
    server.register_account("boss", "sesame").await?;
    let (_bot, mut room) = corner.run(&[]).await?;
    let login = Client::to(server.addr()).nick("x").sasl_plain("boss", "sesame");
    room.enter(login.connect().await?).await?;
    room.hears("<x> !log level\n<nuncio> I log at level info.").await?;
    let person = room.person("x")?;
    person.say("NickServ", "LOGOUT").await?;
    person.expect(" 901 ").await?;
    room.hears("<x> !log level\n<nuncio> You may not run `log level` here (*").await
}
