//! What plugins keep, what was set, what was done, and what is forgotten.

use std::time::Duration;

use jiff::Timestamp;
use nuncio_core::store::{
    AuditQuery, AuditRow, JournalState, OutboxState, Retention, Scope, Store, WriteSet,
};

use nuncio_policy::AuditNumber;

use super::{commit, state};
use crate::samples::*;

/// Asks for every line of the audit log.
pub(crate) fn all() -> AuditQuery {
    asking(None, None)
}

/// Asks for the lines of a speaker and of a command.
pub(crate) fn asking(who: Option<&str>, what: Option<&str>) -> AuditQuery {
    let text = |text: Option<&str>| text.map(str::to_owned);
    AuditQuery { who: text(who), what: text(what), limit: usize::MAX, ..AuditQuery::default() }
}

async fn put(store: &dyn Store, scope: &str, key: &str, text: Option<&str>) {
    let values = vec![value(scope, key, text.map(str::as_bytes))];
    commit(store, [WriteSet { values, ..WriteSet::default() }]).await;
}

async fn got(store: &dyn Store, scope: &str, key: &str) -> Option<String> {
    let value = store.value(&Scope::plugin(scope), key).await.unwrap();
    value.map(|value| String::from_utf8(value).unwrap())
}

pub(crate) async fn a_plugin_sees_its_own_values_alone(store: &dyn Store) {
    put(store, "dice", "k", Some("ours")).await;
    put(store, "dic", "ek", Some("theirs")).await;
    assert_eq!(got(store, "dice", "k").await.as_deref(), Some("ours"));
    assert_eq!(got(store, "dic", "k").await, None);
    put(store, "dic", "k", None).await;
    assert_eq!(got(store, "dice", "k").await.as_deref(), Some("ours"));
    let values = store.values(&Scope::plugin("dic"), "", 9).await.unwrap();
    assert_eq!(values, [("ek".to_owned(), b"theirs".to_vec())]);
    assert_eq!(store.values(&Scope::plugin("dicex"), "", 9).await.unwrap(), []);
}

pub(crate) async fn a_value_is_replaced_and_forgotten(store: &dyn Store) {
    for text in [Some("a"), Some("b"), Some(""), None, None] {
        put(store, "dice", "k", text).await;
        assert_eq!(got(store, "dice", "k").await.as_deref(), text);
    }
}

pub(crate) async fn a_cursor_is_moved_and_forgotten(store: &dyn Store) {
    let steps = [("b", Some("1")), ("a", Some("ä/1")), ("b", Some("2")), ("a", None)];
    let mut expected = std::collections::BTreeMap::new();
    for (source, position) in steps {
        let write = cursor(source, position);
        commit(store, [WriteSet { cursors: vec![write.clone()], ..WriteSet::default() }]).await;
        expected.insert(source, reached(write));
        let expected: Vec<_> = expected.values().flatten().cloned().collect();
        assert_eq!(store.cursors().await.unwrap(), expected);
    }
}

pub(crate) async fn values_come_by_key_under_a_prefix(store: &dyn Store) {
    let keys = ["b\u{10ffff}", "b", "ba", "a", "b\u{10ffff}x", "c", "bé", "B"];
    for key in keys {
        put(store, "dice", key, Some(key)).await;
    }
    let under = async |prefix: &str, limit| {
        let values = store.values(&Scope::plugin("dice"), prefix, limit).await.unwrap();
        values.into_iter().map(|(key, _)| key).collect::<Vec<_>>()
    };
    assert_eq!(under("b", 9).await, ["b", "ba", "bé", "b\u{10ffff}", "b\u{10ffff}x"]);
    assert_eq!(under("b", 2).await, ["b", "ba"]);
    assert_eq!(under("b\u{10ffff}", 9).await, ["b\u{10ffff}", "b\u{10ffff}x"]);
    assert_eq!(under("", 3).await, ["B", "a", "b"]);
    assert_eq!(under("d", 9).await, [""; 0]);
    assert_eq!(under("", 0).await, [""; 0]);
}

pub(crate) async fn a_setting_is_replaced_and_forgotten(store: &dyn Store) {
    let set = |key, value| WriteSet { settings: vec![setting(key, value)], ..WriteSet::default() };
    commit(store, [set("b", Some("1")), set("a", Some("2")), set("b", Some("3"))]).await;
    let settings = store.settings().await.unwrap();
    assert_eq!(settings, [setting("a", Some("2")), setting("b", Some("3"))]);
    commit(store, [set("a", None), set("z", None)]).await;
    assert_eq!(store.settings().await.unwrap(), [setting("b", Some("3"))]);
}

/// What is managed: keys, each with the audit line that made it.
pub(crate) async fn sudoers(store: &dyn Store) -> Vec<(String, u64)> {
    let rows = store.managed().await.unwrap();
    rows.into_iter().map(|row| (row.key.to_string(), row.audit.0)).collect()
}

pub(crate) async fn what_is_managed_names_the_line_that_made_it(store: &dyn Store) {
    let made = |seconds, managed| {
        let row = AuditRow {
            change: Some(Box::new(adding_sudoer("bob"))),
            ..audit(seconds, "a", "sudo.add")
        };
        WriteSet { audit: vec![row], managed, ..WriteSet::default() }
    };
    assert_eq!(store.last_audit().await.unwrap().0, 0);
    commit(store, [made(0, vec![sudoer("bob"), sudoer("ann")])]).await;
    log(store, &[(1, "a", "other")]).await;
    commit(store, [made(2, vec![sudoer("bob"), no_sudoer("ann"), no_sudoer("eve")])]).await;
    assert_eq!(sudoers(store).await, [("sudoer u:irc:bob".to_owned(), 3)]);
    assert_eq!(store.last_audit().await.unwrap().0, 3);
    let changes = AuditQuery { changes: true, ..all() };
    assert_eq!(store.audit(&changes).await.unwrap().len(), 2);
    let second = AuditQuery { number: Some(AuditNumber(2)), ..all() };
    assert_eq!(lines(store, &second).await, ["other"]);
    let read = store.audit(&changes).await.unwrap();
    assert_eq!(read[0].change.as_deref(), Some(&adding_sudoer("bob")));
    // What still holds keeps the line that made it, however old.
    let keep = Retention { journal: Duration::ZERO, audit: Duration::ZERO };
    store.prune(keep, at(100)).await.unwrap();
    assert_eq!(lines(store, &all()).await, ["sudo.add"]);
    assert_eq!(store.last_audit().await.unwrap().0, 3);
}

async fn log(store: &dyn Store, lines: &[(i64, &str, &str)]) {
    let audit = lines.iter().map(|&(seconds, who, what)| audit(seconds, who, what)).collect();
    commit(store, [WriteSet { audit, ..WriteSet::default() }]).await;
}

async fn lines(store: &dyn Store, query: &AuditQuery) -> Vec<String> {
    store.audit(query).await.unwrap().into_iter().map(|row| row.what).collect()
}

pub(crate) async fn audit_lines_come_the_latest_first(store: &dyn Store) {
    // The clock was set back in between.
    log(store, &[(5, "a", "one"), (6, "a", "two")]).await;
    log(store, &[(1, "a", "three")]).await;
    assert_eq!(lines(store, &all()).await, ["three", "two", "one"]);
    assert_eq!(lines(store, &AuditQuery { limit: 2, ..all() }).await, ["three", "two"]);
    assert_eq!(lines(store, &AuditQuery { limit: 0, ..all() }).await, [""; 0]);
}

pub(crate) async fn audit_lines_are_asked_for_by_speaker_command_and_time(store: &dyn Store) {
    let what =
        ["admin.cap", "admin.cap.add", "admin.cap-x", "admin.cap.x.y", "admin.capx", "admin"];
    for (second, what) in (0..).zip(what) {
        log(store, &[(second, "ann", what), (second, "bob", what)]).await;
    }
    let below = ["admin.cap.x.y", "admin.cap.add", "admin.cap"];
    assert_eq!(lines(store, &asking(Some("ann"), Some("admin.cap"))).await, below);
    assert_eq!(lines(store, &asking(Some("bob"), None)).await.len(), 6);
    assert_eq!(lines(store, &asking(None, Some("admin"))).await.len(), 12);
    assert_eq!(lines(store, &asking(Some("an"), None)).await, [""; 0]);
    let since = |second| AuditQuery { since: Some(at(second)), ..asking(Some("ann"), None) };
    assert_eq!(lines(store, &since(4)).await, ["admin", "admin.capx"]);
    assert_eq!(lines(store, &since(6)).await, [""; 0]);
}

pub(crate) async fn times_are_kept_to_the_microsecond(store: &dyn Store) {
    let times = [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX];
    for (number, time) in (1..).zip(times) {
        let nanosecond = time.subsec_nanosecond();
        let time = Timestamp::new(time.as_second(), nanosecond - nanosecond % 1000).unwrap();
        let mut row = audit(0, "ann", "time");
        row.at = time;
        row.number = AuditNumber(number);
        commit(store, [WriteSet { audit: vec![row.clone()], ..WriteSet::default() }]).await;
        assert_eq!(store.audit(&AuditQuery { limit: 1, ..all() }).await.unwrap(), [row]);
    }
}

pub(crate) async fn pruning_forgets_what_is_old_and_done(store: &dyn Store) {
    let mut sets = vec![];
    for second in 0..10 {
        let event = second.to_string();
        let row = if second == 3 { started(&event) } else { done(&event) };
        let mut set = journalling(row);
        set.journal.as_mut().unwrap().at = at(second);
        set.audit.push(audit(second, "ann", &event));
        let mut output = (*output(&event, 0)).clone();
        (output.at, output.state) =
            (at(second), if second < 2 { dead("no") } else { OutboxState::Queued });
        set.outputs.push(std::sync::Arc::new(output));
        sets.push(set);
    }
    commit(store, sets).await;
    let keep = Retention { journal: Duration::from_secs(4), audit: Duration::from_secs(2) };
    assert_eq!(store.prune(keep, at(10)).await.unwrap(), 5 + 2 + 8);
    assert_eq!(store.prune(keep, at(10)).await.unwrap(), 0);
    assert_eq!(state(store, "5").await, None);
    assert_eq!(state(store, "6").await, Some(JournalState::Done));
    assert!(matches!(state(store, "3").await, Some(JournalState::Started { .. })));
    assert_eq!(lines(store, &all()).await, ["9", "8"]);
    assert_eq!(store.outbox(99).await.unwrap().len(), 8);
    let forever = Retention { journal: Duration::MAX, audit: Duration::MAX };
    assert_eq!(store.prune(forever, at(10)).await.unwrap(), 0);
}

pub(crate) async fn pruning_forgets_any_number_of_rows(store: &dyn Store) {
    let lines = (0..2500).map(|second| audit(second, "ann", "x")).collect();
    let mut sets: Vec<_> = (0..1500).map(|event| journalling(done(&event.to_string()))).collect();
    sets.push(WriteSet { audit: lines, ..WriteSet::default() });
    commit(store, sets).await;
    let keep = Retention { journal: Duration::ZERO, audit: Duration::from_secs(1) };
    assert_eq!(store.prune(keep, at(2499)).await.unwrap(), 1500 + 2498);
    assert_eq!(store.audit(&all()).await.unwrap().len(), 2);
}
