//! What is to be sent.

use std::sync::Arc;

use nuncio_core::action::{Action, Output};
use nuncio_core::content::Content;
use nuncio_core::event::{Form, MessageId, QuestionId, Verdict};
use nuncio_core::file::File;
use nuncio_core::place::{Address, Place};
use nuncio_core::store::{OutboxRow, OutboxState, Store, WriteSet};
use nuncio_policy::{CaseMapping, Power, UserId};

use super::{commit, keys};
use crate::samples::*;

const ARRIVED: Option<OutboxState> = None;
const HANDED: Option<OutboxState> = Some(OutboxState::Handed);

pub(crate) async fn an_output_is_there_once_as_it_was_committed_first(store: &dyn Store) {
    let mut other = Arc::unwrap_or_clone(output("e", 0));
    other.draft = draft("something else");
    let other = Arc::new(other);
    commit(store, [adding([output("e", 0)]), adding([Arc::clone(&other)])]).await;
    commit(store, [adding([other, output("e", 1)])]).await;
    let rows = store.outbox(usize::MAX).await.unwrap();
    assert_eq!(rows, [output("e", 0), output("e", 1)].map(Arc::unwrap_or_clone));
}

pub(crate) async fn an_output_that_arrived_is_gone(store: &dyn Store) {
    commit(store, [adding([output("e", 0), output("e", 1)])]).await;
    commit(store, [moving(moved("e", 0, ARRIVED))]).await;
    assert_eq!(keys(store).await, [key("e", 1)]);
}

pub(crate) async fn an_output_that_comes_and_goes_in_one_batch_is_not_there(store: &dyn Store) {
    let sets = [
        adding([output("e", 0), output("e", 1)]),
        moving(moved("e", 0, HANDED)),
        moving(moved("e", 0, ARRIVED)),
    ];
    commit(store, sets).await;
    assert_eq!(keys(store).await, [key("e", 1)]);
    let whole = WriteSet {
        outputs: vec![output("f", 0), output("f", 1)],
        moves: vec![moved("f", 0, ARRIVED)],
        ..WriteSet::default()
    };
    commit(store, [whole]).await;
    assert_eq!(keys(store).await, [key("e", 1), key("f", 1)]);
}

pub(crate) async fn an_output_that_goes_and_comes_in_one_batch_is_there(store: &dyn Store) {
    let come = || adding([output("e", 0)]);
    commit(store, [come(), moving(moved("e", 0, ARRIVED)), come()]).await;
    commit(store, [moving(moved("e", 0, HANDED))]).await;
    let rows = store.outbox(9).await.unwrap();
    assert_eq!((rows.len(), rows[0].attempts), (1, 1));
}

pub(crate) async fn an_output_that_was_there_goes_though_it_comes_again(store: &dyn Store) {
    commit(store, [adding([output("e", 0)])]).await;
    commit(store, [adding([output("e", 0)]), moving(moved("e", 0, ARRIVED))]).await;
    assert_eq!(keys(store).await, []);
}

pub(crate) async fn a_move_of_an_output_that_is_not_there_does_nothing(store: &dyn Store) {
    for to in [ARRIVED, HANDED, Some(dead("no"))] {
        commit(store, [moving(moved("e", 0, to))]).await;
        assert_eq!(keys(store).await, []);
    }
}

pub(crate) async fn a_move_to_handed_counts_an_attempt(store: &dyn Store) {
    let mut handed = Arc::unwrap_or_clone(output("e", 0));
    handed.state = OutboxState::Handed;
    handed.attempts = 1;
    commit(store, [adding([Arc::new(handed)])]).await;
    for (to, attempts) in [(OutboxState::Queued, 1), (OutboxState::Handed, 2), (dead("no"), 2)] {
        commit(store, [moving(moved("e", 0, Some(to.clone())))]).await;
        let row = store.outbox(1).await.unwrap().remove(0);
        assert_eq!((row.state, row.attempts), (to, attempts));
    }
}

pub(crate) async fn a_dead_output_is_sent_again_or_discarded(store: &dyn Store) {
    commit(store, [adding([output("e", 0)]), moving(moved("e", 0, Some(dead("no"))))]).await;
    commit(store, [moving(moved("e", 0, Some(OutboxState::Queued)))]).await;
    assert_eq!(store.outbox(1).await.unwrap()[0].state, OutboxState::Queued);
    commit(store, [moving(moved("e", 0, Some(dead("again")))), moving(moved("e", 0, None))]).await;
    assert_eq!(keys(store).await, []);
}

pub(crate) async fn outputs_come_in_the_order_of_their_commits(store: &dyn Store) {
    commit(store, [adding([output("b", 1), output("b", 0)]), adding([output("a", 0)])]).await;
    commit(store, [moving(moved("b", 1, HANDED)), adding([output("b", 1)])]).await;
    assert_eq!(keys(store).await, [key("b", 1), key("b", 0), key("a", 0)]);
    let first: Vec<_> = store.outbox(2).await.unwrap().into_iter().map(|row| row.key).collect();
    assert_eq!(first, [key("b", 1), key("b", 0)]);
    assert_eq!(store.outbox(0).await.unwrap(), []);
}

pub(crate) async fn what_is_unsent_does_not_stand_behind_what_is_dead(store: &dyn Store) {
    let outputs = ["a", "b", "c", "d"].map(|event| output(event, 0));
    commit(store, [adding(outputs), moving(moved("a", 0, Some(dead("no"))))]).await;
    commit(store, [moving(moved("b", 0, HANDED)), moving(moved("d", 0, None))]).await;
    let unsent: Vec<_> = store.unsent().await.unwrap().into_iter().map(|row| row.key).collect();
    assert_eq!(unsent, [key("b", 0), key("c", 0)]);
}

pub(crate) async fn every_action_comes_back_as_it_was(store: &dyn Store) {
    let target = MessageId::new("$m:x");
    let content =
        || Content::markdown("# a\n\n- **b** `c` [d](https://e.example)\n\n```rs\nf\n```");
    let file = File::new("żółw.png", "image/png", [0, 255]).unwrap();
    let who = UserId::new(&network("matrix"), "@ann:x", CaseMapping::Bytes).unwrap();
    let actions = [
        Action::Say { content: content(), form: Form::Emote },
        Action::File { file, caption: content() },
        Action::React { target: target.clone(), emoji: "👍".into() },
        Action::Edit { target: target.clone(), content: content() },
        Action::Retract { target: target.clone() },
        Action::Typing { on: true },
        Action::Join { room: room("#a"), key: None },
        Action::Leave { room: room("#a"), reason: Some("bye".into()) },
        Action::Kick { who: "eve".into(), reason: None },
        Action::Topic { text: "t".into() },
        Action::Ban { who: "eve".into(), reason: Some("spam".into()) },
        Action::Unban { who: "*!*@x".into() },
        Action::Promote { who: "ann".into(), power: Power::Voice },
        Action::Demote { who: "ann".into(), power: Power::Halfop },
        Action::Redact { target: target.clone(), reason: None },
        Action::Invite { who: "ann".into(), reason: None },
        Action::Pin { target: target.clone() },
        Action::Unpin { target: target.clone() },
        Action::Verify { who, tell: Place::Room(room("#a")) },
        Action::Judge { question: QuestionId::new("k7f2"), verdict: Verdict::TakeUp },
    ];
    let peer = Address::new("r@muc.example/Nick");
    let to = Place::Private { network: network("xmpp"), peer, via: Some(room("#a")) };
    let rows = (0..).zip(actions).map(|(number, action)| {
        let about = Some(target.clone());
        let draft = acting(Output { to: to.clone(), action, about, last: true, failed: false });
        OutboxRow { draft, ..Arc::unwrap_or_clone(output("e", number)) }
    });
    let rows: Vec<_> = rows.collect();
    commit(store, [adding(rows.iter().cloned().map(Arc::new))]).await;
    assert_eq!(store.outbox(99).await.unwrap(), rows);
}

pub(crate) async fn an_output_with_a_secret_is_listed_as_dead_without_it(store: &dyn Store) {
    let join = OutboxRow { draft: joining("hunter2"), ..Arc::unwrap_or_clone(output("e", 0)) };
    let bare = join.draft.output.action.without_secret().unwrap();
    commit(store, [adding([Arc::new(join)])]).await;
    for to in [OutboxState::Queued, OutboxState::Handed, dead("refused")] {
        commit(store, [moving(moved("e", 0, Some(to.clone())))]).await;
        let row = store.outbox(1).await.unwrap().remove(0);
        assert_eq!(row.draft.output.action, bare);
        assert_eq!(row.state, to.without_secret());
        assert!(matches!(row.state, OutboxState::Dead { why } if why.contains("key")));
    }
}
