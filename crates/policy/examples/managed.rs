//! Measures a change from chat: `cargo run --release -p nuncio-policy --example managed`.
//!
//! A table of registered accounts with two identities each, as a database keeps it; then one more
//! ignore. Prints, in rows of JSON, how long it takes to read the table, to make a policy of it, to
//! plan the change, and until the next policy is there.
#![expect(clippy::print_stdout, reason = "what it measures is what it prints")]
#![expect(clippy::disallowed_methods, reason = "it measures time; what it measures does not")]

use std::error::Error;
use std::time::{Duration, Instant};

use nuncio_policy::{
    AuditNumber, Change, Declared, Managed, ManagedKey, Networks, Policy, Registry, Speaker,
    StoredRow,
};

const ACCOUNTS: usize = 100_000;

fn main() -> Result<(), Box<dyn Error>> {
    let rows: Vec<StoredRow> = (0..ACCOUNTS).flat_map(rows).collect();
    let (networks, registry) = (Networks::new(), Registry::unknown());
    let (managed, reading) = timed(|| Managed::load(rows));
    let declared = Declared::default();
    let (made, making) =
        timed(|| Policy::compile_with(&declared, &managed, &networks, &registry, 1));
    let (policy, _) = made.map_err(|_| "the policy does not compile")?;
    let owner = Speaker::verified(networks.parse_user("u:console:local")?);
    let ignore =
        Change::Ignore { who: networks.parse_person("u:irc:eve")?, room: None, until: None };
    let noon = "2026-11-22T12:00:00Z".parse()?;
    let (plan, planning) = timed(|| policy.plan(&owner, ignore, noon));
    let plan = plan?;
    let (next, swapping) = timed(|| {
        let managed = policy.managed().apply(&plan, AuditNumber(ACCOUNTS as u64 + 1));
        policy.manage(&managed, 2).0
    });
    assert_eq!(next.ignores().count(), 1, "the change is in force");
    for (work, time) in [
        ("to read the table", reading),
        ("from the table to a policy", making),
        ("to plan a change", planning),
        ("from the plan to the next policy", swapping),
    ] {
        let micros = time.as_micros();
        println!(r#"{{"work":"{ACCOUNTS} managed accounts: {work}","result":"{micros} µs"}}"#);
    }
    Ok(())
}

/// An account as a database keeps it.
fn rows(number: usize) -> Vec<StoredRow> {
    let row = |key: String, fact: String| StoredRow {
        key: ManagedKey::stored(&key),
        value: format!(
            r#"{{"fact":{fact},"by":"u:irc:user{number}","at":"2026-11-22T12:00:00Z"}}"#
        ),
        audit: AuditNumber(number as u64 + 1),
    };
    let account = format!("a:user{number}");
    let identity = |id: String| {
        let fact = format!(r#"{{"identity":{{"id":"{id}","account":"{account}"}}}}"#);
        row(format!("identity {id}"), fact)
    };
    vec![
        row(format!("account {account}"), format!(r#"{{"account":{{"name":"{account}"}}}}"#)),
        identity(format!("u:irc:user{number}")),
        identity(format!("u:xmpp:user{number}@example.org")),
    ]
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let made = work();
    (made, start.elapsed())
}
