//! What anybody may ask, as conversations.

#![expect(clippy::unwrap_used, reason = "this is how a test fails")]

use nuncio_plugins::{house, info, rooms, user};
use nuncio_sdk::Native;
use nuncio_sdk::prelude::*;

fn bot() -> Bot {
    Bot::with(info::plugin()).and(rooms::plugin()).and(house::plugin()).and(user::plugin())
}

#[tokio::test]
async fn everyone_is_answered_in_rooms_too() {
    let bot = bot();
    let ann = bot.person("ann").in_room("#tea");
    ann.asks("!ping").await.says("Pong!");
    ann.asks("nuncio: echo **hi** @bob").await.says("**hi** @bob");
    ann.asks("nuncio, uptime")
        .await
        .says("Up for less than a second, since 2026-11-22 12:00:00 UTC.");
    ann.asks("ping").await.says_nothing();
    bot.person("eve").claimed().asks("ping").await.says("Pong!");
}

#[tokio::test]
async fn uptime_follows_the_clock() {
    let bot = bot();
    bot.ann("ping").await.says("Pong!");
    bot.wait(Duration::from_secs(93_784)).await;
    bot.ann("uptime").await.says("Up for 1 day and 2 hours, since 2026-11-22 12:00:00 UTC.");
}

#[tokio::test]
async fn stats_count_what_happened() {
    let bot = bot();
    bot.ann("restart").await.is_refused();
    bot.ann("stats").await.says(
        "Since 2026-11-22 12:00:00 UTC I heard 2 messages and ran 1 command; I refused 1, and 0 failed.\n\
         I delivered 1 answer; 0 are waiting, and 0 never arrived.\n\
         memory is online, with 0 rooms.",
    );
}

#[tokio::test]
async fn help_lists_only_what_one_may_run() {
    let bot = bot();
    let heard = bot.ann("help").await;
    heard.mentions("ping").omits("restart").omits("say").omits("why others");
    bot.sudoer("help").await.mentions("outbox list").mentions("say").omits("restart");
    bot.owner("help").await.mentions("restart").mentions("config set");
    bot.ann("help restart")
        .await
        .says("You may not run restart here. Ask why restart for the reasons.");
    bot.owner("help restart").await.mentions("Ends me in good order and starts me again.");
    bot.ann("help dance").await.mentions("there is no command");
}

#[tokio::test]
async fn help_is_short_in_rooms() {
    let bot = bot();
    let ann = bot.person("ann").in_room("#tea");
    ann.asks("!help ping")
        .await
        .says("ping: Shows that I am here and listening. I say more of it in private.");
}

#[tokio::test]
async fn whoami_tells_evidence_from_claims() {
    let bot = bot();
    bot.ann("whoami").await.says("You are u:memory:ann: memory vouches for you.");
    let known = bot.person("ann").also("annie");
    known
        .asks("whoami")
        .await
        .says("You are u:memory:ann: … You also go by u:memory:annie, which is only a claim…");
    let claimed = bot.person("owner").claimed();
    claimed
        .asks("whoami")
        .await
        .says("You say that you are u:memory:owner, and nothing vouches for it…");
    claimed.asks("restart").await.is_refused();
}

#[tokio::test]
async fn why_is_everyones_about_oneself_and_a_sudoers_about_others() {
    let bot = bot();
    bot.ann("why restart").await.says("deny by access: …");
    bot.ann("why ann restart").await.says("deny by access: …");
    bot.ann("why owner restart").await.says("You may ask about yourself, and not about others.");
    bot.sudoer("why owner restart").await.says("allow by owner: owner `u:memory:owner`…");
    bot.sudoer("why u:memory:ann say in #tea").await.says("deny by access: …");
    bot.ann("why others owner restart").await.is_refused();
    bot.ann("why ann dance").await.says("There is no command dance.");
    bot.person("owner").claimed().asks("why restart").await.mentions("deny").mentions("identify");
}

#[tokio::test]
async fn why_in_a_room_answers_for_that_room() {
    let bot = bot().policy("owners = []\nbw_list = ['b r:memory:#quiet ping']");
    let ann = bot.person("ann");
    ann.asks("why ping").await.says("allow by access: …");
    ann.asks("why ping in #quiet").await.says("deny by bw_list: …");
    ann.clone().in_room("#quiet").asks("!why ping").await.says("deny by bw_list: …");
    ann.in_room("#quiet").asks("!ping").await.is_refused();
}

/// A bot with every standard plugin.
fn whole() -> Bot {
    let mut all = nuncio_plugins::standard().into_iter();
    let first = Bot::with(all.next().unwrap());
    all.fold(first, Bot::and)
}

#[tokio::test]
async fn a_stranger_is_shown_few_of_the_standard_commands() {
    whole().ann("help").await.says(
        "- alias: add, list, remove, show\n\
         - channel: capability list\n\
         - info: about, echo, help, ping, stats, uptime, why\n\
         - user: capabilities, confirm, identify, link, list, register, set password, set secure, \
         unidentify, unlink, unregister, unset password, whoami\n\n\
         Say help PLUGIN COMMAND to read more about one.",
    );
}

#[tokio::test]
async fn what_a_refusal_says_to_ask_is_answered() {
    let bot = whole();
    let all = nuncio_plugins::standard();
    let mut refused = 0;
    for (id, _) in all.iter().flat_map(Native::commands) {
        // Whoever is refused again and again is not told.
        bot.wait(Duration::from_mins(1)).await;
        for asked in [id.to_string(), format!("help {id}")] {
            let told = bot.ann(&asked).await.text();
            let Some((_, why)) = told.split_once("Ask ") else { continue };
            let why = why.strip_suffix(" for the reasons.").unwrap();
            bot.ann(why).await.mentions("deny by ");
            refused += 1;
        }
    }
    assert!(refused > 100, "{refused}");
    bot.wait(Duration::from_mins(1)).await;
    bot.ann("rooms list").await.says(
        "You may not run rooms list here (nothing allows a command of level `sudo`). Ask why rooms list for the reasons.",
    );
    bot.ann("why rooms list").await.says("deny by access: …");
}

#[tokio::test]
async fn a_name_that_several_commands_have_is_not_said_to_be_none() {
    let bot = whole();
    let lists =
        "`ignore list` may be several commands: `admin ignore list` or `channel ignore list`?";
    bot.ann("why ignore list").await.says(lists);
    bot.ann("why bob ignore.list").await.mentions("`admin ignore list` or `channel ignore list`?");
    bot.ann("why list").await.mentions("`rooms list`").mentions(" or `verify list`?");
    // Somebody of that name may ask for what one command has.
    bot.sudoer("why list ping").await.says("allow by access: …");
    bot.owner("help ignore list").await.says(lists);
    bot.owner("help pnig").await.says("there is no command `pnig`; did you mean `ping`?");
    bot.owner("audit list").await.mentions("`rooms list`");
    bot.owner("audit ignore.list").await.mentions("`admin ignore list`");
    bot.owner("alias add ls ignore list #tea").await.says(lists);
    bot.owner("modaccess add ann ignore.list").await.mentions("`admin ignore list`");
    bot.owner("tsec ann list 5m").await.mentions("`rooms list`");
    bot.owner("who-can list").await.mentions("`rooms list`");
    bot.owner("modaccess rm ann list").await.mentions("has no such grant of `list`");
}

#[tokio::test]
async fn a_command_is_named_as_a_refusal_names_it() {
    let bot = whole();
    bot.ann("rooms list").await.is_refused();
    for name in ["rooms.list", "\"rooms list\""] {
        bot.owner(&format!("audit {name}")).await.mentions("rooms.list, deny");
        bot.owner(&format!("modaccess add ann {name}")).await.mentions("may run `rooms.list`");
        bot.owner(&format!("modaccess rm ann {name}")).await.mentions("`rooms.list` any more");
        bot.owner(&format!("tsec ann {name} 5m")).await.mentions("may run `rooms.list`");
        bot.owner(&format!("tsec rm ann {name}")).await.mentions("`rooms.list` any more");
        bot.owner(&format!("disable {name}")).await.mentions("`rooms.list` is switched off");
        bot.owner(&format!("enable {name}")).await.mentions("`rooms.list` is switched on");
    }
    for name in ["rooms.list", "rooms list"] {
        bot.owner(&format!("who-can {name} in #tea")).await.mentions("u:memory:owner: owner");
        bot.owner(&format!("bw test ann {name}")).await.says("bw_list: nothing declared.");
        bot.owner(&format!("help {name}")).await.mentions("rooms list [space] [page]: Lists");
    }
    bot.owner("rooms list 1 2 3").await.mentions("Usage: rooms list [space] [page]");
}
