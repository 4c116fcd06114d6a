//! Sudoers and grants, as conversations: given, used, listed, ended, and over by themselves.

use nuncio_plugins::{info, modaccess, policy, rooms, sudo, tsec};
use nuncio_sdk::prelude::*;

fn bot() -> Bot {
    let plugins =
        [rooms::plugin(), policy::plugin(), sudo::plugin(), modaccess::plugin(), tsec::plugin()];
    plugins.into_iter().fold(Bot::with(info::plugin()), Bot::and)
}

/// How often a room was told something since it was last asked.
fn told(bot: &Bot, room: &str, text: &str) -> usize {
    let received = bot.memory().take_received().into_iter();
    let there = received.filter(|one| one.place.room().is_some_and(|id| id.room() == room));
    there.filter(|one| format!("{one:?}").contains(text)).count()
}

#[tokio::test]
async fn a_sudoer_is_made_and_unmade() {
    let bot = bot();
    bot.ann("say hello").await.is_refused();
    bot.owner("sudo add ann")
        .await
        .says("u:memory:ann is a sudoer. To undo it: sudo rm u:memory:ann.");
    bot.ann("say hello").await.says("hello");
    bot.owner("sudo list").await.says(
        "u:memory:sudoer (policy.sudoers[0], …)\n\
         u:memory:ann (audit row 2, by u:memory:owner on 2026-11-22 12:00:00 UTC)",
    );
    bot.ann("why say").await.mentions("sudoer `u:memory:ann` (audit row 2)");
    bot.owner("sudo rm u:memory:ann")
        .await
        .says("u:memory:ann is no sudoer any more. To undo it: sudo add u:memory:ann.");
    bot.ann("say hello").await.is_refused();
    bot.owner("sudo rm sudoer").await.mentions("stands in a file, at `policy.sudoers[0]`");
}

#[tokio::test]
async fn a_right_on_a_network_that_is_not_there_is_given_with_a_word() {
    let bot = bot();
    let none = "No network oftc is configured: as long as none is, nobody is u:oftc:bob.";
    for line in ["sudo add u:oftc:bob", "modaccess add u:oftc:bob say", "tsec u:oftc:bob echo 5m"] {
        bot.owner(line).await.mentions(none).mentions("To undo it");
    }
    for line in ["sudo add bob", "sudo add u:console:local", "sudo add u:socket:key"] {
        bot.owner(line).await.omits("configured");
    }
}

#[tokio::test]
async fn what_is_switched_in_a_room_is_switched_there() {
    let bot = bot();
    let owner = bot.person("owner").in_room("#tea");
    owner
        .asks("!disable echo")
        .await
        .says("`echo` is switched off in r:memory:#tea. To undo it: enable echo r:memory:#tea.");
    owner.asks("!echo hello").await.is_refused();
    bot.owner("echo hello").await.says("hello");
    owner.asks("!enable echo").await.mentions("is switched on in r:memory:#tea");
    owner
        .asks("!disable --everywhere echo")
        .await
        .says("`echo` is switched off everywhere. To undo it: enable echo --everywhere.");
    bot.owner("echo hello").await.is_refused();
    bot.owner("enable echo").await.mentions("is switched on everywhere");
    owner.asks("!disable echo #tea --everywhere").await.mentions("Everywhere, or in that room?");
}

#[tokio::test]
async fn a_second_grant_for_a_while_says_what_it_replaces() {
    let bot = bot();
    bot.owner("tsec ann say 5m").await.omits("replaces");
    bot.owner("tsec ann say 1h")
        .await
        .mentions("until 2026-11-22T13:0")
        .mentions("It replaces the grant until 2026-11-22T12:05:0");
    bot.owner("modaccess add ann say").await.omits("replaces");
}

#[tokio::test]
async fn only_owners_give_and_only_they_are_shown() {
    let bot = bot();
    for line in [
        "sudo add bob",
        "sudo rm sudoer",
        "sudo list",
        "modaccess add bob say",
        "modaccess rm bob say",
        "modaccess list",
        "tsec bob say 5m",
        "tsec rm bob say",
        "tsec list",
    ] {
        bot.ann(line).await.is_refused();
        bot.sudoer(line).await.is_refused();
        bot.person("owner").claimed().asks(line).await.is_refused();
        bot.person("sudoer").in_room("#tea").asks(&format!("!{line}")).await.is_refused();
    }
    assert_eq!(bot.store().managed().await.map(|rows| rows.len()).ok(), Some(0));
}

#[tokio::test]
async fn a_grant_outlives_a_restart() {
    let mut bot = bot();
    bot.owner("modaccess add ann rooms.say")
        .await
        .says("u:memory:ann may run `rooms.say`. To undo it: modaccess rm u:memory:ann rooms.say.");
    bot.restart().await;
    bot.ann("say hello").await.says("hello");
    bot.ann("why say").await.mentions("(audit row 1)");
    bot.owner("modaccess list").await.mentions("rooms.say").mentions("(audit row 1, by");
    bot.owner("modaccess rm ann say").await.mentions("To undo it: modaccess add");
    bot.ann("say hello").await.is_refused();
    bot.owner("audit * 2").await.mentions("3: ").mentions("2: ").omits("1: 2");
}

#[tokio::test]
async fn what_is_given_for_a_while_ends_and_the_room_is_told_once() {
    let bot = bot();
    bot.owner("join #tea").await.says("Joining #tea.");
    let owner = bot.person("owner").in_room("#tea");
    owner.asks("!tsec ann say 5m").await.says(
        "u:memory:ann may run `rooms.say` until 2026-11-22T12:05:0…Z. \
         To undo it: tsec rm u:memory:ann rooms.say.",
    );
    bot.wait(Duration::from_secs(299)).await;
    bot.ann("say hello").await.says("hello");
    owner.asks("!tsec list").await.mentions("rooms.say").mentions("audit row");
    assert_eq!(told(&bot, "#tea", "is over"), 0);
    bot.wait(Duration::from_secs(2)).await;
    assert_eq!(told(&bot, "#tea", "The time of u:memory:ann for rooms.say is over."), 1);
    bot.ann("say hello").await.is_refused();
    owner.asks("!tsec list").await.says("Nothing is granted for a while.");
    bot.wait(Duration::from_hours(1)).await;
    assert_eq!(told(&bot, "#tea", "is over"), 0);
}

#[tokio::test]
async fn what_is_given_for_a_while_ends_after_a_restart_too() {
    let mut bot = bot();
    bot.owner("join #tea").await.says("Joining #tea.");
    let owner = bot.person("owner").in_room("#tea");
    owner.asks("!tsec ann say 1h").await.mentions("may run");
    bot.wait(Duration::from_mins(30)).await;
    bot.restart().await;
    bot.ann("say hello").await.says("hello");
    assert_eq!(told(&bot, "#tea", "is over"), 0);
    bot.wait(Duration::from_secs(1_801)).await;
    assert_eq!(told(&bot, "#tea", "is over"), 1);
    bot.ann("say hello").await.is_refused();
    bot.restart().await;
    bot.wait(Duration::from_secs(3_601)).await;
    assert_eq!(told(&bot, "#tea", "is over"), 0);
}

#[tokio::test]
async fn what_is_given_in_private_ends_in_silence() {
    let bot = bot();
    bot.owner("tsec ann say 5").await.mentions("may run");
    bot.wait(Duration::from_secs(6)).await;
    assert_eq!(bot.memory().take_received().len(), 0);
    bot.ann("say hello").await.is_refused();
    bot.owner("audit core.policy").await.mentions("nuncio: core.policy, done: expire temporary");
}

#[tokio::test]
async fn what_a_lease_replaces_is_what_its_undo_gives_back() {
    let bot = bot();
    bot.owner("tsec ann say 1h").await.mentions("To undo it: tsec rm u:memory:ann rooms.say.");
    bot.owner("tsec ann say 2h")
        .await
        .mentions("To undo it: tsec u:memory:ann rooms.say 2026-11-22T13:00:0");
    bot.owner("tsec rm ann say").await.mentions("To undo it: tsec u:memory:ann rooms.say 2026-");
    bot.owner("tsec rm ann say").await.mentions("There is nothing to remove");
}
