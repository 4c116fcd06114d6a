//! Sessions through a whole bot in memory: whoever identifies himself is in session until he leaves.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use nuncio_core::plugin::SessionChange;
use nuncio_policy::{AccountName, Change, PasswordHash};
use nuncio_sdk::prelude::*;
use nuncio_sdk::test::Person;

/// Sets ann's password.
#[command(level = "owner")]
fn password(text: String) -> Reply {
    Reply::none().change(Change::SetPassword { account: ann(), password: PasswordHash::new(text) })
}

/// Identifies whoever asks as ann.
#[command(level = "everyone")]
fn identify(ctx: &Context, text: String) -> Result {
    let known = ctx.password(&ann());
    let said = PasswordHash::new(text);
    let Some(password) = known.filter(|known| said.as_ref() == Some(known)) else {
        return Err(refuse!["That is not her password."]);
    };
    let begin = SessionChange::Begin { account: ann(), password };
    Ok(Reply::text("Hello, ann.").session(begin))
}

/// Forgets that whoever asks identified himself.
#[command(level = "everyone")]
fn unidentify() -> Reply {
    Reply::text("Goodbye.").session(SessionChange::End)
}

/// Says what only sudoers may hear.
#[command(level = "sudo")]
fn secret() -> &'static str {
    "42"
}

plugin!(keys: password, identify, unidentify, secret);

fn ann() -> AccountName {
    "ann".parse().unwrap()
}

async fn bot() -> Bot {
    let policy = "
        owners = ['u:memory:owner']
        sudoers = ['a:ann', 'a:bob']
        account.ann = {}
        account.bob.identities = ['u:memory:bob']";
    let bot = Bot::with(plugin()).policy(policy);
    bot.owner("password hunter2").await.mentions("has a new password");
    bot
}

/// Somebody whom nothing vouches for, whom the bot would see leave.
fn at<'a>(bot: &'a Bot, address: &str) -> Person<'a> {
    bot.person("ann").claimed().at(address)
}

async fn in_session() -> Bot {
    let bot = bot().await;
    let ann = at(&bot, "ann!a@h");
    ann.asks("secret").await.is_refused();
    ann.asks("identify hunter2").await.says("Hello, ann.");
    ann.asks("secret").await.says("42");
    bot
}

#[tokio::test]
async fn whoever_identifies_himself_is_in_session_there_and_in_rooms() {
    let bot = bot().await;
    let ann = at(&bot, "ann!a@h");
    ann.asks("identify hunter3").await.says("That is not her password.");
    ann.asks("secret").await.is_refused();
    ann.asks("identify hunter2").await.says("Hello, ann.");
    ann.clone().in_room("#tea").asks("!secret").await.says("42");
    at(&bot, "ann!a@elsewhere").asks("secret").await.is_refused();
    bot.person("ann").claimed().asks("secret").await.is_refused();
    ann.asks("unidentify").await.says("Goodbye.");
    ann.asks("secret").await.is_refused();
}

#[tokio::test]
async fn nobody_begins_a_session_whom_the_bot_would_not_see_leave() {
    let bot = bot().await;
    let ann = bot.person("ann").claimed();
    ann.asks("identify hunter2").await.mentions("I could not see you leave");
    ann.asks("secret").await.is_refused();
}

#[tokio::test]
async fn whoever_comes_to_an_address_after_him_is_not_in_his_session() {
    let bot = in_session().await;
    at(&bot, "ann!a@h").leaves().await;
    at(&bot, "ann!a@h").asks("secret").await.is_refused();
}

#[tokio::test]
async fn a_session_survives_neither_a_cut_nor_a_restart() {
    let bot = in_session().await;
    bot.memory().cut();
    bot.memory().sees_bot(false).await;
    bot.memory().mend();
    bot.memory().sees_bot(true).await;
    at(&bot, "ann!a@h").asks("secret").await.is_refused();
    let mut bot = in_session().await;
    bot.restart().await;
    at(&bot, "ann!a@h").asks("secret").await.is_refused();
}

#[tokio::test]
async fn a_session_lasts_a_day() {
    let bot = in_session().await;
    bot.wait(Duration::from_hours(23)).await;
    at(&bot, "ann!a@h").asks("secret").await.says("42");
    bot.wait(Duration::from_secs(3601)).await;
    at(&bot, "ann!a@h").asks("secret").await.is_refused();
}

#[tokio::test]
async fn a_session_ends_with_the_password() {
    let bot = in_session().await;
    bot.owner("password hunter3").await.mentions("has a new password");
    at(&bot, "ann!a@h").asks("secret").await.is_refused();
}

#[tokio::test]
async fn whoever_is_two_people_has_the_rights_of_neither() {
    let bot = bot().await;
    let bob = bot.person("bob").at("bob!b@h");
    bob.asks("secret").await.says("42");
    bob.asks("identify hunter2").await.says("Hello, ann.");
    bob.asks("secret").await.is_refused();
}
