//! Accounts that nobody asked for, where the policy says so.

use nuncio_plugins::{info, policy, user};
use nuncio_sdk::prelude::*;
use nuncio_sdk::services::AuditQuery;

fn bot(rules: &str) -> Bot {
    let bot = Bot::with(user::plugin()).and(info::plugin()).and(policy::plugin());
    bot.policy(&format!("owners = ['u:memory:owner']\n{rules}"))
}

/// What the log has of what the bot did by itself.
async fn by_itself(bot: &Bot) -> String {
    let all = AuditQuery { limit: 1000, ..AuditQuery::default() };
    let mut rows = bot.store().audit(&all).await.unwrap_or_default();
    rows.retain(|row| row.who == "nuncio");
    rows.reverse();
    rows.iter().map(|row| row.because.as_str()).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn whoever_the_network_vouches_for_is_registered_by_his_first_command() {
    let bot = bot("auto_register = true\n[account.ann]\n[account.admin-2]");
    for name in ["bob", "Ann", "admin", "carl"] {
        bot.person(name).asks("ping").await.says("Pong!");
    }
    bot.person("bob").asks("whoami").await.mentions("Your account is a:bob.");
    bot.person("Ann").asks("whoami").await.mentions("Your account is a:ann-2.");
    bot.person("admin").asks("whoami").await.mentions("Your account is a:admin-3.");
    let made = "user register bob\nuser register ann-2\nuser register admin-3\nuser register carl";
    assert_eq!(by_itself(&bot).await, made);
}

#[tokio::test]
async fn nobody_is_who_did_not_ask_where_the_policy_does_not_say_so() {
    let bot = bot("");
    bot.person("bob").asks("ping").await.says("Pong!");
    bot.person("bob").asks("whoami").await.omits("Your account");
    assert_eq!(by_itself(&bot).await, "");
}

#[tokio::test]
async fn whoever_is_claimed_or_refused_or_becomes_known_otherwise_is_not_registered() {
    let bot = bot("auto_register = true\nbw_list = 'b u:memory:mute *'");
    bot.person("eve").claimed().asks("ping").await.says("Pong!");
    bot.person("mute").asks("ping").await.is_refused();
    bot.person("bob").asks("user register robert").await.mentions("a:robert is registered");
    bot.person("bob").asks("ping").await.says("Pong!");
    bot.person("bob").asks("whoami").await.mentions("Your account is a:robert.");
    bot.person("mal").asks("user register robert").await.mentions("taken");
    assert_eq!(by_itself(&bot).await, "");
}

#[tokio::test]
async fn a_stranger_does_not_pass_the_silence_by_it() {
    let bot = bot("auto_register = true\ndefault_ignore = true");
    bot.person("bob").asks("ping").await.says_nothing();
    // What everybody may say, to become known, registers nobody by itself.
    bot.person("bob").asks("user identify nobody wrong").await.omits("Pong!");
    bot.person("bob").asks("ping").await.says_nothing();
    assert_eq!(by_itself(&bot).await, "");
}

#[tokio::test]
async fn an_account_that_was_left_is_made_again_and_a_claim_on_it_gains_nothing() {
    let bot = bot("auto_register = true\nregistered_capabilities = ['games']");
    bot.person("bob").asks("ping").await.says("Pong!");
    bot.person("bob").asks("user unregister").await.mentions("no account any more");
    bot.person("bob").asks("ping").await.says("Pong!");
    bot.person("bob").asks("whoami").await.mentions("Your account is a:bob.");
    bot.person("bob").claimed().asks("whoami").await.omits("Your account");
}
