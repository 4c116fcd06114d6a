//! Changes and those who ask for them, drawn at random from the small world of the other laws.

use jiff::Timestamp;
use nuncio_policy::{
    AccountName, Capability, Change, Lease, PasswordHash, Person, RoomId, Speaker, UserId,
};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::laws::{ACCOUNTS, NAMES, PATTERNS, ROOMS, SCOPES, USERS, rule};
use crate::world::networks;

/// Somebody who asks at some minute after noon: a speaker, or the bot itself.
pub(crate) type Step = (Option<Speaker>, Change, Timestamp);

pub(crate) fn user() -> impl Strategy<Value = UserId> {
    select(&USERS[..]).prop_map(|text| networks().parse_user(text).unwrap())
}

fn room() -> impl Strategy<Value = RoomId> {
    select(&ROOMS[..]).prop_map(|text| networks().parse_room(text).unwrap())
}

fn account() -> impl Strategy<Value = AccountName> {
    let known = select(&ACCOUNTS[..]).prop_map(|name| name.parse().unwrap());
    prop_oneof![3 => known, 1 => select(&["new", "newer"][..]).prop_map(|name| name.parse().unwrap())]
}

fn person() -> impl Strategy<Value = Person> {
    prop_oneof![user().prop_map(Person::from), account().prop_map(Person::from)]
}

fn capability() -> impl Strategy<Value = Capability> {
    let name = prop_oneof![9 => select(&NAMES[..]), 1 => Just("owner")];
    (option::of(room()), name, any::<bool>())
        .prop_map(|(room, name, positive)| Capability::new(room, name, positive).unwrap())
}

fn minute() -> impl Strategy<Value = Timestamp> {
    (0..60_i64).prop_map(|minute| {
        let noon: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        noon + jiff::SignedDuration::from_mins(minute)
    })
}

fn password() -> impl Strategy<Value = Option<PasswordHash>> {
    option::of(Just(PasswordHash::new("$argon2id$x").unwrap()))
}

fn of_accounts() -> impl Strategy<Value = Change> {
    prop_oneof![
        (account(), option::of(user()), password()).prop_map(|(account, identity, password)| {
            Change::Register { account, identity, password }
        }),
        account().prop_map(|account| Change::Unregister { account }),
        (user(), account()).prop_map(|(identity, account)| Change::Link { identity, account }),
        user().prop_map(|identity| Change::Unlink { identity }),
        (account(), password())
            .prop_map(|(account, password)| Change::SetPassword { account, password }),
        (account(), any::<bool>())
            .prop_map(|(account, secure)| Change::SetSecure { account, secure }),
        (account(), any::<bool>())
            .prop_map(|(account, ignored)| Change::SetIgnored { account, ignored }),
    ]
}

fn of_capabilities() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => (account(), capability())
            .prop_map(|(account, capability)| Change::AddCapability { account, capability }),
        3 => (account(), capability())
            .prop_map(|(account, capability)| Change::RemoveCapability { account, capability }),
        2 => capability().prop_map(|capability| Change::SetCapability { capability }),
        2 => capability().prop_map(|capability| Change::UnsetCapability { capability }),
        1 => (room(), any::<bool>())
            .prop_map(|(room, allow)| Change::SetRoomDefault { room, allow }),
    ]
}

fn of_roles() -> impl Strategy<Value = Change> {
    let role = || select(&["dj", "mute", "hush"][..]).prop_map(|name| name.parse().unwrap());
    prop_oneof![
        (role(), capability())
            .prop_map(|(role, capability)| Change::AddToRole { role, capability }),
        (role(), capability())
            .prop_map(|(role, capability)| Change::RemoveFromRole { role, capability }),
        (account(), role()).prop_map(|(account, role)| Change::GiveRole { account, role }),
        (account(), role()).prop_map(|(account, role)| Change::TakeRole { account, role }),
    ]
}

fn of_places() -> impl Strategy<Value = Change> {
    let (pattern, again) = (select(&PATTERNS[..]), select(&PATTERNS[..]));
    prop_oneof![
        (person(), option::of(room()), option::of(minute()))
            .prop_map(|(who, room, until)| Change::Ignore { who, room, until }),
        (person(), option::of(room())).prop_map(|(who, room)| Change::Unignore { who, room }),
        (person(), room(), option::of(minute())).prop_map(|(who, room, until)| Change::Ban {
            who,
            room,
            until
        }),
        (person(), room()).prop_map(|(who, room)| Change::Unban { who, room }),
        (person(), option::of(room()), minute()).prop_map(|(who, room, until)| Change::Flood {
            who,
            room,
            until
        }),
        room().prop_map(|room| Change::Lobotomize { room }),
        room().prop_map(|room| Change::Wake { room }),
        (pattern, option::of(room()))
            .prop_map(|(text, room)| Change::Disable { command: text.parse().unwrap(), room }),
        (again, option::of(room()))
            .prop_map(|(text, room)| Change::Enable { command: text.parse().unwrap(), room }),
    ]
}

fn of_rights() -> impl Strategy<Value = Change> {
    let lease = || {
        option::of((minute(), option::of(room())).prop_map(|(until, room)| Lease { until, room }))
    };
    let scope = || select(&SCOPES[..]).prop_map(|text| text.parse().unwrap());
    prop_oneof![
        person().prop_map(|who| Change::AddSudoer { who }),
        person().prop_map(|who| Change::RemoveSudoer { who }),
        (person(), scope(), any::<bool>(), lease())
            .prop_map(|(to, what, elevate, lease)| Change::Grant { to, what, elevate, lease }),
        (person(), scope(), any::<bool>()).prop_map(|(to, what, temporary)| Change::Revoke {
            to,
            what,
            temporary
        }),
        rule().prop_map(|rule| Change::AddRule {
            rule: serde_json::from_value(rule.into()).unwrap()
        }),
        (1..4_u32).prop_map(|number| Change::RemoveRule { number }),
    ]
}

fn of_aliases() -> impl Strategy<Value = Change> {
    let name = || select(&["hi", "ho", "x"][..]).prop_map(|name| name.parse().unwrap());
    let line = || select(&["echo hello", "hi $1", "y"][..]).prop_map(ToOwned::to_owned);
    let author = || {
        let via = |(account, id)| serde_json::json!({ "person": account, "via": id });
        let of_account = (select(&ACCOUNTS[..]), select(&USERS[..]))
            .prop_map(move |(account, id)| via((format!("a:{account}"), id)));
        let console = Just(serde_json::json!({ "person": "u:console:local" }));
        let of_user = select(&USERS[..]).prop_map(|id| serde_json::json!({ "person": id }));
        prop_oneof![of_account, console, of_user]
            .prop_map(|json| serde_json::from_value(json).unwrap())
    };
    prop_oneof![
        2 => (name(), option::of(room()), line(), author())
            .prop_map(|(name, room, line, author)| Change::AddAlias { name, room, line, author }),
        1 => (name(), option::of(room()))
            .prop_map(|(name, room)| Change::RemoveAlias { name, room }),
    ]
}

pub(crate) fn change() -> impl Strategy<Value = Change> {
    // Boxed: what is drawn of so many kinds by value does not fit a test's stack.
    prop_oneof![
        of_accounts().boxed(),
        of_capabilities().boxed(),
        of_roles().boxed(),
        of_places().boxed(),
        of_rights().boxed(),
        of_aliases().boxed(),
    ]
}

/// What takes something from somebody.
pub(crate) fn taking() -> impl Strategy<Value = Change> {
    let takes = |change: &Change| match change {
        Change::AddCapability { capability, .. } | Change::SetCapability { capability } => {
            capability.is_anticapability()
        }
        Change::SetRoomDefault { allow, .. } => !allow,
        Change::SetIgnored { ignored, .. } => *ignored,
        Change::AddRule { rule } => rule.to_string().starts_with('b'),
        Change::Flood { .. } | Change::Lobotomize { .. } | Change::Disable { .. } => true,
        Change::Ignore { until, .. } | Change::Ban { until, .. } => until.is_none(),
        _ => false,
    };
    change().prop_filter("it gives", takes)
}

pub(crate) fn speaker() -> impl Strategy<Value = Speaker> {
    prop_oneof![
        4 => user().prop_map(Speaker::verified),
        1 => user().prop_map(|user| Speaker::claimed([user])),
        1 => (user(), account())
            .prop_map(|(user, account)| Speaker::claimed([user]).in_session(account)),
    ]
}

/// The owner, somebody, or the bot itself.
pub(crate) fn step() -> impl Strategy<Value = Step> {
    let owner = networks().parse_user("u:console:local").unwrap();
    let who = prop_oneof![
        4 => speaker().prop_map(Some),
        2 => Just(Some(Speaker::verified(owner))),
        1 => Just(None),
    ];
    (who, change(), minute())
}
