//! One person on two networks: an identity becomes an account's when both sides say so.

use nuncio_plugins::{admin, info, policy, user};
use nuncio_sdk::prelude::*;
use nuncio_sdk::services::AuditQuery;
use nuncio_sdk::test::Person;

/// Says what only those hear who hold `games`.
#[command(level = "games")]
fn play() -> &'static str {
    "Your move."
}

plugin!(games: play);

/// Ann has an account that holds `games`, and is called bob on the network `other`.
async fn bot() -> Bot {
    let bot = Bot::with(user::plugin())
        .and(info::plugin())
        .and(policy::plugin())
        .and(admin::plugin())
        .and(plugin())
        .network("other");
    bot.ann("user register ann 'tea for two'").await.mentions("a:ann is registered");
    bot.owner("admin capability add ann games").await.mentions("holds");
    bot.ann("play").await.says("Your move.");
    bob(&bot).asks("play").await.is_refused();
    bot
}

fn bob(bot: &Bot) -> Person<'_> {
    bot.person("bob").on("other")
}

/// The code that an answer shows.
fn code(heard: &nuncio_sdk::test::Heard) -> String {
    let text = heard.text();
    let (_, rest) = text.split_once("user confirm ").unwrap_or_default();
    rest.split('.').next().unwrap_or_default().to_owned()
}

async fn shown(bot: &Bot) -> String {
    let heard = bot.ann("user link u:other:bob").await;
    heard.says(
        "To make u:other:bob a:ann, say to me in private on other, as u:other:bob and within 10 \
         minutes: user confirm …. Show it to nobody: there, it makes them a:ann.",
    );
    let code = code(&heard);
    assert_eq!(code.len(), 34, "{code}");
    code
}

/// What the log says of everything, the latest first.
async fn audit(bot: &Bot) -> String {
    let all = AuditQuery { limit: 1000, ..AuditQuery::default() };
    let rows = bot.store().audit(&all).await.unwrap_or_default();
    rows.iter().map(|row| row.because.as_str()).collect::<Vec<_>>().join("\n")
}

const WRONG: &str = "That is no code for u:other:bob, or its time is over. Whoever is the account is \
                     shown another by user link u:other:bob.";

#[tokio::test]
async fn an_identity_is_linked_when_both_sides_say_so() {
    let mut bot = bot().await;
    let code = shown(&bot).await;
    // Nothing is so before it is answered, and what is shown outlives a restart.
    bob(&bot).asks("play").await.is_refused();
    bot.restart().await;
    let typed = code.to_uppercase().replace('-', "");
    bob(&bot)
        .asks(&format!("user confirm {typed}"))
        .await
        .says("u:other:bob is a:ann now. To undo it: user unlink u:other:bob.");
    bob(&bot).asks("play").await.says("Your move.");
    bot.ann("play").await.says("Your move.");
    bob(&bot).asks("user unlink u:other:bob").await.mentions("nobody's identity any more");
    bob(&bot).asks("play").await.is_refused();
    bot.ann("play").await.says("Your move.");
    // It was good once.
    bob(&bot).asks(&format!("user confirm {code}")).await.says(WRONG);
    let log = audit(&bot).await;
    for line in [
        "a code was shown by which u:other:bob becomes a:ann",
        "user link u:other:bob a:ann",
        "a code for u:other:bob, where none is open",
    ] {
        assert!(log.contains(line), "{line}: {log}");
    }
    assert!(!log.to_lowercase().contains(&code) && !log.contains(&typed), "{log}");
}

#[tokio::test]
async fn five_wrong_codes_make_the_right_one_void() {
    let bot = bot().await;
    let code = shown(&bot).await;
    for _ in 0..5 {
        bob(&bot).asks("user confirm 0000-0000-0000-0000-0000-0000-0000").await.says(WRONG);
    }
    bob(&bot).asks(&format!("user confirm {code}")).await.says(WRONG);
    assert!(
        audit(&bot).await.contains("wrong code number 5 for u:other:bob: all its codes are void")
    );
    let code = shown(&bot).await;
    bob(&bot).asks(&format!("user confirm {code}")).await.mentions("is a:ann now");
}

#[tokio::test]
async fn a_code_is_good_for_ten_minutes() {
    let bot = bot().await;
    let code = shown(&bot).await;
    bot.wait(Duration::from_mins(10)).await;
    bob(&bot).asks(&format!("user confirm {code}")).await.says(WRONG);
    bob(&bot).asks("play").await.is_refused();
}

#[tokio::test]
async fn a_code_is_good_for_one_identity_alone() {
    let bot = bot().await;
    let code = shown(&bot).await;
    let line = format!("user confirm {code}");
    bot.person("eve").on("other").asks(&line).await.mentions("no code for u:other:eve");
    bot.person("bob").asks(&line).await.mentions("no code for u:memory:bob");
    bob(&bot).claimed().asks(&line).await.mentions("Nothing vouches for who you are");
    bob(&bot).in_room("#tea").asks(&format!("!{line}")).await.mentions("in private").omits(&code);
    bob(&bot).asks(&line).await.mentions("is a:ann now");
}

#[tokio::test]
async fn nobody_links_to_another_account_than_his_own() {
    let bot = bot().await;
    let eve = bot.person("eve");
    eve.asks("user link u:other:bob ann").await.mentions("a:ann is not yours");
    eve.asks("user link u:other:bob").await.mentions("You have no account");
    eve.asks("user register eve").await.mentions("registered");
    eve.asks("user link u:other:bob ann").await.mentions("a:ann is not yours");
    eve.asks("user link u:memory:ann").await.mentions("is an identity of `a:ann` already");
    bot.person("ann").claimed().asks("user link u:other:bob ann").await.mentions("not yours");
    bot.ann("user link u:irc:*!*@example.org").await.says("Only an owner may do that.");
    bot.owner("user link u:irc:*!*@example.org ann").await.mentions("cannot be linked");
    bot.person("ann").in_room("#tea").asks("!user link u:other:bob").await.mentions("in private");
    // An owner says it for others; the identity still answers for itself.
    let heard = bot.owner("user link u:other:bob ann").await;
    bob(&bot).asks(&format!("user confirm {}", code(&heard))).await.mentions("is a:ann now");
    bot.owner("user link u:other:zoe nobody").await.mentions("There is no account");
}

#[tokio::test]
async fn whoever_is_in_session_links_the_identity_by_which_he_speaks() {
    let bot = bot().await;
    let bob = bob(&bot).at("bob!b@host");
    bob.asks("user identify ann 'tea for two'").await.mentions("say: user link u:other:bob");
    bob.asks("user link u:other:bob").await.mentions("u:other:bob is a:ann now.");
    bob.asks("user unidentify").await.mentions("no more");
    bob.asks("play").await.says("Your move.");
}

#[tokio::test]
async fn a_new_password_and_an_unlinked_identity_void_what_is_open() {
    let bot = bot().await;
    for (line, undoes) in [
        ("user set password 'tea for two' 'tea for three'", "new password"),
        ("user unlink u:other:eve", "any more"),
    ] {
        let heard = bot.ann("user link u:other:eve").await;
        let eve = bot.person("eve").on("other");
        eve.asks(&format!("user confirm {}", code(&heard))).await.mentions("is a:ann now");
        let heard = eve.asks("user link u:other:bob").await;
        bot.ann(line).await.mentions(undoes);
        bob(&bot).asks(&format!("user confirm {}", code(&heard))).await.says(WRONG);
        bot.owner("user unlink u:other:eve").await.mentions("");
    }
}

#[tokio::test]
async fn an_account_has_no_more_codes_open_than_it_needs() {
    let bot = bot().await;
    for number in 0..8 {
        bot.ann(&format!("user link u:other:b{number}")).await.mentions("user confirm");
    }
    bot.ann("user link u:other:b8").await.mentions("Too many codes are open");
    // Another for the same identity replaces the first.
    let heard = bot.ann("user link u:other:b0").await;
    let heard = (code(&heard), code(&bot.ann("user link u:other:b0").await));
    let b0 = bot.person("b0").on("other");
    b0.asks(&format!("user confirm {}", heard.0)).await.mentions("no code");
    b0.asks(&format!("user confirm {}", heard.1)).await.mentions("is a:ann now");
    bot.wait(Duration::from_mins(10)).await;
    bot.ann("user link u:other:b8").await.mentions("user confirm");
}

#[tokio::test]
async fn whoever_is_ignored_by_default_may_still_answer() {
    let bot = Bot::with(user::plugin()).and(info::plugin()).network("other").policy(
        "
        default_ignore = true
        bw_list = ['b p:other *']
        default_capabilities = ['-user.confirm']
        account.ann.identities = ['u:memory:ann']
        [[disable]]
        command = 'user.confirm'
        ",
    );
    bob(&bot).asks("whoami").await.says_nothing();
    let code = code(&bot.ann("user link u:other:bob").await);
    bob(&bot).asks(&format!("user confirm {code}")).await.mentions("is a:ann now");
}
