//! What a plugin does to messages: its own, and the one that asked.

use nuncio_core::action::Action;
use nuncio_sdk::features::{Features, Support};
use nuncio_sdk::prelude::*;
use nuncio_sdk::test::What;

/// Shows a score, in the message that shows the last one.
#[command(level = "everyone")]
async fn score(ctx: &Context, points: i64) -> Result {
    let shown = Content::text(format!("{points} points"));
    Ok(match ctx.value::<Spoken>("shown").await? {
        Some(last) => Reply::none().edit(&last, shown),
        None => Reply::from(shown).keep_spoken("shown"),
    })
}

/// Takes the score back.
#[command(level = "everyone")]
async fn hush(ctx: &Context) -> Result {
    let shown = ctx.value::<Spoken>("shown").await?;
    let shown = shown.ok_or_else(|| refuse!["Nothing is shown."])?;
    Ok(Reply::none().retract(&shown).forget("shown"))
}

/// Nods.
#[command(level = "everyone")]
fn nod(ctx: &Context, say: bool) -> Reply {
    let reply = if say { Reply::text(ctx.name()) } else { Reply::none() };
    reply.react("👍").react("🦔")
}

/// Shows that something is being written.
#[command(level = "everyone")]
fn begin(ctx: &Context, on: bool) -> Reply {
    Reply::none().typing(ctx.place().clone(), on)
}

plugin!(test: score, hush, nod, begin);

/// Everything that was done and not said.
fn acts(heard: &nuncio_sdk::test::Heard) -> Vec<String> {
    let act = |what: &What| match what {
        What::Action(Action::Edit { target, content }) => {
            Some(format!("edit {}: {}", target.as_str(), content.to_plain()))
        }
        What::Action(Action::Retract { target }) => Some(format!("retract {}", target.as_str())),
        What::Action(Action::React { target, emoji }) => {
            Some(format!("react {}: {emoji}", target.as_str()))
        }
        What::Action(Action::Typing { on }) => Some(format!("typing {on}")),
        _ => None,
    };
    heard.received().iter().filter_map(|received| act(&received.what)).collect()
}

#[tokio::test]
async fn what_was_said_is_changed_and_taken_back() {
    let mut bot = Bot::with(plugin());
    bot.ann("hush").await.says("Nothing is shown.");
    // The command that asks is the third message, its answer the fourth.
    bot.ann("score 1").await.says("1 points");
    let heard = bot.ann("score 2").await;
    let shown = acts(&heard).concat();
    let id = shown.strip_prefix("edit ").and_then(|rest| rest.strip_suffix(": 2 points"));
    let id = id.expect("it is changed").to_owned();
    bot.restart().await;
    assert_eq!(acts(&bot.ann("score 3").await), [format!("edit {id}: 3 points")]);
    assert_eq!(acts(&bot.ann("hush").await), [format!("retract {id}")]);
    bot.ann("score 4").await.says("4 points");
}

#[tokio::test]
async fn what_has_no_name_is_not_kept() {
    let features = Features { private: Support::Native, ..Features::default() };
    let bot = Bot::with(plugin()).on(features);
    bot.ann("score 1").await.says("1 points");
    bot.ann("score 2").await.says("2 points");
}

#[tokio::test]
async fn a_reaction_is_to_what_asked_or_is_said() {
    let bot = Bot::with(plugin());
    let heard = bot.ann("nod").await;
    heard.says_nothing();
    let acts = acts(&heard);
    assert!(matches!(&acts[..], [a, b] if a.ends_with(": 👍") && b.ends_with(": 🦔")), "{acts:?}");
    let features = Features { private: Support::Native, ..Features::default() };
    let bot = Bot::with(plugin()).on(features);
    bot.ann("nod").await.says("👍 🦔");
    bot.ann("nod --say").await.says("ann");
}

#[tokio::test]
async fn that_something_is_being_written_is_shown() {
    let bot = Bot::with(plugin());
    let heard = bot.ann("begin --on").await;
    heard.says_nothing();
    assert_eq!(acts(&heard), ["typing true"]);
    assert_eq!(acts(&bot.ann("begin").await), ["typing false"]);
}
