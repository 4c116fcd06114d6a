use insta::assert_snapshot;
use nuncio_policy::{Network, Networks};
use proptest::prelude::*;

use super::{may_run, tree};
use crate::command::{
    ArgumentError, Arguments, Here, Kind, Parameter, Signature, SignatureError, Value,
};

fn parse(parameters: &[Parameter], line: &str) -> Result<Arguments, ArgumentError> {
    let (tree, networks) = (tree(), Networks::new());
    let network: Network = "irc".parse().unwrap();
    let here = Here { network: &network, networks: &networks, commands: &tree, may_run: &may_run };
    Signature::new(parameters.to_vec()).unwrap().parse(line, 0, &here)
}

/// Shows each value as `name=value`, or the error with the place in brackets.
fn show(parameters: &[Parameter], line: &str) -> String {
    match parse(parameters, line) {
        Ok(arguments) => {
            let values = parameters.iter().flat_map(|parameter| {
                arguments
                    .all(&parameter.name)
                    .map(|value| format!("{}={}", parameter.name, plain(value)))
            });
            values.collect::<Vec<_>>().join(" ")
        }
        Err(error) => {
            let hint = error.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
            format!("[{}] {error}{hint}", error.span.of(line))
        }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Word(text) | Value::Choice(text) => text.to_string(),
        Value::Text(text) => format!("{text:?}"),
        Value::Secret(secret) => format!("{secret:?}"),
        Value::Integer(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Duration(period) => period.to_string(),
        Value::Bool(yes) => yes.to_string(),
        Value::Room(room) => room.to_string(),
        Value::User(user) => user.to_string(),
        Value::Command(command) => command.to_string(),
    }
}

#[test]
fn nothing_repeats_a_line_with_a_secret() {
    let parameters = [
        Parameter::new("room", Kind::Room),
        Parameter::new("sides", Kind::Integer { min: 2, max: 6 }),
        Parameter::new("password", Kind::Secret),
        Parameter::new("loud", Kind::Bool).flag(),
    ];
    let arguments = parse(&parameters, "#a 2 'hunter 2'").unwrap();
    assert_eq!(arguments.secret("password").unwrap().expose(), "hunter 2");
    assert_eq!(arguments.raw(), "");
    for line in [
        "#a 2 hunter2 hunter2",
        "hunter2",
        "r:hunter2 2",
        "#a hunter2 2",
        "#a 2 'hunter2",
        "#a 2 --hunter2 hunter2",
        "#a 2 hunter2 --loud=hunter2",
        "#a 2 hunter2 --loud --loud",
    ] {
        let error = parse(&parameters, line).unwrap_err();
        assert!(
            !format!("{error} {:?} {:?}", error.hint, error.found).contains("hunter"),
            "{line}"
        );
    }
    assert!(!format!("{arguments:?}").contains("hunter"));
}

#[test]
fn every_kind_is_read() {
    let check = |kind: Kind, line: &str, expect: &str| {
        assert_eq!(show(&[Parameter::new("x", kind)], line), expect, "{line:?}");
    };
    let sides = || Kind::Integer { min: 2, max: 6 };
    let choice = || Kind::Choice(vec!["Red".into(), "blue".into()]);
    check(Kind::Word, "a", "x=a");
    check(Kind::Word, "'a b'", "x=a b");
    check(Kind::Word, "a b", "[b] `b` is more than the command takes");
    check(
        Kind::Word,
        "'a b",
        "[\'a b] the quote at `'a b` is never closed (close it, or write `\\` before it)",
    );
    check(Kind::Word, " ", "[] `x` is missing: it takes a word");
    check(Kind::Text, "  it's \"so\" --x ", "x=\"it's \\\"so\\\" --x\"");
    check(Kind::Text, "", "[] `x` is missing: it takes a text");
    check(sides(), "6", "x=6");
    check(sides(), "7", "[7] `7` is not a whole number from 2 to 6, as `x` must be");
    check(
        sides(),
        "99999999999999999999",
        "[99999999999999999999] `99999999999999999999` is not a whole number from 2 to 6, as `x` must be",
    );
    check(Kind::Integer { min: i64::MIN, max: i64::MAX }, "-5", "x=-5");
    check(Kind::Number, "-2.5e1", "x=-25");
    check(Kind::Number, "inf", "[inf] `inf` is not a number, as `x` must be");
    check(Kind::Duration, "5m", "x=5m");
    check(Kind::Duration, "300", "x=5m");
    check(Kind::Duration, "5 m", "[m] `m` is more than the command takes");
    check(
        Kind::Duration,
        "soon",
        "[soon] `soon` is not a length of time such as `300s`, `5m`, `2h` or `1d`, as `x` must be",
    );
    check(Kind::Bool, "Yes", "x=true");
    check(Kind::Bool, "off", "x=false");
    check(choice(), "RED", "x=Red");
    check(
        choice(),
        "bleu",
        "[bleu] `bleu` is not one of `Red`, `blue`, as `x` must be (did you mean `blue`?)",
    );
    check(Kind::Room, "#Linux", "x=r:irc:#linux");
    check(Kind::Room, "r:oftc:#a", "x=r:oftc:#a");
    check(
        Kind::Room,
        "r:irc",
        "[r:irc] `r:irc` is not a room such as `#room` or `r:irc:#room`, as `x` must be (`r:irc` is not an identity; write `u:NETWORK:USER`, `r:NETWORK:ROOM`, `p:NETWORK` or `a:ACCOUNT`)",
    );
    check(Kind::User, "Bob", "x=u:irc:bob");
    check(Kind::User, "u:matrix:@Ann:example.org", "x=u:matrix:@Ann:example.org");
    check(Kind::Command, "capability add", "x=admin.capability.add");
    check(
        Kind::Command,
        "dice",
        "[dice] `dice` is not a command, as `x` must be (`dice` may be several commands: `dnd dice` or `games dice`?)",
    );
}

#[test]
fn optional_parameters_leave_words_to_others() {
    let topic =
        [Parameter::new("room", Kind::Room).optional(), Parameter::new("topic", Kind::Text)];
    assert_eq!(show(&topic, "#a hello all"), "room=r:irc:#a topic=\"hello all\"");
    assert_eq!(show(&topic, "hello #all"), "topic=\"hello #all\"");
    assert_eq!(show(&topic, "#a"), "[] `topic` is missing: it takes a text");
    let mute = [
        Parameter::new("user", Kind::User),
        Parameter::new("length", Kind::Duration).or("5m"),
        Parameter::new("reason", Kind::Text).optional(),
    ];
    assert_eq!(show(&mute, "ann"), "user=u:irc:ann length=5m");
    assert_eq!(show(&mute, "ann 1h too loud"), "user=u:irc:ann length=1h reason=\"too loud\"");
    assert_eq!(show(&mute, "ann too loud"), "user=u:irc:ann length=5m reason=\"too loud\"");
    let last = [Parameter::new("n", Kind::Number).optional()];
    assert_eq!(show(&last, "x"), "[x] `x` is not a number, as `n` must be");
    let why = [
        Parameter::new("user", Kind::User),
        Parameter::new("command", Kind::Command),
        Parameter::new("room", Kind::Room).optional(),
    ];
    assert_eq!(
        show(&why, "ann admin capability add #a"),
        "user=u:irc:ann command=admin.capability.add room=r:irc:#a"
    );
}

#[test]
fn repeated_parameters_take_all_words() {
    let add = [Parameter::new("user", Kind::User), Parameter::new("caps", Kind::Word).repeated(1)];
    assert_eq!(show(&add, "ann a 'b c'"), "user=u:irc:ann caps=a caps=b c");
    assert_eq!(show(&add, "ann"), "[] `caps` is missing: it takes a word");
}

#[test]
fn flags_may_stand_anywhere() {
    let mute = [
        Parameter::new("user", Kind::User),
        Parameter::new("reason", Kind::Text).optional(),
        Parameter::new("dry_run", Kind::Bool).flag(),
        Parameter::new("for", Kind::Duration).flag(),
    ];
    let check = |line: &str, expect: &str| assert_eq!(show(&mute, line), expect, "{line:?}");
    check("--dry-run ann", "user=u:irc:ann dry_run=true");
    check(
        "ann --for 5m --DRY_RUN=no because",
        "user=u:irc:ann reason=\"because\" dry_run=false for=5m",
    );
    check("ann --for='5m' — really", "user=u:irc:ann reason=\"— really\" for=5m");
    check("ann —for 5m x", "user=u:irc:ann reason=\"x\" for=5m");
    check("ann because --for 5m", "user=u:irc:ann reason=\"because --for 5m\"");
    check("ann -- --for 5m", "user=u:irc:ann reason=\"--for 5m\"");
    check("'--for'", "user=u:irc:--for");
    check("ann --dry-rum", "[--dry-rum] there is no flag `--dry-rum` (did you mean `--dry-run`?)");
    check(
        "ann --for",
        "[] `for` is missing: it takes a length of time such as `300s`, `5m`, `2h` or `1d`",
    );
    check(
        "ann --for x",
        "[x] `x` is not a length of time such as `300s`, `5m`, `2h` or `1d`, as `for` must be",
    );
    check("ann --for 1 --for 2", "[--for] `for` is given twice");
    check(
        "ann --for \"1",
        "[\"1] the quote at `\"1` is never closed (close it, or write `\\` before it)",
    );
    assert_eq!(show(&[Parameter::new("x", Kind::Word)], "--help"), "x=--help");
}

#[test]
fn the_room_argument_is_the_target() {
    let kick = [Parameter::new("room", Kind::Room), Parameter::new("user", Kind::User)];
    let arguments = parse(&kick, "#a ann").unwrap();
    assert_eq!(arguments.target().unwrap().to_string(), "r:irc:#a");
    assert_eq!(arguments.user("user").unwrap().to_string(), "u:irc:ann");
    assert_eq!((arguments.text("user"), arguments.get("nobody")), (None, None));
}

#[test]
fn errors_are_answers() {
    let parameters = vec![Parameter::new("sides", Kind::Integer { min: 2, max: 6 }).or("6")];
    let line = "dice one";
    let error = parse(&parameters, "     one").unwrap_err();
    assert_snapshot!(error.report(line), @"
    dice one
         ^^^
    `one` is not a whole number from 2 to 6, as `sides` must be
    ");
    assert_snapshot!(error.answer("games dice [sides=6]").to_plain(), @"`one` is not a whole number from 2 to 6, as `sides` must be. Usage: games dice [sides=6]");
}

#[test]
fn signatures_are_checked() {
    let word = |name: &str| Parameter::new(name, Kind::Word);
    let text = Parameter::new("text", Kind::Text);
    let none = Kind::Integer { min: 2, max: 1 };
    for (parameters, error) in [
        (vec![word("1")], SignatureError::Name("1".into())),
        (vec![word("a b")], SignatureError::Name("a b".into())),
        (vec![word("a_b"), word("A-b").flag()], SignatureError::Twice("A-b".into())),
        (vec![text.clone(), word("a")], SignatureError::NotLast("text".into())),
        (vec![word("a").repeated(0), word("b")], SignatureError::NotLast("a".into())),
        (vec![Parameter::new("a", none)], SignatureError::Empty("a".into())),
        (vec![Parameter::new("a", Kind::Choice(vec![]))], SignatureError::Empty("a".into())),
    ] {
        assert_eq!(Signature::new(parameters), Err(error));
    }
    let usage = Signature::new(vec![
        word("a"),
        word("b").optional(),
        Parameter::new("c", Kind::Choice(vec!["x".into(), "y".into()])).or("x"),
        text,
        Parameter::new("dry_run", Kind::Bool).flag(),
        Parameter::new("to", Kind::User).repeated(1).flag(),
    ]);
    assert_snapshot!(usage.unwrap().usage(), @"<a> [b] [x|y=x] <text…> [--dry-run] --to <user>");
}

proptest! {
    #[test]
    fn any_line_is_read_or_refused(line in "(--(for|x)?[= ]?|[#ur:5m'\"\\\\ a]|\\PC){0,12}") {
        let parameters = [
            Parameter::new("room", Kind::Room).optional(),
            Parameter::new("n", Kind::Number).or("1"),
            Parameter::new("words", Kind::Word).repeated(0),
            Parameter::new("for", Kind::Duration).flag(),
        ];
        if let Err(error) = parse(&parameters, &line) {
            prop_assert!(line.get(error.span.start..error.span.end).is_some());
            prop_assert!(!error.report(&line).is_empty());
        }
    }

    #[test]
    fn a_text_is_what_was_typed(line in "\\PC{1,20}") {
        let text = parse(&[Parameter::new("x", Kind::Text).optional()], &line).unwrap();
        prop_assert_eq!(text.text("x").unwrap_or_default(), line.trim());
    }
}
