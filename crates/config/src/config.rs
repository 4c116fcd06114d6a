//! A configuration: what it says, and where it says so.

use std::collections::BTreeMap;
use std::path::Path;

use figment::value::Value;
use nuncio_core::config::Key;
use nuncio_core::dispatch::Limits;
use nuncio_core::store::{Retention, SettingWrite};
use nuncio_policy::{CaseMapping, Network, Networks, RoomId, Trust};

use crate::merged::{Merged, Origin};
use crate::path::KeyPath;
use crate::problem::{Problem, Problems};
use crate::schema::Schema;
use crate::section::{NetworkSection, Section};
use crate::settings::{Bot, Log, Settings, Store};
use crate::value;

/// A configuration without errors.
///
/// It is a value: reloading makes another, and [`Config::changes`] says what differs.
#[derive(Debug)]
pub struct Config {
    pub(crate) merged: Merged,
    pub(crate) rooms: BTreeMap<RoomId, String>,
    identities: Networks,
    settings: Settings,
    from_chat: Vec<SettingWrite>,
    warnings: Problems,
}

impl Config {
    /// Reads what is merged, of which `problems` are known already; all that is wrong is said at
    /// once, that of the policy included.
    pub(crate) fn new(
        merged: Merged,
        from_chat: Vec<SettingWrite>,
        mut problems: Problems,
    ) -> Result<Self, Problems> {
        let mut found = Vec::new();
        let settings = if problems.any_error() { None } else { settings(&merged, &mut found) };
        let identities = identities(&merged, &mut found);
        let rooms = rooms(&merged, &identities, &mut found);
        problems.extend(found);
        match settings {
            Some(settings) if !problems.any_error() => {
                Ok(Self { merged, rooms, identities, settings, from_chat, warnings: problems })
            }
            _ => {
                let said = |new: &Problem| problems.iter().any(|old| old.place() == new.place());
                let more = merged.policy_errors(&identities).into_iter();
                let more: Vec<Problem> = more.filter(|new| !said(new)).collect();
                problems.extend(more);
                Err(problems)
            }
        }
    }

    /// What is doubtful but stops nothing.
    pub const fn warnings(&self) -> &Problems {
        &self.warnings
    }

    /// The keys that the configuration was checked against.
    pub const fn schema(&self) -> &Schema {
        &self.merged.schema
    }

    /// The folder that relative paths begin in: the bot's.
    pub fn folder(&self) -> &Path {
        &self.merged.folder
    }

    /// `[bot]`; [`Config::manners`] says what holds in networks and rooms too.
    pub const fn bot(&self) -> &Bot {
        &self.settings.bot
    }

    /// `[store]`.
    pub const fn store(&self) -> &Store {
        &self.settings.store
    }

    /// `[log]`.
    pub const fn log(&self) -> &Log {
        &self.settings.log
    }

    /// `[limits]`.
    pub fn limits(&self) -> Limits {
        Limits::from(&self.settings.bounds)
    }

    /// How old what is kept in the store may grow.
    pub fn retention(&self) -> Retention {
        Retention::from(&self.settings.store)
    }

    /// Each `[network.<name>]`, in the order of their names.
    pub fn networks(&self) -> impl Iterator<Item = NetworkSection<'_>> {
        self.merged.names("network").filter_map(|name| self.network(name))
    }

    /// One `[network.<name>]`.
    pub fn network(&self, name: &str) -> Option<NetworkSection<'_>> {
        let path = KeyPath::names(["network", name]);
        let kind = self.merged.kind(name)?;
        let mut table = self.merged.table(&path);
        let scoped: Vec<String> = self.merged.schema.scoped().map(|(tail, _)| tail).collect();
        let of_bot = |name: &str| scoped.iter().any(|tail| tail.split('.').next() == Some(name));
        table.retain(|name, _| !of_bot(name));
        table.entry("kind".to_owned()).or_insert_with(|| Value::from(kind.clone()));
        let section = Section::new(&self.merged, path, table);
        Some(NetworkSection { name: name.to_owned(), kind, section })
    }

    /// What the configured networks mean for identities.
    pub const fn identities(&self) -> &Networks {
        &self.identities
    }

    /// The rooms that have a `[room."…"]`.
    pub fn rooms(&self) -> impl Iterator<Item = &RoomId> {
        self.rooms.keys()
    }

    /// `[plugin.<name>]`, empty if there is none; [`Config::plugin_in`] says what holds in a network
    /// or a room.
    pub fn plugin(&self, name: &str) -> Section<'_> {
        self.merged.section(KeyPath::names(["plugin", name]))
    }

    /// The new name of each renamed command, by the old one.
    pub fn renames(&self) -> impl Iterator<Item = (KeyPath, &str)> {
        self.merged.names("rename").filter_map(|old| {
            let path = KeyPath::names(["rename", old]);
            let new = self.merged.value(&path)?.as_str()?;
            Some((path, new))
        })
    }

    /// Where a value comes from; none where there is none.
    pub fn origin(&self, path: &KeyPath) -> Option<Origin> {
        self.merged.origin(path)
    }

    /// What was set from chat, as the store had it: what is fixed higher up or no longer fits too.
    pub fn settings(&self) -> &[SettingWrite] {
        &self.from_chat
    }

    /// What is declared about a key; none where nobody did, and for what is inside a value.
    pub fn key(&self, path: &KeyPath) -> Option<&Key> {
        self.merged.key(path).filter(|(_, depth)| *depth == path.steps().len()).map(|(key, _)| key)
    }

    /// The path of every value, in order, elements of lists included.
    pub fn paths(&self) -> impl Iterator<Item = KeyPath> {
        value::leaves(&self.merged.root, &|_, _| true).into_iter().map(|(path, _)| path)
    }
}

fn settings(merged: &Merged, problems: &mut Vec<Problem>) -> Option<Settings> {
    macro_rules! section {
        ($name:literal) => {
            merged
                .section(KeyPath::names([$name]))
                .parse()
                .map_err(|problem| problems.push(problem))
                .ok()
        };
    }
    let (bot, store) = (section!("bot"), section!("store"));
    let (log, bounds) = (section!("log"), section!("limits"));
    Some(Settings { bot: bot?, store: store?, log: log?, bounds: bounds? })
}

fn identities(merged: &Merged, problems: &mut Vec<Problem>) -> Networks {
    let mut networks = Networks::new();
    for name in merged.names("network") {
        let path = KeyPath::names(["network", name]);
        let text = |key: &str| merged.value(&path.name(key)).and_then(Value::as_str);
        let kind = merged.kind(name).unwrap_or_default();
        let mapping = match text("casemapping").map(str::parse) {
            None => CaseMapping::of_kind(&kind),
            Some(Ok(mapping)) => mapping,
            Some(Err(error)) => {
                let place = merged.place(&path.name("casemapping"));
                problems.push(Problem::error(error.to_string(), place));
                continue;
            }
        };
        let trust = match text("trust") {
            Some("hostmask") => Trust::Hostmask,
            Some("nick") => Trust::Nick,
            _ => Trust::Account,
        };
        match name.parse::<Network>() {
            Ok(network) => networks = networks.with(network, mapping, trust),
            Err(error) => {
                problems.push(Problem::error(error.to_string(), merged.key_place(&path)));
            }
        }
    }
    networks
}

/// The name of each room's table, by the room.
fn rooms(
    merged: &Merged,
    identities: &Networks,
    problems: &mut Vec<Problem>,
) -> BTreeMap<RoomId, String> {
    let mut rooms: BTreeMap<RoomId, String> = BTreeMap::new();
    for name in merged.names("room") {
        let place = merged.key_place(&KeyPath::names(["room", name]));
        let room = match identities.parse_room(name) {
            Ok(room) => room,
            Err(error) => {
                problems.push(Problem::error(error.to_string(), place));
                continue;
            }
        };
        if !identities.contains(room.network()) {
            let message = format!("`{name}` is on `{}`, which is not configured", room.network());
            problems.push(Problem::warning(message, place.clone()));
        }
        if let Some(other) = rooms.insert(room, name.to_owned()) {
            let message = format!("`{name}` and `{other}` are one room");
            problems.push(Problem::error(message, place).with_help("keep one table for it"));
        }
    }
    rooms
}
