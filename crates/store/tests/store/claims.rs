//! One claim of the contract each: what any store must do.

mod outbox;
mod records;

use std::sync::Arc;

use nuncio_core::delivery::OutputKey;
use nuncio_core::event::EventKey;
use nuncio_core::store::{AuditRow, JournalState, Scope, Store, WriteSet};
use nuncio_policy::AuditNumber;

pub(crate) use outbox::*;
pub(crate) use records::*;

use crate::samples::*;

/// Commits one batch, all of which must succeed.
async fn commit(store: &dyn Store, sets: impl IntoIterator<Item = WriteSet>) {
    for answer in store.commit(sets.into_iter().collect()).await {
        answer.unwrap();
    }
}

async fn state(store: &dyn Store, event: &str) -> Option<JournalState> {
    store.journalled(&network("irc"), &EventKey::new(event)).await.unwrap()
}

async fn keys(store: &dyn Store) -> Vec<OutputKey> {
    store.outbox(usize::MAX).await.unwrap().into_iter().map(|row| row.key).collect()
}

pub(crate) async fn a_set_is_committed_whole(store: &dyn Store) {
    let set = WriteSet {
        journal: Some(done("e")),
        outputs: vec![output("e", 0), output("e", 1)],
        moves: vec![moved("e", 0, Some(dead("no")))],
        values: vec![value("dice", "last", Some(b"6"))],
        settings: vec![setting("bot.prefix", Some("'.'"))],
        audit: vec![AuditRow { number: AuditNumber(7), ..audit(0, "u:irc:ann", "config.set") }],
        managed: vec![sudoer("bob")],
        cursors: vec![cursor("a", Some("1"))],
    };
    commit(store, [set.clone()]).await;
    assert_eq!(state(store, "e").await, Some(JournalState::Done));
    assert_eq!(keys(store).await, [key("e", 0), key("e", 1)]);
    assert_eq!(store.outbox(1).await.unwrap()[0].state, dead("no"));
    let scope = Scope::plugin("dice");
    assert_eq!(store.value(&scope, "last").await.unwrap().as_deref(), Some(&b"6"[..]));
    assert_eq!(store.settings().await.unwrap(), set.settings);
    assert_eq!(store.audit(&all()).await.unwrap(), set.audit);
    assert_eq!(sudoers(store).await, [("sudoer u:irc:bob".to_owned(), 7)]);
    let cursors: Vec<_> = set.cursors.into_iter().filter_map(reached).collect();
    assert_eq!(store.cursors().await.unwrap(), cursors);
}

pub(crate) async fn sets_are_committed_in_their_order(store: &dyn Store) {
    let write = |text: &str| WriteSet {
        values: vec![value("dice", "last", Some(text.as_bytes()))],
        audit: vec![audit(0, "u:irc:ann", text)],
        ..WriteSet::default()
    };
    commit(store, ["a", "b", "c"].map(write)).await;
    let scope = Scope::plugin("dice");
    assert_eq!(store.value(&scope, "last").await.unwrap().as_deref(), Some(&b"c"[..]));
    let said: Vec<_> = store.audit(&all()).await.unwrap().into_iter().map(|row| row.what).collect();
    assert_eq!(said, ["c", "b", "a"]);
}

pub(crate) async fn each_set_gets_its_answer(store: &dyn Store) {
    assert_eq!(store.commit(vec![]).await.len(), 0);
    let sets = vec![journalling(done("a")), WriteSet::default(), journalling(done("b"))];
    let answers = store.commit(sets).await;
    assert_eq!(answers.len(), 3);
    assert!(answers.iter().all(Result::is_ok));
}

pub(crate) async fn an_event_is_journalled_when_it_was_taken_up(store: &dyn Store) {
    assert_eq!(state(store, "e").await, None);
    commit(store, [journalling(started("e"))]).await;
    assert_eq!(state(store, "e").await, Some(started("e").state));
    commit(store, [journalling(done("e"))]).await;
    assert_eq!(state(store, "e").await, Some(JournalState::Done));
}

pub(crate) async fn an_event_of_another_network_is_another_event(store: &dyn Store) {
    commit(store, [journalling(done("e"))]).await;
    let elsewhere = store.journalled(&network("oftc"), &EventKey::new("e")).await.unwrap();
    assert_eq!(elsewhere, None);
}

pub(crate) async fn a_journal_row_never_goes_back_to_started(store: &dyn Store) {
    commit(store, [journalling(done("e")), journalling(started("e"))]).await;
    commit(store, [journalling(started("e"))]).await;
    assert_eq!(state(store, "e").await, Some(JournalState::Done));
    assert_eq!(store.interrupted().await.unwrap(), []);
}

pub(crate) async fn a_row_that_started_again_is_the_later_one(store: &dyn Store) {
    let mut again = started("e");
    again.state = JournalState::Started { notice: Box::new(draft("again")) };
    again.at = at(9);
    commit(store, [journalling(started("e")), journalling(again.clone())]).await;
    assert_eq!(store.interrupted().await.unwrap(), [again]);
}

pub(crate) async fn an_interrupted_event_comes_with_its_notice(store: &dyn Store) {
    let mut early = started("z");
    early.at = at(-1);
    commit(store, [journalling(started("b")), journalling(started("a"))]).await;
    commit(store, [journalling(done("d")), journalling(early.clone())]).await;
    assert_eq!(store.interrupted().await.unwrap(), [early, started("a"), started("b")]);
}

/// Text that a careless store would cut, fold or quote.
pub(crate) async fn text_of_any_kind_comes_back(store: &dyn Store) {
    for text in ["", "a\0b", "'; DROP TABLE outbox; --", "\u{feff}é😀\u{10ffff}", "a\r\nb", " x "]
    {
        let mut row = Arc::unwrap_or_clone(output(text, 0));
        row.state = dead(text);
        let set = WriteSet {
            journal: Some(done(text)),
            outputs: vec![Arc::new(row.clone())],
            values: vec![value(text, text, Some(text.as_bytes()))],
            settings: vec![setting(text, Some(text))],
            audit: vec![audit(0, text, text)],
            ..WriteSet::default()
        };
        commit(store, [set.clone()]).await;
        assert_eq!(state(store, text).await, Some(JournalState::Done));
        assert_eq!(store.outbox(9).await.unwrap().pop(), Some(row));
        let values = store.values(&Scope::plugin(text), text, 9).await.unwrap();
        assert_eq!(values, [(text.to_owned(), text.as_bytes().to_vec())]);
        assert!(store.settings().await.unwrap().contains(&set.settings[0]));
        let mut lines = store.audit(&asking(Some(text), Some(text))).await.unwrap();
        for row in &mut lines {
            row.number = AuditNumber::default();
        }
        assert_eq!(lines, set.audit);
    }
}
