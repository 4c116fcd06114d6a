//! Who may change what of a policy.

use nuncio_policy::{ChangeError, Policy};

use super::markdown::Table;
use crate::managed::house::{House, change, noon};
use crate::world::speaker;

/// An owner; who holds `admin` and `games`; who holds `op` in a room; the account `ann` itself;
/// and somebody else, who has an account too.
const ASKING: [&str; 5] = ["u:irc:root", "u:irc:ada", "u:irc:oli", "u:irc:ann", "u:irc:bob"];

const HOUSE: &str = r#"
owners = ["u:irc:root"]

[account.ada]
identities = ["u:irc:ada"]
capabilities = ["admin", "games"]

[account.oli]
identities = ["u:irc:oli"]
capabilities = ["r:irc:#tea,op"]

[account.carl]
identities = ["u:irc:carl"]

[account.bob]
identities = ["u:irc:bob"]
"#;

/// What a row is about, as changes that are asked for; those behind `held` are of what whoever
/// asks holds himself.
fn samples(what: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match what {
        "a sudoer" => (&[r#"{"add_sudoer":{"who":"u:irc:carl"}}"#], &[]),
        "a grant, for ever or until a time" => (
            &[
                r#"{"grant":{"to":"u:irc:carl","what":"shell.run"}}"#,
                r#"{"grant":{"to":"u:irc:carl","what":"games","lease":{"until":"2026-11-22T13:00:00Z"}}}"#,
            ],
            &[],
        ),
        "a rule of the `bw_list`" => (&[r#"{"add_rule":{"rule":"w u:irc:carl games.*"}}"#], &[]),
        "a role, and who has it" => (
            &[
                r#"{"add_to_role":{"role":"mods","capability":"games"}}"#,
                r#"{"give_role":{"account":"ann","role":"mods"}}"#,
            ],
            &[],
        ),
        "the default set" => (&[r#"{"set_capability":{"capability":"-shell"}}"#], &[]),
        "what is switched off everywhere" => (&[r#"{"disable":{"command":"shell"}}"#], &[]),
        "the `ignore` flag of an account" => {
            (&[r#"{"set_ignored":{"account":"ann","ignored":true}}"#], &[])
        }
        "a capability of an account" => (
            &[r#"{"add_capability":{"account":"ann","capability":"shell"}}"#],
            &[r#"{"add_capability":{"account":"ann","capability":"games"}}"#],
        ),
        "an anticapability of an account" => {
            (&[r#"{"add_capability":{"account":"ann","capability":"-shell"}}"#], &[])
        }
        "an ignore everywhere" => (&[r#"{"ignore":{"who":"u:irc:carl"}}"#], &[]),
        "what an account holds in the room" => (
            &[
                r#"{"add_capability":{"account":"ann","capability":"r:irc:#tea,voice"}}"#,
                r#"{"add_capability":{"account":"ann","capability":"r:irc:#tea,-shell"}}"#,
            ],
            &[],
        ),
        "what everybody holds in the room" => {
            (&[r#"{"set_capability":{"capability":"r:irc:#tea,-shell"}}"#], &[])
        }
        "`default_allow` of the room" => {
            (&[r#"{"set_room_default":{"room":"r:irc:#tea","allow":false}}"#], &[])
        }
        "an ignore or a ban in the room" => (
            &[
                r#"{"ignore":{"who":"u:irc:carl","room":"r:irc:#tea"}}"#,
                r#"{"ban":{"who":"u:irc:carl","room":"r:irc:#tea"}}"#,
            ],
            &[],
        ),
        "that the bot is deaf in the room" => (&[r#"{"lobotomize":{"room":"r:irc:#tea"}}"#], &[]),
        "what is switched off in the room" => {
            (&[r#"{"disable":{"command":"shell","room":"r:irc:#tea"}}"#], &[])
        }
        "an account: an identity of it" => {
            (&[r#"{"unlink":{"identity":"u:xmpp:ann@x.example"}}"#], &[])
        }
        "its password" => (&[r#"{"set_password":{"account":"ann","password":"$argon2id$"}}"#], &[]),
        "`secure`" => (&[r#"{"set_secure":{"account":"ann","secure":true}}"#], &[]),
        "that it is at all" => (&[r#"{"unregister":{"account":"ann"}}"#], &[]),
        what => panic!("nothing tries `{what}`"),
    }
}

/// Ann has registered an account, with an identity on another network too.
fn house() -> House {
    let mut house = House::new(HOUSE);
    let steps = [
        ("u:irc:root", r#"{"add_to_role":{"role":"mods","capability":"music"}}"#),
        ("u:irc:ann", r#"{"register":{"account":"ann","identity":"u:irc:ann"}}"#),
        ("u:xmpp:ann@x.example", r#"{"link":{"identity":"u:xmpp:ann@x.example","account":"ann"}}"#),
    ];
    for (who, step) in steps {
        house.make(Some(&speaker(who)), change(step), noon()).unwrap();
    }
    house
}

/// Whoever may is let, and nobody else is; what is in the way is a right, and not a mistake here.
pub(super) fn matrix(table: &Table) {
    let policy = house().policy;
    for row in &table.rows {
        let (what, cells) = row.split_first().unwrap();
        let (plain, held) = samples(what);
        for (who, cell) in ASKING.iter().zip(cells) {
            let (may, may_held) = match cell.as_str() {
                "yes" => (true, true),
                "what he holds" => (false, true),
                "–" => (false, false),
                cell => panic!("`{cell}` is no answer"),
            };
            assert!(cell != "what he holds" || !held.is_empty(), "{row:?} holds nothing");
            check(&policy, who, plain, may);
            check(&policy, who, held, may_held);
        }
    }
}

fn check(policy: &Policy, who: &str, samples: &[&str], may: bool) {
    for sample in samples {
        match policy.plan(&speaker(who), change(sample), noon()) {
            Ok(_) => assert!(may, "{who} may {sample}"),
            Err(
                error @ (ChangeError::OwnersOnly
                | ChangeError::Takes { .. }
                | ChangeError::NotYours { .. }
                | ChangeError::NotHeld { .. }),
            ) => assert!(!may, "{who} may not {sample}: {error}"),
            Err(error) => panic!("{who} {sample}: {error}"),
        }
    }
}
