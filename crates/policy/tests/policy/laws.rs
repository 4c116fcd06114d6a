//! Laws of decisions, over policies and requests drawn at random from a small world.

mod agree;
mod deny;
mod power;
mod session;

use nuncio_policy::{
    CommandId, Declared, DeclaredAccount, DeclaredDisable, DeclaredGrant, DeclaredIgnore,
    DeclaredPower, DeclaredRole, DeclaredRoom, Explanation, Level, Moment, Outcome, Policy, Power,
    Registry, Request, Speaker, Texts,
};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::reference::{Ask, reference};
use crate::world::{lines, networks};

pub(crate) const USERS: [&str; 5] =
    ["u:irc:ann", "u:irc:bob", "u:irc:eve!e@host", "u:xmpp:ann@example.org", "u:matrix:@Bob:hs"];
pub(crate) const ROOMS: [&str; 2] = ["r:irc:#a", "r:xmpp:room@muc.example.org"];
pub(crate) const ACCOUNTS: [&str; 3] = ["ann", "bob", "eve"];
const COMMANDS: [(&str, &str); 5] = [
    ("games", "dice"),
    ("games", "dice.loaded"),
    ("admin", "dice"),
    ("dice", "games"),
    ("voice", "op"),
];
pub(crate) const PATTERNS: [&str; 8] =
    ["*", "games.*", "dice", "games.dice", "dice.loaded", "games.dice.loaded", "op", "voice.*"];
pub(crate) const SCOPES: [&str; 6] =
    ["games", "games.dice", "games.dice.loaded", "admin", "dice.games", "voice"];
pub(crate) const NAMES: [&str; 10] = [
    "dice",
    "games",
    "games.dice",
    "loaded",
    "games.dice.loaded",
    "admin",
    "admin.dice",
    "op",
    "trusted",
    "voice",
];
const LEVELS: [&str; 8] = [
    "everyone",
    "sudo",
    "owner",
    "admin",
    "room:op",
    "games & room:dice",
    "trusted | room:voice",
    "dice & loaded | op",
];
const TIMES: [&str; 3] = ["2026-11-22T11:00:00Z", "2026-11-22T12:00:00Z", "2026-11-22T13:00:00Z"];

fn text(pool: &'static [&'static str]) -> impl Strategy<Value = String> {
    select(pool).prop_map(str::to_owned)
}

fn person() -> impl Strategy<Value = String> {
    prop_oneof![text(&USERS), text(&ACCOUNTS).prop_map(|name| format!("a:{name}"))]
}

fn moment() -> impl Strategy<Value = Option<Moment>> {
    option::of(text(&TIMES).prop_map(|time| serde_json::from_value(time.into()).unwrap()))
}

pub(crate) fn rule() -> impl Strategy<Value = String> {
    let network = select(&["p:irc", "p:xmpp", "*"][..]).prop_map(str::to_owned);
    let who = prop_oneof![3 => person(), 1 => text(&ROOMS), 1 => network];
    let (who, ids) = (vec(who, 1..3), vec(text(&PATTERNS), 1..3));
    (select(&["b", "w"][..]), who, ids)
        .prop_map(|(colour, who, ids)| format!("{colour} {} {}", who.join(","), ids.join(",")))
}

fn capability() -> impl Strategy<Value = String> {
    (any::<bool>(), text(&NAMES)).prop_map(
        |(positive, name)| {
            if positive { name } else { format!("-{name}") }
        },
    )
}

fn held() -> impl Strategy<Value = String> {
    (option::of(text(&ROOMS)), capability()).prop_map(|(room, held)| match room {
        Some(room) => format!("{room},{held}"),
        None => held,
    })
}

/// Every account is there, so that all may be named; who is whom is drawn.
fn accounts() -> impl Strategy<Value = Vec<(String, DeclaredAccount)>> {
    let account = (vec(held(), 0..4), prop::bool::weighted(0.1), prop::bool::weighted(0.1));
    (vec(account, 3), vec(option::of(0..3_usize), USERS.len())).prop_map(|(sets, whose)| {
        let account = |(number, name): (usize, &&str)| {
            let (mut capabilities, ignore, owner) = sets[number].clone();
            capabilities.extend(owner.then(|| "owner".to_owned()));
            let own = whose.iter().zip(USERS).filter(|(whose, _)| **whose == Some(number));
            let identities = own.map(|(_, user)| user.to_owned()).collect();
            (
                (*name).to_owned(),
                DeclaredAccount { identities, capabilities, ignore, ..Default::default() },
            )
        };
        ACCOUNTS.iter().enumerate().map(account).collect()
    })
}

/// The roles of files, some of them also made from chat.
pub(crate) const ROLES: [&str; 3] = ["dj", "mute", "mods"];

/// What the roles hold, and which of them each account has.
fn roles() -> impl Strategy<Value = (Vec<Vec<String>>, Vec<Vec<&'static str>>)> {
    let has = subsequence(&ROLES[..], 0..=2).prop_shuffle();
    (vec(vec(held(), 0..3), ROLES.len()), vec(has, ACCOUNTS.len()))
}

fn room() -> impl Strategy<Value = DeclaredRoom> {
    (option::of(any::<bool>()), vec(capability(), 0..4), prop::bool::weighted(0.1)).prop_map(
        |(default_allow, capabilities, lobotomized)| DeclaredRoom {
            default_allow,
            capabilities,
            lobotomized,
            ..DeclaredRoom::default()
        },
    )
}

/// What power is worth in a room, or on a network.
fn power() -> impl Strategy<Value = DeclaredPower> {
    let name = text(&["dice", "games", "games.dice", "loaded", "op", "voice"]);
    let held = (any::<bool>(), name)
        .prop_map(|(positive, name)| if positive { name } else { format!("-{name}") });
    let list = vec(held, 0..2);
    vec(list, 3).prop_map(|lists| DeclaredPower {
        owner: lists[0].clone(),
        op: lists[1].clone(),
        voice: lists[2].clone(),
        ..DeclaredPower::default()
    })
}

fn grant() -> impl Strategy<Value = DeclaredGrant> {
    (person(), text(&SCOPES), moment(), any::<bool>())
        .prop_map(|(to, what, until, elevate)| DeclaredGrant { to, what, until, elevate })
}

fn ignore() -> impl Strategy<Value = DeclaredIgnore> {
    (person(), option::of(text(&ROOMS)), moment()).prop_map(|(who, room, until)| DeclaredIgnore {
        who,
        room,
        until,
    })
}

fn disable() -> impl Strategy<Value = DeclaredDisable> {
    (text(&PATTERNS), option::of(text(&ROOMS)))
        .prop_map(|(command, room)| DeclaredDisable { command, room })
}

fn access() -> impl Strategy<Value = Texts> {
    prop_oneof![
        text(&LEVELS).prop_map(Texts::One),
        vec(prop_oneof![text(&LEVELS), person()], 0..3).prop_map(Texts::Many),
    ]
}

pub(crate) fn declared() -> impl Strategy<Value = Declared> {
    let lists = (
        vec(rule(), 0..6),
        vec(person(), 0..2),
        vec(person(), 0..3),
        vec(grant(), 0..3),
        vec(ignore(), 0..2),
        vec(disable(), 0..2),
    );
    let tables = (
        (accounts(), roles()),
        btree_map(text(&ROOMS), room(), 0..3),
        btree_map(text(&SCOPES), access(), 0..3),
        btree_map(text(&["r:irc:#a", "p:irc", "p:xmpp"]), power(), 0..3),
    );
    let defaults = (
        option::of(any::<bool>()),
        prop::bool::weighted(0.1),
        option::of(vec(capability(), 0..4)),
        vec(capability(), 0..3),
    );
    (lists, tables, defaults).prop_map(|(lists, tables, defaults)| {
        let (bw_list, owners, sudoers, grant, ignore, disable) = lists;
        let ((mut account, (held, has)), room, access, power) = tables;
        for ((_, account), has) in account.iter_mut().zip(has) {
            account.roles = has.into_iter().map(str::to_owned).collect();
        }
        let role = held.into_iter().map(|capabilities| DeclaredRole { capabilities });
        let (default_allow, default_ignore, default_capabilities, registered_capabilities) =
            defaults;
        Declared {
            bw_list: Texts::Many(bw_list),
            default_allow,
            default_ignore,
            default_capabilities,
            registered_capabilities,
            owners: Some(owners),
            sudoers,
            access,
            power,
            account: account.into_iter().collect(),
            role: ROLES.map(str::to_owned).into_iter().zip(role).collect(),
            room,
            grant,
            ignore,
            disable,
            ..Declared::default()
        }
    })
}

pub(crate) fn asked() -> impl Strategy<Value = Ask> {
    let who = subsequence(&USERS[..], 1..=3).prop_shuffle();
    let rooms = (option::of(text(&ROOMS)), option::of(text(&ROOMS)));
    let rooms = (rooms, option::of((text(&ROOMS), select(&Power::ALL[..]))));
    (who, any::<bool>(), rooms, select(&COMMANDS[..]), text(&LEVELS), text(&TIMES)).prop_map(
        |(who, verified, ((room, target), power), (plugin, path), level, at)| {
            let mut who: Vec<String> = who.into_iter().map(str::to_owned).collect();
            let verified = verified.then(|| who.remove(0));
            let (plugin, path) = (plugin.to_owned(), path.to_owned());
            Ask { verified, claimed: who, power, room, target, plugin, path, level, at }
        },
    )
}

fn compile(declared: &Declared) -> Policy {
    match Policy::compile(declared, &networks(), &Registry::unknown(), 1) {
        Ok((policy, _)) => policy,
        Err(said) => panic!("{}", lines(&said)),
    }
}

pub(crate) fn request(ask: &Ask) -> Request {
    let user = |text: &String| networks().parse_user(text).unwrap();
    let speaker = match &ask.verified {
        Some(verified) => Speaker::verified(user(verified)),
        None => Speaker::claimed([]),
    };
    let room = |text: &String| networks().parse_room(text).unwrap();
    let speaker = match &ask.power {
        Some((of, power)) => speaker.with_power(room(of), *power),
        None => speaker,
    };
    Request {
        speaker: ask.claimed.iter().map(user).fold(speaker, Speaker::observing),
        room: ask.room.as_ref().map(room),
        target: ask.target.as_ref().map(room),
        command: CommandId::new(&ask.plugin, &ask.path).unwrap(),
        level: ask.level.parse::<Level>().unwrap(),
        at: ask.at.parse().unwrap(),
    }
}

fn explain(declared: &Declared, ask: &Ask) -> Explanation {
    Explanation::of(&compile(declared), request(ask))
}

fn allows(declared: &Declared, ask: &Ask) -> bool {
    explain(declared, ask).outcome == Outcome::Allow
}

proptest! {
    #[test]
    fn the_compiled_decision_is_that_of_the_definition(
        declared in declared(), asks in vec(asked(), 1..40),
    ) {
        let policy = compile(&declared);
        for ask in asks {
            let explanation = Explanation::of(&policy, request(&ask));
            let (outcome, layer) = reference(&declared, &ask);
            let found = (explanation.outcome, explanation.layer());
            prop_assert_eq!(found, (outcome, layer), "{:?}: {}", ask, explanation);
        }
    }

    #[test]
    fn another_black_rule_allows_nothing(
        declared in declared(), ask in asked(), rule in rule(), place in any::<prop::sample::Index>(),
    ) {
        let mut more = declared.clone();
        let Texts::Many(rules) = &mut more.bw_list else { panic!("an array") };
        rules.insert(place.index(rules.len() + 1), rule.replacen('w', "b", usize::from(rule.starts_with('w'))));
        prop_assert!(allows(&declared, &ask) || !allows(&more, &ask));
    }

    #[test]
    fn a_claimed_identity_allows_nothing(declared in declared(), ask in asked(), id in text(&USERS)) {
        let mut seen = ask.clone();
        seen.claimed.push(id);
        prop_assert!(allows(&declared, &ask) || !allows(&declared, &seen));
    }

    #[test]
    fn losing_what_vouches_for_one_allows_nothing(declared in declared(), ask in asked()) {
        // But for the set of those who have an account, which such a one no longer has.
        let declared = Declared { registered_capabilities: Vec::new(), ..declared };
        let mut unverified = ask.clone();
        unverified.claimed.extend(unverified.verified.take());
        prop_assert!(allows(&declared, &ask) || !allows(&declared, &unverified));
    }

    #[test]
    fn the_order_of_entries_that_do_not_build_on_each_other_does_not_matter(
        declared in declared(), ask in asked(),
    ) {
        let mut turned = declared.clone();
        turned.owners.iter_mut().for_each(|owners| owners.reverse());
        turned.sudoers.reverse();
        turned.grant.reverse();
        turned.ignore.reverse();
        turned.disable.reverse();
        turned.account.values_mut().for_each(|account| account.identities.reverse());
        let mut other = ask.clone();
        other.claimed.reverse();
        let (one, two) = (explain(&declared, &ask), explain(&turned, &other));
        prop_assert_eq!((one.outcome, one.layer()), (two.outcome, two.layer()));
    }

    #[test]
    fn case_changes_nothing_where_the_network_folds_it(declared in declared(), ask in asked()) {
        let fold = |id: &String| if id.contains("matrix") { id.clone() } else { shout(id) };
        let mut loud = ask.clone();
        loud.verified = loud.verified.as_ref().map(fold);
        loud.claimed = loud.claimed.iter().map(fold).collect();
        loud.room = loud.room.as_deref().map(shout);
        loud.target = loud.target.as_deref().map(shout);
        loud.plugin = loud.plugin.to_uppercase();
        loud.path = loud.path.to_uppercase();
        let (one, two) = (explain(&declared, &ask), explain(&declared, &loud));
        prop_assert_eq!(one, two);
    }
}

/// The name of an identity in upper case, after its network.
fn shout(id: &str) -> String {
    let mut parts = id.splitn(3, ':');
    let [kind, network, name] = [(); 3].map(|()| parts.next().unwrap());
    format!("{kind}:{network}:{}", name.to_uppercase())
}
