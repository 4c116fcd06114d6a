//! Policies of the guide, and what each decides.

use nuncio_policy::{Explanation, Policy, cli::Query};
use serde::Deserialize;

use super::markdown::{Table, code};
use crate::world::{compile, request};

#[derive(Deserialize)]
struct File {
    policy: toml::Table,
}

/// The policy of the guide that a table stands under; nothing may be wrong with it.
fn policy(table: &Table) -> Policy {
    let file: File = toml::from_str(table.toml.as_deref().unwrap()).unwrap();
    let (policy, said) =
        compile(&file.policy.to_string()).unwrap_or_else(|said| panic!("{said:?}"));
    assert!(said.is_empty(), "{said:?}");
    policy
}

/// The layers are asked in the order of the table.
pub(super) fn layers(table: &Table) {
    let policy = compile("").unwrap().0;
    let asked = Explanation::of(&policy, request("u:irc:bob", "games.dice", None, "sudo"));
    let order: Vec<&str> = asked.trace.iter().map(|step| step.layer.as_str()).collect();
    let rows: Vec<&str> = table.rows.iter().flat_map(|row| code(row.first().unwrap())).collect();
    assert_eq!(rows, order);
}

/// Each row is decided as it says, by the layer and for the reason that it says.
pub(super) fn rows(table: &Table) {
    let policy = policy(table);
    for row in &table.rows {
        let [who, what, place, decision, because] = row.as_slice() else { panic!("{row:?}") };
        let explanation = explain(&policy, who, what, place);
        let decided =
            format!("{} by {}", explanation.outcome.as_str(), explanation.layer().as_str());
        assert_eq!(code(decision).join(" by "), decided, "{row:?}: {}", explanation.because());
        let reason = explanation.because().to_string().replace('`', "");
        assert_eq!(because.replace('`', ""), reason, "{row:?}");
    }
}

/// Asks what a row asks: ``claimed `u:irc:bob` seen as `u:irc:eve` `` for `` `games.dice` at
/// `sudo` `` in `` `r:irc:#tea` ``, or `in private`.
fn explain(policy: &Policy, who: &str, what: &str, place: &str) -> Explanation {
    let names = code(who);
    let (user, seen) = names.split_first().unwrap();
    let parts = code(what);
    let [command, level] = parts.as_slice() else { panic!("a command and its level: {what}") };
    let (plugin, command) = command.split_once('.').unwrap();
    let is_level = ["everyone", "sudo", "owner"].contains(level);
    let text = |text: &str| Some(text.to_owned());
    let query = Query {
        user: (*user).to_owned(),
        plugin: plugin.to_owned(),
        command: command.to_owned(),
        verified: Some(!who.starts_with("claimed")),
        room: code(place).first().and_then(|room| text(room)),
        target: None,
        level: is_level.then(|| text(level)).flatten(),
        requires: (!is_level).then(|| text(level)).flatten(),
        at: None,
        power: None,
        seen: Some(seen.iter().map(|id| (*id).to_owned()).collect()),
    };
    let noon = "2026-11-22T12:00:00Z".parse().unwrap();
    Explanation::of(policy, query.request(policy, noon).unwrap())
}
