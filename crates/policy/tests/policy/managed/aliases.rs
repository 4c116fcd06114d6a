//! Aliases: who adds and removes them, and who their authors are when they run.

use nuncio_policy::{AliasName, Managed, Registry, Severity, Speaker};

use crate::managed::house::House;
use crate::world::{networks, speaker};

const OWNER: &str = "u:console:local";

const PEOPLE: &str = r#"
owners = ["u:console:local"]
[account.ann]
identities = ["u:irc:ann", "u:oftc:ann"]
[account.adam]
identities = ["u:irc:adam"]
capabilities = ["admin", "r:irc:#a,op"]
"#;

fn add(name: &str, author: &str, line: &str) -> String {
    let author = match author.split_once('/') {
        Some((account, via)) => format!(r#"{{"person":"{account}","via":"{via}"}}"#),
        None => format!(r#"{{"person":"{author}"}}"#),
    };
    format!(r#"{{"add_alias":{{"name":"{name}","line":"{line}","author":{author}}}}}"#)
}

fn remove(name: &str) -> String {
    format!(r#"{{"remove_alias":{{"name":"{name}"}}}}"#)
}

fn in_a(change: &str) -> String {
    change.replace(r#""name""#, r#""room":"r:irc:#a","name""#)
}

/// Who the author of an alias is now.
fn author(house: &House, name: &str) -> Option<Speaker> {
    let alias = house.managed.alias(&name.parse().unwrap(), None).unwrap();
    house.policy.author_speaks(alias.author?)
}

#[test]
fn whoever_is_vouched_for_adds_one_in_his_own_name() {
    let mut house = House::new(PEOPLE);
    insta::assert_snapshot!(house.ask("?u:irc:eve", &add("hi", "u:irc:eve", "echo hi")), @"no: nothing vouches for who you are; identify first");
    insta::assert_snapshot!(house.ask("u:irc:eve", &add("hi", "u:console:local", "echo hi")), @"no: `u:console:local` is not yours; speak as that person to write in that name");
    insta::assert_snapshot!(house.ask("u:irc:eve", &add("hi", "u:irc:eve", "echo hi")), @"`hi` stands for `echo hi` [alias remove hi]");
    insta::assert_snapshot!(house.ask("u:irc:eve", &add("hi", "u:irc:eve", "echo hi")), @"no: that is so already");
    insta::assert_snapshot!(house.ask("u:irc:eve", &add("hi", "u:irc:eve", "echo ho")), @"`hi` stands for `echo ho` [alias add hi echo hi]");
    insta::assert_snapshot!(house.ask("u:irc:ann", &add("hi", "a:ann/u:irc:ann", "echo hi")), @"no: `hi` is an alias of u:irc:eve already; choose another name");
    insta::assert_snapshot!(house.ask("u:irc:ann", &in_a(&add("hi", "a:ann/u:irc:ann", "echo hi"))), @"no: `hi` is an alias of u:irc:eve already; choose another name");
    insta::assert_snapshot!(house.ask("u:irc:ann", &in_a(&add("ho", "a:ann/u:irc:ann", "echo hi"))), @"`ho` stands for `echo hi` in r:irc:#a [alias remove r:irc:#a ho]");
    insta::assert_snapshot!(house.ask("u:irc:eve", &add("ho", "u:irc:eve", "echo hi")), @"`ho` stands for `echo hi` [alias remove ho]");
    insta::assert_snapshot!(house.ask("u:irc:eve", &add("e", "u:irc:eve", " ")), @"no: that is no line; write a command with what it takes, on one line");
    insta::assert_snapshot!(house.ask("u:irc:eve", &add("e", "u:irc:eve", &"e".repeat(513))), @"no: the line has more than 512 bytes; let one alias call another");
}

#[test]
fn its_author_an_admin_and_an_owner_remove_it() {
    let mut house = House::new(PEOPLE);
    let there = add("hi", "u:irc:eve", "echo hi");
    let here = in_a(&there);
    house.ask("u:irc:eve", &there);
    insta::assert_snapshot!(house.ask("u:irc:bob", &remove("hi")), @"no: that takes the capability `admin`, which you do not hold in writing");
    insta::assert_snapshot!(house.ask("u:irc:adam", &remove("hi")), @"`hi` is no alias any more");
    house.ask("u:irc:eve", &there);
    insta::assert_snapshot!(house.ask(OWNER, &remove("hi")), @"`hi` is no alias any more");
    house.ask("u:irc:eve", &here);
    insta::assert_snapshot!(house.ask("u:irc:bob", &in_a(&remove("hi"))), @"no: that takes the capability `r:irc:#a,op`, which you do not hold in writing");
    insta::assert_snapshot!(house.ask("u:irc:adam", &in_a(&remove("hi"))), @"`hi` is no alias in r:irc:#a any more");
    house.ask("u:irc:eve", &here);
    insta::assert_snapshot!(house.ask("u:irc:eve", &in_a(&remove("hi"))), @"`hi` is no alias in r:irc:#a any more [alias add r:irc:#a hi echo hi]");
    insta::assert_snapshot!(house.ask("u:irc:eve", &remove("hi")), @"no: there is nothing to remove: `hi` is no alias");
}

#[test]
fn one_author_has_a_hundred() {
    let mut house = House::new(PEOPLE);
    for number in 0..100 {
        let answer = house.ask("u:irc:eve", &add(&format!("x{number}"), "u:irc:eve", "echo"));
        assert!(!answer.starts_with("no"), "{answer}");
    }
    insta::assert_snapshot!(house.ask("u:irc:eve", &add("y", "u:irc:eve", "echo")), @"no: there are 100 aliases of yours already, and no more can be; remove one first");
    insta::assert_snapshot!(house.ask("u:irc:eve", &add("x7", "u:irc:eve", "echo more")), @"`x7` stands for `echo more` [alias add x7 echo]");
    insta::assert_snapshot!(house.ask("u:irc:bob", &add("y", "u:irc:bob", "echo")), @"`y` stands for `echo` [alias remove y]");
}

#[test]
fn an_author_has_the_rights_that_he_has_when_it_runs() {
    let mut house = House::new(PEOPLE);
    house.ask("u:oftc:ann", &add("hi", "a:ann/u:oftc:ann", "echo hi"));
    assert_eq!(author(&house, "hi"), Some(speaker("u:oftc:ann")));
    // That identity is no more his, or somebody else's: then only the account counts.
    let with = |identities: &str| PEOPLE.replace(r#""u:irc:ann", "u:oftc:ann""#, identities);
    house = house.under(&with(r#""u:irc:ann""#));
    let in_session = Speaker::claimed([]).in_session("ann".parse().unwrap());
    assert_eq!(author(&house, "hi"), Some(in_session));
    // Nor does it where it takes more than a session to be him.
    house =
        house.under(&with("\"u:irc:ann\"]\nsecure = true\ncapabilities = [").replace("[]]", "[]"));
    assert_eq!(author(&house, "hi"), None);
    house = house.under("owners = [\"u:console:local\"]");
    assert_eq!(author(&house, "hi"), None);
    let taken = r#"{"register":{"account":"a:ann","identity":"u:irc:eve"}}"#;
    insta::assert_snapshot!(house.ask("u:irc:eve", taken), @"no: the name `a:ann` is taken; choose another");
}

#[test]
fn an_author_without_an_account_is_his_identity_whoever_he_becomes() {
    let mut house = House::new(PEOPLE);
    house.ask("u:irc:eve", &add("hi", "u:irc:eve", "echo hi"));
    house.ask("u:irc:eve", r#"{"register":{"account":"a:eve","identity":"u:irc:eve"}}"#);
    assert_eq!(author(&house, "hi"), Some(speaker("u:irc:eve")));
}

#[test]
fn whoever_comes_to_have_the_name_of_an_author_wrote_nothing() {
    let mut house = House::new(PEOPLE);
    house.ask("u:irc:eve", r#"{"register":{"account":"a:eve","identity":"u:irc:eve"}}"#);
    house.ask("u:irc:eve", &add("hi", "a:eve/u:irc:eve", "echo hi"));
    assert_eq!(author(&house, "hi"), Some(speaker("u:irc:eve")));
    // A file comes to mean somebody else.
    let declared = "\n[account.eve]\nidentities = [\"u:irc:real\"]";
    house = house.under(&format!("{PEOPLE}{declared}"));
    assert_eq!(author(&house, "hi"), None);
    house = house.under(PEOPLE);
    assert_eq!(author(&house, "hi"), Some(speaker("u:irc:eve")));
    // He leaves, and another comes.
    house.ask("u:irc:eve", r#"{"unregister":{"account":"a:eve"}}"#);
    assert_eq!(author(&house, "hi"), None);
    house.ask("u:irc:mal", r#"{"register":{"account":"a:eve","identity":"u:irc:mal"}}"#);
    assert_eq!(author(&house, "hi"), None);
    assert_eq!(house.replayed(), house.managed);
    insta::assert_snapshot!(house.ask("u:irc:mal", &remove("hi")), @"no: that takes the capability `admin`, which you do not hold in writing");
    insta::assert_snapshot!(house.ask("u:irc:adam", &remove("hi")), @"`hi` is no alias any more");
}

#[test]
fn no_word_of_a_command_is_an_alias_and_the_command_is_meant() {
    let commands = ["info.echo", "admin.capability.add"].map(|id| id.parse().unwrap());
    let declared = toml::from_str("").unwrap();
    let registry = Registry::of(commands);
    let mut house = House::of(declared, Managed::default(), networks(), registry);
    for name in ["echo", "INFO", "capability", "add", "admin"] {
        let answer = house.ask("u:irc:eve", &add(name, "u:irc:eve", "x"));
        assert!(answer.contains("is a word of the command"), "{name}: {answer}");
    }
    assert!(!house.ask("u:irc:eve", &add("dance", "u:irc:eve", "echo x")).starts_with("no"));
    let registry = Registry::of(["fun.dance".parse().unwrap()]);
    let managed = house.managed.clone();
    let house = House::of(toml::from_str("").unwrap(), managed, networks(), registry);
    let said: Vec<_> =
        house.said.iter().filter(|said| said.severity == Severity::Warning).collect();
    insta::assert_snapshot!(said.iter().map(|said| said.message.as_str()).collect::<Vec<_>>().join("\n"), @"a command has the name of the `alias dance`");
}

#[test]
fn names_are_one_word_whatever_their_case() {
    for (text, name) in [
        ("hi", Some("hi")),
        ("Größe-2_x", Some("größe-2_x")),
        ("a b", None),
        ("", None),
        ("-a", None),
        ("a.b", None),
        ("a\"", None),
    ] {
        assert_eq!(text.parse::<AliasName>().ok().as_ref().map(AliasName::as_str), name, "{text}");
    }
    assert!("x".repeat(65).parse::<AliasName>().is_err());
}
