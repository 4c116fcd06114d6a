//! Laws of changes, over sequences drawn at random.

use std::collections::BTreeSet;

use nuncio_policy::{
    AuditNumber, Capability, Change, Declared, Explanation, Fact, Managed, ManagedKey, Outcome,
    Policy, Registry, Request, Speaker, StoredRow, Without,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::laws::{ACCOUNTS, NAMES, ROOMS, USERS, asked, declared, request};
use crate::managed::drawn::{Step, change, speaker, step, taking, user};
use crate::managed::house::{House, noon};
use crate::world::networks;

/// A house of which the console is an owner, after some changes; those that are refused are none.
fn house(declared: &Declared, steps: Vec<Step>) -> House {
    let mut declared = declared.clone();
    declared.owners.get_or_insert_default().push("u:console:local".to_owned());
    let mut house = House::of(declared, Managed::default(), networks(), Registry::unknown());
    for (who, change, at) in steps {
        house.try_to(who.as_ref(), change, at);
    }
    house
}

fn owner() -> Speaker {
    Speaker::verified(networks().parse_user("u:console:local").unwrap())
}

fn asks(speaker: Speaker) -> Request {
    Request::new(speaker, "x.y".parse().unwrap(), noon())
}

fn owns(policy: &Policy, speaker: &Speaker) -> bool {
    let ownership = Capability::new(None, "owner", true).unwrap();
    policy.holds(&asks(speaker.clone()), &ownership, Without::default()).holds
}

/// Everybody there is: each user, each account, and a stranger.
fn everybody() -> Vec<Speaker> {
    let user = |text: &str| networks().parse_user(text).unwrap();
    let users = USERS.iter().map(|text| Speaker::verified(user(text)));
    let names = ACCOUNTS.iter().chain(&["new", "newer"]);
    let accounts = names.map(|name| Speaker::claimed([]).in_session(name.parse().unwrap()));
    users.chain(accounts).chain([Speaker::verified(user("u:irc:stranger"))]).collect()
}

/// What somebody holds in writing who is no owner.
fn held(policy: &Policy) -> BTreeSet<Capability> {
    let rooms = ROOMS.map(|room| Some(networks().parse_room(room).unwrap()));
    let all = [None]
        .into_iter()
        .chain(rooms)
        .flat_map(|room| NAMES.map(|name| Capability::new(room.clone(), name, true).unwrap()));
    let without = Without { owner: true, room_op: false, default_allow: true };
    let everybody = everybody();
    let holds = |capability: &Capability| {
        everybody.iter().any(|who| policy.holds(&asks(who.clone()), capability, without).holds)
    };
    all.filter(holds).collect()
}

/// What only an owner says.
fn rights(managed: &Managed) -> Vec<Fact> {
    let is_right = |fact: &Fact| match fact {
        Fact::Sudoer { .. }
        | Fact::Grant { .. }
        | Fact::Rule { .. }
        | Fact::Role { .. }
        | Fact::Member { .. }
        | Fact::Ignored { .. } => true,
        Fact::Everybody { capability } | Fact::NotDefault { capability } => {
            capability.room().is_none()
        }
        Fact::Disable { room, .. } => room.is_none(),
        _ => false,
    };
    let facts = managed.iter().map(|(_, kept, _)| kept.fact.clone());
    facts.filter(is_right).collect()
}

/// What is managed, whoever said it and when.
fn facts(managed: &Managed) -> Vec<Fact> {
    managed.iter().map(|(_, kept, _)| kept.fact.clone()).collect()
}

/// A row whose key, or value, may be that of another, or of none.
fn row() -> impl Strategy<Value = StoredRow> {
    let value = prop_oneof![
        ".{0,40}",
        change().prop_map(|change| serde_json::to_string(&change).unwrap()),
        (any::<bool>(), user()).prop_map(|(ignore, who)| {
            let fact = if ignore { "ignore" } else { "sudoer" };
            format!(r#"{{"fact":{{"{fact}":{{"who":"{who}"}}}},"at":"2026-11-22T12:00:00Z"}}"#)
        }),
    ];
    let key = prop_oneof![
        ".{0,40}",
        user().prop_map(|who| format!("ignore {who}")),
        user().prop_map(|who| format!("sudoer {who}")),
    ];
    (key, value).prop_map(|(key, value)| StoredRow {
        key: ManagedKey::stored(&key),
        value,
        audit: AuditNumber(1),
    })
}

proptest! {
    #[test]
    fn no_row_keeps_a_policy_from_being_compiled_nor_is_lost(
        declared in declared(), rows in vec(row(), 0..6),
    ) {
        let managed = Managed::load(rows.clone());
        let keys: BTreeSet<_> = rows.into_iter().map(|row| row.key).collect();
        prop_assert_eq!(managed.rows().map(|row| row.key).collect::<BTreeSet<_>>(), keys);
        prop_assert_eq!(&Managed::load(managed.rows()), &managed);
        let unreadable = managed.unreadable().count();
        let house = House::of(declared, managed, networks(), Registry::unknown());
        prop_assert!(house.said.len() >= unreadable);
    }

    #[test]
    fn the_audit_log_leads_to_the_table_and_the_table_to_the_same_decisions(
        declared in declared(), steps in vec(step(), 0..25), asks in vec(asked(), 1..10),
    ) {
        let house = house(&declared, steps);
        prop_assert_eq!(&house.replayed(), &house.managed);
        let loaded = Managed::load(house.managed.rows());
        prop_assert_eq!(&loaded, &house.managed);
        let again = House::of(declared, loaded, networks(), Registry::unknown());
        let owned = |declared: &House, ask| Explanation::of(&declared.policy, request(ask));
        for ask in &asks {
            let (one, other) = (owned(&house, ask), owned(&again, ask));
            prop_assert_eq!(one.outcome, other.outcome);
        }
    }

    #[test]
    fn nobody_gains_a_level_without_an_owner(
        declared in declared(), before in vec(step(), 0..15), after in vec((speaker(), change()), 1..25),
    ) {
        // Whoever registers holds what is for all who do.
        let declared = Declared { registered_capabilities: Vec::new(), ..declared };
        // A session does not stand here for an account that is secure.
        let before = before.into_iter().filter(|(_, change, _)| {
            !matches!(change, Change::SetSecure { .. })
        });
        let mut house = house(&declared, before.collect());
        let (policy, managed) = (house.policy.clone(), house.managed.clone());
        for (who, change) in after {
            if !owns(&house.policy, &who) {
                house.try_to(Some(&who), change, noon());
            }
        }
        for who in everybody() {
            prop_assert!(owns(&policy, &who) || !owns(&house.policy, &who), "{:?}", who);
        }
        // Who leaves an account takes his grants along, and gives none.
        let (old, new) = (rights(&managed), rights(&house.managed));
        prop_assert!(new.iter().all(|right| old.contains(right)), "{:?} -> {:?}", old, new);
        let (old, new) = (held(&policy), held(&house.policy));
        let room_of_nobody = |capability: &&Capability| {
            let op = |room| Capability::new(Some(room), "op", true).unwrap();
            !capability.room().is_some_and(|room| old.contains(&op(room.clone())))
        };
        let gained: Vec<_> = new.difference(&old).filter(room_of_nobody).collect();
        prop_assert!(gained.is_empty(), "{:?}", gained);
    }

    #[test]
    fn whom_nothing_vouches_for_changes_nothing_but_to_register(
        declared in declared(), before in vec(step(), 0..10), change in change(),
        user in prop::sample::select(&USERS[..]),
    ) {
        let house = house(&declared, before);
        let claimed = Speaker::claimed([networks().parse_user(user).unwrap()]);
        let registers = matches!(change, Change::Register { .. });
        let refused = house.policy.plan(&claimed, change, noon()).is_err();
        prop_assert!(registers || refused);
    }

    #[test]
    fn what_takes_allows_nothing(
        declared in declared(), before in vec(step(), 0..10), change in taking(), asks in vec(asked(), 1..20),
    ) {
        let mut house = house(&declared, before);
        let policy = house.policy.clone();
        let who = if matches!(change, Change::Flood { .. }) { None } else { Some(owner()) };
        house.try_to(who.as_ref(), change, noon());
        for ask in &asks {
            let allows = |policy| Explanation::of(policy, request(ask)).outcome == Outcome::Allow;
            prop_assert!(allows(&policy) || !allows(&house.policy));
        }
    }

    #[test]
    fn what_undoes_a_change_leads_back(
        declared in declared(), before in vec(step(), 0..15), change in change(),
    ) {
        let mut house = house(&declared, before);
        let was = facts(&house.managed);
        // Of an ignore and a flood, the one is said again; a rule comes to stand last.
        let is_lossy = matches!(change, Change::Unignore { .. } | Change::RemoveRule { .. });
        if let Ok(plan) = house.make(Some(&owner()), change, noon())
            && let Some(undo) = plan.undo().filter(|_| !is_lossy)
        {
            let undone = house.make(Some(&owner()), undo.clone(), noon());
            prop_assert!(undone.is_ok(), "{}: {:?}", undo, undone);
            prop_assert_eq!(facts(&house.managed), was, "{}", undo);
        }
    }
}
