//! The keys of `[policy]`, and the fields of a question.

use std::collections::BTreeSet;

use nuncio_policy::{
    Declared, DeclaredAccount, DeclaredDisable, DeclaredGrant, DeclaredIgnore, DeclaredPower,
    DeclaredRole, DeclaredRoom, Power,
    cli::{Query, eval_line},
};
use serde::de::DeserializeOwned;

use super::markdown::{Table, code};
use crate::world::{answer, compile, request};

/// The keys of a table, as its own error for an unknown one lists them.
fn fields<T: DeserializeOwned>(required: &str) -> BTreeSet<String> {
    let error = toml::from_str::<T>(&format!("{required}\nno-such-key = 1")).err().unwrap();
    let message = error.message().to_owned();
    let (_, expected) = message.split_once("expected").unwrap_or_else(|| panic!("{message}"));
    code(expected).into_iter().map(str::to_owned).collect()
}

/// Every key of `[policy]` is in the table, no other is, and each has the default that it says.
pub(super) fn policy(table: &Table) {
    let mut top = BTreeSet::new();
    for row in &table.rows {
        let [key, default, what] = row.as_slice() else { panic!("{row:?}") };
        let key = code(key).concat();
        let own: BTreeSet<String> = code(what).into_iter().map(str::to_owned).collect();
        let has = |all: BTreeSet<String>| {
            assert!(all.is_subset(&own), "{key}: {:?} is missing", all.difference(&own));
        };
        match key.as_str() {
            "[policy.account.NAME]" => has(fields::<DeclaredAccount>("")),
            "[policy.room.\"r:…\"]" => has(fields::<DeclaredRoom>("")),
            "[policy.role.NAME]" => has(fields::<DeclaredRole>("")),
            "[policy.power.\"r:…\"]" => has(fields::<DeclaredPower>("")),
            "[[policy.grant]]" => has(fields::<DeclaredGrant>("to = \"a:b\"\nwhat = \"c\"")),
            "[[policy.ignore]]" => has(fields::<DeclaredIgnore>("who = \"a:b\"")),
            "[[policy.disable]]" => has(fields::<DeclaredDisable>("command = \"c\"")),
            _ => {}
        }
        for default in code(default) {
            is_default(&key, default);
        }
        let key = key.trim_matches(['[', ']']).trim_start_matches("policy.");
        top.insert(key.split('.').next().unwrap().to_owned());
    }
    assert_eq!(top, fields::<Declared>(""));
}

/// Every power has its row, the highest first.
pub(super) fn powers(table: &Table) {
    let rows: Vec<&str> = table.rows.iter().flat_map(|row| code(&row[0])).collect();
    assert_eq!(rows, Power::ALL.map(Power::as_str).into_iter().rev().collect::<Vec<_>>());
}

/// A policy with a key at its default decides as one without the key does.
fn is_default(key: &str, default: &str) {
    let without = compile("").unwrap().0;
    let with = compile(&format!("{key} = {default}")).unwrap_or_else(|said| panic!("{said:?}")).0;
    for who in ["u:console:local", "u:irc:bob", "?u:irc:bob"] {
        for command in ["games.dice", "admin.say", "trusted.x"] {
            for level in ["everyone", "sudo", "owner", "admin", "trusted"] {
                // Not where it is written: that is what differs.
                let ask = |policy| {
                    let answer = answer(policy, request(who, command, None, level));
                    answer.split(" (").next().unwrap().to_owned()
                };
                assert_eq!(ask(&with), ask(&without), "{key} = {default}: {who} {command}");
            }
        }
    }
}

/// Every field of a line is in the table, no other is, and each has the default that it says.
pub(super) fn query(table: &Table) {
    let policy = compile("sudoers = [\"u:irc:bob\"]").unwrap().0;
    let noon = "2026-11-22T12:00:00Z".parse().unwrap();
    let ask = |more: &str| {
        let line =
            format!(r#"{{"user":"u:irc:bob","plugin":"p","command":"c","room":"r:irc:#a"{more}}}"#);
        eval_line(&policy, &line, noon).unwrap_or_else(|error| panic!("{line}: {error}"))
    };
    let mut all = BTreeSet::new();
    for row in &table.rows {
        let [names, default, _] = row.as_slice() else { panic!("{row:?}") };
        all.extend(code(names).into_iter().map(str::to_owned));
        for (name, default) in code(names).iter().zip(code(default)) {
            let value = match default {
                "room" => "\"r:irc:#a\"".to_owned(),
                "null" | "true" | "false" | "[]" => default.to_owned(),
                word => format!("\"{word}\""),
            };
            assert_eq!(ask(&format!(",\"{name}\":{value}")), ask(""), "{row:?}");
        }
    }
    let mut known = fields::<Query>("user = \"\"\nplugin = \"\"\ncommand = \"\"");
    known.insert("id".into());
    assert_eq!(all, known);
}

/// What a migration leads to is there: a key of `[policy]`, a level, or an identity.
pub(super) fn named(table: &Table) {
    let known: BTreeSet<String> = [
        fields::<Declared>(""),
        fields::<DeclaredAccount>(""),
        fields::<DeclaredRoom>(""),
        fields::<DeclaredGrant>("to = \"a:b\"\nwhat = \"c\""),
        fields::<DeclaredIgnore>("who = \"a:b\""),
    ]
    .into_iter()
    .flatten()
    .collect();
    for row in &table.rows {
        let [_, here] = row.as_slice() else { panic!("{row:?}") };
        for name in code(here).into_iter().filter(|name| is_key(name)) {
            let key = name.trim_matches(['[', ']']).trim_start_matches("policy.");
            let key = key.split('.').next().unwrap();
            assert!(known.contains(key), "{row:?}: there is no key `{name}`");
        }
    }
}

/// Whether a word is written as a key is: a table, or a name of several words.
fn is_key(name: &str) -> bool {
    let is_word = name.chars().all(|sign| sign.is_ascii_lowercase() || sign == '_');
    name.starts_with('[') || is_word && name.contains('_')
}
