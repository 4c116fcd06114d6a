//! `MxUserbot`'s gate for event handlers, and its row for watchers, through a bot in memory: they
//! ask what a command asks.

use async_trait::async_trait;
use nuncio_core::event::{Event, EventKind, Timing};
use nuncio_core::plugin::{Call, Effects, Failure, Handler, Manifest, Plugin, Watcher};
use nuncio_policy::Level;
use nuncio_sdk::prelude::*;

/// Greets whoever invites the bot or says hello, at a level.
#[derive(Debug)]
struct Greeter(Level);

#[async_trait]
impl Plugin for Greeter {
    fn manifest(&self) -> Manifest {
        let invites = |event: &Event| matches!(event.kind, EventKind::Invite { .. });
        let handler = Handler { path: "on-invite".into(), level: self.0.clone(), wants: invites };
        let hello = |text: &str| text == "hello there";
        let watcher = Watcher { path: "watch-hello".into(), level: self.0.clone(), matches: hello };
        Manifest {
            name: "greeter".into(),
            handlers: vec![handler],
            watchers: vec![watcher],
            ..Manifest::default()
        }
    }

    async fn call(&self, _: Call) -> Result<Effects, Failure> {
        Ok(Effects { replies: vec![Content::text("Welcome!").into()], ..Effects::default() })
    }
}

const SUDO: &str = "sudoers = ['u:memory:su']";
const GRANT: &str = "[[grant]]\nto = 'u:memory:x'\nwhat = 'greeter'";
const TSEC: &str = "
[[grant]]
to = 'u:memory:x'
what = 'greeter.on-invite'
until = 2026-11-22T13:00:00Z";
const EXPIRED: &str = "
[[grant]]
to = 'u:memory:x'
what = 'greeter.on-invite'
until = 2026-11-22T11:00:00Z";

/// Whether a bot greets whoever invites it.
async fn greets(policy: &str, level: Level, who: &str) -> bool {
    let bot = Bot::with(Greeter(level)).policy(&format!("owners = ['u:memory:bot']\n{policy}"));
    bot.wait(Duration::ZERO).await;
    let person = bot.person(who).in_room("#tea");
    let Some(room) = person.place().room().cloned() else { return false };
    let invite = EventKind::Invite { from: person.speaker(), room };
    bot.memory().happen(invite, Timing::Live).await.taken().await;
    bot.wait(Duration::ZERO).await;
    !bot.memory().take_received().is_empty()
}

#[tokio::test]
async fn an_event_handler_asks_what_a_command_asks() {
    let elevated = format!("{TSEC}\nelevate = true");
    let (default, owner, everyone) = (Level::default(), Level::Owner, Level::Everyone);
    for (row, policy, level, who, greeted) in [
        ("owner", "", &owner, "bot", true),
        ("sudo, handler default", SUDO, &default, "su", true),
        ("sudo, handler owner", SUDO, &owner, "su", false),
        ("stranger, default", "", &default, "x", false),
        ("stranger, everyone", "", &everyone, "x", true),
        ("stranger with a temporary grant", TSEC, &default, "x", true),
        ("a temporary grant, handler owner", TSEC, &owner, "x", false),
        ("elevated", &elevated, &owner, "x", true),
        ("stranger with a grant", GRANT, &default, "x", true),
        ("stranger with an expired grant", EXPIRED, &default, "x", false),
    ] {
        assert_eq!(greets(policy, level.clone(), who).await, greeted, "{row}");
    }
}

#[tokio::test]
async fn a_watcher_asks_what_a_command_asks() {
    // Row 35: watchers default to `sudo` too.
    for (row, policy, level, who, greeted) in [
        ("stranger, default", "", Level::default(), "x", false),
        ("sudo, default", SUDO, Level::default(), "su", true),
        ("stranger, everyone", "", Level::Everyone, "x", true),
        ("stranger with a grant", GRANT, Level::default(), "x", true),
        ("sudo, watcher owner", SUDO, Level::Owner, "su", false),
    ] {
        let bot = Bot::with(Greeter(level)).policy(&format!("owners = ['u:memory:bot']\n{policy}"));
        let heard = bot.person(who).in_room("#tea").asks("hello there").await;
        assert_eq!(heard.text(), if greeted { "Welcome!" } else { "" }, "{row}");
    }
}
