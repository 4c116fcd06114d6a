//! A policy that was made change by change, beside the one that is made at once of the same files
//! and rows.

use nuncio_policy::cli::who_can;
use nuncio_policy::{
    AccountName, AuditNumber, Change, Declared, Diagnostic, Explanation, Managed, ManagedKey,
    Policy, Registry, Speaker, StoredRow, UserId,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::laws::{ROOMS, asked, declared, request};
use crate::managed::drawn::{Step, step, user};
use crate::managed::house::{House, change, noon};
use crate::world::{answer, networks, request as asked_by};

/// What happens next.
#[derive(Clone, Debug)]
enum Event {
    /// Somebody asks for something.
    Asks(Box<Step>),
    /// Somebody registers: accounts come to be before others that are there already.
    Registers(AccountName, UserId),
    /// Everything has its time that has any.
    Ends,
    /// An owner deletes the first row that cannot be read.
    Forgets,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        9 => step().prop_map(|step| Event::Asks(Box::new(step))),
        3 => (prop::sample::select(&["new", "newer", "nobody"][..]), user())
            .prop_map(|(name, user)| Event::Registers(name.parse().unwrap(), user)),
        1 => Just(Event::Ends),
        1 => Just(Event::Forgets),
    ]
}

/// Rows that cannot be read, at keys where changes put others, and at such as nothing has.
fn unreadable() -> impl Strategy<Value = Vec<StoredRow>> {
    let kinds = prop::sample::select(&["flood", "ignore", "sudoer", "nonsense"][..]);
    let row = (kinds, user()).prop_map(|(kind, who)| StoredRow {
        key: ManagedKey::stored(&format!("{kind} {who}")),
        value: "?".to_owned(),
        audit: AuditNumber(1),
    });
    prop_oneof![2 => Just(Vec::new()), 1 => vec(row, 1..3)]
}

/// The changes that an event brings, each for whom and when.
fn changes(policy: &Policy, event: Event) -> Vec<Step> {
    let owner = Speaker::verified(networks().parse_user("u:console:local").unwrap());
    let midnight = "2026-11-23T00:00:00Z".parse().unwrap();
    match event {
        Event::Asks(step) => vec![*step],
        Event::Registers(account, id) => {
            let identity = Some(id.clone());
            let register = Change::Register { account, identity, password: None };
            vec![(Some(Speaker::verified(id)), register, midnight)]
        }
        Event::Ends => {
            let expired = policy.managed().expired(midnight);
            expired.into_iter().map(|(_, change)| (None, change, midnight)).collect()
        }
        Event::Forgets => {
            let mut keys = policy.managed().unreadable().map(|(key, _)| key.clone());
            let forget = |key| (Some(owner), Change::Forget { key }, midnight);
            keys.next().map(forget).into_iter().collect()
        }
    }
}

/// The policy after some events, each of its changes made on the one before.
fn after(policy: Policy, events: Vec<Event>) -> Policy {
    let mut generation = 1;
    events.into_iter().fold(policy, |policy, event| {
        changes(&policy, event).into_iter().fold(policy, |policy, (who, change, at)| {
            let plan = match &who {
                Some(who) => policy.plan(who, change, at),
                None => policy.plan_own(change, at),
            };
            generation += 1;
            plan.map_or(policy.clone(), |plan| {
                policy.after(&plan, AuditNumber(generation), generation)
            })
        })
    })
}

/// Everything that is listed of a policy.
fn shown(policy: &Policy) -> String {
    let mut accounts: Vec<_> =
        policy.accounts().map(|name| format!("{name}: {:?}", policy.account(name))).collect();
    accounts.sort();
    let rooms = ROOMS.map(|room| policy.room(&networks().parse_room(room).unwrap()));
    format!(
        "{:#?}",
        (
            (policy.owners().collect::<Vec<_>>(), policy.sudoers().collect::<Vec<_>>()),
            policy.rules().collect::<Vec<_>>(),
            policy.grants().collect::<Vec<_>>(),
            policy.ignores().collect::<Vec<_>>(),
            policy.disables().collect::<Vec<_>>(),
            (accounts, policy.roles(), rooms, policy.default_capabilities()),
        )
    )
}

/// What there is to say of the text of a policy.
fn said(policy: &Policy) -> Vec<Diagnostic> {
    policy.manage(policy.managed(), policy.generation()).1
}

proptest! {
    #[test]
    fn a_policy_made_change_by_change_is_that_made_at_once(
        declared in declared(), rows in unreadable(), events in vec(event(), 0..30),
        asks in vec(asked(), 1..8),
    ) {
        let mut declared = Declared { auto_register: true, ..declared };
        declared.owners.get_or_insert_default().push("u:console:local".to_owned());
        // Some of what the files and the changes name is known, and a word of it covers an alias.
        let known = ["games.dice", "dice.games", "voice.op", "hi.ho"];
        let registry = Registry::of(known.map(|name| name.parse().unwrap()));
        let first =
            House::of(declared.clone(), Managed::load(rows), networks(), registry.clone()).policy;
        let policy = after(first, events);
        let at_once = House::of(declared, policy.managed().clone(), networks(), registry);
        prop_assert_eq!(said(&policy), at_once.said);
        prop_assert_eq!(shown(&policy), shown(&at_once.policy));
        for ask in &asks {
            let request = request(ask);
            let explained = |policy| format!("{:#?}", Explanation::of(policy, request.clone()));
            prop_assert_eq!(explained(&policy), explained(&at_once.policy));
            let able = |policy| who_can(policy, &request).to_string();
            prop_assert_eq!(able(&policy), able(&at_once.policy));
        }
    }
}

#[test]
fn whoever_is_meant_is_meant_still_when_others_register() {
    let owner = Speaker::verified(networks().parse_user("u:console:local").unwrap());
    let registers = |name: &str, user: &str| {
        Event::Registers(name.parse().unwrap(), networks().parse_user(user).unwrap())
    };
    let asks = |json: &str| Event::Asks(Box::new((Some(owner.clone()), change(json), noon())));
    // An account that comes to stand before it in the table.
    let policy = after(
        House::new("").policy,
        vec![
            registers("zoe", "u:irc:zoe"),
            asks(r#"{"grant": {"to": "a:zoe", "what": "shell.run"}}"#),
            asks(r#"{"ignore": {"who": "a:zoe", "room": "r:irc:#a"}}"#),
            asks(r#"{"add_rule": {"rule": "b a:zoe games.dice"}}"#),
            registers("amy", "u:irc:amy"),
        ],
    );
    let answers = |who: &str| {
        let asks = [("shell.run", None), ("shell.run", Some("r:irc:#a")), ("games.dice", None)];
        asks.map(|(what, room)| answer(&policy, asked_by(who, what, room, "sudo"))).join("\n")
    };
    insta::assert_snapshot!(answers("u:irc:zoe"), @"
    allow by access: grant shell.run to a:zoe (audit row 3)
    ignore by ignored: ignore `a:zoe in r:irc:#a` (audit row 4)
    deny by bw_list: rule `b a:zoe games.dice` (audit row 5)
    ");
    insta::assert_snapshot!(answers("u:irc:amy"), @"
    deny by access: nothing allows a command of level `sudo`
    deny by access: nothing allows a command of level `sudo`
    deny by access: nothing allows a command of level `sudo`
    ");
}
