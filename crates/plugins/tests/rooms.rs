//! Speaking in rooms, as conversations.

use nuncio_plugins::rooms;
use nuncio_sdk::prelude::*;

#[tokio::test]
async fn what_is_said_elsewhere_is_decided_there() {
    let bot = Bot::with(rooms::plugin()).policy(
        "owners = []\n\
         sudoers = ['u:memory:sudoer', 'u:memory:mute']\n\
         bw_list = ['b u:memory:mute action.send', 'b r:memory:#quiet action.send']",
    );
    for room in ["#tea", "#quiet"] {
        bot.sudoer(&format!("join {room}")).await.says(&format!("Joining {room}."));
    }
    let said = bot.sudoer("say #tea Good *morning*!").await;
    said.says("Said in #tea.").says_in("#tea", "Good *morning*!");
    bot.sudoer("say #quiet psst").await.is_refused();
    bot.person("mute").asks("say #tea psst").await.is_refused();
    bot.ann("say #tea Good morning!").await.is_refused();
    bot.ann("say Good morning!").await.is_refused();
}

#[tokio::test]
async fn rooms_are_entered_and_left() {
    let bot = Bot::with(rooms::plugin());
    bot.sudoer("join #tea").await.says("Joining #tea.");
    assert_eq!(bot.memory().rooms().len(), 1);
    bot.person("sudoer").in_room("#tea").asks("!say hello").await.says("hello");
    bot.person("sudoer").in_room("#tea").asks("!leave").await.says_nothing();
    assert_eq!(bot.memory().rooms(), []);
    bot.sudoer("leave #tea").await.says("I am not in #tea.");
    bot.sudoer("join").await.mentions("join <room> [key]");
    // The room of that name is on another network than the one that is meant.
    bot.sudoer("join #tea").await.says("Joining #tea.");
    bot.sudoer("say r:console:#tea hello")
        .await
        .says("I am not in r:console:#tea. Do you mean r:memory:#tea?");
    bot.ann("join #tea").await.is_refused();
    bot.ann("leave #tea").await.is_refused();
}
