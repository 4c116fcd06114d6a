//! A bot on Matrix that is killed: at random points, in turns with its homeserver, and at the one
//! that is worst.
//!
//! `CHAOS_SEED=…` repeats a run as far as a run can be repeated, `CHAOS_KILLS=50` makes it longer.

use std::{
    str::FromStr,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use fastrand::Rng;
use nuncio_core::{event::EventKey, store::Store as _};
use nuncio_policy::Network;
use nuncio_store::{DATABASE, SqliteStore};
use nuncio_testkit::{
    matrix::{Person, text},
    server::Synapse,
};
use nuncio_tests::{
    chaos::{Kind, Ledger},
    home::Home,
    homeserver::{self, BOT, homeserver, network},
};
use rusqlite::{Connection, TransactionBehavior};
use serde_json::Value;
use tokio::time::timeout;

/// How often somebody is killed if `CHAOS_KILLS` does not say.
const KILLS: usize = 8;

/// The most commands that are asked before a kill, and how many at once.
const ASKED: usize = 12;
const AT_ONCE: usize = 3;

/// The axe falls within this time: some commands are being said then, some read, some answered.
const LINGER_MS: u64 = 400;

#[tokio::test]
async fn nothing_is_lost_and_nothing_is_doubled() -> Result<()> {
    let kills = number("CHAOS_KILLS")?.unwrap_or(KILLS);
    let seed = number("CHAOS_SEED")?.unwrap_or_else(|| fastrand::u64(..));
    xtask::say!("CHAOS_SEED={seed}");
    let (mut random, began) = (Rng::with_seed(seed), Instant::now());

    let mut server = homeserver(&["ann"]).await?;
    let person = homeserver::person(&server, "ann").await?;
    let room = person.open_room("nuncio").await?;
    let mut ann = Asker { person, room, next: 0 };
    let home = home(&server)?;
    let mut bot = home.run().await?;
    ann.person.meets(&ann.room, BOT).await?;
    for kill in 0..kills {
        // Whoever was killed is there again once this is answered.
        ann.ask(AT_ONCE).await?;
        let linger = Duration::from_millis(random.u64(0..LINGER_MS));
        let more = random.usize(1..=ASKED);
        timeout(linger, ann.ask(more)).await.ok();
        if kill % 2 == 0 {
            bot.kill9()?;
            bot = home.run().await?;
        } else {
            server.kill9()?;
            server.restart().await?;
        }
    }
    ann.ask(AT_ONCE).await?;
    bot.terminate().await?;

    let outbox = String::from_utf8(home.nuncio(&["outbox", "."])?.stdout)?;
    let ledger = Ledger::read(&ann.person.history(&ann.room).await?, BOT);
    let report = ledger.close(&home.state("nuncio"), &outbox, kills).await?;
    xtask::say!("{report}\nin {:.0?}", began.elapsed());
    assert!(report.violations.is_empty(), "{report}");
    assert!(report.asked >= AT_ONCE * (kills + 1), "too few commands were asked: {report}");
    Ok(())
}

/// matrix-sdk writes what it has synced before we hear of it, and shows it to nobody again. A kill
/// after that, and before our journal has it, must not lose it.
#[tokio::test]
async fn what_only_the_library_has_written_is_neither_lost_nor_doubled() -> Result<()> {
    let server = homeserver(&["ann", "bob"]).await?;
    let person = homeserver::person(&server, "ann").await?;
    let room = person.open_room("nuncio").await?;
    let mut ann = Asker { person, room, next: 0 };
    let mut bob = homeserver::person(&server, "bob").await?;
    bob.enter(&ann.room).await?;
    let home = home(&server)?;
    let bot = home.run().await?;
    ann.person.meets(&ann.room, BOT).await?;
    ann.ask(AT_ONCE).await?;

    // Our journal takes nothing any more: somebody else is writing.
    let mut ours = Connection::open(home.state("nuncio").join(DATABASE))?;
    let writing = ours.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut keys = Vec::new();
    let mut number = ann.next.next_multiple_of(10);
    for kind in [Kind::Set, Kind::Say] {
        assert_eq!(Kind::of(number), kind);
        let words = kind.words(number, &Ledger::setting(number));
        keys.push(ann.person.say(&ann.room, &words).await?);
        number += 1;
    }
    // What is only answered does not wait for the journal: so all that was said before it is synced.
    let last = number + 4;
    keys.push(bob.say(&ann.room, &Kind::Echo.words(last, "")).await?);
    bob.expect(answers(last)).await?;
    bot.kill9()?;
    writing.rollback()?;
    let store = SqliteStore::open_to_read(&home.state("nuncio"))?;
    let network: Network = "matrix".parse()?;
    for key in &keys {
        let journalled = store.journalled(&network, &EventKey::new(key.as_str())).await?;
        assert_eq!(journalled, None, "the kill came too late to show anything");
    }
    store.close().await;

    let bot = home.run().await?;
    ann.next = last + 1;
    ann.ask(AT_ONCE).await?;
    bot.terminate().await?;
    let outbox = String::from_utf8(home.nuncio(&["outbox", "."])?.stdout)?;
    let ledger = Ledger::read(&ann.person.history(&ann.room).await?, BOT);
    let report = ledger.close(&home.state("nuncio"), &outbox, 1).await?;
    assert!(report.violations.is_empty(), "{report}");
    assert_eq!(report.asked, 2 * AT_ONCE + keys.len(), "{report}");
    Ok(())
}

/// Somebody who asks numbered commands.
struct Asker {
    person: Person,
    room: String,
    next: usize,
}

impl Asker {
    /// Asks so many commands, and waits for the last answer: what one person says in a room is
    /// handled in order. What the server did not take in time was never said, or will have been.
    async fn ask(&mut self, many: usize) -> Result<()> {
        for _ in 1..many {
            self.say(self.next).await;
        }
        // One that is answered however late it comes.
        while Kind::of(self.next) != Kind::Echo {
            self.next += 1;
        }
        let last = self.next;
        self.say(last).await.context("the server takes nothing")?;
        self.person.expect(answers(last)).await.with_context(|| format!("of {last}")).map(drop)
    }

    async fn say(&mut self, number: usize) -> Option<()> {
        self.next = number + 1;
        let words = Kind::of(number).words(number, &Ledger::setting(number));
        self.person.say(&self.room, &words).await.ok().map(drop)
    }
}

/// Whether an event is the bot's answer to a numbered command that only answers.
fn answers(number: usize) -> impl Fn(&Value) -> bool {
    let answer = format!("number-{number}-");
    move |event| text(event, "/sender") == BOT && text(event, "/content/body") == answer
}

fn number<T: FromStr>(name: &str) -> Result<Option<T>> {
    let Ok(text) = std::env::var(name) else { return Ok(None) };
    let number = text.parse().ok();
    number.with_context(|| format!("`{name}` is a number")).map(Some)
}

fn home(server: &Synapse) -> Result<Home> {
    Home::new(&format!(
        r#"
{}
[limits]
flood_commands = 0
flood_invalid = 0

[policy]
owners = ["u:matrix:@ann:localhost"]
"#,
        network(server)
    ))
}
