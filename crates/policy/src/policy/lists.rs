//! What a policy says, for whoever lists it: both layers, each entry with where it comes from.

mod roles;

use jiff::Timestamp;

use super::{Account, Compiled, Standing};
use crate::{
    AccountName, Capability, Entry, Identity, KeyPath, ManagedKey, Origin, Policy, Powered,
    RoleName, RoomId, Scope, Speaker, UserId,
};

/// A grant, whether it counts by now or not.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct GrantView<'a> {
    /// To whom.
    pub to: &'a Identity,
    /// Of what.
    pub what: &'a Scope,
    /// Whether it reaches a command of level `owner`.
    pub elevate: bool,
    /// From when it counts no more; for ever, if none.
    pub until: Option<Timestamp>,
    /// The entry.
    pub entry: &'a Entry,
}

/// An entry of the ignore list, whether it counts by now or not.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct IgnoreView<'a> {
    /// Whom; a user may be an IRC mask.
    pub who: &'a Identity,
    /// In which room; everywhere, if none.
    pub room: Option<&'a RoomId>,
    /// From when it counts no more; for ever, if none.
    pub until: Option<Timestamp>,
    /// The entry.
    pub entry: &'a Entry,
}

/// What is said of an account.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AccountView {
    /// Where it is declared, or who registered it.
    pub origin: Origin,
    /// Its identities and masks, in order.
    pub identities: Vec<(UserId, Origin)>,
    /// What its set holds, its roles' included, in order.
    pub capabilities: Vec<Entry>,
    /// The roles that it has, in order.
    pub roles: Vec<(RoleName, Origin)>,
    /// Where its `ignore` flag is set.
    pub ignored: Option<Origin>,
    /// Where it is said that a password alone is not enough.
    pub secure: Option<Origin>,
}

/// What is said of a role.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RoleView {
    /// Its name.
    pub name: RoleName,
    /// What it holds, in order.
    pub capabilities: Vec<Entry>,
    /// Who has it, in order.
    pub members: Vec<(AccountName, Origin)>,
}

/// What is said of a room.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RoomView {
    /// What its set holds, in order.
    pub capabilities: Vec<Entry>,
    /// Whether a capability that no set speaks of is held there.
    pub default_allow: bool,
    /// Where it is said that it is lobotomized.
    pub lobotomized: Option<Origin>,
}

impl Policy {
    /// Who owns the bot.
    pub fn owners(&self) -> impl Iterator<Item = &Entry> {
        self.compiled().people.standing_list(Standing::Owner)
    }

    /// Who may run commands of level `sudo`.
    pub fn sudoers(&self) -> impl Iterator<Item = &Entry> {
        self.compiled().people.standing_list(Standing::Sudoer)
    }

    /// The rules of the `bw_list` in order, those from chat with their numbers.
    pub fn rules(&self) -> impl Iterator<Item = (&Entry, Option<u32>)> {
        let number = |entry: &Entry| match &entry.origin {
            Origin::Managed { key, .. } => key.as_str().strip_prefix("rule ")?.parse().ok(),
            Origin::Declared(_) => None,
        };
        self.compiled().all_rules().map(move |rule| (&rule.entry, number(&rule.entry)))
    }

    /// The grants, those for a while included.
    pub fn grants(&self) -> impl Iterator<Item = GrantView<'_>> {
        self.compiled().grants.list.iter().map(|grant| GrantView {
            to: &grant.to,
            what: &grant.scope,
            elevate: grant.elevate,
            until: grant.until,
            entry: &grant.entry,
        })
    }

    /// The ignore list, bans and floods included.
    pub fn ignores(&self) -> impl Iterator<Item = IgnoreView<'_>> {
        self.compiled().ignores.list.iter().map(|ignore| IgnoreView {
            who: &ignore.who,
            room: ignore.room.as_ref(),
            until: ignore.until,
            entry: &ignore.entry,
        })
    }

    /// What is switched off, and in which room; everywhere, if none.
    pub fn disables(&self) -> impl Iterator<Item = (&Entry, Option<&RoomId>)> {
        self.compiled().disables.iter()
    }

    /// The accounts, in no order.
    pub fn accounts(&self) -> impl Iterator<Item = &AccountName> {
        self.compiled().people.accounts().map(|account| &account.name)
    }

    /// What is said of an account; it walks all identities that there are.
    pub fn account(&self, name: &AccountName) -> Option<AccountView> {
        let compiled = self.compiled();
        let number = compiled.people.account_number(name)?;
        let account = compiled.people.account(number)?;
        let path = || KeyPath::root("policy").key("account").key(name.as_str());
        let identity = |id: UserId| {
            let origin = compiled.origin(ManagedKey::identity(&id), || path().key("identities"));
            (id, origin)
        };
        let mut identities: Vec<_> = compiled.people.identities(number).map(identity).collect();
        identities.sort_by(|(one, _), (other, _)| one.cmp(other));
        let flag =
            |set: bool, key, field: &str| set.then(|| compiled.origin(key, || path().key(field)));
        Some(AccountView {
            origin: compiled.origin(ManagedKey::account(name), path),
            identities,
            capabilities: compiled.held_entries(account),
            roles: compiled.roles_of(name),
            ignored: flag(account.ignore, ManagedKey::ignored(name), "ignore"),
            secure: flag(account.secure, ManagedKey::secure(name), "secure"),
        })
    }

    /// What a speaker's power is worth in the room in which he has it, the highest power first; to
    /// nobody whom the policy gives nothing for it.
    pub fn powers(&self, speaker: &Speaker) -> Vec<Powered> {
        let powers = &self.compiled().powers;
        let Some((room, power)) = speaker.power() else { return Vec::new() };
        let worths = powers.of(room).iter().filter_map(|number| powers.get(*number));
        let his = worths.filter(|worth| worth.power <= power);
        his.map(|worth| Powered { power, room: room.clone(), entry: worth.entry.clone() }).collect()
    }

    /// The roles that files declare or that chat knows of, in order.
    pub fn roles(&self) -> Vec<RoleView> {
        self.compiled().roles_said()
    }

    /// What is said of a room, or of any that nothing is said of.
    pub fn room(&self, id: &RoomId) -> RoomView {
        let compiled = self.compiled();
        let room = compiled.places.room(compiled.places.facts(id));
        let capabilities = room.set.capabilities(Some(id)).collect();
        RoomView {
            capabilities: compiled.everybody_entries(capabilities),
            default_allow: room.default_allow,
            lobotomized: room.lobotomized.then(|| compiled.lobotomy_origin(id)),
        }
    }

    /// What everybody holds by default, in order.
    pub fn default_capabilities(&self) -> Vec<Entry> {
        let compiled = self.compiled();
        compiled.everybody_entries(compiled.defaults.everybody.capabilities(None).collect())
    }
}

impl Compiled {
    fn held_entries(&self, account: &Account) -> Vec<Entry> {
        let entry = |held: &Capability| {
            self.held_entry(&account.name, held.room(), held.name(), held.positive)
        };
        account.held.to_vec().iter().map(entry).collect()
    }

    fn everybody_entries(&self, mut all: Vec<Capability>) -> Vec<Entry> {
        all.sort_unstable();
        let entry =
            |held: &Capability| self.everybody_entry(held.room(), held.name(), held.positive);
        all.iter().map(entry).collect()
    }
}
