//! One person on two networks: an identity is linked by a code that is shown on one and typed on the
//! other.

use anyhow::{Context as _, Result};
use nuncio_testkit::irc::Client;
use nuncio_tests::socket::Socket;

use crate::world::Corner;

const A_STRANGER: &str = "
    <boss> !whoami
    <nuncio> You are u:irc:boss: irc vouches for you.*never give you any.";

const ANN: &str = "
    <boss> !whoami
    <nuncio> You are u:irc:boss: irc vouches for you.*Your account is a:ann.";

#[tokio::test]
async fn a_code_from_the_socket_is_answered_on_irc() -> Result<()> {
    let corner = Corner::with_accounts("").await?;
    corner.server.register_account("boss", "sesame").await?;
    let (bot, mut room) = corner.run(&[]).await?;
    let login = Client::to(corner.server.addr()).nick("boss").sasl_plain("boss", "sesame");
    room.enter(login.connect().await?).await?;
    room.hears(A_STRANGER).await?;

    let mut socket = Socket::connect(&corner.home.socket("nuncio")).await?;
    socket.ask("user register ann").await?;
    let shown = socket.ask("user link u:irc:boss").await?;
    let (_, code) = shown.split_once("user confirm ").context("no code was shown")?;
    let in_code = |sign: &char| sign.is_ascii_alphanumeric() || *sign == '-';
    let code: String = code.chars().take_while(in_code).collect();

    // A room is no place for it, and what is wrong is not taken.
    room.hears(&format!(
        "<boss> !user confirm {code}\n<nuncio> Say `user confirm` to me in private*"
    ))
    .await?;
    let wrong = "<boss> user confirm 0000\n<nuncio> That is no code for u:irc:boss, or its time*";
    room.hears_in_private("boss", wrong).await?;
    room.hears(A_STRANGER).await?;
    let linked = format!(
        "<boss> user confirm {code}\n<nuncio> u:irc:boss is a:ann now. To undo it: `user unlink \
         u:irc:boss`."
    );
    room.hears_in_private("boss", &linked).await?;
    room.hears(ANN).await?;

    socket.ask("user unlink u:irc:boss").await?;
    room.hears(A_STRANGER).await?;
    assert!(!bot.log().join("\n").contains(&code), "the log has the code");
    Ok(())
}
