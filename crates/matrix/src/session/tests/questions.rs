//! Whose device proves that it is his: what is asked, shown and answered.

use matrix_sdk::ruma::UserId as MatrixUserId;
use nuncio_core::{
    event::{Outcome, Question, QuestionId, QuestionState, Shown, Verdict},
    place::{Address, Place},
    receipt::{Receipt, Stage},
};
use nuncio_policy::{CaseMapping, Speaker, UserId};

use super::*;

pub(super) fn show(asked: &Question) -> String {
    let Question { by, place, about, device, state, .. } = asked;
    let state = match state {
        QuestionState::Requested => "asks us".to_owned(),
        QuestionState::Asked => "is asked".to_owned(),
        QuestionState::Open { shown, until } => {
            format!("shows {shown} until {}", until.as_second())
        }
        QuestionState::Confirmed => "is to say so too".to_owned(),
        QuestionState::Ended(outcome) => format!("ended: {outcome:?}"),
    };
    let device = device.as_ref().map_or(String::new(), |device| format!(" ({device})"));
    let place = place.as_ref().map_or(String::new(), |place| format!(", told {place}"));
    format!("{about}{device} {state}, for {by}{place}")
}

fn id(user: &str) -> UserId {
    let network = "matrix".parse().expect("a name");
    UserId::new(&network, user, CaseMapping::Bytes).expect("an id")
}

fn user(user: &str) -> &MatrixUserId {
    user.try_into().expect("an id")
}

/// An owner has somebody asked, from the console.
fn asks(bot: &mut Bot, who: &str) -> Result<Request, Receipt> {
    let network: Network = "console".parse().expect("a name");
    let owner = UserId::new(&network, "local", CaseMapping::Bytes).expect("an id");
    let tell = Place::private(network, Address::new("local"));
    let mut job = bot.session.verify(&id(who), &Speaker::verified(owner), &tell)?;
    job.requests.pop_front().ok_or(Receipt::sent())
}

/// The name under which it is known.
fn asked(bot: &mut Bot, who: &str) -> QuestionId {
    match asks(bot, who) {
        Ok(Request::Prove { question, who: asked }) => {
            assert_eq!(asked, user(who));
            bot.session.prove_ended(&question, Ok(()));
            question
        }
        other => panic!("{other:?}"),
    }
}

/// What is answered, as it is asked of the library.
fn judges(bot: &mut Bot, id: &QuestionId, verdict: Verdict) -> Option<Verdict> {
    let job = bot.session.judge(id, verdict).ok()?;
    match job.requests.into_iter().next() {
        Some(Request::Judge { question, verdict, .. }) => {
            assert_eq!(question, *id);
            Some(verdict)
        }
        other => panic!("{other:?}"),
    }
}

fn shown() -> Progress {
    let shown = Shown { symbols: Vec::new(), numbers: vec![1, 2, 3] };
    Progress::Shown { device: "PHONE".into(), shown }
}

fn ready() -> Progress {
    Progress::Ready { device: "PHONE".into() }
}

fn begun() -> Progress {
    Progress::Begun { device: "PHONE".into() }
}

const OWNER: &str = "for u:console:local, told local in private on console";

#[test]
fn an_owner_asks_and_hears_what_comes_of_it() {
    let mut bot = Bot::online("");
    let question = asked(&mut bot, "@ann:x.org");
    assert_eq!(bot.log(), format!("u:matrix:@ann:x.org is asked, {OWNER}"));
    assert_eq!(bot.session.proceeds(&question, Progress::Waiting), None);
    assert_eq!(judges(&mut bot, &question, Verdict::Same), None);
    assert_eq!(judges(&mut bot, &question, Verdict::TakeUp), None);
    assert_eq!(bot.session.proceeds(&question, ready()), Some(Step::Begin));
    assert_eq!(bot.session.proceeds(&question, ready()), None);
    assert_eq!(bot.log(), "");
    assert_eq!(bot.session.proceeds(&question, shown()), None);
    let until = 1_700_000_000 + 600;
    let open = format!("u:matrix:@ann:x.org (PHONE) shows 1 2 3 until {until}, {OWNER}");
    assert_eq!(bot.log(), open);
    assert_eq!(bot.session.proceeds(&question, shown()), None);
    assert_eq!(bot.log(), "");
    assert_eq!(judges(&mut bot, &question, Verdict::Same), Some(Verdict::Same));
    // It is said once.
    assert_eq!(judges(&mut bot, &question, Verdict::Same), None);
    bot.session.judge_ended(&question, Verdict::Same, Ok(()));
    assert_eq!(bot.log(), format!("u:matrix:@ann:x.org (PHONE) is to say so too, {OWNER}"));
    bot.session.proceeds(&question, Progress::Over(Outcome::Person));
    let ended = format!("u:matrix:@ann:x.org (PHONE) ended: Person, {OWNER}");
    assert_eq!(bot.log(), format!("devices proven: 1\n{ended}"));
    assert!(!bot.session.is_asked(&question));
    assert_eq!(judges(&mut bot, &question, Verdict::Same), None);
}

#[test]
fn nothing_is_answered_before_somebody_has_it_taken_up() {
    let mut bot = Bot::online("");
    let question = bot.session.asked(user("@ann:x.org")).expect("he asks");
    let asks = "u:matrix:@ann:x.org asks us, for u:matrix:@ann:x.org";
    assert_eq!(bot.log(), asks);
    for progress in [ready(), begun(), shown()] {
        assert_eq!(bot.session.proceeds(&question, progress), None);
    }
    for verdict in [Verdict::Same, Verdict::Differs] {
        assert_eq!(judges(&mut bot, &question, verdict), None);
    }
    assert_eq!(bot.log(), "");
    assert_eq!(judges(&mut bot, &question, Verdict::TakeUp), Some(Verdict::TakeUp));
    bot.session.judge_ended(&question, Verdict::TakeUp, Ok(()));
    assert_eq!(bot.session.proceeds(&question, begun()), Some(Step::Accept));
    bot.session.proceeds(&question, shown());
    assert!(bot.log().contains("shows 1 2 3"));
    assert_eq!(judges(&mut bot, &question, Verdict::Differs), Some(Verdict::Differs));
    bot.session.judge_ended(&question, Verdict::Differs, Ok(()));
    let log = bot.log();
    assert!(log.starts_with("devices not proven: 1\n") && log.contains("ended: Differs"), "{log}");
}

#[test]
fn of_what_nobody_takes_up_nobody_hears() {
    let mut bot = Bot::online("");
    assert_eq!(bot.session.asked(user(BOT)), None);
    let first = bot.session.asked(user("@a:x.org")).expect("he asks");
    for number in 1..=8 {
        bot.session.asked(user(&format!("@a{number}:x.org"))).expect("he asks");
    }
    assert!(!bot.session.is_asked(&first), "the oldest makes way");
    // However many wait, whoever is asked by an owner is asked.
    let question = asked(&mut bot, "@ann:x.org");
    bot.log();
    bot.session.at(now(601));
    bot.session.end_questions();
    let ended = format!("u:matrix:@ann:x.org ended: Unanswered, {OWNER}");
    assert_eq!(bot.log(), format!("devices not proven: 1\n{ended}"));
    assert!(!bot.session.is_asked(&question));
    assert_eq!(bot.session.questions_due(), None);
}

#[test]
fn nobody_is_asked_twice_and_not_too_many_at_once() {
    let mut bot = Bot::online("");
    let why = |result: Result<Request, Receipt>| match result.map_err(|receipt| receipt.stage) {
        Err(Stage::Failed { why, .. }) => why,
        other => panic!("{other:?}"),
    };
    for number in 0..8 {
        asked(&mut bot, &format!("@a{number}:x.org"));
    }
    bot.log();
    assert_eq!(why(asks(&mut bot, "@a0:x.org")), "he is asked already");
    let told = "ended: Cancelled { why: \"he is asked already\" }";
    assert_eq!(bot.log(), format!("u:matrix:@a0:x.org {told}, {OWNER}"));
    assert_eq!(why(asks(&mut bot, "@b:x.org")), "8 others are asked already");
    assert_eq!(why(asks(&mut bot, "nobody")), "`nobody` is nobody's Matrix id");
    bot.log();
    // Whoever asks us then is turned away, and nothing is told.
    let question = bot.session.asked(user("@b:x.org")).expect("he asks");
    bot.log();
    assert_eq!(judges(&mut bot, &question, Verdict::TakeUp), Some(Verdict::Cancel));
    bot.session.judge_ended(&question, Verdict::Cancel, Ok(()));
    assert_eq!(bot.log(), "");
}

#[test]
fn what_cannot_be_asked_or_said_is_over() {
    let mut bot = Bot::online("");
    let Ok(Request::Prove { question, .. }) = asks(&mut bot, "@ann:x.org") else {
        panic!("he is asked")
    };
    bot.session.prove_ended(&question, Err("he has no signing keys"));
    assert!(bot.log().contains("Cancelled { why: \"he has no signing keys\" }"));
    let question = asked(&mut bot, "@ann:x.org");
    bot.session.proceeds(&question, shown());
    judges(&mut bot, &question, Verdict::Same);
    bot.session.judge_ended(&question, Verdict::Same, Err("the server is gone"));
    assert!(bot.log().contains("Cancelled { why: \"the server is gone\" }"));
    // What was on its way when the connection was cut is begun anew; what had begun goes on.
    let begun = asked(&mut bot, "@ann:x.org");
    let Ok(Request::Prove { question, .. }) = asks(&mut bot, "@bob:x.org") else {
        panic!("he is asked")
    };
    bot.session.closed(&Ending::Again("cut".into()));
    assert!(bot.session.is_asked(&begun) && !bot.session.is_asked(&question));
    bot.session.lose_questions("logged out");
    assert!(!bot.session.is_asked(&begun));
}

#[test]
fn no_name_comes_twice() {
    let mut bot = Bot::online("");
    let mut names = std::collections::BTreeSet::new();
    for _ in 0..200 {
        let question = asked(&mut bot, "@ann:x.org");
        assert_eq!(question.as_str().len(), 4);
        judges(&mut bot, &question, Verdict::Cancel);
        bot.session.judge_ended(&question, Verdict::Cancel, Ok(()));
        assert!(names.insert(question.to_string()), "{question}");
    }
}
