//! Aliases: what is said behind one is an argument, and nothing else, whatever it is.

use std::sync::LazyLock;

use nuncio_policy::{AuditNumber, Managed, ManagedKey, Network, Networks, StoredRow};
use proptest::prelude::*;

use super::super::{
    AliasError, Arguments, Command, CommandTree, Here, Kind, Parameter, Template, TemplateError,
    Value,
};
use super::{command, id};

fn flag(name: &str, kind: Kind) -> Parameter {
    Parameter::new(name, kind).flag()
}

/// Commands that take a text in every way in which something else may be meant by it.
static TREE: LazyLock<CommandTree> = LazyLock::new(|| {
    let arg = || Parameter::new("arg", Kind::Word);
    let commands = vec![
        command("t.word", vec![arg(), flag("loud", Kind::Bool), flag("to", Kind::Word)]),
        command("t.room", vec![Parameter::new("room", Kind::Room).optional(), arg()]),
        command("t.text", vec![Parameter::new("arg", Kind::Text), flag("loud", Kind::Bool)]),
        command("t.words", vec![Parameter::new("arg", Kind::Word).repeated(0)]),
        command("t.about", vec![Parameter::new("arg", Kind::Command)]),
        command("t.group.add", vec![arg()]),
        command("t.ping", Vec::new()),
    ];
    CommandTree::build(commands, []).unwrap()
});

fn aliases(lines: &[(&str, &str)]) -> Managed {
    Managed::load(lines.iter().map(|(name, line)| {
        let fact = serde_json::json!({ "alias": {
            "name": name, "line": line, "author": { "person": "u:irc:ann" },
        }});
        let value = serde_json::json!({ "fact": fact, "at": "2026-11-22T12:00:00Z" }).to_string();
        let key = ManagedKey::alias(&name.parse().unwrap(), None);
        StoredRow { key, value, audit: AuditNumber(1) }
    }))
}

/// What a line leads to: the command and its arguments, or what is answered.
fn run(lines: &[(&str, &str)], typed: &str) -> Result<(String, Arguments), String> {
    let may_run = |_: &Command| true;
    let expanded = TREE.expand(typed, 0, &aliases(lines), None, may_run);
    let expanded = expanded.map_err(|error| error.to_string())?;
    let (networks, network): (Networks, Network) = (Networks::new(), "irc".parse().unwrap());
    let here = Here { network: &network, networks: &networks, commands: &TREE, may_run: &may_run };
    let resolved = &expanded.resolved;
    let signature = &resolved.command.signature;
    let arguments = signature.parse(expanded.line(typed), resolved.name.end, &here);
    arguments
        .map(|arguments| (resolved.command.id.to_string(), arguments))
        .map_err(|error| error.to_string())
}

/// The values of `arg`, as texts.
fn args(lines: &[(&str, &str)], typed: &str) -> Result<Vec<String>, String> {
    let text = |value: &Value| match value {
        Value::Word(word) => word.to_string(),
        Value::Text(text) => text.clone(),
        other => format!("{other:?}"),
    };
    run(lines, typed).map(|(_, arguments)| arguments.all("arg").map(text).collect())
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\""))
}

#[test]
fn places_are_filled_from_left_to_right() {
    let check = |line: &str, typed: &str, expect: Result<&[&str], &str>| {
        let heard = args(&[("x", line)], typed);
        let heard = heard.as_ref().map(|all| all.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(heard.as_deref().map_err(|error| error.as_str()), expect, "{line}: {typed}");
    };
    check("words", "x", Ok(&[]));
    check("words $1 $2", "x a b", Ok(&["a", "b"]));
    check("words $2 $1", "X 'a b' c", Ok(&["c", "a b"]));
    check("words $1 @1 @2", "x a b", Ok(&["a", "b"]));
    check("words @1", "x", Ok(&[]));
    check("words $1 $*", "x a b  'c d'", Ok(&["a", "b  'c d'"]));
    check("words $*", "x", Ok(&[]));
    check(
        "words a$1b --$$1 $$ $0 $10 @10 ann@1",
        "x y",
        Ok(&["ayb", "--$1", "$", "$0", "$10", "@10", "ann@1"]),
    );
    check("text hello  $1!", "x 'you there'", Ok(&["hello  you there!"]));
    check("text \"$1\" $*", "x a it's \"so", Ok(&["\"a\" it's \"so"]));
    check("word --loud --to=$1 y", "x --loud", Ok(&["y"]));
    check("words $2", "x a", Err("that takes more words. Usage: `x <1> <2>`"));
    check("words $1 @1", "x a b c", Err("that is more than the alias takes. Usage: `x <1> [2]`"));
    check("words", "x a", Err("that is more than the alias takes. Usage: `x`"));
    check(
        "words $1",
        "x 'a",
        Err("a quote is never closed; close it, or write `\\` before it. Usage: `x <1>`"),
    );
    check(
        "wrds $1",
        "x a",
        Err("the alias `x` leads nowhere: there is no command `wrds`; did you mean `words`?"),
    );
    check("about $1", "x ping", Ok(&["Command(t.ping)"]));
    check("about $1", "x 'group add'", Ok(&["Command(t.group.add)"]));
    check("about $1", "x 'ping pong'", Err("`ping pong` is not a command, as `arg` must be"));
}

#[test]
fn only_the_author_chooses_the_command_and_its_flags() {
    for line in ["$1", "$* x", "x$1 y", "@1 x", "  $1"] {
        assert_eq!(Template::parse(line), Err(TemplateError::Command), "{line}");
    }
    for line in ["word --$1 x", "word --$*", "word --l$1=x y", "word —@1"] {
        assert_eq!(Template::parse(line), Err(TemplateError::Flag), "{line}");
    }
    assert_eq!(
        args(&[("x", "group $1 y")], "x add").unwrap_err(),
        "the alias `x` leads nowhere: `group` goes on: `group add`"
    );
}

#[test]
fn a_command_goes_before_an_alias() {
    let lines = [("ping", "text no"), ("group", "text no"), ("x", "ping")];
    assert_eq!(run(&lines, "ping").unwrap().0, "t.ping");
    assert_eq!(run(&lines, "x").unwrap().0, "t.ping");
    assert_eq!(run(&lines, "group").unwrap_err(), "`group` goes on: `group add`");
}

#[test]
fn what_leads_too_far_ends() {
    let far = |alias: &str| {
        format!(
            "the alias `{alias}` leads too far: through more than 16 others, or to more than 4 KiB of text"
        )
    };
    assert_eq!(run(&[("a", "b"), ("b", "a")], "a").unwrap_err(), far("a"));
    assert_eq!(
        run(&[("a", "a $1 $1")], "a x").unwrap_err(),
        "that is more than the alias takes. Usage: `a <1>`"
    );
    assert_eq!(run(&[("bomb", "bomb $*$*")], "bomb x").unwrap_err(), far("bomb"));
    let many: Vec<_> = (0..20).map(|n| (format!("x{n}"), format!("x{}", n + 1))).collect();
    let mut lines: Vec<_> = many.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    lines.push(("x20", "ping"));
    assert_eq!(run(&lines, "x5").unwrap().0, "t.ping");
    assert_eq!(run(&lines, "x4").unwrap_err(), far("x4"));
    let aliases = aliases(&lines);
    let leads = |name| TREE.target(name, 0, &aliases, None).map(|command| command.id.clone());
    assert_eq!((leads("x5 y"), leads("x4")), (Some(id("t.ping")), None));
    let long = "$1".repeat(200);
    let line = format!("text {long}");
    assert_eq!(args(&[("x", &line)], &format!("x {}", "y".repeat(18))).unwrap()[0].len(), 3600);
    assert_eq!(args(&[("x", &line)], &format!("x {}", "y".repeat(40))).unwrap_err(), far("x"));
}

#[test]
fn an_alias_is_offered_where_one_is_near() {
    let error = |typed: &str| {
        TREE.expand(typed, 0, &aliases(&[("greet", "text hi")]), None, |_| true).unwrap_err()
    };
    assert_eq!(error("gret").to_string(), "there is no command `gret`; did you mean `greet`?");
    let hidden = TREE.expand("gret", 0, &aliases(&[("greet", "text hi")]), None, |_| false);
    assert_eq!(hidden.unwrap_err().to_string(), "there is no command `gret`");
    assert!(matches!(error("dance"), AliasError::NotFound(_)));
}

/// Texts that something else may be taken for.
fn argument() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,12}",
        "[-—#&@$'\"“” \\\\=a1*]{0,8}",
        prop::sample::select(vec![
            "--", "--loud", "--to=x", "r:irc:#a", "#a", "ping", "$1", "@1", "—loud"
        ])
        .prop_map(ToOwned::to_owned),
    ]
}

proptest! {
    #[test]
    fn the_command_receives_exactly_what_stands_for_the_argument(text in argument()) {
        let typed = format!("x {}", quoted(&text));
        for (line, expect) in [
            ("word $1", vec![text.clone()]),
            ("room $1", vec![text.clone()]),
            ("text $1", vec![text.clone()]),
            ("text --loud a $1 b", vec![format!("a {text} b")]),
            ("words $1 $1", vec![text.clone(), text.clone()]),
            ("words a $1 \"b c\" \\$1", vec!["a".into(), text.clone(), "b c".into(), format!("\\{text}")]),
            ("words \"a $1 b\" c$1\"d e\"", vec![format!("a {text} b"), format!("c{text}\"d"), "e\"".into()]),
            ("words $1\"a b\"", vec![format!("{text}\"a"), "b\"".into()]),
            ("word y --to=$1", vec!["y".into()]),
        ] {
            prop_assert_eq!(args(&[("x", line)], &typed), Ok(expect), "{}", line);
            // So it does behind other aliases.
            let lines = [("x", "y $1"), ("y", "z $1"), ("z", line)];
            prop_assert_eq!(args(&lines, &typed), args(&[("x", line)], &typed), "{}", line);
        }
        let (_, to) = run(&[("x", "word y --to=$1")], &typed).unwrap();
        prop_assert_eq!(to.text("to"), Some(text.as_str()));
        let (_, set) = run(&[("x", "word $1")], &typed).unwrap();
        prop_assert!(!set.is_set("loud") && set.text("to").is_none());
    }

    #[test]
    fn the_rest_is_what_was_typed(text in argument()) {
        let rest = text.trim();
        prop_assume!(!rest.is_empty());
        for line in ["text $*", "word $*", "words $*", "room $*"] {
            let heard = args(&[("x", line)], &format!("x  {text}"));
            prop_assert_eq!(heard, Ok(vec![rest.to_owned()]), "{}", line);
        }
    }

    #[test]
    fn whatever_is_stored_and_typed_it_ends(
        lines in prop::collection::vec("(a|b|c|text|word)[ $@1*a-c\"\\\\]{0,24}", 3), typed in "[abc][ab\" $]{0,30}",
    ) {
        let lines: Vec<_> = ["a", "b", "c"].into_iter().zip(lines.iter().map(|line| line.trim())).collect();
        let lines: Vec<_> = lines.into_iter().filter(|(_, line)| Template::parse(line).is_ok()).collect();
        if let Ok(expanded) = TREE.expand(&typed, 0, &aliases(&lines), None, |_| true) {
            prop_assert!(expanded.used.len() <= 16 && expanded.line(&typed).text().len() <= 4096);
        }
    }
}
