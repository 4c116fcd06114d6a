//! Limnoria's dispatcher and ignore list, by vectors that the real code answered.
//!
//! `#c` is `r:irc:#c`, a hostmask is an identity of a network that trusts hostmasks, and every
//! command is for everyone, for Limnoria has no levels.

use std::collections::BTreeMap;

use jiff::Timestamp;
use nuncio_policy::{
    CaseMapping, CommandId, Declared, DeclaredAccount, DeclaredIgnore, DeclaredRoom, Explanation,
    Level, Moment, Networks, Outcome, Policy, Reason, Registry, Request, Speaker, Trust,
};
use serde::Deserialize;

use crate::world::lines;

#[derive(Deserialize)]
struct Dispatch {
    id: String,
    state: State,
    query: Query,
    expected: Expected,
}

#[derive(Deserialize)]
struct Ignored {
    id: String,
    state: State,
    query: Recipient,
    expected: Value,
}

#[derive(Deserialize)]
#[serde(default)]
struct State {
    users: Vec<User>,
    global_caps: Vec<String>,
    registered_caps: Vec<String>,
    default_allow: bool,
    default_ignore: bool,
    channels: BTreeMap<String, Channel>,
    ignores: Vec<(String, i64)>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            users: Vec::new(),
            global_caps: Vec::new(),
            registered_caps: Vec::new(),
            default_allow: true,
            default_ignore: false,
            channels: BTreeMap::new(),
            ignores: Vec::new(),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct User {
    name: String,
    capabilities: Vec<String>,
    ignore: bool,
    hostmasks: Vec<String>,
    auth: Vec<(i64, String)>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Channel {
    capabilities: Vec<String>,
    default_allow: Option<bool>,
    lobotomized: bool,
    bans: Vec<(String, i64)>,
    ignores: Vec<(String, i64)>,
}

#[derive(Deserialize)]
struct Query {
    who: String,
    channel: Option<String>,
    plugin: String,
    command: Vec<String>,
}

#[derive(Deserialize)]
struct Recipient {
    who: String,
    recipient: String,
}

#[derive(Deserialize)]
struct Expected {
    allowed: bool,
    denied: Option<String>,
}

#[derive(Deserialize)]
struct Value {
    value: Option<bool>,
}

/// The frozen clock of the vectors.
fn now() -> Timestamp {
    Timestamp::from_second(1_700_000_000).unwrap()
}

fn networks() -> Networks {
    Networks::new().with("irc".parse().unwrap(), CaseMapping::Rfc1459, Trust::Hostmask)
}

fn in_file(capability: &str) -> String {
    let room = if capability.starts_with('#') { "r:irc:" } else { "" };
    format!("{room}{capability}")
}

fn ignore((mask, expiry): &(String, i64), room: Option<&str>) -> DeclaredIgnore {
    let time = |second| serde_json::json!(Timestamp::from_second(second).unwrap().to_string());
    let until = (*expiry != 0).then(|| serde_json::from_value::<Moment>(time(*expiry)).unwrap());
    let room = room.map(|room| format!("r:irc:{room}"));
    DeclaredIgnore { who: format!("u:irc:{mask}"), room, until }
}

impl State {
    fn policy(&self) -> Policy {
        let account = |user: &User| {
            let masks = user.hostmasks.iter().chain(user.auth.iter().map(|(_, mask)| mask));
            let account = DeclaredAccount {
                identities: masks.map(|mask| format!("u:irc:{mask}")).collect(),
                capabilities: user.capabilities.iter().map(|held| in_file(held)).collect(),
                ignore: user.ignore,
                ..DeclaredAccount::default()
            };
            (user.name.clone(), account)
        };
        let room = |(name, channel): (&String, &Channel)| {
            let room = DeclaredRoom {
                default_allow: channel.default_allow,
                capabilities: channel.capabilities.clone(),
                lobotomized: channel.lobotomized,
                ..DeclaredRoom::default()
            };
            (format!("r:irc:{name}"), room)
        };
        let here = self.channels.iter().flat_map(|(name, channel)| {
            let entries = channel.bans.iter().chain(&channel.ignores);
            entries.map(|entry| ignore(entry, Some(name)))
        });
        let declared = Declared {
            default_allow: Some(self.default_allow),
            default_ignore: self.default_ignore,
            default_capabilities: Some(self.global_caps.clone()),
            registered_capabilities: self.registered_caps.clone(),
            account: self.users.iter().map(account).collect(),
            room: self.channels.iter().map(room).collect(),
            ignore: self.ignores.iter().map(|entry| ignore(entry, None)).chain(here).collect(),
            ..Declared::default()
        };
        match Policy::compile(&declared, &networks(), &Registry::unknown(), 1) {
            Ok((policy, _)) => policy,
            Err(said) => panic!("{}", lines(&said)),
        }
    }

    /// Whether somebody is an owner by default, which is an error here.
    fn has_default_owner(&self) -> bool {
        self.global_caps.iter().chain(&self.registered_caps).any(|held| held == "owner")
    }
}

fn explain(state: &State, who: &str, room: Option<&str>, command: CommandId) -> Explanation {
    let id = networks().parse_user(&format!("u:irc:{who}")).unwrap();
    let room = room.map(|room| networks().parse_room(&format!("r:irc:{room}")).unwrap());
    let request = Request::new(Speaker::verified(id), command, now()).at_level(Level::Everyone);
    Explanation::of(&state.policy(), Request { room, ..request })
}

#[test]
fn the_dispatcher_denies_what_limnoria_denies_and_names_the_same_capability() {
    let mut asked = 0;
    for line in include_str!("../vectors/limnoria_dispatch.jsonl").lines() {
        let Dispatch { id, state, query, expected } = serde_json::from_str(line).unwrap();
        // A first word that repeats the plugin is no part of the path.
        let own_words = matches!(query.command.as_slice(),
            [first, _, ..] if first.eq_ignore_ascii_case(&query.plugin));
        let path: Vec<String> = query.command.into_iter().skip(usize::from(own_words)).collect();
        let path = path.join(".");
        let command = CommandId::new(&query.plugin, &path).unwrap();
        let introduces = command.is_introduction();
        if state.has_default_owner() || introduces {
            continue;
        }
        let owners = command.is_reserved();
        let explanation = explain(&state, &query.who, query.channel.as_deref(), command);
        // An ignored person is met with silence before any capability is asked for.
        let ignored = explanation.outcome == Outcome::Ignore;
        assert_eq!(ignored, query.who == "al!u@h" && state.users.iter().any(|user| user.ignore));
        if ignored {
            continue;
        }
        let denied = match explanation.because() {
            Reason::Anticapability(written) => Some(written.needed.replace("r:irc:", "")),
            _ => None,
        };
        assert_eq!(denied, expected.denied, "{id}: {explanation}");
        if !owners {
            assert_eq!(
                explanation.outcome == Outcome::Allow,
                expected.allowed,
                "{id}: {explanation}"
            );
        }
        asked += 1;
    }
    assert!(asked > 800, "{asked}");
}

#[test]
fn whoever_limnoria_ignores_is_ignored_and_nobody_else() {
    let mut asked = 0;
    for line in include_str!("../vectors/limnoria_ignored.jsonl").lines() {
        let Ignored { id, state, query, expected } = serde_json::from_str(line).unwrap();
        // What is said by a server, or by no hostmask at all, is never a command here.
        let Some(ignored) = expected.value.filter(|_| query.who.contains('!')) else { continue };
        let room = Some(query.recipient.as_str()).filter(|to| to.starts_with('#'));
        let command = CommandId::new("misc", "echo").unwrap();
        let explanation = explain(&state, &query.who, room, command);
        assert_eq!(explanation.outcome == Outcome::Ignore, ignored, "{id}: {explanation}");
        asked += 1;
    }
    assert!(asked > 200, "{asked}");
}
