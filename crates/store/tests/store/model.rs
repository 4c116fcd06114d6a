//! Whatever is written in whatever order: the database says what the model says, also after it
//! was closed and opened again.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use nuncio_core::cursor::Cursor;
use nuncio_core::event::EventKey;
use nuncio_core::store::memory::MemoryStore;
use nuncio_core::store::{
    AuditQuery, AuditRow, CursorWrite, JournalRow, JournalState, OutboxMove, OutboxRow,
    OutboxState, Retention, Scope, SettingWrite, Store, ValueWrite, WriteSet,
};
use nuncio_store::{Options, SqliteStore};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::samples::*;

#[derive(Clone, Debug)]
enum Step {
    Commit(Vec<WriteSet>),
    Prune(Retention),
    Reopen,
}

const EVENTS: [&str; 3] = ["a", "b", "ä\0"];
const SCOPES: [&str; 2] = ["dice", "dic"];
const KEYS: [&str; 5] = ["", "k", "ke", "ké", "l"];
const COMMANDS: [&str; 4] = ["admin", "admin.cap", "admin.cap.add", "admin.capx"];

fn event() -> impl Strategy<Value = &'static str> {
    select(&EVENTS)
}

fn journal_row() -> impl Strategy<Value = JournalRow> {
    (event(), any::<bool>(), 0..20_i64).prop_map(|(event, is_done, second)| {
        let row = if is_done { done(event) } else { started(event) };
        JournalRow { at: at(second), ..row }
    })
}

fn outbox_state() -> impl Strategy<Value = OutboxState> {
    prop_oneof![Just(OutboxState::Queued), Just(OutboxState::Handed), Just(dead("no"))]
}

fn outbox_row() -> impl Strategy<Value = Arc<OutboxRow>> {
    let attempts = 0..3_u32;
    (event(), 0..2_u32, outbox_state(), attempts, any::<bool>()).prop_map(
        |(event, number, state, attempts, is_secret)| {
            let row = Arc::unwrap_or_clone(output(event, number));
            let draft = if is_secret { joining("hunter2") } else { row.draft };
            Arc::new(OutboxRow { draft, state, attempts, ..row })
        },
    )
}

fn outbox_move() -> impl Strategy<Value = OutboxMove> {
    (event(), 0..2_u32, proptest::option::of(outbox_state()))
        .prop_map(|(event, number, to)| moved(event, number, to))
}

fn value_write() -> impl Strategy<Value = ValueWrite> {
    (select(&SCOPES), select(&KEYS), any::<Option<Vec<u8>>>())
        .prop_map(|(scope, key, bytes)| value(scope, key, bytes.as_deref()))
}

fn setting_write() -> impl Strategy<Value = SettingWrite> {
    (select(&KEYS), any::<Option<String>>()).prop_map(|(key, text)| setting(key, text.as_deref()))
}

fn audit_row() -> impl Strategy<Value = AuditRow> {
    (0..20_i64, select(&EVENTS), select(&COMMANDS))
        .prop_map(|(second, who, what)| audit(second, who, what))
}

fn cursor_write() -> impl Strategy<Value = CursorWrite> {
    (select(&EVENTS), proptest::option::of(select(&EVENTS)))
        .prop_map(|(source, position)| cursor(source, position))
}

fn write_set() -> impl Strategy<Value = WriteSet> {
    let outputs = vec(outbox_row(), 0..3);
    let moves = vec(outbox_move(), 0..3);
    let values = vec(value_write(), 0..3);
    let settings = vec(setting_write(), 0..2);
    let audit = vec(audit_row(), 0..2);
    let cursors = vec(cursor_write(), 0..2);
    (proptest::option::of(journal_row()), outputs, moves, values, settings, audit, cursors)
        .prop_map(|(journal, outputs, moves, values, settings, audit, cursors)| WriteSet {
            journal,
            outputs,
            moves,
            values,
            settings,
            audit,
            managed: Vec::new(),
            cursors,
        })
}

fn step() -> impl Strategy<Value = Step> {
    let seconds = || (0..20_u64).prop_map(Duration::from_secs);
    prop_oneof![
        6 => vec(write_set(), 1..5).prop_map(Step::Commit),
        1 => (seconds(), seconds()).prop_map(|(journal, audit)| Step::Prune(Retention { journal, audit })),
        1 => Just(Step::Reopen),
    ]
}

/// All that can be asked of a store.
#[derive(Debug, PartialEq)]
struct Answers {
    journal: Vec<Option<JournalState>>,
    interrupted: Vec<JournalRow>,
    outbox: Vec<OutboxRow>,
    values: Vec<(String, Vec<u8>)>,
    single: Vec<Option<Vec<u8>>>,
    settings: Vec<SettingWrite>,
    audit: Vec<Vec<AuditRow>>,
    cursors: Vec<Cursor>,
}

async fn answers(store: &dyn Store) -> Answers {
    let mut journal = vec![];
    for event in EVENTS {
        journal.push(store.journalled(&network("irc"), &EventKey::new(event)).await.unwrap());
    }
    let (mut values, mut single, mut audit) = (vec![], vec![], vec![]);
    for scope in SCOPES.map(Scope::plugin) {
        for key in KEYS {
            values.extend(store.values(&scope, key, 2).await.unwrap());
            single.push(store.value(&scope, key).await.unwrap());
        }
    }
    for what in [None, Some("admin"), Some("admin.cap")] {
        let query = AuditQuery {
            who: what.map(|_| "a".to_owned()),
            what: what.map(str::to_owned),
            since: Some(at(5)),
            limit: 5,
            ..AuditQuery::default()
        };
        audit.push(store.audit(&query).await.unwrap());
    }
    Answers {
        journal,
        interrupted: store.interrupted().await.unwrap(),
        outbox: store.outbox(4).await.unwrap(),
        values,
        single,
        settings: store.settings().await.unwrap(),
        audit,
        cursors: store.cursors().await.unwrap(),
    }
}

fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(folder, Options::default()).unwrap()
}

async fn follow(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let folder = tempfile::tempdir().unwrap();
    let (model, mut store) = (MemoryStore::new(), open(folder.path()));
    for step in steps {
        match step {
            Step::Commit(sets) => {
                for answer in [model.commit(sets.clone()).await, store.commit(sets).await].concat()
                {
                    prop_assert!(answer.is_ok(), "{answer:?}");
                }
            }
            Step::Prune(keep) => {
                let (expected, got) =
                    (model.prune(keep, at(20)).await, store.prune(keep, at(20)).await);
                prop_assert_eq!(got.unwrap(), expected.unwrap());
            }
            Step::Reopen => {
                store.close().await;
                store = open(folder.path());
            }
        }
        prop_assert_eq!(answers(&store).await, answers(&model).await);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_database_says_what_the_model_says(steps in vec(step(), 1..12)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(follow(steps))?;
    }
}
