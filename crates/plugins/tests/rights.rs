//! Who reaches which of the commands that manage the policy, in private and in a room; and what
//! becomes of what they change.

use nuncio_plugins::{
    admin, bw, channel, info, modaccess, owner, policy, role, rooms, sudo, tsec, user,
};
use nuncio_sdk::prelude::*;

/// `admin` and `op` hold what their names say; `ann` has an account that holds nothing.
const POLICY: &str = "
owners = ['u:memory:owner']
sudoers = ['u:memory:sudoer']
bw_list = ['b u:memory:mute say']

[account.admin]
identities = ['u:memory:admin']
capabilities = ['admin', 'games']

[account.op]
identities = ['u:memory:op']
capabilities = ['r:memory:#tea,op']

[account.ann]
identities = ['u:memory:ann']

[[ignore]]
who = 'u:memory:spam'
";

fn bot() -> Bot {
    let plugins = [
        info::plugin(),
        rooms::plugin(),
        bw::plugin(),
        channel::plugin(),
        modaccess::plugin(),
        owner::plugin(),
        policy::plugin(),
        role::plugin(),
        sudo::plugin(),
        tsec::plugin(),
        user::plugin(),
    ];
    plugins.into_iter().fold(Bot::with(admin::plugin()), Bot::and).policy(POLICY)
}

const EVERYBODY: [&str; 5] = ["owner", "admin", "op", "sudoer", "ann"];

/// Each command, with who gets as far as it in `#tea`.
#[rustfmt::skip]
const REACH: &[(&str, &[&str])] = &[
    ("admin capability add ann games", &["owner", "admin"]),
    ("admin capability remove ann games", &["owner", "admin"]),
    ("admin ignore add eve", &["owner", "admin"]),
    ("admin ignore remove eve", &["owner", "admin"]),
    ("admin ignore list", &["owner", "admin"]),
    ("channel capability add ann voice", &["owner", "op"]),
    ("channel capability remove ann voice", &["owner", "op"]),
    ("channel capability set -games", &["owner", "op"]),
    ("channel capability unset -games", &["owner", "op"]),
    ("channel capability setdefault false", &["owner", "op"]),
    ("channel capability list", &EVERYBODY),
    ("channel ignore add eve 5m", &["owner", "op"]),
    ("channel ignore remove eve", &["owner", "op"]),
    ("channel ignore list", &["owner", "op"]),
    ("channel ban add eve", &["owner", "op"]),
    ("channel ban remove eve", &["owner", "op"]),
    ("channel ban list", &["owner", "op"]),
    ("channel lobotomy remove", &["owner", "op"]),
    ("channel lobotomy list", &["owner", "admin"]),
    ("disable ping", &["owner", "op"]),
    ("enable ping", &["owner", "op"]),
    ("disabled", &["owner", "sudoer"]),
    ("who-can ping", &["owner", "sudoer"]),
    ("audit", &["owner"]),
    ("owner defaultcapability add -games", &["owner"]),
    ("owner defaultcapability remove -games", &["owner"]),
    ("owner defaultcapability list", &["owner"]),
    ("owner forget x", &["owner"]),
    ("role capability add a games", &["owner"]),
    ("role capability remove a games", &["owner"]),
    ("role add ann a", &["owner"]),
    ("role remove ann a", &["owner"]),
    ("role list", &["owner"]),
    ("sudo add bob", &["owner"]),
    ("sudo rm bob", &["owner"]),
    ("sudo list", &["owner"]),
    ("modaccess add bob say", &["owner"]),
    ("modaccess rm bob say", &["owner"]),
    ("modaccess list", &["owner"]),
    ("tsec bob say 5m", &["owner"]),
    ("tsec rm bob say", &["owner"]),
    ("tsec list", &["owner"]),
    ("bw list", &["owner"]),
    ("bw add b u:memory:bob say", &["owner"]),
    ("bw remove 1", &["owner"]),
    ("bw test bob say", &["owner"]),
    ("user list", &EVERYBODY),
    ("user capabilities", &EVERYBODY),
    ("user capabilities others ann", &["owner", "admin"]),
    ("user set secure ann true", &EVERYBODY),
    ("user set ignored nobody true", &["owner"]),
    ("user unlink", &EVERYBODY),
    ("user identify ann x", &EVERYBODY),
    ("user unidentify", &EVERYBODY),
    ("user link u:memory:bob", &EVERYBODY),
    ("user confirm x", &EVERYBODY),
    ("user register ann", &EVERYBODY),
    ("user set password x", &EVERYBODY),
    ("user unset password", &EVERYBODY),
    ("user whoami", &EVERYBODY),
];

#[tokio::test]
async fn each_command_is_reached_by_those_who_may() {
    for (line, reached) in REACH {
        // In turn, for whoever is refused again and again is not told.
        let bot = bot();
        for who in EVERYBODY {
            let heard = bot.person(who).in_room("#tea").asks(&format!("!{line}")).await;
            let refused = heard.text().starts_with("You may not run");
            assert_eq!(refused, !reached.contains(&who), "{who}: {line}: {}", heard.text());
            if reached.len() < EVERYBODY.len() {
                let claimed = bot.person(who).claimed().in_room("#tea");
                claimed.asks(&format!("!{line}")).await.is_refused();
            }
        }
    }
}

#[tokio::test]
async fn an_op_manages_his_room_and_no_other() {
    let bot = bot();
    let op = bot.person("op");
    let here = op.clone().in_room("#tea");
    here.asks("!channel capability set -rooms.say").await.says(
        "Everybody holds `r:memory:#tea,-rooms.say` who is not given another. \
         To undo it: channel capability unset r:memory:#tea -rooms.say.",
    );
    bot.person("sudoer").in_room("#tea").asks("!say hi").await.is_refused();
    bot.person("sudoer").in_room("#tea").asks("!why say").await.mentions("audit row 1");
    bot.person("sudoer").in_room("#coffee").asks("!say hi").await.says("hi");
    bot.ann("channel capability list #tea").await.mentions(
        "r:memory:#tea,-rooms.say (audit row 1, by u:memory:op on 2026-11-22 12:00:00 UTC)",
    );
    here.asks("!channel capability set #coffee -games").await.is_refused();
    op.asks("channel capability set -games").await.is_refused();
    op.asks("channel capability unset #tea -rooms.say").await.mentions("is not held by everybody");
    bot.person("sudoer").in_room("#tea").asks("!say hi").await.says("hi");
    here.asks("!channel capability set #coffee,games").await.mentions("Usage");
    here.asks("!disable --everywhere say").await.says("Only an owner may do that.");
    here.asks("!disable say #tea").await.mentions("To undo it: enable say r:memory:#tea.");
    bot.person("owner").in_room("#tea").asks("!say hi").await.is_refused();
    bot.sudoer("disabled").await.mentions("(audit row");
}

#[tokio::test]
async fn an_op_ignores_and_bans_in_his_room() {
    let bot = bot();
    let op = bot.person("op").in_room("#tea");
    op.asks("!channel ignore add ann 1h").await.mentions("is ignored in r:memory:#tea until");
    op.asks("!channel ban add a:ann").await.says(
        "a:ann is banned from r:memory:#tea. To undo it: channel ban remove r:memory:#tea a:ann.",
    );
    bot.person("ann").in_room("#tea").asks("!ping").await.says_nothing();
    bot.person("ann").in_room("#coffee").asks("!ping").await.says("Pong!");
    op.asks("!channel ignore list").await.mentions("u:memory:ann").omits("a:ann");
    op.asks("!channel ban list").await.mentions("a:ann").omits("u:memory:ann");
    op.asks("!channel ban remove ann").await.mentions("is not banned");
    op.asks("!channel ban remove a:ann")
        .await
        .mentions("is not banned from r:memory:#tea any more");
    bot.person("ann").in_room("#tea").asks("!ping").await.says_nothing();
    bot.wait(Duration::from_secs(3_601)).await;
    bot.person("ann").in_room("#tea").asks("!ping").await.says("Pong!");
    op.asks("!channel ignore list").await.says("Nobody is ignored there.");
}

#[tokio::test]
async fn a_lobotomized_room_is_woken_from_outside() {
    let bot = bot();
    bot.person("op").in_room("#tea").asks("!channel lobotomy add").await.says_nothing();
    bot.person("op").in_room("#tea").asks("!channel lobotomy remove").await.says_nothing();
    bot.person("ann").in_room("#tea").asks("!ping").await.says_nothing();
    bot.person("admin")
        .asks("channel lobotomy list")
        .await
        .says("r:memory:#tea (audit row 1, by u:memory:op on 2026-11-22 12:00:00 UTC)");
    bot.person("op").asks("channel lobotomy remove #tea").await.mentions("is listened to again");
    bot.person("ann").in_room("#tea").asks("!ping").await.says("Pong!");
}

#[tokio::test]
async fn an_admin_gives_what_he_holds_and_takes_from_anybody() {
    let bot = bot();
    let admin = bot.person("admin");
    admin
        .asks("admin capability add ann games")
        .await
        .says("a:ann holds `games`. To undo it: admin capability remove a:ann games.");
    admin.asks("admin capability add u:memory:ann music").await.mentions("You do not hold `music`");
    admin.asks("admin capability add ann owner").await.mentions("Owners are named in files");
    admin.asks("admin capability add u:memory:bob games").await.mentions("no account's identity");
    admin.asks("admin capability add ann -info.ping").await.mentions("a:ann holds `-info.ping`");
    bot.ann("ping").await.is_refused();
    bot.ann("user capabilities").await.mentions("games (audit row").mentions("-info.ping (audit");
    bot.ann("user capabilities a:ann").await.mentions("games");
    bot.ann("user capabilities admin").await.mentions("not about others");
    admin.asks("user capabilities ann").await.mentions("games (audit row");
    admin
        .asks("admin capability remove admin admin")
        .await
        .mentions("stands in a file, at `policy.account.admin.capabilities");
    admin
        .asks("admin ignore add ann")
        .await
        .mentions("To undo it: admin ignore remove u:memory:ann.");
    bot.ann("whoami").await.says_nothing();
    admin
        .asks("admin ignore list")
        .await
        .mentions("u:memory:spam (policy.ignore[0], ")
        .mentions("by u:memory:admin on");
    admin.asks("admin ignore remove spam").await.mentions("stands in a file");
}

#[tokio::test]
async fn rules_from_chat_stand_last() {
    let bot = bot();
    bot.owner("bw add w u:memory:mute *").await.mentions("It overrules").mentions("policy.bw_list");
    bot.owner("bw add b r:memory:#tea say; w * *").await.mentions("that is not one rule");
    bot.owner("bw add b bob say").await.mentions("does not say who");
    bot.owner("bw add b r:memory:#tea say").await.mentions("To undo it: bw remove 2.");
    bot.person("sudoer").in_room("#tea").asks("!say hi").await.is_refused();
    bot.owner("bw list").await.says(
        "b u:memory:mute say (policy.bw_list[0], …)\n\
         1: w u:memory:mute * (audit row 1, …)\n\
         2: b r:memory:#tea say (audit row …)",
    );
    bot.owner("bw test sudoer say in #tea").await.mentions("b r:memory:#tea say");
    bot.owner("bw test mute say").await.mentions("w u:memory:mute *");
    bot.owner("bw test sudoer say in").await.mentions("write `in ROOM`");
    bot.owner("bw remove b r:memory:#tea say")
        .await
        .says("Rule 2 is removed. To undo it: bw add b r:memory:#tea say.");
    bot.owner("bw remove b u:memory:mute say").await.says("No rule from chat says that.");
    bot.person("sudoer").in_room("#tea").asks("!say hi").await.says("hi");
}

#[tokio::test]
async fn an_account_is_registered_by_whom_the_network_vouches_for() {
    let mut bot = bot();
    bot.person("bob").asks("user capabilities").await.mentions("You have no account");
    bot.person("bob")
        .claimed()
        .asks("user register bob")
        .await
        .mentions("Nothing vouches for who you are");
    bot.person("bob")
        .asks("user register Bob")
        .await
        .says("a:bob is registered. To undo it: user unregister bob.");
    bot.person("bob")
        .asks("user register bobby")
        .await
        .mentions("is an identity of `a:bob` already");
    bot.person("eve").asks("user register bob").await.mentions("is taken");
    bot.person("eve").asks("user unregister bob").await.mentions("is not yours");
    bot.restart().await;
    bot.person("bob")
        .asks("whoami")
        .await
        .says("You are u:memory:bob: memory vouches for you. Your account is a:bob.");
    bot.person("bob").asks("user list").await.says("a:admin\na:ann\na:bob\na:op");
    bot.person("bob")
        .asks("user set secure bob true")
        .await
        .mentions("To undo it: user set secure a:bob false");
    bot.person("bob").asks("user unlink").await.mentions("unregister it instead");
    bot.person("bob").asks("user unregister").await.says("a:bob is no account any more.");
    bot.person("bob").asks("whoami").await.omits("account");
}

#[tokio::test]
async fn it_is_shown_who_can_and_who_did() {
    let bot = bot();
    bot.ann("say hi").await.is_refused();
    bot.owner("sudo add bob").await.mentions("is a sudoer");
    bot.sudoer("who-can say").await.says(
        "u:memory:bob: sudoer `u:memory:bob` (audit row 2)\n\
         u:memory:owner: owner `u:memory:owner` (policy.owners[0])\n\
         u:memory:sudoer: sudoer `u:memory:sudoer` (policy.sudoers[0])",
    );
    bot.owner("disable say #tea").await.mentions("is switched off");
    bot.sudoer("who-can say in #tea").await.says("Nobody may.");
    bot.owner("audit 2").await.says(
        "2: 2026-11-22 12:00:00 UTC, u:memory:owner at …: sudo.add, done: sudo add u:memory:bob",
    );
    bot.owner("audit u:memory:ann").await.mentions("rooms.say, deny").omits("sudo.add");
    bot.owner("audit a:ann").await.mentions("rooms.say, deny").omits("sudo.add");
    bot.owner("audit sudo").await.mentions("sudo.add, done").omits("rooms.say");
    bot.owner("audit say 1").await.mentions("rooms.say, deny");
    bot.owner("audit * 1").await.mentions("3: ").omits("2: ");
    bot.owner("audit u:memory:nobody").await.says("Nothing is written there.");
}

#[tokio::test]
async fn long_lists_come_in_pages() {
    let bot = bot();
    for number in 0..25 {
        bot.owner(&format!("sudo add user{number}")).await.mentions("is a sudoer");
    }
    let text = bot.owner("sudo list").await.text();
    assert_eq!(text.lines().count(), 21);
    assert!(text.ends_with("… and 6 more: say it again with 2 behind it."), "{text}");
    assert_eq!(bot.owner("sudo list 2").await.text().lines().count(), 6);
    bot.owner("sudo list 3").await.says("There are no more.");
    let heard = bot.person("owner").in_room("#tea").asks("!sudo list").await;
    assert_eq!(heard.text().lines().count(), 6);
}

#[tokio::test]
async fn who_can_shows_as_many_as_a_page_holds_and_says_where_the_rest_is() {
    let people: Vec<String> = (0..30).map(|number| format!("'u:memory:p{number:02}'")).collect();
    let bot = Bot::with(policy::plugin())
        .policy(&format!("owners = ['u:memory:owner']\nsudoers = [{}]", people.join(", ")));
    bot.owner("who-can who-can").await.mentions("u:memory:p00: sudoer").mentions("lists them all");
}
