//! Power is evidence of its own: it is worth what a file says, in its room, and nothing else.
//!
//! Identity gives nothing unless something vouches for it: so the laws beside these say, in which
//! power takes part and stays as it is while identities are claimed or lost. What power gives hangs
//! on no identity at all.

use nuncio_policy::{
    Capability, Declared, Explanation, Hold, Level, Outcome, Policy, Power, Reason, Request,
    RoomId, Step, Without,
};
use proptest::prelude::*;
use proptest::sample::select;

use super::{NAMES, ROOMS, asked, compile, declared, request};
use crate::managed::drawn::change;
use crate::managed::house::noon;
use crate::reference::Ask;
use crate::world::networks;

fn room(text: &str) -> RoomId {
    networks().parse_room(text).unwrap()
}

/// The same request from the same identities, without any power and with one.
fn pair(ask: &Ask, of: &RoomId, power: Power) -> (Request, Request) {
    let plain = request(&Ask { power: None, ..ask.clone() });
    let speaker = plain.speaker.clone().with_power(of.clone(), power);
    (plain.clone(), Request { speaker, ..plain })
}

fn said(policy: &Policy, request: Request) -> (Outcome, Vec<Step>) {
    let explanation = Explanation::of(policy, request);
    (explanation.outcome, explanation.trace)
}

/// What is held of each capability, on its own and in each room but one.
fn held(policy: &Policy, asks: &Request, except: Option<&RoomId>) -> Vec<Hold> {
    let rooms = ROOMS.map(|text| Some(room(text))).into_iter().chain([None]);
    let rooms = rooms.filter(|room| room.is_none() || room.as_ref() != except);
    let names = |room: Option<RoomId>| {
        let names = NAMES.into_iter().chain(["owner"]);
        names.map(move |name| Capability::new(room.clone(), name, true).unwrap())
    };
    let written = Without { default_allow: true, ..Without::default() };
    let each = rooms.flat_map(names).flat_map(|capability| {
        [Without::default(), written].map(|without| policy.holds(asks, &capability, without))
    });
    each.collect()
}

proptest! {
    #[test]
    fn power_that_no_file_speaks_of_changes_nothing(
        declared in declared(), ask in asked(), of in select(&ROOMS[..]),
        power in select(&Power::ALL[..]), change in change(),
    ) {
        let policy = compile(&Declared { power: std::collections::BTreeMap::new(), ..declared });
        let (plain, powered) = pair(&ask, &room(of), power);
        prop_assert_eq!(held(&policy, &plain, None), held(&policy, &powered, None));
        let (one, other) = (&plain.speaker, &powered.speaker);
        let [without, with] =
            [one, other].map(|speaker| policy.plan(speaker, change.clone(), noon()));
        prop_assert_eq!(without, with);
        prop_assert_eq!(policy.identify(one), policy.identify(other));
        prop_assert_eq!(said(&policy, plain), said(&policy, powered));
    }

    #[test]
    fn power_counts_in_its_room_and_gives_no_level_there(
        declared in declared(), ask in asked(), of in select(&ROOMS[..]),
        power in select(&Power::ALL[..]), change in change(),
    ) {
        let policy = compile(&declared);
        let of = room(of);
        let (plain, powered) = pair(&ask, &of, power);
        prop_assert_eq!(held(&policy, &plain, Some(&of)), held(&policy, &powered, Some(&of)));
        let (one, other) = (&plain.speaker, &powered.speaker);
        prop_assert_eq!(policy.culprit(one), policy.culprit(other));
        prop_assert_eq!(policy.is_exempt(one), policy.is_exempt(other));
        if !serde_json::to_string(&change).unwrap().contains(&of.to_string()) {
            let may = |speaker| policy.plan(speaker, change.clone(), noon()).is_ok();
            prop_assert_eq!(may(one), may(other), "{}", change);
        }
        if plain.place() != Some(&of) && plain.room.as_ref() != Some(&of) {
            prop_assert_eq!(said(&policy, plain), said(&policy, powered));
            return Ok(());
        }
        let ((_, without), (_, with)) = (said(&policy, plain), said(&policy, powered));
        // Whether he is ignored, an owner, or denied by a rule: nothing of it differs.
        let until = without.len().min(with.len()).min(4);
        prop_assert_eq!(&without[..until], &with[..until]);
        if let Reason::Power { level, by } = &with.last().unwrap().reason {
            prop_assert!(matches!(level, Level::Capability(_)));
            prop_assert_eq!((&by.room, by.power), (&of, power));
            prop_assert!(by.entry.origin.to_string().starts_with("policy.power."));
        }
    }

    #[test]
    fn more_power_is_worth_no_less_where_it_only_gives(
        declared in declared(), ask in asked(), of in select(&ROOMS[..]),
        power in select(&Power::ALL[..]),
    ) {
        let mut declared = declared;
        for table in declared.power.values_mut() {
            for list in [&mut table.owner, &mut table.op, &mut table.voice] {
                list.retain(|held| !held.starts_with('-'));
            }
        }
        let policy = compile(&declared);
        let (plain, powered) = pair(&ask, &room(of), power);
        let highest = pair(&ask, &room(of), Power::Owner).1;
        let allowed = [plain, powered, highest]
            .map(|request| said(&policy, request).0 == Outcome::Allow);
        prop_assert!(allowed.is_sorted(), "{:?}", allowed);
    }
}
