//! Commands given to a real socket.

use super::*;
use crate::client::{ConnectError, Login, Target};
use crate::for_test::{Bot, answer};

async fn connect(bot: &Bot) -> Client {
    let login = Login { acks: true, name: Some("Ann".into()), ..Login::default() };
    Client::connect(&Target::Unix(bot.path()), &login).await.expect("a connection")
}

fn lines(lines: &[&str]) -> mpsc::Receiver<Input> {
    let (tx, rx) = mpsc::channel(64);
    for line in lines {
        tx.try_send(Input::Line((*line).into())).expect("room");
    }
    rx
}

/// Runs the lines against the bot, which the script plays; what came out, and how it ended.
async fn run_with(
    bot: &mut Bot,
    input: &[&str],
    script: impl AsyncFnOnce(&mut Bot),
) -> (String, String, Result<Ending, String>) {
    let client = connect(bot).await;
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let chat = run(client, lines(input), Terminal::PLAIN, &mut out, &mut err);
    let (ending, ()) = tokio::join!(chat, script(bot));
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (text(out), text(err), ending.map_err(|error| error.to_string()))
}

#[tokio::test]
async fn every_line_is_answered_before_the_end() {
    let mut bot = Bot::start("").await;
    let asked: Vec<String> = (0..50).map(|n| format!("echo {n}")).collect();
    let input: Vec<&str> = asked.iter().map(String::as_str).collect();
    let (out, err, ending) = run_with(&mut bot, &input, async |bot| {
        for n in 0..50 {
            assert_eq!(bot.answer(format!("it is {n}")).await.text, format!("echo {n}"));
        }
    })
    .await;
    let expected: Vec<String> = (0..50).map(|n| format!("it is {n}")).collect();
    assert_eq!(out.lines().collect::<Vec<_>>(), expected);
    assert_eq!((err.as_str(), ending), ("", Ok(Ending::Answered)));
    for n in 1..=50 {
        assert_eq!(bot.house.receipt().await, format!("k{n} confirmed"));
    }
    bot.stop().await;
}

#[tokio::test]
async fn several_answers_to_one_command_are_all_printed() {
    let mut bot = Bot::start("").await;
    let (out, _, ending) = run_with(&mut bot, &["help"], async |bot| {
        let message = bot.far.message().await;
        for (text, last) in [("one", false), ("two", false), ("three", true)] {
            let output = answer(message.place.clone(), message.id.clone(), text);
            bot.say(nuncio_core::action::Output { last, ..output }).await;
        }
    })
    .await;
    assert_eq!((out.as_str(), ending), ("one\ntwo\nthree\n", Ok(Ending::Answered)));
    bot.stop().await;
}

#[tokio::test]
async fn a_bot_that_closes_is_an_error() {
    let mut bot = Bot::start("").await;
    let (out, _, ending) = run_with(&mut bot, &["ping"], async |bot| {
        bot.far.message().await;
        bot.far.cancel.cancel();
    })
    .await;
    assert_eq!((out.as_str(), ending), ("", Err("the bot hung up: the bot closes".into())));
    bot.stop().await;
}

#[tokio::test]
async fn nothing_to_say_is_said_at_once() {
    let mut bot = Bot::start("").await;
    let (out, err, ending) = run_with(&mut bot, &[], async |_| {}).await;
    assert_eq!((out.as_str(), err.as_str(), ending), ("", "", Ok(Ending::Answered)));
    bot.stop().await;
}

#[tokio::test]
async fn who_is_not_let_in_learns_why() {
    let bot = Bot::start("allow_uids = []").await;
    let target = Target::Unix(bot.path());
    let login = Login { token: Some("hunter2".to_owned().into()), ..Login::default() };
    let error = Client::connect(&target, &login).await.expect_err("refused").to_string();
    assert_eq!(error, "the bot refuses: this token is nobody's");
    bot.stop().await;
    let error = Client::connect(&target, &login).await.expect_err("gone");
    assert!(matches!(error, ConnectError::Unreachable { .. }), "{error}");
}

#[test]
fn the_worst_ending_counts() {
    let endings = [Outcome::Answered, Outcome::Refused, Outcome::Failed, Outcome::Silent];
    assert_eq!(
        endings.map(Ending::from),
        [Ending::Answered, Ending::Refused, Ending::Refused, Ending::Unanswered]
    );
    assert!(Ending::Answered < Ending::Refused && Ending::Refused < Ending::Unanswered);
}
