//! Speaking in rooms, as conversations.

use nuncio_plugins::rooms;
use nuncio_sdk::prelude::*;
use nuncio_sdk::{Listed, Listing, Member, Power, Within};

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

#[tokio::test]
async fn members_are_told_with_what_vouches_for_them() {
    let bot = Bot::with(rooms::plugin());
    bot.sudoer("join #tea").await.says("Joining #tea.");
    let tea = bot.person("sudoer").in_room("#tea");
    let member = |name: &str, who: Speaker, power| Member {
        name: name.into(),
        own: name == "nuncio",
        who,
        power,
    };
    let people = vec![
        member("nuncio", bot.person("bot").speaker(), None),
        member("Ann", bot.person("ann").speaker(), Some(Power::Op)),
        member("bob", bot.person("bob").claimed().speaker(), None),
    ];
    bot.memory().seat(tea.place().room().expect("a room").clone(), people);
    let told = "#tea has 3 members:\nnuncio: I\nAnn: u:memory:ann, op\nbob: u:memory:bob (claimed)";
    tea.asks("!members").await.says(told);
    bot.sudoer("members #tea").await.says(told);
    bot.sudoer("members #tea 2").await.says("There are no more.");
    bot.sudoer("members").await.says("Say which room.");
    bot.ann("members #tea").await.is_refused();
    assert_eq!(bot.memory().asked().len(), 3, "what is refused is not asked");
}

#[tokio::test]
async fn the_rooms_of_a_space_are_listed() {
    let bot = Bot::with(rooms::plugin());
    let place = bot.person("ann").in_room("#kitchen").place();
    let listed = |name: Option<&str>, joined: bool| Listed {
        room: bot.person("ann").in_room("#tea").place().room().expect("a room").clone(),
        name: name.map(Into::into),
        topic: joined.then(|| "all about tea".into()),
        members: Some(1),
        joined,
        is_space: !joined,
    };
    let rooms = [listed(Some("Tea"), true), listed(None, false)];
    let space = place.room().expect("a room").clone();
    bot.memory().list(Within::Space(space), Listing::new(rooms, true));
    bot.sudoer("rooms list #kitchen").await.says(
        "Tea (#tea): 1 member, I am in it – all about tea\n#tea: a space, 1 member\nThere are more.",
    );
    bot.sudoer("rooms list").await.says("The network does not know that.");
    bot.ann("rooms list #kitchen").await.is_refused();
}
