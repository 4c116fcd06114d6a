//! The decision as its definition reads, over the texts as they are declared: it walks everything,
//! keeps nothing, and is compared with the compiled one.
//!
//! It reads only what [`crate::laws`] generates: canonical names, one text for each list entry.

use nuncio_policy::{Declared, DeclaredAccount, Layer, Outcome, Power, Texts};

/// A request in canonical texts.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) verified: Option<String>,
    pub(crate) claimed: Vec<String>,
    /// The power that the network gives, and in which room.
    pub(crate) power: Option<(String, Power)>,
    pub(crate) room: Option<String>,
    pub(crate) target: Option<String>,
    pub(crate) plugin: String,
    pub(crate) path: String,
    pub(crate) level: String,
    /// As RFC 3339 in UTC, so that texts compare as times do.
    pub(crate) at: String,
}

/// Decides by definition.
pub(crate) fn reference(declared: &Declared, ask: &Ask) -> (Outcome, Layer) {
    let by = Reference { declared, ask };
    if by.ignored() {
        return (Outcome::Ignore, Layer::Ignored);
    }
    if by.disabled() {
        return (Outcome::Deny, Layer::Disabled);
    }
    if by.is_owner() {
        return (Outcome::Allow, Layer::Owner);
    }
    if by.forbidden() {
        return (Outcome::Deny, Layer::BwList);
    }
    let lifted = by.lifted();
    let held = by.anticapabilities();
    if held.contains(&true) || held.contains(&false) && !lifted {
        return (Outcome::Deny, Layer::Capability);
    }
    let everyone = by.levels().iter().any(|level| level == "everyone");
    let outcome = if everyone || lifted { Outcome::Allow } else { Outcome::Deny };
    (outcome, Layer::Access)
}

struct Reference<'a> {
    declared: &'a Declared,
    ask: &'a Ask,
}

impl Reference<'_> {
    fn everybody(&self) -> impl Iterator<Item = &String> {
        self.ask.verified.iter().chain(&self.ask.claimed)
    }

    fn account(&self, id: &str) -> Option<(&String, &DeclaredAccount)> {
        self.declared
            .account
            .iter()
            .find(|(_, account)| account.identities.iter().any(|of| of == id))
    }

    fn own(&self) -> Option<(&String, &DeclaredAccount)> {
        self.account(self.ask.verified.as_ref()?)
    }

    /// Whether a text names the verified identity or its account.
    fn names_verified(&self, text: &str) -> bool {
        self.ask.verified.as_deref() == Some(text)
            || self.own().is_some_and(|(name, _)| text == format!("a:{name}"))
    }

    /// Whether a text names any identity, or the account of any.
    fn names_any(&self, text: &str) -> bool {
        self.everybody().any(|id| {
            id == text || self.account(id).is_some_and(|(name, _)| text == format!("a:{name}"))
        })
    }

    fn is_owner(&self) -> bool {
        let owners = self.declared.owners.iter().flatten();
        owners.clone().any(|text| self.names_verified(text))
            || self
                .own()
                .is_some_and(|(_, own)| own.capabilities.iter().any(|held| held == "owner"))
    }

    fn ignored(&self) -> bool {
        let own = self.own().map(|(name, _)| name);
        let flagged = |id: &String| {
            self.account(id).is_some_and(|(name, account)| {
                account.ignore && (!self.is_owner() || Some(name) == own)
            })
        };
        if self.everybody().any(flagged) {
            return true;
        }
        if self.is_owner() || self.trusted() {
            return false;
        }
        let listed = self.declared.ignore.iter().any(|entry| {
            let here = entry.room.is_none() || entry.room == self.ask.room;
            let live = entry.until.as_ref().is_none_or(|until| self.ask.at < until.to_string());
            here && live && self.names_any(&entry.who)
        });
        let asleep = self.room().is_some_and(|room| room.lobotomized);
        self.declared.default_ignore && own.is_none() || listed || asleep
    }

    fn room(&self) -> Option<&nuncio_policy::DeclaredRoom> {
        self.declared.room.get(self.ask.room.as_ref()?)
    }

    fn trusted(&self) -> bool {
        let own = self.own().and_then(|(_, own)| self.opinion(own, None, "trusted"));
        own == Some(true) && !self.denied_by_claim(None, "trusted")
    }

    fn disabled(&self) -> bool {
        self.declared.disable.iter().any(|entry| {
            (entry.room.is_none() || entry.room == self.ask.room) && self.names(&entry.command)
        })
    }

    /// Whether a pattern names the command.
    fn names(&self, pattern: &str) -> bool {
        let Ask { plugin, path, .. } = self.ask;
        let below = |whole: &str| {
            whole == pattern
                || whole.strip_prefix(pattern).is_some_and(|rest| rest.starts_with('.'))
        };
        let in_full = pattern.contains('.') && below(&format!("{plugin}.{path}"));
        pattern == "*" || pattern == format!("{plugin}.*") || below(path) || in_full
    }

    fn forbidden(&self) -> bool {
        let Texts::Many(rules) = &self.declared.bw_list else { panic!("an array") };
        let mut forbidden = false;
        for rule in rules {
            let mut fields = rule.split(' ');
            let [colour, from, ids] = [(); 3].map(|()| fields.next().unwrap());
            let who = from.split(',').any(|who| self.is_sent_by(who, colour == "b"));
            if who && ids.split(',').any(|id| self.names(id)) {
                forbidden = colour == "b";
            }
        }
        forbidden
    }

    fn is_sent_by(&self, who: &str, black: bool) -> bool {
        match who.split_once(':') {
            None => true,
            Some(("r", _)) => self.ask.room.as_deref() == Some(who),
            Some(("p", network)) => {
                let on = |id: &String| id.split(':').nth(1) == Some(network);
                let mut ids = self.everybody();
                if black { ids.any(on) } else { ids.all(on) }
            }
            Some(_) if black => self.names_any(who),
            Some(_) => self.names_verified(who),
        }
    }

    /// The anticapabilities that are held, in order: whether each is written.
    fn anticapabilities(&self) -> Vec<bool> {
        let Ask { plugin, path, room, .. } = self.ask;
        let words: Vec<&str> = [plugin.as_str()].into_iter().chain(path.split('.')).collect();
        let mut names = vec![(*words.last().unwrap()).to_owned()];
        names.extend((1..=words.len()).map(|count| words[..count].join(".")));
        let mut held = Vec::new();
        for name in names {
            for place in [None, room.as_deref()] {
                if place.is_none() || room.is_some() {
                    let (holds, written) = self.holds(place, &name);
                    held.extend((!holds).then_some(written));
                }
            }
        }
        held
    }

    fn denied_by_claim(&self, room: Option<&str>, name: &str) -> bool {
        self.ask.claimed.iter().filter_map(|id| self.account(id)).any(|(account, of)| {
            Some(account) != self.own().map(|(own, _)| own)
                && self.opinion(of, room, name) == Some(false)
        })
    }

    /// What an account says of a capability: by itself, else by its roles, of which one that denies
    /// goes before one that gives.
    fn opinion(&self, of: &DeclaredAccount, room: Option<&str>, name: &str) -> Option<bool> {
        let own = opinion(&of.capabilities, room, name);
        let roles = of.roles.iter().map(|role| &self.declared.role[role].capabilities);
        own.or_else(|| roles.filter_map(|said| opinion(said, room, name)).min())
    }

    /// Whether a capability is held, and whether a set says so.
    fn holds(&self, room: Option<&str>, name: &str) -> (bool, bool) {
        if self.denied_by_claim(room, name) {
            return (false, true);
        }
        let own = self.own().map(|(_, own)| own);
        if let Some(holds) = own.and_then(|own| self.opinion(own, room, name)) {
            return (holds, true);
        }
        let Some(place) = room else {
            let default = ["-owner", "-admin", "-trusted"].map(str::to_owned).to_vec();
            let everybody = self.declared.default_capabilities.as_ref().unwrap_or(&default);
            let registered = own.map(|_| &self.declared.registered_capabilities);
            let owner = (name == "owner").then_some(false);
            let written = owner
                .or_else(|| opinion(everybody, None, name))
                .or_else(|| opinion(registered?, None, name));
            let allow = self.declared.default_allow.unwrap_or(true);
            return written.map_or((allow, false), |holds| (holds, true));
        };
        let op = own.and_then(|own| self.opinion(own, room, "op")) == Some(true);
        if op && !self.denied_by_claim(room, "op") {
            return (true, true);
        }
        if let Some(holds) = self.powered(place, name) {
            return (holds, true);
        }
        let silent = own.is_none_or(|own| self.opinion(own, room, "op").is_none());
        let op = silent && self.powered(place, "op") == Some(true);
        if op && !self.denied_by_claim(room, "op") {
            return (true, true);
        }
        let table = self.declared.room.get(place);
        let starts = ["op", "halfop", "voice", "protected"].contains(&name).then_some(false);
        let written = table.and_then(|room| opinion(&room.capabilities, None, name)).or(starts);
        let allow = table.and_then(|room| room.default_allow).unwrap_or(true);
        written.map_or((allow, false), |holds| (holds, true))
    }

    /// What the network's power is worth of a capability: the highest that speaks of it decides.
    fn powered(&self, place: &str, name: &str) -> Option<bool> {
        let (_, power) = self.ask.power.as_ref().filter(|(of, _)| of == place)?;
        let network = format!("p:{}", place.split(':').nth(1).unwrap());
        let powers = &self.declared.power;
        let table = powers.get(place).or_else(|| powers.get(&network))?;
        let mut his = Power::ALL.into_iter().rev().filter(|of| of <= power).map(|of| match of {
            Power::Owner => &table.owner,
            Power::Admin => &table.admin,
            Power::Op => &table.op,
            Power::Halfop => &table.halfop,
            Power::Voice => &table.voice,
        });
        his.find_map(|said| opinion(said, None, name))
    }

    fn entry(&self) -> Option<&Texts> {
        let full = format!("{}.{}", self.ask.plugin, self.ask.path);
        let mut scope = full.as_str();
        loop {
            if let Some(entry) = self.declared.access.get(scope) {
                return Some(entry);
            }
            scope = scope.rsplit_once('.')?.0;
        }
    }

    fn items(&self) -> Vec<String> {
        match self.entry() {
            Some(Texts::One(item)) => vec![item.clone()],
            Some(Texts::Many(items)) => items.clone(),
            None => vec![self.ask.level.clone()],
        }
    }

    fn levels(&self) -> Vec<String> {
        let is_level = |item: &String| !item.starts_with("u:") && !item.starts_with("a:");
        self.items().into_iter().filter(is_level).collect()
    }

    /// Whether something allows the command beyond its being for everyone.
    fn lifted(&self) -> bool {
        let levels = self.levels();
        let sudo = levels.iter().any(|level| level == "sudo" || level == "everyone");
        let sudoer = self.declared.sudoers.iter().any(|text| self.names_verified(text));
        let listed = self.items().iter().any(|item| self.names_verified(item));
        let held = levels.iter().any(|level| self.satisfies(level));
        sudo && sudoer || listed || held || self.granted(&levels)
    }

    fn granted(&self, levels: &[String]) -> bool {
        let full = format!("{}.{}", self.ask.plugin, self.ask.path);
        let owners = !levels.is_empty() && levels.iter().all(|level| level == "owner");
        self.declared.grant.iter().any(|grant| {
            let live = grant.until.as_ref().is_none_or(|until| self.ask.at < until.to_string());
            let whole = grant.what == full;
            let within = full.strip_prefix(&grant.what).is_some_and(|rest| rest.starts_with('.'));
            let reaches = if owners { whole && grant.elevate } else { whole || within };
            live && reaches && self.names_verified(&grant.to)
        })
    }

    fn satisfies(&self, level: &str) -> bool {
        if ["everyone", "sudo", "owner"].contains(&level) {
            return false;
        }
        let place = self.ask.target.as_deref().or(self.ask.room.as_deref());
        level.split('|').any(|all| {
            all.split('&').map(str::trim).all(|term| match term.strip_prefix("room:") {
                Some(name) => place.is_some() && self.holds(place, name) == (true, true),
                None => self.holds(None, term) == (true, true),
            })
        })
    }
}

/// What a list of capabilities says last of one, on its own or in a room.
fn opinion(texts: &[String], room: Option<&str>, name: &str) -> Option<bool> {
    let text = |sign: &str| match room {
        Some(room) => format!("{room},{sign}{name}"),
        None => format!("{sign}{name}"),
    };
    texts.iter().rev().find_map(|held| match held {
        held if *held == text("") => Some(true),
        held if *held == text("-") => Some(false),
        _ => None,
    })
}
