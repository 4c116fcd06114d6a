//! Where a capability is not what it is in Limnoria: its known bugs, one by one.

use nuncio_policy::{
    Capability, CaseMapping, Declared, Identified, Managed, Policy, Registry, Speaker, Trust,
    Without,
};

use crate::managed::house::House;
use crate::world::{networks, policy, request, said};

const OWNER: &str = "u:console:local";
const ANN: &str = "[account.ann]\nidentities = [\"u:irc:ann\"]\n";

/// Whether somebody holds a capability.
fn holds(policy: &Policy, who: &str, capability: &str, without: Without) -> bool {
    let capability = Capability::parse(capability, policy.networks()).unwrap();
    policy.holds(&request(who, "p.c", None, "everyone"), &capability, without).holds
}

#[test]
fn what_is_switched_off_is_one_row() {
    let mut house = House::new("");
    house.ask(OWNER, r#"{"disable":{"command":"games.dice"}}"#);
    insta::assert_snapshot!(house.ask(OWNER, r#"{"enable":{"command":"dice"}}"#), @"no: there is nothing to remove: `dice` is not switched off there");
    insta::assert_snapshot!(house.decide("u:irc:bob", "games.dice", None, "everyone"), @"deny by disabled: disable `games.dice` (audit row 1)");
    assert_eq!(house.replayed(), house.managed, "a restart changes nothing");
    insta::assert_snapshot!(house.ask(OWNER, r#"{"enable":{"command":"games.dice"}}"#), @"`games.dice` is switched on everywhere [disable games.dice --everywhere]");
    assert!(house.managed.is_empty());
}

#[test]
fn nobody_is_told_that_he_is_no_owner() {
    let mut house = House::new(ANN);
    let give =
        |what: &str| format!(r#"{{"add_capability":{{"account":"ann","capability":"{what}"}}}}"#);
    insta::assert_snapshot!(house.ask(OWNER, &give("-owner")), @"no: owners are named in files, never from chat; add the person to `policy.owners`");
    insta::assert_snapshot!(house.ask(OWNER, &give("owner")), @"no: owners are named in files, never from chat; add the person to `policy.owners`");
}

#[test]
fn the_default_set_makes_nobody_an_owner() {
    insta::assert_snapshot!(said("default_capabilities = ['owner']"), @"0..5 error: policy.default_capabilities[0]: nobody is an owner by default; name owners in `owners`");
    let mut house = House::new("");
    let by_default = |verb: &str, what: &str| format!(r#"{{"{verb}":{{"capability":"{what}"}}}}"#);
    insta::assert_snapshot!(house.ask(OWNER, &by_default("unset_capability", "-owner")), @"no: owners are named in files, never from chat; add the person to `policy.owners`");
    insta::assert_snapshot!(house.ask(OWNER, &by_default("set_capability", "owner")), @"no: owners are named in files, never from chat; add the person to `policy.owners`");
}

#[test]
fn a_name_on_another_network_is_somebody_else() {
    let networks = networks().with("oftc".parse().unwrap(), CaseMapping::Rfc1459, Trust::Account);
    let files = format!(
        "{ANN}capabilities = [\"r:irc:#tea,op\"]\n[[grant]]\nto = \"u:irc:ann\"\nwhat = \"shell\""
    );
    let house = House::with(&files, Managed::default(), networks);
    insta::assert_snapshot!(house.decide("u:irc:ann", "shell.run", None, "sudo"), @"allow by access: grant shell to u:irc:ann (policy.grant[0])");
    let policy = &house.policy;
    let oftc = |name: &str| policy.networks().parse_user(&format!("u:oftc:{name}")).unwrap();
    let ann = Speaker::verified(oftc("ann"));
    assert_eq!(policy.identify(&ann), Identified::Nobody);
    assert!(holds(policy, "u:irc:ann", "r:irc:#tea,op", Without::default()));
    assert!(!holds(policy, "u:irc:ann", "r:oftc:#tea,op", Without::default()));
}

#[test]
fn a_question_changes_nothing() {
    let old = "old".parse().unwrap();
    let networks = networks().with(old, CaseMapping::Rfc1459, Trust::Hostmask);
    let files: Declared = toml::from_str(
        "account.ann.identities = ['u:old:*!*@shared.example']
         account.bob.identities = ['u:old:bob!*@*.example']
         account.bob.capabilities = ['-shell']
         account.ann.capabilities = ['games']",
    )
    .unwrap();
    let policy = Policy::compile(&files, &networks, &Registry::unknown(), 1).unwrap().0;
    let both = Speaker::verified(networks.parse_user("u:old:bob!b@shared.example").unwrap());
    for _ in 0..2 {
        assert!(matches!(policy.identify(&both), Identified::Several(all) if all.len() == 2));
    }
    let ann = Speaker::verified(networks.parse_user("u:old:ann!a@shared.example").unwrap());
    assert!(
        matches!(policy.identify(&ann), Identified::Account { name, .. } if name.as_str() == "ann")
    );
}

#[test]
fn an_anticapability_is_held_where_its_capability_is_not() {
    let policy = policy(ANN);
    let undecided = Without { default_allow: true, ..Without::default() };
    for who in ["u:irc:ann", "u:irc:zoe"] {
        for name in ["games", "r:irc:#tea,games"] {
            let (place, bare) =
                name.rsplit_once(',').map_or(("", name), |(room, name)| (room, name));
            let anti =
                if place.is_empty() { format!("-{bare}") } else { format!("{place},-{bare}") };
            for without in [Without::default(), undecided] {
                let held = holds(&policy, who, name, without);
                assert_ne!(held, holds(&policy, who, &anti, without), "{who} {name}");
            }
        }
    }
}

#[test]
fn ownership_left_out_is_left_out_everywhere() {
    let policy = policy("owners = [\"u:irc:root\"]");
    let plain = Without { owner: true, default_allow: true, room_op: false };
    for name in ["games", "r:irc:#tea,op", "r:irc:#tea,games"] {
        assert!(holds(&policy, "u:irc:root", name, Without::default()), "{name}");
        assert!(!holds(&policy, "u:irc:root", name, plain), "{name}");
    }
}

#[test]
fn a_capability_is_in_one_room_and_has_one_sign() {
    insta::assert_snapshot!(said("room.'r:irc:#tea'.capabilities = ['r:irc:#milk,op']"), @r#"0..14 error: policy.room."r:irc:#tea".capabilities[0]: `r:irc:#milk,op` names a room, and this set is for none; write it in `[policy.room."r:irc:#milk"]` without the room"#);
    insta::assert_snapshot!(said("account.ann.capabilities = ['r:irc:#tea,r:irc:#milk,op']"), @"0..25 error: policy.account.ann.capabilities[0]: `r:irc:#milk,op` is not a capability; write `NAME`, `-NAME`, `r:NETWORK:ROOM,NAME` or `r:NETWORK:ROOM,-NAME`");
    insta::assert_snapshot!(said("account.ann.capabilities = ['--op']"), @"0..4 error: policy.account.ann.capabilities[0]: `--op` is not a capability; write `NAME`, `-NAME`, `r:NETWORK:ROOM,NAME` or `r:NETWORK:ROOM,-NAME`");
    insta::assert_snapshot!(said("account.ann.capabilities = ['-r:irc:#tea,op']"), @"0..14 error: policy.account.ann.capabilities[0]: `-r:irc:#tea,op` has its sign before the room; write `r:irc:#tea,-op`");
}
