//! Accounts that the bot registers by itself, and for whom it does not.

use nuncio_policy::{
    AuditNumber, CaseMapping, Managed, ManagedKey, Networks, Newcomer, Policy, Registry, Request,
    Speaker, StoredRow, Trust, decide,
};

use crate::managed::house::noon;
use crate::world::{networks, policy, request, speaker};

const EVERYBODY: &str = "auto_register = true\n[account.bob]\nidentities = ['u:irc:bob']";

fn newcomer(policy: &Policy, speaker: Speaker, command: &str) -> String {
    let request = request("u:irc:x", command, None, "everyone");
    let permit = decide(policy, Request { speaker, ..request }).unwrap();
    match policy.newcomer(&permit, noon()) {
        Newcomer::Register(change) => change.to_string(),
        other => format!("{other:?}"),
    }
}

#[test]
fn only_whom_an_account_of_the_network_verifies_is_registered() {
    let all = policy(EVERYBODY);
    let ask = |who: &str| newcomer(&all, speaker(who), "x.y");
    assert_eq!(ask("u:irc:ann u:irc:ann!a@h"), "user register ann");
    assert_eq!(ask("u:xmpp:bob@example.org"), "user register bob-2");
    for nobody in ["?u:irc:ann", "u:irc:bob", "u:console:local", "u:socket:uid/1000"] {
        assert_eq!(ask(nobody), "Nobody", "{nobody}");
    }
    let in_session = speaker("u:irc:ann").in_session("bob".parse().unwrap());
    assert_eq!(newcomer(&all, in_session, "x.y"), "Nobody");
    assert_eq!(newcomer(&all, speaker("u:irc:ann"), "user.identify"), "Nobody");
    assert_eq!(newcomer(&policy(""), speaker("u:irc:ann"), "x.y"), "Nobody");
    let loose = Networks::new().with("irc".parse().unwrap(), CaseMapping::Rfc1459, Trust::Nick);
    let declared = toml::from_str("auto_register = true").unwrap();
    let (loose, _) = Policy::compile(&declared, &loose, &Registry::unknown(), 1).unwrap();
    assert_eq!(newcomer(&loose, speaker("u:irc:ann"), "x.y"), "Nobody");
}

/// Accounts that somebody registered, or the bot itself.
fn accounts(count: usize, by: &str) -> Managed {
    let row = |number| StoredRow {
        key: ManagedKey::stored(&format!("account a:x{number}")),
        value: format!(
            r#"{{"fact":{{"account":{{"name":"x{number}"}}}}{by},"at":"2026-11-22T12:00:00Z"}}"#
        ),
        audit: AuditNumber(1),
    };
    Managed::load((0..count).map(row))
}

#[test]
fn there_is_an_end_to_accounts_that_nobody_asked_for() {
    let declared = toml::from_str("auto_register = true").unwrap();
    let ask = |managed: &Managed| {
        let registry = Registry::unknown();
        let compiled = Policy::compile_with(&declared, managed, &networks(), &registry, 1);
        newcomer(&compiled.unwrap().0, speaker("u:irc:ann"), "x.y")
    };
    assert_eq!(ask(&accounts(9_999, "")), "user register ann");
    assert_eq!(ask(&accounts(10_000, "")), "Full");
    assert_eq!(ask(&accounts(10_000, r#","by":"u:irc:root""#)), "user register ann");
}
