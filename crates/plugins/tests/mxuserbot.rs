//! `MxUserbot`'s table of cases, each state set by the commands that its users know: `sudo`,
//! `modaccess` and `tsec`. The policy crate decides the same rows without a bot.
//!
//! Some rows cannot be said in chat, and are run elsewhere:
//!
//! - 28, 29 and 31 are about files in which a list is a text or a key has another name: chat gives
//!   to one person at a time. `policy::mxuserbot` reads them, and nothing is compiled of them.
//! - 32 and 33 are about levels that a plugin declares as numbers: here a level is read by the
//!   macro, and such a plugin is not compiled.
//! - 35 and the gate of event handlers are in the sdk's `gate` tests, for a watcher or a handler
//!   that nobody says the name of.
//! - 36 to 38 are about dialogs and buttons, which no network has yet. `core::gate` lets each such
//!   trigger ask, and decides again on what waited.

use nuncio_plugins::{alias, modaccess, sudo, tsec};
use nuncio_sdk::prelude::*;

mod ping_pong {
    use nuncio_sdk::prelude::*;

    /// Pings.
    #[command(level = "sudo", aliases = ["p"])]
    fn ping() -> &'static str {
        "done"
    }
    plugin!(ping_pong: ping);
}

mod shell {
    use nuncio_sdk::prelude::*;

    /// Runs anything.
    #[command(level = "owner")]
    fn sh() -> &'static str {
        "done"
    }
    plugin!(shell: sh);
}

mod public {
    use nuncio_sdk::prelude::*;

    /// Is for everyone.
    #[command(level = "everyone")]
    fn open() -> &'static str {
        "done"
    }

    /// Says nothing of its level.
    #[command]
    fn bare() -> &'static str {
        "done"
    }
    plugin!(public: open, bare);
}

fn bot() -> Bot {
    let plugins =
        [shell::plugin(), public::plugin(), sudo::plugin(), modaccess::plugin(), tsec::plugin()];
    let bot = plugins.into_iter().fold(Bot::with(ping_pong::plugin()), Bot::and);
    bot.policy("owners = ['u:memory:@bot:hs', 'u:memory:@own:hs']")
}

/// A row's name, what an owner says first, how many seconds pass, who says what then, and whether it
/// is done.
type Row = (&'static str, &'static [&'static str], u64, &'static str, &'static str, bool);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("1", &[], 0, "@bot:hs", "sh", true),
    ("2", &[], 0, "@own:hs", "sh", true),
    ("3", &["sudo add @su:hs"], 0, "@su:hs", "ping", true),
    ("4", &["sudo add @su:hs"], 0, "@su:hs", "sh", false),
    ("5", &[], 0, "@x:hs", "open", true),
    ("6", &[], 0, "@x:hs", "ping", false),
    ("7", &[], 0, "@x:hs", "sh", false),
    ("8", &[], 0, "@x:hs", "bare", false),
    ("9", &["modaccess add @x:hs ping"], 0, "@x:hs", "ping", true),
    ("10", &["modaccess add @x:hs ping"], 0, "@x:hs", "sh", false),
    ("11", &["modaccess add @x:hs sh"], 0, "@x:hs", "sh", false),
    ("11 elevated", &["modaccess add @x:hs sh --elevate"], 0, "@x:hs", "sh", true),
    ("12", &["modaccess add @x:hs ping_pong"], 0, "@x:hs", "ping", true),
    ("13", &["modaccess add @x:hs shell"], 0, "@x:hs", "sh", false),
    ("14", &["modaccess add @x:hs Ping_Pong"], 0, "@x:hs", "ping", true),
    ("15", &["modaccess add @x:hs ping"], 0, "@x:hs", "p", true),
    ("15 by its alias", &["modaccess add @x:hs p"], 0, "@x:hs", "ping", true),
    ("16", &["modaccess add @x:hs ping_pong"], 0, "@x:hs", "p", true),
    ("17", &["modaccess add @x:hs ping", "modaccess rm @x:hs ping"], 0, "@x:hs", "ping", false),
    ("18", &["tsec @x:hs ping 600s"], 0, "@x:hs", "ping", true),
    ("19", &["tsec @x:hs ping 600s", "modaccess add @x:hs bare"], 0, "@x:hs", "ping", true),
    ("20", &["tsec @x:hs ping 10m", "modaccess add @x:hs bare"], 601, "@x:hs", "ping", false),
    ("21", &["tsec @x:hs ping 600"], 600, "@x:hs", "ping", false),
    ("23", &["tsec @x:hs bare 1d"], 0, "@x:hs", "ping", false),
    ("24", &["tsec @x:hs sh 1d"], 0, "@x:hs", "sh", false),
    ("24 elevated", &["tsec @x:hs sh 1d --elevate"], 0, "@x:hs", "sh", true),
    ("26", &["tsec @x:hs ping 5"], 4, "@x:hs", "ping", true),
    ("26 later", &["tsec @x:hs ping 5"], 6, "@x:hs", "ping", false),
    ("26 in minutes", &["tsec @x:hs ping 5m"], 6, "@x:hs", "ping", true),
    ("27", &["sudo add @su:hs"], 0, "@SU:hs", "ping", false),
    ("30", &["tsec @x:hs ping 5", "tsec @x:hs ping 20"], 10, "@x:hs", "ping", true),
];

#[tokio::test]
async fn the_table_of_cases() {
    for (row, said, seconds, who, command, done) in ROWS {
        let bot = bot();
        for line in *said {
            bot.person("@bot:hs").asks(line).await.mentions("To undo it:");
        }
        bot.wait(Duration::from_secs(*seconds)).await;
        let heard = bot.person(who).asks(command).await;
        assert_eq!(heard.text() == "done", *done, "row {row}: {}", heard.text());
        if !done {
            heard.is_refused();
        }
    }
}

#[tokio::test]
async fn what_is_malformed_is_refused_when_it_is_said() {
    let bot = bot();
    let owner = bot.person("@bot:hs");
    // Rows 22 and 25: no time, and a plugin that is none.
    owner.asks("tsec @x:hs ping").await.mentions("Usage: tsec <who> <what> <time> [--elevate]");
    owner.asks("tsec @x:hs ping never").await.mentions("never is no time");
    owner.asks("tsec @x:hs ping 0").await.mentions("is over already");
    owner.asks("tsec @x:hs pingpongmodule 1h").await.mentions("No plugin `pingpongmodule`");
    owner.asks("modaccess add @x:hs shell --elevate").await.mentions("grant the command in full");
    bot.person("@x:hs").asks("ping").await.is_refused();
}

#[tokio::test]
async fn whoever_only_claims_to_be_the_owner_is_not() {
    // Rows 39 and 40.
    let bot = bot();
    for line in ["sh", "sudo add @x:hs", "tsec @x:hs ping 1h"] {
        bot.person("@own:hs").claimed().asks(line).await.is_refused();
    }
}

#[tokio::test]
async fn whoever_is_nobody_runs_nothing() {
    // Row 34.
    let bot = bot();
    bot.wait(Duration::ZERO).await;
    let (nobody, place) = (Speaker::claimed([]), bot.person("x").place());
    for line in ["open", "ping", "sh"] {
        bot.memory().say(nobody.clone(), "", place.clone(), line).await.taken().await;
        bot.wait(Duration::ZERO).await;
        let received = format!("{:?}", bot.memory().take_received());
        assert!(received.contains("You may not run"), "{line}: {received}");
    }
}

#[tokio::test]
async fn an_alias_is_its_target_before_anybody_is_asked() {
    // Rows 11, 15 and 16, by an alias of somebody's own.
    let bot = bot().and(alias::plugin());
    let owner = bot.person("@bot:hs");
    owner.asks("alias add pp ping").await.mentions("stands for");
    owner.asks("alias add do sh").await.mentions("stands for");
    let x = bot.person("@x:hs");
    x.asks("pp").await.is_refused();
    owner.asks("modaccess add @x:hs ping").await.mentions("To undo it:");
    owner.asks("modaccess add @x:hs sh").await.mentions("To undo it:");
    x.asks("pp").await.says("done");
    x.asks("do").await.is_refused();
}

#[tokio::test]
async fn the_access_value_of_a_plugin() {
    let list = "['u:memory:@a:hs', 'u:memory:@b:hs', 'u:memory:@c:hs']";
    for (access, who, done) in [
        ("'all'", "@x:hs", true),
        ("'owner'", "@bot:hs", true),
        ("'owner'", "@su:hs", false),
        ("'sudo'", "@su:hs", true),
        ("'sudo'", "@bot:hs", true),
        ("'sudo'", "@x:hs", false),
        (list, "@c:hs", true),
        (list, "@d:hs", false),
        (list, "@bot:hs", true),
        ("['u:memory:@Abc:hs']", "@Abc:hs", true),
        ("['u:memory:@Abc:hs']", "@abc:hs", false),
    ] {
        let policy = "owners = ['u:memory:@bot:hs']\nsudoers = ['u:memory:@su:hs']";
        let access = ["ping_pong", "shell", "public"].map(|name| format!("{name} = {access}"));
        let bot = bot().policy(&format!("{policy}\n[access]\n{}", access.join("\n")));
        for command in ["open", "ping", "sh"] {
            let heard = bot.person(who).asks(command).await;
            assert_eq!(heard.text() == "done", done, "{who}, {command}, {access:?}");
        }
    }
}
