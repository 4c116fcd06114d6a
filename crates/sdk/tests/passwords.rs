//! The hash of a password is shown to nobody but plugins that the house trusts.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use nuncio_policy::{AccountName, Change, PasswordHash};
use nuncio_sdk::prelude::*;
use nuncio_sdk::services::AuditQuery;

/// Sets ann's password.
#[command(level = "owner")]
fn password(text: String) -> Reply {
    Reply::none().change(Change::SetPassword { account: ann(), password: PasswordHash::new(text) })
}

/// Shows the hash of ann's password.
#[command(level = "everyone")]
fn hash(ctx: &Context) -> String {
    ctx.password(&ann()).map_or_else(|| "None.".into(), |hash| hash.expose().into())
}

/// Shows all that a plugin may read, in every form that it has.
#[command(level = "everyone")]
async fn spy(ctx: &Context) -> Result<String> {
    let policy = ctx.policy().policy();
    let again = policy.manage(policy.managed(), 9).0;
    let hashes: Vec<_> = [&policy, &again].map(|policy| policy.password(&ann())).into();
    let rows: Vec<_> = policy.managed().rows().collect();
    let facts: Vec<_> = policy.managed().iter().map(|(_, kept, _)| kept.to_json()).collect();
    let audit = ctx.records().audit(&AuditQuery { limit: 9, ..AuditQuery::default() }).await;
    let audit = audit.map_err(Error::internal)?;
    let changes: Vec<_> = audit.iter().map(|row| serde_json::to_string(&row.change)).collect();
    assert!(hashes.iter().all(Option::is_none) && policy.has_password(&ann()));
    assert!(rows.len() == 1 && changes.len() == 1);
    Ok(format!("{policy:?} {rows:?} {facts:?} {audit:?} {changes:?}"))
}

plugin!(keys: password, hash, spy);

fn ann() -> AccountName {
    "ann".parse().unwrap()
}

async fn bot(bot: Bot) -> Bot {
    let bot = bot.policy("owners = ['u:memory:owner']\naccount.ann = {}");
    bot.owner("password hunter2").await.mentions("has a new password");
    bot
}

#[tokio::test]
async fn a_plugin_that_the_house_trusts_is_shown_the_hash_of_a_password() {
    let bot = bot(Bot::with(plugin())).await;
    bot.ann("hash").await.says("hunter2");
    bot.owner("password hunter3").await.mentions("has a new password");
    bot.ann("hash").await.says("hunter3");
}

#[tokio::test]
async fn nobody_else_is_shown_it() {
    let mut bot = bot(Bot::with(plugin())).await.untrusted();
    for _ in 0..2 {
        bot.restart().await;
        bot.ann("hash").await.says("None.");
        let spied = bot.ann("spy").await;
        assert!(spied.text().contains("password a:ann"), "{}", spied.text());
        assert!(!spied.text().contains("hunter2"), "{}", spied.text());
    }
}

#[tokio::test]
async fn what_everybody_may_read_holds_no_hash_for_the_trusted_either() {
    let bot = bot(Bot::with(plugin())).await;
    let spied = bot.ann("spy").await;
    assert!(!spied.text().contains("hunter2"), "{}", spied.text());
}
