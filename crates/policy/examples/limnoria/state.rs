//! The state that a row describes, as a policy.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use nuncio_policy::{
    AccountName, Capability, CommandId, Declared, DeclaredAccount, DeclaredIgnore, DeclaredRoom,
    DefaultSet, Evidence, Hostmask, Identified, Level, Moment, Policy, Presence, Registry, Request,
    Sessions, Speaker,
};
use serde::Deserialize;

use super::names;

/// The sets of everybody, with which Limnoria is shipped.
const SHIPPED: &str = "-owner -admin -trusted -aka.add -aka.set -aka.remove -alias.add \
    -alias.remove -scheduler.add -scheduler.remove -scheduler.repeat";

/// What asks where a row asks for no command.
const ANY: CommandId = CommandId::literal("limnoria.vector");

/// All that Limnoria would know.
#[derive(Deserialize)]
#[serde(default)]
pub(super) struct State {
    now: f64,
    global_caps: Vec<String>,
    registered_caps: Vec<String>,
    default_allow: bool,
    default_ignore: bool,
    identify_timeout: f64,
    pub(super) users: Vec<User>,
    channels: BTreeMap<String, Channel>,
    ignores: Expiring,
}

/// Masks, each once, with the second from which it counts no more; 0 is never.
#[derive(Default, Deserialize)]
#[serde(from = "Vec<(String, f64)>")]
struct Expiring(BTreeMap<String, f64>);

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct User {
    pub(super) name: String,
    pub(super) capabilities: Vec<String>,
    pub(super) ignore: bool,
    secure: bool,
    pub(super) hostmasks: Vec<String>,
    pub(super) auth: Vec<(f64, String)>,
}

#[derive(Deserialize)]
#[serde(default)]
struct Channel {
    capabilities: Vec<String>,
    unset: Vec<String>,
    default_allow: bool,
    lobotomized: bool,
    bans: Expiring,
    ignores: Expiring,
}

/// A state as the crate has it: a policy, who is in session, and the time.
pub(super) struct World {
    pub(super) policy: Policy,
    pub(super) sessions: Sessions,
    pub(super) now: Timestamp,
}

impl Default for State {
    fn default() -> Self {
        Self {
            now: 1_700_000_000.0,
            global_caps: SHIPPED.split(' ').map(str::to_owned).collect(),
            registered_caps: Vec::new(),
            default_allow: true,
            default_ignore: false,
            identify_timeout: 0.0,
            users: Vec::new(),
            channels: BTreeMap::new(),
            ignores: Expiring::default(),
        }
    }
}

impl Default for Channel {
    fn default() -> Self {
        Self {
            capabilities: Vec::new(),
            unset: Vec::new(),
            default_allow: true,
            lobotomized: false,
            bans: Expiring::default(),
            ignores: Expiring::default(),
        }
    }
}

impl State {
    pub(super) fn world(&self) -> Result<World, String> {
        let said = |said: Vec<nuncio_policy::Diagnostic>| {
            said.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
        };
        let (networks, registry) = (names::networks()?, Registry::unknown());
        let (policy, _) =
            Policy::compile(&self.declared()?, &networks, &registry, 1).map_err(said)?;
        Ok(World { policy, sessions: self.sessions()?, now: self.now()? })
    }

    pub(super) fn now(&self) -> Result<Timestamp, String> {
        time(self.now)
    }

    /// Whether a session that began at a second has not timed out.
    pub(super) fn is_live(&self, since: f64) -> bool {
        self.identify_timeout <= 0.0 || since + self.identify_timeout >= self.now
    }

    fn declared(&self) -> Result<Declared, String> {
        let mut room = BTreeMap::new();
        let mut ignore = self.ignores.declared(None)?;
        for (name, channel) in &self.channels {
            let id = names::room(name)?.to_string();
            ignore.extend(channel.bans.declared(Some(&id))?);
            ignore.extend(channel.ignores.declared(Some(&id))?);
            room.insert(id, channel.declared());
        }
        // A hostmask without wildcards is one account's here; Limnoria allows it to several.
        let mut taken = BTreeSet::new();
        let accounts = self.users.iter().map(|user| user.declared(&mut taken));
        Ok(Declared {
            owners: Some(Vec::new()),
            default_allow: Some(self.default_allow),
            default_ignore: self.default_ignore,
            default_capabilities: Some(default_set(&self.global_caps)),
            registered_capabilities: default_set(&self.registered_caps),
            account: accounts.collect::<Result<_, _>>()?,
            room,
            ignore,
            ..Declared::default()
        })
    }

    fn sessions(&self) -> Result<Sessions, String> {
        let limit = Some(self.identify_timeout).filter(|limit| *limit > 0.0);
        let mut sessions = Sessions::new(limit.map(duration).transpose()?);
        for user in &self.users {
            for (since, address) in &user.auth {
                let presence = Presence::new(names::irc()?, address);
                sessions.begin(presence, user.account()?, time(*since)?);
            }
        }
        Ok(sessions)
    }
}

impl User {
    fn account(&self) -> Result<AccountName, String> {
        self.name.parse().map_err(|error: nuncio_policy::IdentityError| error.to_string())
    }

    fn declared(&self, taken: &mut BTreeSet<String>) -> Result<(String, DeclaredAccount), String> {
        let mut identities = Vec::new();
        for mask in &self.hostmasks {
            let id = names::user(mask)?.to_string();
            let free = mask.contains(['*', '?']) || taken.insert(id.clone());
            identities.extend(free.then_some(id));
        }
        let held = self.capabilities.iter().filter_map(|text| names::capability(text));
        let capabilities = held.map(|held| held.to_string()).collect();
        let (ignore, secure) = (self.ignore, self.secure);
        let person =
            DeclaredAccount { identities, capabilities, ignore, secure, ..Default::default() };
        Ok((self.name.clone(), person))
    }
}

impl Channel {
    fn declared(&self) -> DeclaredRoom {
        DeclaredRoom {
            default_allow: Some(self.default_allow),
            capabilities: without_rooms(&self.capabilities),
            unset: without_rooms(&self.unset),
            lobotomized: self.lobotomized,
        }
    }
}

impl Expiring {
    fn declared(&self, room: Option<&str>) -> Result<Vec<DeclaredIgnore>, String> {
        let moment = |until: Timestamp| Moment::deserialize(serde_json::json!(until.to_string()));
        let ignore = |(mask, expiry): (&String, &f64)| {
            let until = (*expiry > 0.0).then(|| time(*expiry)).transpose()?;
            let until = until.map(moment).transpose().map_err(|error| error.to_string())?;
            let who = names::user(mask)?.to_string();
            Ok(DeclaredIgnore { who, room: room.map(str::to_owned), until })
        };
        self.0.iter().map(ignore).collect()
    }
}

impl From<Vec<(String, f64)>> for Expiring {
    fn from(entries: Vec<(String, f64)>) -> Self {
        Self(entries.into_iter().collect())
    }
}

impl World {
    /// Whoever a hostmask is, or has identified himself as; else the account of that name.
    pub(super) fn speaker(&self, who: &str) -> Result<Speaker, String> {
        if Hostmask::parse(who).is_none() {
            let nobody = Speaker::claimed([]);
            return Ok(who.parse().map_or(nobody.clone(), |name| nobody.in_session(name)));
        }
        let presence = Presence::new(names::irc()?, who);
        let speaker = Speaker::verified(names::user(who)?).at(presence);
        Ok(self.sessions.recognise(&speaker, self.now))
    }

    /// The speaker as Limnoria takes him for rights: whoever is not known for one account is a
    /// stranger. We hold what each account denies that he may be against him as well.
    pub(super) fn asker(&self, who: &str) -> Result<Speaker, String> {
        let speaker = self.speaker(who)?;
        Ok(match self.policy.identify(&speaker) {
            Identified::Account { by, .. } if by != (Evidence::Session { enough: false }) => {
                speaker
            }
            _ => Speaker::claimed([]),
        })
    }

    /// A request for a command that anybody may run.
    pub(super) fn request(&self, speaker: Speaker) -> Request {
        Request::new(speaker, ANY, self.now).at_level(Level::Everyone)
    }
}

/// A set in which nobody is an owner, as a file writes it.
fn default_set(texts: &[String]) -> Vec<String> {
    let mut set = DefaultSet::least();
    for capability in texts.iter().filter_map(|text| names::capability_in(None, text)) {
        // Nobody is an owner by default: that is B6, which we do not copy.
        drop(set.add(capability));
    }
    set.to_vec().iter().map(Capability::to_string).collect()
}

fn without_rooms(texts: &[String]) -> Vec<String> {
    let read = texts.iter().filter_map(|text| names::capability_in(None, text));
    read.map(|capability| capability.to_string()).collect()
}

fn time(second: f64) -> Result<Timestamp, String> {
    Timestamp::from_duration(duration(second)?).map_err(|error| error.to_string())
}

fn duration(seconds: f64) -> Result<SignedDuration, String> {
    SignedDuration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}
