//! A plugin that remembers: values, levels, and restarts.
use nuncio_sdk::prelude::*;

/// Counts one more of something.
///
/// ```chat
/// > count sheep
/// 1 sheep.
/// > count sheep
/// 2 sheep.
/// ```
#[command(level = "everyone")]
async fn count(ctx: &Context, what: &str) -> Result {
    let number = ctx.value::<u64>(what).await?.unwrap_or(0) + 1;
    Ok(reply!["{number} {what}."].keep(what, &number))
}

/// Lists what was counted.
///
/// ```chat
/// > counted
/// Nothing yet.
/// ```
#[command(level = "everyone", repeat = "safe", late = "skip")]
async fn counted(ctx: &Context) -> Result<String> {
    let counts = ctx.values::<u64>("", 20).await?;
    let lines: Vec<String> =
        counts.iter().map(|(what, number)| format!("{number} {what}")).collect();
    Ok(if lines.is_empty() { "Nothing yet.".to_owned() } else { lines.join(", ") })
}

/// Forgets a count, and says so in a room.
#[command(level = "sudo")]
fn forget(what: &str, room: Option<RoomId>) -> Reply {
    let reply = reply!["I have forgotten all {what}."].forget(what);
    match room {
        Some(room) => reply.send(room, "We start again."),
        None => reply,
    }
}

plugin! {
    /// Counts things.
    tally: count, counted, forget
}

#[tokio::test]
async fn counts_outlive_a_restart() {
    let mut bot = Bot::with(plugin());
    bot.ann("count sheep").await.says("1 sheep.");
    bot.restart().await;
    bot.person("bob").asks("count sheep").await.says("2 sheep.");
    bot.ann("counted").await.says("2 sheep");
}

#[tokio::test]
async fn only_some_may_forget() {
    let bot = Bot::with(plugin()).policy(
        r#"
        sudoers = ["u:memory:sudoer", "u:memory:sam"]
        bw_list = ["b u:memory:sam action.send"]
        "#,
    );
    bot.ann("count sheep").await.says("1 sheep.");
    bot.ann("forget sheep").await.is_refused();
    bot.person("sudoer").claimed().asks("forget sheep").await.is_refused();
    bot.person("sam").asks("forget sheep #meadow").await.is_refused();
    bot.ann("counted").await.says("1 sheep");
    let forgotten = bot.sudoer("forget sheep #meadow").await;
    forgotten.says("I have forgotten all sheep.").says_in("#meadow", "We start again.");
    bot.ann("counted").await.says("Nothing yet.");
}
