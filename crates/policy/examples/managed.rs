//! Measures a change from chat: `cargo run --release -p nuncio-policy --example managed`.
//!
//! A table of registered accounts with two identities each, as a database keeps it; then changes
//! of several kinds, each of them made many times from the same policy. Prints, in rows of JSON,
//! how long it takes to read the table, to make a policy of it, and, for each kind, the median
//! time from asking for a change until the policy after it is there. A number as argument is that
//! of the accounts.
#![expect(clippy::print_stdout, reason = "what it measures is what it prints")]
#![expect(clippy::disallowed_methods, reason = "it measures time; what it measures does not")]

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use nuncio_policy::{
    AuditNumber, Change, Declared, Lease, Managed, ManagedKey, Networks, Policy, Registry, Speaker,
    StoredRow,
};

const ACCOUNTS: usize = 100_000;
/// How often each change is made.
const TIMES: usize = 15;

fn main() -> Result<(), Box<dyn Error>> {
    let accounts = std::env::args().nth(1).map(|count| count.parse()).transpose()?;
    let accounts = accounts.unwrap_or(ACCOUNTS);
    let rows: Vec<StoredRow> = (0..accounts).flat_map(rows).collect();
    let (networks, registry) = (Networks::new(), Registry::unknown());
    let (managed, reading) = timed(|| Managed::load(rows));
    let declared = Declared::default();
    let (made, making) =
        timed(|| Policy::compile_with(&declared, &managed, &networks, &registry, 1));
    let (policy, _) = made.map_err(|_| "the policy does not compile")?;
    for (work, time) in [("to read their table", reading), ("from the table to a policy", making)] {
        println!(
            r#"{{"work":"{accounts} managed accounts: {work}","result":"{} ms"}}"#,
            time.as_millis()
        );
    }
    let noon: Timestamp = "2026-11-22T12:00:00Z".parse()?;
    let one = "2026-11-22T13:00:00Z".parse()?;
    let eve = || networks.parse_person("u:irc:eve");
    let flood = Change::Flood { who: eve()?, room: None, until: one };
    let flooded = policy.after(&policy.plan_own(flood.clone(), noon)?, AuditNumber(1), 2);
    let lease = Some(Lease { until: one, room: None });
    let user = networks.parse_person("a:user7")?;
    let owner = Speaker::verified(networks.parse_user("u:console:local")?);
    for (work, policy, asks, change, now) in [
        ("an ignore for a flood", &policy, None, flood, noon),
        ("its end", &flooded, None, Change::Expire { key: ManagedKey::flood(&eve()?, None) }, one),
        (
            "a grant for a while",
            &policy,
            Some(&owner),
            Change::Grant { to: user.clone(), what: "shell.run".parse()?, elevate: false, lease },
            noon,
        ),
        (
            "a command switched off",
            &policy,
            Some(&owner),
            Change::Disable { command: "shell.run".parse()?, room: None },
            noon,
        ),
        (
            "a rule",
            &policy,
            Some(&owner),
            Change::AddRule { rule: policy.read_rule("b a:user7 shell.run")? },
            noon,
        ),
        ("one more sudoer", &policy, Some(&owner), Change::AddSudoer { who: user }, noon),
    ] {
        let mut times = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let (next, time) = timed(|| {
                let plan = match asks {
                    Some(speaker) => policy.plan(speaker, change.clone(), now),
                    None => policy.plan_own(change.clone(), now),
                };
                plan.map(|plan| policy.after(&plan, AuditNumber(2), 3))
            });
            black_box(next?);
            times.push(time);
        }
        times.sort_unstable();
        let median = times.get(TIMES / 2).copied().unwrap_or_default().as_micros();
        println!(
            r#"{{"work":"a change among {accounts} managed accounts: {work}","result":"{median} µs"}}"#
        );
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
