//! A person logs in for the bot, in a browser.

use anyhow::{Context as _, Result};
use nuncio_matrix::{LoginToken, SsoError, SsoLogin};
use nuncio_testkit::{
    matrix::Person,
    server::Synapse,
    sso::{self, Cas},
};
use tempfile::TempDir;

use crate::{
    again::{Running, room},
    bot::{BOT, Bot},
};

/// A bot without password and token, on a homeserver where the person called `user` is logged in
/// at the CAS server.
async fn town(user: &str) -> Result<(Cas, Bot)> {
    let cas = Cas::start(user).await?;
    let server = Synapse::start_with(&cas.config()).await?;
    for name in ["bot", "host"] {
        server.add_user(name, "secret").await?;
    }
    Ok((cas, Bot { server, folder: TempDir::new()?, more: "" }))
}

async fn begin(bot: &Bot) -> Result<SsoLogin> {
    Ok(SsoLogin::begin(bot.matrix("", "")?).await?)
}

#[tokio::test]
async fn whoever_logs_in_in_a_browser_leaves_the_session_to_the_bot() -> Result<()> {
    let (_cas, bot) = town("bot").await?;
    let (mut host, room) = room(&bot).await?;
    let words = "there is no session to go on with, and no `password` or `token`: run `nuncio login matrix`";
    let why = Running::start(bot.proved("", "")?, Vec::new()).failed().await?;
    assert_eq!(why, words);

    let login = begin(&bot).await?;
    assert!(login.page().contains("/login/sso/redirect?redirectUrl=http%3A%2F%2F127.0.0.1%3A"));
    let address = sso::log_in(login.page()).await?;
    assert!(address.starts_with(&login.landing()), "{address}");
    let (token, visited) = tokio::join!(login.token(), sso::visit(&address));
    assert_eq!(visited?.0, 200);
    let session = login.redeem(token?).await?;
    assert_eq!(session.user.as_str(), BOT);

    let mut running = Running::start(bot.proved("", "")?, Vec::new());
    host.meets(&room, BOT).await?;
    host.say(&room, "!live").await?;
    while running.said().await?.0 != "!live" {}
    assert_eq!(host.devices(BOT).await?, 1, "it is the device that logged in");
    running.stop().await?;
    let again = begin(&bot).await.expect_err("it is logged in");
    let wanted = format!("there is a session already, of {session}");
    assert!(again.to_string().starts_with(&wanted), "{again}");

    // It goes on with the session, until somebody ends it for good.
    let mut running = Running::start(bot.proved("", "")?, Vec::new());
    running.online().await?;
    let bots = Person::login(bot.server.addr(), "bot", "secret").await?;
    bots.log_out_all().await?;
    assert_eq!(running.failed().await?, words);

    // A new device, by what a person pastes.
    let login = begin(&bot).await?;
    let token: LoginToken = sso::log_in(login.page()).await?.parse()?;
    let new = login.redeem(token).await?;
    assert_ne!(new.device, session.device);
    let mut running = Running::start(bot.proved("", "")?, Vec::new());
    running.online().await?;
    host.say(&room, "!still here").await?;
    while running.said().await?.0 != "!still here" {}
    running.stop().await
}

#[tokio::test]
async fn a_session_that_ended_meanwhile_gives_way_to_a_new_one() -> Result<()> {
    let (_cas, bot) = town("bot").await?;
    let login = begin(&bot).await?;
    let address = sso::log_in(login.page()).await?;
    let old = login.redeem(address.parse()?).await?;
    let bots = Person::login(bot.server.addr(), "bot", "secret").await?;
    bots.log_out_all().await?;

    let login = begin(&bot).await?;
    // A token is good once.
    let used = login.redeem(address.parse()?).await.expect_err("it was used");
    assert!(matches!(used, SsoError::Token { .. }), "{used}");
    let login = begin(&bot).await?;
    let address = sso::log_in(login.page()).await?;
    let new = login.redeem(address.parse()?).await?;
    assert_ne!(new.device, old.device);
    let mut running = Running::start(bot.proved("", "")?, Vec::new());
    running.online().await?;
    running.stop().await
}

#[tokio::test]
async fn somebody_else_does_not_log_in_for_the_bot() -> Result<()> {
    let (_cas, bot) = town("host").await?;
    let host = Person::login(bot.server.addr(), "host", "secret").await?;
    let before = host.sessions().await?;
    let login = begin(&bot).await?;
    let address = sso::log_in(login.page()).await?;
    let error = login.redeem(address.parse()?).await.expect_err("it is somebody else");
    let wanted =
        "it was `@host:localhost` who logged in, and the network's account is `@bot:localhost`";
    assert_eq!(error.to_string(), wanted);
    assert_eq!(host.sessions().await?, before, "nothing is left of the other session");
    Ok(())
}

#[tokio::test]
async fn a_server_without_sso_says_what_it_has() -> Result<()> {
    let bot = Bot::new().await?;
    let error = SsoLogin::begin(bot.matrix("", "")?).await.err().context("it has no SSO")?;
    let wanted = "the homeserver has no login by SSO; it has m.login.password";
    assert!(error.to_string().starts_with(wanted), "{error}");
    Ok(())
}
