//! No deny, of whatever kind, lets anything happen that did not happen without it.

use nuncio_policy::{Declared, DeclaredDisable, DeclaredIgnore};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::{ACCOUNTS, NAMES, PATTERNS, ROOMS, allows, asked, declared, person, text};

/// Something that only takes.
#[derive(Clone, Debug)]
enum Deny {
    /// An anticapability of an account, on its own or in a room.
    Account(String, Option<String>, String),
    /// An anticapability of everybody, or of everybody with an account.
    Everybody(bool, String),
    /// An anticapability of a room.
    Room(String, String),
    /// What no set speaks of is not held, in a room or anywhere.
    Default(Option<String>),
    Ignore(DeclaredIgnore),
    /// The flag of an account.
    Ignored(String),
    /// Whoever has no account is ignored.
    DefaultIgnore,
    Lobotomy(String),
    Disable(DeclaredDisable),
}

fn deny() -> impl Strategy<Value = Deny> {
    let account = || text(&ACCOUNTS);
    let anti = || text(&NAMES).prop_map(|name| format!("-{name}"));
    let (room, maybe) = (|| text(&ROOMS), || option::of(text(&ROOMS)));
    prop_oneof![
        (account(), maybe(), anti()).prop_map(|(who, room, held)| Deny::Account(who, room, held)),
        (any::<bool>(), anti()).prop_map(|(registered, held)| Deny::Everybody(registered, held)),
        (room(), anti()).prop_map(|(room, held)| Deny::Room(room, held)),
        maybe().prop_map(Deny::Default),
        (person(), maybe()).prop_map(|(who, room)| Deny::Ignore(DeclaredIgnore {
            who,
            room,
            until: None
        })),
        account().prop_map(Deny::Ignored),
        Just(Deny::DefaultIgnore),
        room().prop_map(Deny::Lobotomy),
        (select(&PATTERNS[..]), maybe()).prop_map(|(command, room)| {
            Deny::Disable(DeclaredDisable { command: command.to_owned(), room })
        }),
    ]
}

impl Deny {
    fn add_to(self, declared: &mut Declared) {
        match self {
            Self::Account(who, room, held) => {
                let held = room.map_or(held.clone(), |room| format!("{room},{held}"));
                declared.account.get_mut(&who).unwrap().capabilities.push(held);
            }
            Self::Everybody(true, held) => declared.registered_capabilities.push(held),
            Self::Everybody(false, held) => {
                let shipped = || ["-owner", "-admin", "-trusted"].map(str::to_owned).to_vec();
                declared.default_capabilities.get_or_insert_with(shipped).push(held);
            }
            Self::Room(room, held) => {
                declared.room.entry(room).or_default().capabilities.push(held);
            }
            Self::Default(None) => declared.default_allow = Some(false),
            Self::Default(Some(room)) => {
                declared.room.entry(room).or_default().default_allow = Some(false);
            }
            Self::Ignore(entry) => declared.ignore.push(entry),
            Self::Ignored(who) => declared.account.get_mut(&who).unwrap().ignore = true,
            Self::DefaultIgnore => declared.default_ignore = true,
            Self::Lobotomy(room) => declared.room.entry(room).or_default().lobotomized = true,
            Self::Disable(entry) => declared.disable.push(entry),
        }
    }
}

proptest! {
    #[test]
    fn a_deny_turns_no_refusal_into_a_permit(
        declared in declared(), ask in asked(), deny in deny(),
    ) {
        let mut more = declared.clone();
        deny.clone().add_to(&mut more);
        prop_assert!(allows(&declared, &ask) || !allows(&more, &ask), "{:?}", deny);
    }
}
