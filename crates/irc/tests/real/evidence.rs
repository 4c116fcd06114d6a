//! Who is verified, on a server with accounts and on one without.

use anyhow::{Result, ensure};
use nuncio_testkit::{
    irc::Client,
    server::{InspIrcd, NgIrcd, Options},
};

use crate::bot::{Bot, transport};

async fn verified(bot: &mut Bot) -> Result<Option<String>> {
    let message = bot.message().await?;
    Ok(message.speaker.verified_id().map(ToString::to_string))
}

/// The same, whether the server says the account with each message or only when it changes.
async fn an_account_verifies_until_the_logout(without: Vec<&'static str>) -> Result<()> {
    let server = InspIrcd::start(Options { without, ..Options::with_services() }).await?;
    server.register_account("Ann", "sesame").await?;
    let login = Client::to(server.addr()).nick("early").sasl_plain("Ann", "sesame");
    let mut early = login.join("#a").connect().await?;
    let mut bot = Bot::start(transport(server.addr(), false, "rooms = [\"#a\"]")?);
    bot.joined("#a").await?;
    // Its WHOX, where it asks one, is answered before what comes after the answer to ours.
    early.expect(":bot!* JOIN").await?;
    early.sync().await?;
    early.say("bot", "there before the bot").await?;
    ensure!(verified(&mut bot).await?.as_deref() == Some("u:irc:ann"));
    early.say("NickServ", "LOGOUT").await?;
    early.expect("NickServ*NOTICE").await?;
    early.say("#a", "logged out").await?;
    ensure!(verified(&mut bot).await?.is_none());
    let login = Client::to(server.addr()).nick("ann").sasl_plain("Ann", "sesame");
    let mut late = login.join("#a").connect().await?;
    late.say("#a", "came later").await?;
    ensure!(verified(&mut bot).await?.as_deref() == Some("u:irc:ann"));
    late.quit().await?;
    let mut thief = Client::to(server.addr()).nick("ann").join("#a").connect().await?;
    thief.say("#a", "I am ann").await?;
    ensure!(verified(&mut bot).await?.is_none());
    bot.stop().await
}

#[tokio::test]
async fn an_account_verifies_by_its_tag() -> Result<()> {
    an_account_verifies_until_the_logout(Vec::new()).await
}

#[tokio::test]
async fn an_account_verifies_by_what_the_server_told() -> Result<()> {
    an_account_verifies_until_the_logout(vec!["ircv3_accounttag"]).await
}

#[tokio::test]
async fn nobody_is_verified_on_a_server_without_accounts() -> Result<()> {
    let server = NgIrcd::start().await?;
    for (keys, expected) in [
        ("", None),
        ("casemapping = \"ascii\"", None),
        ("casemapping = \"ascii\"\ntrust = \"nick\"", Some("u:irc:ann")),
        ("casemapping = \"ascii\"\ntrust = \"hostmask\"", Some("u:irc:ann!~ann@localhost")),
        ("casemapping = \"rfc1459\"\ntrust = \"nick\"", None),
    ] {
        let mut bot =
            Bot::start(transport(server.addr(), false, &format!("rooms = [\"#a\"]\n{keys}"))?);
        bot.joined("#a").await?;
        let mut ann = Client::to(server.addr()).nick("ann").join("#a").connect().await?;
        ann.say("#a", "hello").await?;
        let is = verified(&mut bot).await?;
        let host = |id: &str| id.rsplit('@').next().map(str::len);
        match expected {
            Some(mask) if mask.contains('@') => {
                let is = is.unwrap_or_default();
                ensure!(is.starts_with("u:irc:ann!~ann@") && host(&is).is_some(), "{keys}: {is}");
            }
            _ => ensure!(is.as_deref() == expected, "{keys}: {is:?}"),
        }
        ann.quit().await?;
        bot.stop().await?;
    }
    Ok(())
}
