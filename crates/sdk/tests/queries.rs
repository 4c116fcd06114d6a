//! What a plugin asks a network, through the one gate.

use nuncio_sdk::features::{Features, Support};
use nuncio_sdk::prelude::*;
use nuncio_sdk::services::AuditQuery;
use nuncio_sdk::{Query, QueryError};

/// Says what is in the file that came with it.
#[command(level = "everyone")]
async fn read(ctx: &Context) -> Result {
    let Some(file) = ctx.files().first() else { return Err(refuse!["There is no file."]) };
    let fetched = ctx.fetch_within(file, 8).await?;
    let text = String::from_utf8_lossy(fetched.bytes()).into_owned();
    Ok(Reply::text(format!("{} ({}): {text}", fetched.name(), fetched.media_type())))
}

/// Says how many are in a room.
#[command(level = "everyone")]
async fn count(ctx: &Context, room: RoomId) -> Result {
    let count = ctx.members(&room).await?.list().len();
    Ok(reply!["{count}"])
}

/// Does without an answer.
#[command(level = "everyone")]
async fn anyway(ctx: &Context, room: RoomId) -> &'static str {
    match ctx.ask(Query::Members { room }).await {
        Err(QueryError::Refused(_)) => "I may not know.",
        _ => "I may.",
    }
}

/// Says how many are in a room, to a few.
#[command(level = "sudo")]
async fn guarded(ctx: &Context, room: RoomId) -> Result {
    count(ctx, room).await
}

plugin!(test: read, count, anyway, guarded);

fn asked(bot: &Bot) -> Vec<String> {
    bot.memory().asked().iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_file_that_came_with_a_command_is_fetched() {
    let bot = Bot::with(plugin());
    let ann = bot.person("ann").with_file("../a.txt", "text/plain", b"hello");
    ann.asks("read").await.says(".._a.txt (text/plain): hello");
    bot.ann("read").await.says("There is no file.");
    let large = bot.person("ann").with_file("a", "text/plain", b"too large");
    large.asks("read").await.says("The file has 9 bytes, and at most 8 bytes are taken.");
    assert_eq!(asked(&bot), ["query.fetch", "query.fetch"]);
}

#[tokio::test]
async fn what_is_asked_is_decided_by_its_name_and_in_its_room() {
    for (rule, is_asked) in [
        ("b u:memory:ann query.fetch", 0),
        ("b r:memory:#tea query.fetch", 0),
        ("b r:memory:#tea query.*", 0),
        ("b r:memory:#pub query.fetch", 1),
        ("b * query.members", 1),
    ] {
        let bot = Bot::with(plugin()).policy(&format!("bw_list = ['{rule}']"));
        let ann = bot.person("ann").in_room("#tea").with_file("a", "text/plain", b"hello");
        let heard = ann.asks("!read").await;
        if is_asked == 0 {
            heard.says(&format!(
                "I may not ask query.fetch about r:memory:#tea for you \
                 (rule `{rule}` (policy.bw_list[0]))."
            ));
            let audit = bot
                .store()
                .audit(&AuditQuery { limit: 1, ..AuditQuery::default() })
                .await
                .expect("the log");
            let row = audit.first().expect("a row");
            assert_eq!((&*row.what, &*row.outcome), ("query.fetch", "deny"), "{rule}");
        }
        assert_eq!(asked(&bot).len(), is_asked, "{rule}");
    }
}

#[tokio::test]
async fn what_is_asked_is_decided_at_the_level_of_the_command_that_asks() {
    let bot = Bot::with(plugin());
    bot.ann("count #tea").await.says("The network does not know that.");
    let bot = Bot::with(plugin()).policy("access = { 'query.members' = 'sudo' }");
    bot.ann("count #tea").await.is_refused();
    bot.ann("anyway #tea").await.says("I may not know.");
    assert_eq!(asked(&bot), [""; 0]);
    // Who is given a command is not given what it asks for.
    let given = "[[grant]]\nto = 'u:memory:ann'\nwhat = 'test.guarded'";
    let bot = Bot::with(plugin()).policy(given);
    bot.ann("guarded #tea").await.mentions("I may not ask query.members");
    assert_eq!(asked(&bot), [""; 0]);
    let more = given.replace("test.guarded", "query.members");
    let bot = Bot::with(plugin()).policy(&format!("{given}\n{more}"));
    bot.ann("guarded #tea").await.says("The network does not know that.");
    assert_eq!(asked(&bot), ["query.members"]);
}

#[tokio::test]
async fn a_network_that_cannot_answer_is_not_asked() {
    let native = Support::Native;
    let bot = Bot::with(plugin()).on(Features { private: native, ..Features::default() });
    bot.ann("count #tea").await.says("On memory I cannot say who is in a room.");
    assert_eq!(asked(&bot), [""; 0]);
    bot.ann("count r:moon:#tea").await.says("There is no connection to moon now.");
}

#[tokio::test]
async fn nobody_waits_for_ever() {
    let bot = Bot::with(plugin()).network("moon");
    let moon = bot.other("moon");
    moon.keep_silent();
    bot.ann("count r:moon:#tea").await.says("There was no answer from moon in time.");
    let cut = async {
        while moon.asked().len() < 2 {
            tokio::task::yield_now().await;
        }
        moon.cut();
    };
    let (heard, ()) = tokio::join!(bot.ann("count r:moon:#tea"), cut);
    heard.says("The connection to moon ended before its answer.");
    bot.ann("count r:moon:#tea").await.says("There is no connection to moon now.");
    assert_eq!(moon.asked().len(), 2);
}
