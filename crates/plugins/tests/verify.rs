//! Whether a device is whose it seems to be, as conversations.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use nuncio_plugins::verify;
use nuncio_sdk::action::Action;
use nuncio_sdk::event::{
    EventKind, Outcome, Question, QuestionId, QuestionState, Shown, Symbol, Verdict,
};
use nuncio_sdk::prelude::*;
use nuncio_sdk::services::AuditQuery;
use nuncio_sdk::test::{Heard, Person, Received, What};

/// A bot on `memory`, where things are to be proven, and on `oftc`, where its owner is too.
fn bot() -> Bot {
    let owners = "owners = ['u:memory:owner', 'u:oftc:owner']\nsudoers = ['u:memory:sudoer']";
    Bot::with(verify::plugin()).network("oftc").policy(owners)
}

fn id(person: &Person<'_>) -> UserId {
    person.speaker().verified_id().unwrap().clone()
}

/// What is told of a question about Ann's device.
fn told(bot: &Bot, by: &Person<'_>, asked: bool, state: QuestionState) -> EventKind {
    EventKind::Question(Box::new(Question {
        id: QuestionId::new("k7f2"),
        by: by.speaker(),
        place: asked.then(|| by.place()),
        about: id(&bot.person("ann")),
        device: (state != QuestionState::Asked).then(|| "LAPTOP".into()),
        state,
    }))
}

fn open() -> QuestionState {
    let symbol = |sign: &str, word: &str| Symbol { sign: sign.into(), word: word.into() };
    let symbols = vec![symbol("🐶", "Dog"), symbol("🔒", "Lock")];
    let until = "2026-11-22T12:10:00Z".parse().unwrap();
    QuestionState::Open { shown: Shown { symbols, numbers: vec![1234, 5678, 9012] }, until }
}

/// What the network was asked to do.
fn actions(heard: &Heard) -> Vec<Action> {
    let action = |received: &Received| match &received.what {
        What::Action(action) => Some(action.clone()),
        What::Message { .. } => None,
    };
    heard.received().iter().filter_map(action).collect()
}

/// Expects this answer to the question, and no other.
#[track_caller]
fn judges(heard: &Heard, verdict: Verdict) {
    let question = QuestionId::new("k7f2");
    assert_eq!(actions(heard), [Action::Judge { question, verdict }]);
}

const SHOWN: &str = "u:memory:ann, device LAPTOP should show the same, in this order, until \
     2026-11-22 12:10:00 UTC: 🐶 Dog, 🔒 Lock (1234 5678 9012).";

#[tokio::test]
async fn an_owner_asks_compares_and_confirms() {
    let bot = bot();
    let owner = bot.person("owner").on("oftc");
    let started = owner.asks("verify start u:memory:ann").await;
    started.says("I ask u:memory:ann. There are 10 minutes for it.");
    let (who, tell) = (id(&bot.person("ann")), owner.place());
    assert_eq!(actions(&started), [Action::Verify { who, tell }]);
    owner.sees(told(&bot, &owner, true, QuestionState::Asked)).await.says_nothing();
    owner.asks("verify start u:memory:ann").await.mentions("is asked already");
    owner.asks("verify list").await.says("k7f2: u:memory:ann is asked, and has yet to answer.");
    owner.asks("verify same k7f2").await.mentions("There is nothing to compare");
    let shown = owner.sees(told(&bot, &owner, true, open())).await;
    shown.says(&format!("{SHOWN} Then say verify same k7f2, or verify differ k7f2."));
    owner.asks("verify list").await.says(&format!("k7f2: {SHOWN}"));
    let same = owner.asks("verify same K7F2").await;
    same.says("I say that it is the same; u:memory:ann, device LAPTOP is to say so too.");
    judges(&same, Verdict::Same);
    owner.sees(told(&bot, &owner, true, QuestionState::Confirmed)).await.says_nothing();
    owner.asks("verify same k7f2").await.mentions("There is nothing to compare");
    let ended = owner.sees(told(&bot, &owner, true, QuestionState::Ended(Outcome::Person))).await;
    ended.says("u:memory:ann, device LAPTOP: both sides saw the same, and his keys are signed.");
    owner.asks("verify list").await.says("Nobody is asked.");
    owner.asks("verify same k7f2").await.mentions("Nothing is asked under");
    let query = AuditQuery { limit: 9, ..AuditQuery::default() };
    let rows = bot.store().audit(&query).await.unwrap();
    let because: Vec<_> = rows.iter().rev().map(|row| row.because.as_str()).collect();
    let same = "says that it is the same: u:memory:ann, device LAPTOP";
    assert_eq!(because, ["asks the devices of u:memory:ann", same]);
}

#[tokio::test]
async fn what_differs_or_is_given_up_is_said_so() {
    let bot = bot();
    let owner = bot.person("owner").on("oftc");
    owner.sees(told(&bot, &owner, true, QuestionState::Asked)).await.says_nothing();
    owner.asks("verify differ k7f2").await.mentions("There is nothing to compare");
    owner.sees(told(&bot, &owner, true, open())).await.mentions("Dog");
    let differ = owner.asks("verify differ k7f2").await;
    judges(
        differ.says("I say to u:memory:ann, device LAPTOP that it is not the same."),
        Verdict::Differs,
    );
    let cancel = owner.asks("verify cancel k7f2").await;
    judges(cancel.says("I ask u:memory:ann, device LAPTOP no more."), Verdict::Cancel);
    for (outcome, said) in [
        (Outcome::Differs, "somebody may stand between them"),
        (Outcome::Unanswered, "nobody answered in time"),
        (Outcome::Cancelled { why: "a *reason*\u{7}".into() }, "a *reason*"),
        (Outcome::Device, "and nothing beyond it"),
    ] {
        owner.sees(told(&bot, &owner, true, QuestionState::Ended(outcome))).await.mentions(said);
    }
}

#[tokio::test]
async fn the_network_in_question_has_no_say_in_it() {
    let bot = bot();
    let (there, elsewhere) = (bot.person("owner"), bot.person("owner").on("oftc"));
    let shown = there.sees(told(&bot, &there, true, open())).await;
    shown.mentions("memory itself could change what it shows you").omits("Dog").omits("1234");
    there.asks("verify list").await.mentions("on the console").omits("Dog").omits("1234");
    let same = there.asks("verify same k7f2").await;
    same.mentions("memory itself could have said that for you");
    assert_eq!(actions(&same), []);
    elsewhere.asks("verify list").await.mentions("Dog");
    judges(&elsewhere.asks("verify same k7f2").await, Verdict::Same);
    // No harm is done by giving up.
    judges(&there.asks("verify differ k7f2").await, Verdict::Differs);
}

#[tokio::test]
async fn only_an_owner_is_answered() {
    let bot = bot();
    for stranger in ["ann", "sudoer"] {
        let stranger = bot.person(stranger);
        for command in ["start u:memory:ann", "list", "same k7f2", "differ k7f2", "cancel k7f2"] {
            let refused = stranger.asks(&format!("verify {command}")).await;
            assert_eq!(actions(refused.is_refused()), []);
        }
        let ignored = stranger.sees(told(&bot, &stranger, false, QuestionState::Requested)).await;
        assert_eq!(ignored.received(), []);
    }
    let claimed = bot.person("owner").claimed();
    let ignored = claimed.sees(told(&bot, &claimed, false, QuestionState::Requested)).await;
    assert_eq!(ignored.received(), []);
    let owner = bot.person("owner");
    owner.asks("verify list").await.says("Nobody is asked.");
    let taken = owner.sees(told(&bot, &owner, false, QuestionState::Requested)).await;
    judges(taken.says_nothing(), Verdict::TakeUp);
    // He did not ask here, and so is told nothing here.
    owner.sees(told(&bot, &owner, false, open())).await.says_nothing();
    bot.person("owner").on("oftc").asks("verify list").await.mentions("Dog");
}

#[tokio::test]
async fn whoever_is_no_owner_any_more_is_told_nothing() {
    let bot = bot();
    let once = bot.person("sudoer").on("oftc");
    once.sees(told(&bot, &once, true, open())).await.says_nothing();
    once.sees(told(&bot, &once, true, QuestionState::Ended(Outcome::Person))).await.says_nothing();
}

#[tokio::test]
async fn what_is_too_late_is_not_confirmed() {
    let bot = bot();
    let owner = bot.person("owner").on("oftc");
    owner.sees(told(&bot, &owner, true, open())).await.mentions("Dog");
    bot.wait(Duration::from_mins(10)).await;
    for verdict in ["same", "differ"] {
        let late = owner.asks(&format!("verify {verdict} k7f2")).await;
        assert_eq!(actions(late.mentions("There is nothing to compare")), []);
    }
}

#[tokio::test]
async fn a_name_that_means_two_means_neither() {
    let bot = bot();
    let owner = bot.person("owner").on("oftc");
    owner.sees(told(&bot, &owner, true, open())).await.mentions("Dog");
    let EventKind::Question(mut other) = told(&bot, &owner, true, open()) else { return };
    other.about = id(&bot.person("ann").on("oftc"));
    owner.sees(EventKind::Question(other)).await.mentions("on the console");
    let same = owner.asks("verify same k7f2").await;
    assert_eq!(actions(same.mentions("is asked twice")), []);
}
