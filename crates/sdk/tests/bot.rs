//! What a command may count on, as conversations with a bot in memory.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use nuncio_sdk::prelude::*;

/// Says ping.
#[command(level = "everyone")]
fn ping() -> &'static str {
    "ping"
}

/// Says pong.
#[command(level = "everyone")]
fn pong() -> &'static str {
    "pong"
}

/// Waves.
#[command(level = "everyone")]
fn wave(ctx: &Context) -> Reply {
    let name = ctx.name();
    reply!["waves at {name}"].emote()
}

/// Reads a number, carelessly.
#[command(level = "everyone")]
fn careless(number: &str) -> Result {
    let number: u8 = number.parse()?;
    Ok(reply!["{number}"].keep("number", &number))
}

/// Panics.
#[command(level = "everyone")]
#[expect(clippy::panic, reason = "a plugin that does it ends alone")]
fn panics() {
    panic!("oh");
}

/// Never ends.
#[command(level = "everyone")]
async fn endless() {
    std::future::pending::<()>().await;
}

/// Keeps what cannot be kept.
#[command(level = "everyone")]
fn unkept() -> Reply {
    let by_pair = BTreeMap::from([((1, 2), 3)]);
    Reply::text("Kept.").keep("number", &7).keep("map", &by_pair)
}

/// Says what is kept.
#[command(level = "everyone")]
async fn kept(ctx: &Context) -> Result<String> {
    let number: Option<u8> = ctx.value("number").await?;
    Ok(number.map_or_else(|| "nothing".to_owned(), |number| number.to_string()))
}

/// Says several things, or none.
#[command(level = "everyone")]
fn lines(#[range(0..=9)] count: u8) -> Reply {
    (0..count).fold(Reply::none(), |reply, number| reply.and(number.to_string()))
}

/// Says what it was given.
#[command(level = "everyone")]
fn given(ctx: &Context, room: Option<&RoomId>, who: &UserId, loud: bool, rest: &[f64]) -> Reply {
    let (here, now) = (ctx.place(), ctx.now());
    reply!["{room:?} {who} {loud} {rest:?} {here} {now}"]
}

plugin!(test: ping, pong, wave, careless, panics, endless, unkept, kept, lines, given);

#[tokio::test]
async fn renamed_commands_are_called_by_their_new_names() {
    let bot = Bot::with(plugin()).rename("test.ping", "test.pong").rename("test.pong", "test.ping");
    bot.ann("pong").await.says("ping");
    bot.ann("ping").await.says("pong");
}

#[tokio::test]
async fn a_command_that_breaks_does_nothing_and_says_a_number() {
    let bot = Bot::with(plugin());
    for broken in ["careless many", "panics", "unkept", "endless"] {
        bot.ann(broken).await.says("Something broke on my side, and nothing was done. …memory-e….");
    }
    bot.ann("kept").await.says("nothing");
    bot.ann("careless 7").await.says("7");
    bot.ann("kept").await.says("7");
}

#[tokio::test]
async fn answers_come_in_their_order_and_form() {
    let bot = Bot::with(plugin());
    bot.ann("lines 3").await.says("0\n1\n2");
    bot.ann("lines 0").await.says_nothing();
    bot.person("*ann*").asks("wave").await.says("* waves at *ann*");
}

#[tokio::test]
async fn arguments_are_typed() {
    let bot = Bot::with(plugin());
    bot.ann("given u:irc:bob 1 2.5 --loud")
        .await
        .says("None u:irc:bob true [1.0, 2.5] ann in private on memory 2026-11-22T12:00:00Z");
    let there = bot.person("ann").in_room("#tea").asks("!given #tea bob").await;
    there.says("Some(r:memory:#tea) u:memory:bob false [] r:memory:#tea 2026-11-22T12:00:00Z");
    bot.ann("given")
        .await
        .says("`who` is missing…")
        .mentions("given [room] <who> [rest…] [--loud]");
    bot.ann("given bob many").await.mentions("many").mentions("a number");
}

#[tokio::test]
async fn nobody_hears_what_is_not_asked() {
    let bot = Bot::with(plugin());
    let ann = bot.person("ann").in_room("#tea");
    for text in ["ping", "!", "!!ping", "nuncio", "!dance", "ann: !ping"] {
        ann.asks(text).await.says_nothing();
    }
    for text in ["!ping", "nuncio: ping", "nuncio, !ping"] {
        ann.asks(text).await.says("ping");
    }
}

#[tokio::test]
async fn what_is_not_as_expected_fails_the_test() {
    let heard = Bot::with(plugin()).ann("ping").await;
    let complaint = |check: &dyn Fn()| {
        let panic = catch_unwind(AssertUnwindSafe(check)).unwrap_err();
        panic.downcast_ref::<String>().unwrap().clone()
    };
    assert_eq!(
        complaint(&|| drop(heard.says("pong").text())),
        "`ping`: was not answered as expected\n  expected: pong\n  answered: ping"
    );
    complaint(&|| drop(heard.is_refused().text()));
    complaint(&|| drop(heard.says_nothing().text()));
    complaint(&|| drop(heard.mentions("pong").text()));
    complaint(&|| drop(heard.omits("ping").text()));
    complaint(&|| drop(heard.says_in("#tea", "ping").text()));
}
