//! Rows to write.

use std::sync::Arc;

use jiff::Timestamp;
use nuncio_core::action::{Action, Output};
use nuncio_core::config::Secret;
use nuncio_core::content::Content;
use nuncio_core::cursor::{Cursor, Mark, Position, Source};
use nuncio_core::delivery::OutputKey;
use nuncio_core::event::EventKey;
use nuncio_core::place::Place;
use nuncio_core::store::{
    AuditRow, CursorWrite, Draft, JournalRow, JournalState, OutboxMove, OutboxRow, OutboxState,
    Scope, SettingWrite, ValueWrite, WriteSet,
};
use nuncio_policy::{
    AuditNumber, CaseMapping, Change, CommandId, Fact, Kept, Level, Network, Person, RoomId,
    RowWrite, Speaker, UserId,
};

pub(crate) fn network(name: &str) -> Network {
    name.parse().unwrap()
}

pub(crate) fn room(name: &str) -> RoomId {
    RoomId::new(&network("irc"), name, CaseMapping::Rfc1459).unwrap()
}

/// So many seconds after the beginning of 2026.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_767_225_600 + seconds).unwrap()
}

/// An answer to Ann.
pub(crate) fn draft(text: &str) -> Draft {
    acting(Output::say(Place::Room(room("#nuncio")), Content::markdown(text)))
}

/// A draft of any output.
pub(crate) fn acting(output: Output) -> Draft {
    let ann = UserId::new(&network("irc"), "ann", CaseMapping::Rfc1459).unwrap();
    let nick = UserId::new(&network("irc"), "ann!a@host", CaseMapping::Rfc1459).unwrap();
    Draft {
        output,
        speaker: Speaker::verified(ann).observing(nick),
        room: Some(room("#nuncio")),
        target: None,
        command: CommandId::literal("echo.say"),
        level: Level::Capability("admin & room:op".parse().unwrap()),
        refusal: false,
        keep_as: None,
        used: Vec::new(),
    }
}

/// A draft that asks to enter a room by its key.
pub(crate) fn joining(key: &str) -> Draft {
    let room = room("#secret");
    let key = Some(Secret::from(key.to_owned()));
    acting(Output {
        to: Place::Room(room.clone()),
        action: Action::Join { room, key },
        about: None,
        last: false,
        failed: false,
    })
}

pub(crate) fn journal(event: &str, state: JournalState) -> JournalRow {
    JournalRow {
        network: network("irc"),
        key: EventKey::new(event),
        at: at(0),
        command: CommandId::literal("echo.say"),
        speaker: "u:irc:ann".into(),
        state,
    }
}

pub(crate) fn started(event: &str) -> JournalRow {
    let notice = Box::new(draft(&format!("{event} was cut off")));
    journal(event, JournalState::Started { notice })
}

pub(crate) fn done(event: &str) -> JournalRow {
    journal(event, JournalState::Done)
}

pub(crate) fn key(event: &str, number: u32) -> OutputKey {
    OutputKey::of(&network("irc"), &EventKey::new(event), number)
}

/// A queued output; its text is its key's.
pub(crate) fn output(event: &str, number: u32) -> Arc<OutboxRow> {
    let key = key(event, number);
    let draft = draft(key.as_str());
    Arc::new(OutboxRow { key, draft, at: at(0), state: OutboxState::Queued, attempts: 0 })
}

pub(crate) fn moved(event: &str, number: u32, to: Option<OutboxState>) -> OutboxMove {
    OutboxMove { key: key(event, number), to }
}

pub(crate) fn dead(why: &str) -> OutboxState {
    OutboxState::Dead { why: why.into() }
}

pub(crate) fn value(scope: &str, key: &str, value: Option<&[u8]>) -> ValueWrite {
    let value = value.map(<[u8]>::to_vec);
    ValueWrite { scope: Scope::plugin(scope), key: key.into(), value }
}

/// An archive of the network is settled up to a position, or forgotten.
pub(crate) fn cursor(source: &str, position: Option<&str>) -> CursorWrite {
    let to = position.map(|position| (Position::new(position).unwrap(), at(7)));
    CursorWrite { network: network("irc"), source: Source::new(source).unwrap(), to }
}

/// What such a write leaves behind.
pub(crate) fn reached(write: CursorWrite) -> Option<Cursor> {
    let CursorWrite { network, source, to } = write;
    let (at, time) = to?;
    Some(Cursor { network, mark: Mark { source, at }, time })
}

pub(crate) fn setting(key: &str, value: Option<&str>) -> SettingWrite {
    let value = value.map(str::to_owned);
    SettingWrite { key: key.into(), value, by: "u:irc:ann".into(), at: at(0) }
}

pub(crate) fn audit(seconds: i64, who: &str, what: &str) -> AuditRow {
    AuditRow {
        number: AuditNumber::default(),
        at: at(seconds),
        who: who.into(),
        evidence: "verified".into(),
        what: what.into(),
        place: "r:irc:#nuncio".into(),
        outcome: "deny".into(),
        because: "rule 3".into(),
        change: None,
    }
}

/// A set that adds outputs.
pub(crate) fn adding(outputs: impl IntoIterator<Item = Arc<OutboxRow>>) -> WriteSet {
    WriteSet { outputs: outputs.into_iter().collect(), ..WriteSet::default() }
}

/// A set that moves an output.
pub(crate) fn moving(change: OutboxMove) -> WriteSet {
    WriteSet { moves: vec![change], ..WriteSet::default() }
}

/// A set that writes a journal row.
pub(crate) fn journalling(row: JournalRow) -> WriteSet {
    WriteSet { journal: Some(row), ..WriteSet::default() }
}

fn person(name: &str) -> Person {
    Person::User(UserId::new(&network("irc"), name, CaseMapping::Rfc1459).unwrap())
}

pub(crate) fn adding_sudoer(name: &str) -> Change {
    Change::AddSudoer { who: person(name) }
}

/// A row that makes somebody a sudoer.
pub(crate) fn sudoer(name: &str) -> RowWrite {
    let fact = Fact::Sudoer { who: person(name) };
    RowWrite::Put { key: fact.key(), kept: Arc::new(Kept { fact, by: None, at: at(0) }) }
}

pub(crate) fn no_sudoer(name: &str) -> RowWrite {
    RowWrite::Delete { key: Fact::Sudoer { who: person(name) }.key() }
}
