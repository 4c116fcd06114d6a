//! One bot on two servers, at its console and on its socket, all at once.

use anyhow::Result;
use nuncio_tests::{room::Room, socket::Socket};

use crate::world::{Corner, World};

#[tokio::test]
async fn one_bot_answers_on_two_servers_its_console_and_its_socket() -> Result<()> {
    let world = World::with("").await?;
    let (mut bot, mut console) = world.home.run_at_terminal("xterm").await?;
    let mut linux = Room::open(world.inspircd.addr(), "#nuncio", "nuncio", &["ann"]).await?;
    let mut plan9 = Room::open(world.ngircd.addr(), "#nuncio", "nuncio", &["bob"]).await?;
    let mut socket = Socket::connect(&world.home.socket("nuncio")).await?;
    linux.bot_comes().await?;
    plan9.bot_comes().await?;

    linux
        .hears(
            "
            <ann> !ping
            <nuncio> Pong!
            <ann> nuncio: echo Good   morning
            <nuncio> Good   morning
            <ann> !uptime
            <nuncio> Up for *, since * UTC.
            <ann> !whoami
            <nuncio> You say that you are u:irc:ann*nothing vouches for it*
            ",
        )
        .await?;
    plan9
        .hears(
            "
            <bob> !ping
            <nuncio> Pong!
            <bob> nuncio, echo Good   night
            <nuncio> Good   night
            <bob> !uptime
            <nuncio> Up for *, since * UTC.
            <bob> !whoami
            <nuncio> You say that you are u:ng:bob*nothing vouches for it*
            ",
        )
        .await?;

    console.types("ping")?;
    console.shows("Pong!").await?;
    console.types("whoami")?;
    console.shows("You are u:console:local: console vouches for you.").await?;
    console.types("uptime")?;
    console.shows("Up for ").await?;

    assert_eq!(socket.ask("ping").await?, "Pong!\n");
    let me = socket.ask("whoami").await?;
    assert!(me.starts_with("You are u:socket:uid/"), "{me}");

    // The end of input ends the console, never the bot.
    console.ends_input()?;
    bot.logs("The console's input ended; the bot goes on.").await?;
    linux.hears("<ann> !ping\n<nuncio> Pong!").await?;
    plan9.hears("<bob> !ping\n<nuncio> Pong!").await?;
    assert_eq!(socket.ask("ping").await?, "Pong!\n");
    Ok(())
}

#[tokio::test]
async fn each_is_shown_what_he_may_run_and_nothing_else() -> Result<()> {
    let world = World::with("").await?;
    let (_bot, mut console) = world.home.run_at_terminal("xterm").await?;
    let mut linux = Room::open(world.inspircd.addr(), "#nuncio", "nuncio", &["ann"]).await?;
    let mut socket = Socket::connect(&world.home.socket("nuncio")).await?;
    linux.bot_comes().await?;

    linux
        .hears(
            "
            <ann> !help
            <nuncio> *alias: add, list, remove, show
            <nuncio> *channel: capability list
            <nuncio> *info: about, echo, help, ping, stats, uptime, why
            <nuncio> *user: * whoami
            <nuncio> *help PLUGIN COMMAND*
            ",
        )
        .await?;
    let help = socket.ask("help").await?;
    assert!(help.contains("ping") && !help.contains("restart") && !help.contains("say"), "{help}");
    console.types("help")?;
    console.shows("restart").await?;
    Ok(())
}

#[tokio::test]
async fn chat_speaks_through_the_socket() -> Result<()> {
    let world = World::with("").await?;
    let _bot = world.home.run().await?;
    let text = |output: std::process::Output| {
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned(), errors)
    };

    let (code, out, errors) = text(world.home.nuncio(&["chat", "-e", "echo one shot"])?);
    assert_eq!((code, out.as_str()), (Some(0), "one shot\n"), "{errors}");

    let lines = "ping\necho two\n";
    let (code, out, errors) = text(world.home.nuncio_reading(&["chat"], lines)?);
    assert_eq!((code, out.as_str()), (Some(0), "Pong!\ntwo\n"), "{errors}");

    let (code, out, _) = text(world.home.nuncio(&["chat", "-e", "restart"])?);
    assert_eq!(code, Some(1), "{out}");

    let nobody = world.home.folder().join("nobody.sock");
    let nobody = nobody.to_string_lossy();
    let (code, out, errors) = text(world.home.nuncio(&["chat", "--to", &nobody, "-e", "ping"])?);
    assert_eq!((code, out.as_str()), (Some(69), ""), "{errors}");
    Ok(())
}

#[tokio::test]
async fn a_terminal_that_can_do_nothing_is_a_console_too() -> Result<()> {
    let corner = Corner::with("").await?;
    let (_bot, mut console) = corner.home.run_at_terminal("dumb").await?;
    console.types("whoami")?;
    console.shows("You are u:console:local: console vouches for you.").await?;
    Ok(())
}
