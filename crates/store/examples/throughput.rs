//! Prints how many events a second the store takes, by the size of the batch: a journal row each,
//! alone, or with an answer that arrives before its batch is written, or with one that waits.
//!
//! `cargo run --release -p nuncio-store --example throughput [power] [random]`; `random`: the events'
//! keys come in no order, as on Matrix, and each goes to another page of the database.

use std::error::Error;
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use nuncio_core::action::Output;
use nuncio_core::content::Content;
use nuncio_core::delivery::OutputKey;
use nuncio_core::event::EventKey;
use nuncio_core::place::Place;
use nuncio_core::store::{
    Draft, JournalRow, JournalState, OutboxMove, OutboxRow, OutboxState, Store, WriteSet,
};
use nuncio_policy::{CaseMapping, CommandId, Level, RoomId, Speaker, UserId};
use nuncio_store::{Durability, Options, SqliteStore};

const EVENTS: u32 = 100_000;

/// What becomes of an event's answer.
#[derive(Clone, Copy, Debug)]
enum Answer {
    None,
    Arrives,
    Waits,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let asked = |word: &str| std::env::args().any(|argument| argument == word);
    let durability = if asked("power") { Durability::Power } else { Durability::Process };
    let random = asked("random");
    let options = Options { durability };
    let mut out = std::io::stdout();
    writeln!(out, "{durability:?}: events/s by what becomes of the answer")?;
    writeln!(out, "{:>6} {:>12} {:>12} {:>12}", "batch", "none", "arrives", "waits")?;
    for size in [1, 8, 64, 512] {
        write!(out, "{size:>6}")?;
        for answer in [Answer::None, Answer::Arrives, Answer::Waits] {
            let rate = rate(answer, size, random, options).await?;
            write!(out, " {rate:>12.0}")?;
            out.flush()?;
        }
        writeln!(out)?;
    }
    Ok(())
}

async fn rate(
    answer: Answer,
    size: u32,
    random: bool,
    options: Options,
) -> Result<f64, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let store = SqliteStore::open(folder.path(), options)?;
    // Where each batch waits for the disk, a tenth says as much.
    let events = if size < 64 { EVENTS / 10 } else { EVENTS };
    // Odd, so that no two events get the same key.
    let step = if random { 0x9E37_79B9_7F4A_7C15_u64 } else { 1 };
    let name =
        |number: u32| format!("1AB~1767225600~{:016x}", u64::from(number).wrapping_mul(step));
    let mut batches = vec![];
    for first in (0..events).step_by(usize::try_from(size)?) {
        let numbers = first..events.min(first.saturating_add(size));
        let sets = numbers.map(|number| set(&name(number), answer));
        batches.push(sets.collect::<Result<Vec<_>, _>>()?);
    }
    let start = Instant::now();
    for batch in batches {
        for answer in store.commit(batch).await {
            answer?;
        }
    }
    let took = start.elapsed();
    store.close().await;
    Ok(f64::from(events) / took.as_secs_f64())
}

fn set(event: &str, answer: Answer) -> Result<WriteSet, Box<dyn Error>> {
    let network = "irc".parse()?;
    let room = RoomId::new(&network, "#nuncio", CaseMapping::Rfc1459)?;
    let ann = UserId::new(&network, "ann", CaseMapping::Rfc1459)?;
    let key = EventKey::new(event);
    let output = OutputKey::of(&network, &key, 0);
    let command = CommandId::literal("echo.say");
    let row = OutboxRow {
        key: output.clone(),
        draft: Draft {
            output: Output::say(Place::Room(room.clone()), Content::text("an answer as usual")),
            speaker: Speaker::verified(ann),
            room: Some(room),
            target: None,
            command: command.clone(),
            level: Level::Everyone,
            refusal: false,
            keep_as: None,
            used: Vec::new(),
        },
        at: Timestamp::UNIX_EPOCH,
        state: OutboxState::Handed,
        attempts: 1,
    };
    let (at, speaker, state) = (Timestamp::UNIX_EPOCH, "u:irc:ann".into(), JournalState::Done);
    let journal = Some(JournalRow { network, key, at, command, speaker, state });
    let mut set = WriteSet { journal, ..WriteSet::default() };
    match answer {
        Answer::None => {}
        Answer::Arrives => {
            set.outputs.push(Arc::new(row));
            set.moves.push(OutboxMove { key: output, to: None });
        }
        Answer::Waits => set.outputs.push(Arc::new(row)),
    }
    Ok(set)
}
