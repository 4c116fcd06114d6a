//! What is told agrees with what is done, and one question with another.

use nuncio_policy::{
    AccountName, Capability, Evidence, Explanation, Identified, Layer, Outcome, Reason, Without,
    decide,
};
use proptest::prelude::*;
use proptest::sample::select;

use super::{ACCOUNTS, LEVELS, allows, asked, compile, declared, held, request};
use crate::world::networks;

/// Somebody whom no policy names, on the network of each of some identities.
fn strangers(ids: &[String]) -> Vec<String> {
    let stranger = |id: &String| match id.split(':').nth(1) {
        Some("xmpp") => "u:xmpp:stranger@example.org".to_owned(),
        network => format!("u:{}:stranger", network.unwrap()),
    };
    ids.iter().map(stranger).collect()
}

proptest! {
    #[test]
    fn a_decision_and_its_explanation_say_the_same(declared in declared(), ask in asked()) {
        let policy = compile(&declared);
        let explanation = Explanation::of(&policy, request(&ask));
        let layers: Vec<_> = explanation.trace.iter().map(|step| step.layer).collect();
        prop_assert_eq!(layers, &Layer::ALL[..explanation.trace.len()]);
        match decide(&policy, request(&ask)) {
            Ok(permit) => {
                prop_assert_eq!(explanation.outcome, Outcome::Allow);
                prop_assert!(explanation.remedies.is_empty());
                prop_assert_eq!(permit.explanation(), explanation);
            }
            Err(refusal) => {
                prop_assert_eq!(explanation.outcome, refusal.outcome());
                prop_assert_eq!(refusal.explanation(), explanation);
            }
        }
    }

    #[test]
    fn a_claimed_identity_gains_nothing_that_a_stranger_lacks(
        declared in declared(), ask in asked(),
    ) {
        let mut claimed = ask;
        claimed.claimed.extend(claimed.verified.take());
        let mut stranger = claimed.clone();
        stranger.claimed = strangers(&claimed.claimed);
        prop_assert!(allows(&declared, &stranger) || !allows(&declared, &claimed));
    }

    #[test]
    fn a_decision_asks_for_the_capabilities_that_one_can_ask_for(
        declared in declared(), ask in asked(),
    ) {
        let (policy, request) = (compile(&declared), request(&ask));
        let explanation = Explanation::of(&policy, request.clone());
        if explanation.layer() < Layer::Capability {
            return Ok(());
        }
        let rooms = || [None].into_iter().chain(request.room.clone().map(Some));
        let names = request.command.capability_names();
        let asked = names.flat_map(|name| rooms().map(move |room| (name, room)));
        let mut lacking = asked
            .map(|(name, room)| Capability::new(room, name, true).unwrap())
            .filter(|needed| !policy.holds(&request, needed, Without::default()).holds);
        let step = &explanation.trace.iter().find(|step| step.layer == Layer::Capability);
        match &step.unwrap().reason {
            Reason::NoAnticapability => prop_assert_eq!(lacking.next(), None),
            Reason::Anticapability(written) => {
                let first = lacking.any(|needed| needed.to_string() == written.needed);
                prop_assert!(first, "{} is held", written.needed);
            }
            Reason::Lifted(written) => {
                let first = lacking.next().map(|needed| needed.to_string());
                prop_assert_eq!(first.as_deref(), Some(written.needed.as_str()));
            }
            other => prop_assert!(false, "{other}"),
        }
    }

    #[test]
    fn an_anticapability_is_held_exactly_where_its_capability_is_not(
        declared in declared(), ask in asked(), held in held(), flags in any::<[bool; 3]>(),
    ) {
        let (policy, request) = (compile(&declared), request(&ask));
        let capability = Capability::parse(&held, &networks()).unwrap();
        let [owner, room_op, default_allow] = flags;
        let without = Without { owner, room_op, default_allow };
        let one = policy.holds(&request, &capability, without);
        let other = policy.holds(&request, &capability.inverted(), without);
        prop_assert_eq!((one.holds, one.ground), (!other.holds, other.ground));
    }

    #[test]
    fn leaving_more_out_of_account_gives_nothing(
        declared in declared(), ask in asked(), held in held(), flags in any::<[bool; 3]>(),
    ) {
        let (policy, request) = (compile(&declared), request(&ask));
        let capability = Capability::parse(held.trim_start_matches('-'), &networks()).unwrap();
        prop_assume!(!capability.is_anticapability());
        let [owner, room_op, default_allow] = flags;
        let holds = |without| policy.holds(&request, &capability, without).holds;
        let without = Without { owner, room_op, default_allow };
        let less = [
            Without { owner: false, ..without },
            Without { room_op: false, ..without },
            Without { default_allow: false, ..without },
        ];
        prop_assert!(!holds(without) || less.into_iter().all(holds));
    }

    #[test]
    fn a_session_counts_once_and_not_for_an_account_that_is_secure(
        declared in declared(), ask in asked(), name in select(&ACCOUNTS[..]), secure in any::<bool>(),
    ) {
        let mut declared = declared;
        declared.account.get_mut(name).unwrap().secure = secure;
        let (policy, request) = (compile(&declared), request(&ask));
        let account: AccountName = name.parse().unwrap();
        let speaker = request.speaker.clone().in_session(account.clone());
        let by = match (policy.identify(&request.speaker), policy.identify(&speaker)) {
            (Identified::Nobody, Identified::Account { name, by }) => {
                prop_assert_eq!(name, &account);
                by
            }
            (Identified::Account { name, by }, Identified::Account { .. }) => {
                prop_assert_eq!(name, &account);
                by
            }
            (Identified::Account { name, .. }, Identified::Several(clashes)) => {
                prop_assert_ne!(name, &account);
                prop_assert_eq!(clashes.len(), 2);
                return Ok(());
            }
            other => panic!("{other:?}"),
        };
        let session = Evidence::Session { enough: !secure };
        prop_assert!(by == Evidence::Identity || by == session);
    }

    #[test]
    fn what_is_canonical_stays_so(held in held(), level in select(&LEVELS[..])) {
        let networks = networks();
        let read = |text: &str| Capability::parse(text, &networks).unwrap();
        let capability = read(&held);
        prop_assert_eq!(&read(&capability.to_string()), &capability);
        let name = capability.name().to_uppercase();
        let (room, positive) = (capability.room().cloned(), !capability.is_anticapability());
        prop_assert_eq!(Capability::new(room, &name, positive).unwrap(), capability);
        let read = |text: &str| text.parse::<nuncio_policy::Level>().unwrap();
        prop_assert_eq!(read(&read(level).to_string()), read(level));
    }
}
