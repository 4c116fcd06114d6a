//! Aliases, as conversations: written by some, used by others, and run with the lesser of their
//! rights.

#![expect(clippy::unwrap_used, reason = "this is how a test fails")]

use nuncio_plugins::{admin, alias, channel, info, modaccess, rooms, sudo, user};
use nuncio_sdk::prelude::*;
use nuncio_sdk::services::AuditQuery;

mod tools {
    use nuncio_sdk::prelude::*;

    /// Takes a word, and a flag that matters.
    #[command(level = "everyone")]
    fn take(word: &str, force: bool) -> Reply {
        reply!["took {word}, {force}"]
    }

    /// Is for owners.
    #[command(level = "owner")]
    fn wipe() -> &'static str {
        "wiped"
    }

    /// Is for sudoers.
    #[command]
    fn sweep(what: Option<&Text>) -> Reply {
        reply!["swept {what}", what = what.map_or("all", Text::as_str)]
    }

    /// Is nobody else's to read.
    #[command(private, level = "everyone")]
    fn whisper(word: &str) -> Reply {
        reply!["heard {word}"]
    }

    plugin!(tools: take, wipe, sweep, whisper);
}

fn bot() -> Bot {
    let plugins = [
        alias::plugin(),
        info::plugin(),
        rooms::plugin(),
        admin::plugin(),
        channel::plugin(),
        sudo::plugin(),
        modaccess::plugin(),
        user::plugin(),
    ];
    plugins.into_iter().fold(Bot::with(tools::plugin()), Bot::and)
}

/// The last row of the audit log: who, what, its outcome and why.
async fn last(bot: &Bot) -> String {
    let query = AuditQuery { limit: 1, ..AuditQuery::default() };
    let row = bot.store().audit(&query).await.unwrap().pop().unwrap();
    format!("{} {} {}: {}", row.who, row.outcome, row.what, row.because)
}

#[tokio::test]
async fn it_runs_with_the_lesser_of_both_rights() {
    for (author, caller, runs) in [
        ("sudoer", "sudoer", true),
        ("sudoer", "ann", false),
        ("ann", "sudoer", false),
        ("ann", "ann", false),
    ] {
        let bot = bot();
        bot.person(author).asks("alias add tidy sweep").await.mentions("`tidy` stands for `sweep`");
        let heard = bot.person(caller).asks("tidy").await;
        assert_eq!(heard.text() == "swept all", runs, "{author}, {caller}: {}", heard.text());
    }
}

#[tokio::test]
async fn it_is_told_whose_right_is_missing_and_no_more() {
    let bot = bot();
    bot.ann("alias add tidy sweep $*").await.mentions("stands for");
    // The caller's own comes first.
    bot.person("bob").asks("tidy").await.says("You may not run sweep here (nothing allows a command of level `sudo`). Ask why sweep for the reasons.");
    bot.sudoer("tidy up").await.says("You may run sweep, but the alias tidy may not: its author, u:memory:ann, may not run that here.");
    assert_eq!(
        last(&bot).await,
        "u:memory:sudoer deny tools.sweep: alias tidy of u:memory:ann: who wrote `tidy`: nothing allows a command of level `sudo`"
    );
    bot.sudoer("why tidy")
        .await
        .mentions("tidy stands for tools.sweep")
        .mentions("allow by access")
        .mentions("its author, u:memory:ann, may not");
    bot.owner("sudo add ann").await.mentions("is a sudoer");
    bot.sudoer("why tidy").await.omits("may not");
    bot.sudoer("tidy up").await.says("swept up");
    // What he is given and what is taken from him counts at once.
    bot.owner("sudo rm ann").await.mentions("no sudoer");
    bot.sudoer("tidy up").await.mentions("may not run that here");
    bot.owner("admin ignore add ann").await.mentions("is ignored");
    bot.sudoer("tidy up").await.mentions("may not run that here").omits("ignored");
    bot.ann("tidy").await.says_nothing();
}

#[tokio::test]
async fn ownership_is_not_lent_in_either_direction() {
    let bot = bot();
    bot.owner("alias add clean wipe").await.mentions("stands for");
    bot.ann("clean").await.is_refused();
    bot.sudoer("clean").await.is_refused();
    bot.owner("clean").await.says("wiped");
    bot.person("eve").asks("alias add gift wipe").await.mentions("stands for");
    bot.person("eve").asks("alias add more sudo add eve").await.mentions("stands for");
    bot.owner("gift").await.mentions("its author, u:memory:eve, may not run that here");
    bot.owner("more").await.mentions("its author, u:memory:eve, may not run that here");
    bot.person("eve").asks("sweep").await.is_refused();
}

#[tokio::test]
async fn nobody_changes_by_anothers_hand_what_is_not_his() {
    let bot = bot();
    bot.person("bob").asks("user register bob").await.mentions("is registered");
    // Everybody may run the command; what it changes is only the account's own.
    bot.person("eve").asks("alias add hello user unregister").await.mentions("stands for");
    bot.person("bob").asks("hello").await.mentions("may not change that");
    bot.person("bob").asks("user whoami").await.mentions("a:bob");
    assert!(last(&bot).await.contains("who wrote `hello`"), "{}", last(&bot).await);
    // One's own is one's own.
    bot.person("bob").asks("alias add bye user unregister").await.mentions("stands for");
    bot.person("bob").asks("bye").await.mentions("no account any more");
    // An admin who holds less than his caller gives no more than he holds.
    bot.owner("user register root").await.mentions("is registered");
}

#[tokio::test]
async fn an_author_who_is_no_more_has_no_rights() {
    let bot = bot();
    bot.person("bob").asks("user register bob").await.mentions("is registered");
    bot.person("bob").asks("alias add hi echo $*").await.mentions("stands for");
    bot.ann("hi there").await.says("there");
    bot.person("bob").asks("user unregister").await.mentions("no account any more");
    bot.ann("hi there")
        .await
        .says("You may run echo, but the alias hi may not: its author is no more.");
    bot.ann("alias show hi").await.mentions("by somebody who is no more");
    bot.person("eve").asks("user register bob").await.mentions("is registered");
    bot.ann("hi there").await.mentions("its author is no more");
    bot.ann("alias remove hi").await.mentions("takes the capability `admin`");
    bot.owner("alias remove hi").await.says("`hi` is no alias any more.");
    bot.ann("hi there").await.mentions("There is no command `hi`");
}

#[tokio::test]
async fn arguments_are_arguments() {
    let bot = bot();
    bot.ann("alias add get take $1").await.mentions("stands for");
    for text in ["--force", "a b", "-- --force", "it's", "$1", "—force"] {
        let heard = bot.ann(&format!("get \"{text}\"")).await;
        heard.says(&format!("took {text}, false"));
    }
    bot.ann("get --force").await.says("took --force, false");
    bot.ann("get a b").await.says("That is more than the alias takes. Usage: `get <1>`.");
    bot.ann("alias add get take $1 --force").await.mentions("To undo it: alias add get take $1");
    bot.ann("get a").await.says("took a, true");
    bot.ann("alias add say echo $*").await.mentions("is a word of the command");
    bot.ann("alias add shout echo > $* <").await.mentions("stands for");
    bot.ann("shout \"it's  me").await.says("> \"it's  me <");
    bot.ann("alias add x take --$1").await.mentions("cannot be a flag");
    bot.ann("alias add x $1").await.mentions("cannot be its command");
    bot.ann("alias add x nothing").await.says("There is no command nothing.");
    bot.person("ann").claimed().asks("alias add x take y").await.mentions("Nothing vouches");
}

#[tokio::test]
async fn aliases_call_aliases_for_all_their_authors() {
    let bot = bot();
    bot.sudoer("alias add one sweep $1").await.mentions("stands for");
    bot.ann("alias add two one $1").await.mentions("stands for");
    bot.sudoer("alias add three two \"$1 up\"").await.mentions("stands for");
    bot.sudoer("one it").await.says("swept it");
    bot.sudoer("three it").await.mentions("the alias two may not: its author, u:memory:ann,");
    assert!(
        last(&bot)
            .await
            .contains("alias three of u:memory:sudoer, alias two of u:memory:ann, alias one of")
    );
    bot.owner("modaccess add ann sweep").await.mentions("may run");
    bot.sudoer("three it").await.says("swept it up");
    bot.ann("three it").await.says("swept it up");
    bot.person("bob").asks("three it").await.is_refused();
}

#[tokio::test]
async fn what_goes_in_a_circle_ends() {
    let bot = bot();
    bot.ann("alias add a echo a").await.mentions("stands for");
    bot.ann("alias add b a").await.mentions("stands for");
    bot.ann("alias add a b").await.mentions("stands for");
    bot.ann("a").await.says(
        "The alias `a` leads too far: through more than 16 others, or to more than 4 KiB of text.",
    );
    bot.person("bob").in_room("#tea").asks("!b").await.mentions("leads too far");
    bot.ann("alias remove a").await.mentions("is no alias any more");
    bot.ann("b").await.mentions("The alias `b` leads nowhere");
}

#[tokio::test]
async fn it_is_kept_shown_and_removed() {
    let mut bot = bot();
    bot.ann("alias add tidy sweep $1 @1")
        .await
        .says("`tidy` stands for `sweep $1 @1`. To undo it: alias remove tidy.");
    bot.ann("alias add hi echo hello $1").await.mentions("stands for");
    bot.restart().await;
    bot.person("bob").asks("hi you").await.says("hello you");
    bot.ann("alias show Tidy").await.says("tidy <1> [2] stands for sweep $1 @1, by u:memory:ann (audit row 1, by u:memory:ann on 2026-11-22 12:00:00 UTC).");
    // Only what leads to something that one may run is shown and offered.
    bot.ann("alias list").await.says("hi <1> stands for echo hello $1, by u:memory:ann");
    bot.sudoer("alias list").await.mentions("tidy <1> [2]").mentions("hi <1>");
    bot.ann("help").await.mentions("aliases: hi").omits("tidy");
    bot.sudoer("help").await.mentions("aliases: hi, tidy");
    bot.ann("help hi").await.says("hi <1>: stands for echo hello $1. help echo tells more.");
    bot.sudoer("tidi").await.mentions("did you mean `tidy`?");
    bot.ann("tidi").await.omits("tidy");
    bot.person("bob").asks("alias remove hi").await.mentions("takes the capability `admin`");
    bot.person("bob")
        .asks("alias add hi echo no")
        .await
        .says("`hi` is an alias of u:memory:ann already; choose another name.");
    bot.ann("alias remove hi")
        .await
        .says("`hi` is no alias any more. To undo it: alias add hi echo hello $1.");
    bot.owner("alias remove tidy").await.says("`tidy` is no alias any more.");
    bot.ann("alias list").await.says("There are no aliases that you may use here.");
}

#[tokio::test]
async fn a_room_has_its_own() {
    let bot = bot();
    let bob = bot.person("bob").in_room("#tea");
    bob.asks("!alias add --room brew echo Tea for $1.").await.says("`brew` stands for `echo Tea for $1.` in r:memory:#tea. To undo it: alias remove r:memory:#tea brew.");
    bob.asks("!brew two").await.says("Tea for two.");
    bot.ann("brew two").await.mentions("There is no command `brew`");
    bot.person("bob").asks("alias add brew echo Coffee for $1.").await.mentions("stands for");
    bot.ann("brew two").await.says("Coffee for two.");
    bob.asks("!brew two").await.says("Tea for two.");
    bot.person("ann")
        .in_room("#tea")
        .asks("!alias remove brew")
        .await
        .mentions("takes the capability `r:memory:#tea,op`");
    bob.asks("!alias remove brew").await.mentions("`brew` is no alias in r:memory:#tea any more.");
    bob.asks("!brew two").await.says("Coffee for two.");
    bot.ann("alias add --room x echo").await.mentions("Which room?");
}

#[tokio::test]
async fn the_room_counts_for_authors_too() {
    let bot = bot().policy(
        "owners = ['u:memory:owner']\nsudoers = ['u:memory:ann']\n\
         bw_list = ['b u:memory:bob tools.take', 'w r:memory:#tea tools.take']",
    );
    bot.person("bob").asks("alias add get take $1").await.mentions("stands for");
    bot.ann("get a").await.mentions("its author, u:memory:bob, may not run that here");
    bot.person("ann").in_room("#tea").asks("!get a").await.says("took a, false");
}

#[tokio::test]
async fn what_is_private_stays_so() {
    let bot = bot();
    bot.ann("alias add psst whisper $1").await.mentions("stands for");
    bot.ann("psst word").await.says("heard word");
    bot.person("ann").in_room("#tea").asks("!psst word").await.mentions("private").omits("heard");
}
