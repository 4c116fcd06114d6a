//! Accounts by password, as people type it.

use nuncio_plugins::{info, policy, user};
use nuncio_sdk::prelude::*;
use nuncio_sdk::services::AuditQuery;

const PASSWORD: &str = "tea for two";

fn bot() -> Bot {
    Bot::with(user::plugin()).and(info::plugin()).and(policy::plugin())
}

/// Somebody for whom nothing vouches, in a room with the bot.
fn eve(bot: &Bot) -> nuncio_sdk::test::Person<'_> {
    bot.person("eve").claimed().at("eve!e@host")
}

/// What the log says of everything, without the changes themselves.
async fn audit(bot: &Bot) -> String {
    let all = AuditQuery { limit: 1000, ..AuditQuery::default() };
    let rows = bot.store().audit(&all).await.unwrap_or_default();
    rows.iter().map(|row| row.because.as_str()).collect::<Vec<_>>().join("\n")
}

async fn registers(bot: &Bot) {
    eve(bot)
        .asks(&format!("user register ann '{PASSWORD}'"))
        .await
        .says("a:ann is registered. To undo it: user unregister ann.");
}

#[tokio::test]
async fn an_account_with_a_password_is_one_until_one_leaves() {
    let bot = bot();
    registers(&bot).await;
    eve(&bot).asks("user capabilities").await.says("a:ann holds nothing of its own.");
    eve(&bot).leaves().await;
    eve(&bot).asks("user capabilities").await.mentions("You have no account");
    let line = format!("user identify ann '{PASSWORD}'");
    eve(&bot).asks(&line).await.says("You are a:ann until you leave, or say user unidentify.");
    eve(&bot).asks("user capabilities").await.says("a:ann holds nothing of its own.");
    eve(&bot).asks("user unidentify").await.says("You are a:ann by password no more.");
    eve(&bot).asks("user unidentify").await.says("You have not identified yourself here.");
    eve(&bot).asks("user capabilities").await.mentions("You have no account");
}

#[tokio::test]
async fn whoami_says_which_account_one_is_by_password() {
    let bot = bot();
    eve(&bot).asks("whoami").await.says("You say that you are u:memory:eve, and nothing vouches…");
    registers(&bot).await;
    eve(&bot).asks("whoami").await.says(
        "You say that you are u:memory:eve, and only your password vouches for you. You are in \
         session as a:ann.",
    );
    eve(&bot).asks("user set secure ann true").await.mentions("To undo it");
    eve(&bot).asks("whoami").await.mentions("as a:ann, for which a password alone is not enough.");
    eve(&bot).leaves().await;
    eve(&bot).asks("whoami").await.says("You say that you are u:memory:eve, and nothing vouches…");
}

#[tokio::test]
async fn a_wrong_password_says_no_more_than_that_of_nobody() {
    let bot = bot();
    registers(&bot).await;
    eve(&bot).asks("user unidentify").await.mentions("no more");
    bot.ann("user register bob").await.mentions("registered");
    let wrong = "That is not the password of that account, or there is none.";
    for name in ["ann", "bob", "nobody"] {
        eve(&bot).asks(&format!("user identify {name} hunter2-hunter2")).await.says(wrong);
    }
    eve(&bot).asks("user identify hunter2! hunter2").await.mentions("no name").omits("hunter2");
    let log = audit(&bot).await;
    assert!(log.contains("wrong password number 1") && log.contains("no account with a password"));
    assert!(!log.contains("hunter") && !log.contains(PASSWORD), "{log}");
}

#[tokio::test]
async fn a_password_is_for_private() {
    let bot = bot();
    let here = eve(&bot).in_room("#tea");
    here.asks("!user register ann hunter2-hunter2").await.mentions("choose another");
    here.asks("!user identify ann hunter2-hunter2").await.mentions("choose another");
    here.asks("!user set password hunter2-hunter2").await.mentions("choose another");
    bot.owner("user list").await.says("Nobody has an account.");
    assert_eq!(audit(&bot).await, "");
    let told = "Nothing vouches for who you are here; register with a password, in private.";
    here.asks("!user register ann").await.says(told);
    eve(&bot).asks("user register ann short").await.mentions("from 8 to 128 characters");
}

#[tokio::test]
async fn an_address_out_of_sight_gets_no_session() {
    let bot = bot();
    registers(&bot).await;
    let line = format!("user identify ann '{PASSWORD}'");
    let unseen = bot.person("eve").claimed();
    unseen.asks(&line).await.mentions("Join a room that I am in first.");
    bot.ann(&line).await.mentions("say user link u:memory:ann");
    // One whom the network vouches for and whom one would see leave may.
    bot.person("sam").at("sam!s@host").asks(&line).await.mentions("You are a:ann until you leave");
}

#[tokio::test]
async fn ten_wrong_passwords_close_an_account_for_the_hour() {
    let bot = bot();
    registers(&bot).await;
    for number in 0..10 {
        let guesser = format!("g{number}");
        let guesser = bot.person(&guesser).claimed().at("x!x@x");
        guesser.asks("user identify ann hunter2-hunter2").await.mentions("That is not");
    }
    let right = format!("user identify ann '{PASSWORD}'");
    for line in ["user identify ann hunter2-hunter2", &right] {
        eve(&bot).asks(line).await.says(
            "Too many wrong passwords were tried for a:ann: I take none before 13:00 UTC, right or \
             wrong.",
        );
    }
    assert!(audit(&bot).await.contains("wrong password number 10 for a:ann: none is taken before"));
    bot.wait(Duration::from_hours(1)).await;
    eve(&bot).asks(&right).await.mentions("You are a:ann");
}

#[tokio::test]
async fn a_password_is_changed_by_whoever_knows_it_and_by_owners() {
    let bot = bot();
    registers(&bot).await;
    let other = bot.person("sam").claimed().at("sam!s@host");
    other.asks(&format!("user identify ann '{PASSWORD}'")).await.mentions("You are a:ann");
    eve(&bot).asks("user set password hunter2-hunter2").await.mentions("has a password: write it");
    eve(&bot).asks("user set password wrong-wrong hunter2-hunter2").await.mentions("That is not");
    eve(&bot)
        .asks(&format!("user set password '{PASSWORD}' short"))
        .await
        .mentions("from 8 to 128");
    eve(&bot)
        .asks(&format!("user set password '{PASSWORD}' hunter2-hunter2"))
        .await
        .says("a:ann has a new password.");
    // His own session goes on, and no other.
    eve(&bot).asks("user capabilities").await.mentions("a:ann");
    other.asks("user capabilities").await.mentions("You have no account");
    other.asks(&format!("user identify ann '{PASSWORD}'")).await.mentions("That is not");
    // Nobody sets another's.
    other.asks("user set password a:ann hunter3-hunter3").await.mentions("You have no account");
    other.asks("user set password ann hunter2-hunter2 x-x-x-x-x").await.mentions("identify first");
    bot.owner("user set password a:ann hunter3-hunter3").await.says("a:ann has a new password.");
    eve(&bot).asks("user capabilities").await.mentions("You have no account");
    eve(&bot).asks("user identify ann hunter3-hunter3").await.mentions("You are a:ann");
    eve(&bot).asks("user unset password").await.mentions("unregister it instead");
    bot.owner("user unset password ann").await.mentions("unregister it instead");
    assert!(!audit(&bot).await.contains("hunter"));
    let said = bot.owner("audit user.set.password").await;
    said.mentions("user set password a:ann").omits("argon2").omits("hunter");
}

#[tokio::test]
async fn a_secure_account_takes_a_password_only_from_its_own() {
    let bot = bot();
    bot.ann("user register ann 'tea for two'").await.mentions("registered");
    bot.ann("user set secure ann true").await.mentions("a:ann");
    for password in [PASSWORD, "hunter2-hunter2"] {
        eve(&bot)
            .asks(&format!("user identify ann '{password}'"))
            .await
            .mentions("a:ann is secure: a password is taken only from one of its identities");
    }
    let ann = bot.person("ann").at("ann!a@host");
    ann.asks("user identify ann 'tea for two'").await.mentions("You are a:ann here already");
    bot.ann("user set secure ann false").await.mentions("a:ann");
    eve(&bot).asks("user identify ann 'tea for two'").await.mentions("You are a:ann until");
}

#[tokio::test]
async fn nobody_is_two_accounts() {
    let bot = bot();
    registers(&bot).await;
    bot.ann("user register bob hunter2-hunter2").await.mentions("registered");
    eve(&bot).asks("user identify bob hunter2-hunter2").await.mentions("You are another account");
    eve(&bot).asks("user unidentify").await.mentions("no more");
    eve(&bot).asks("user identify bob hunter2-hunter2").await.mentions("You are a:bob");
}

#[tokio::test]
async fn whoever_is_ignored_by_default_may_still_introduce_himself() {
    let bot = bot().policy(
        "
        owners = ['u:memory:owner']
        default_ignore = true
        bw_list = ['b * *']
        default_capabilities = ['-user', '-user.identify']
        [[disable]]
        command = 'user.register'
        ",
    );
    eve(&bot).asks("user whoami").await.says_nothing();
    registers(&bot).await;
    eve(&bot).leaves().await;
    eve(&bot).asks("user identify ann hunter2-hunter2").await.mentions("That is not");
    eve(&bot).asks(&format!("user identify ann '{PASSWORD}'")).await.mentions("You are a:ann");
}
