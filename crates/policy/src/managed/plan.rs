//! Who may change what, and what the change writes.

mod accounts;
mod aliases;
mod bounds;
mod capabilities;
mod desk;
mod places;
mod rights;
mod roles;
mod rules;
mod undo;

use jiff::Timestamp;
use smol_str::SmolStr;

use desk::not_there;

use super::{Change, ChangeError, ManagedKey, RowWrite};
use crate::decide::Asker;
use crate::policy::Compiled;
use crate::{Policy, Speaker};

/// A change that may be made: what it writes, and what there is to say of it.
///
/// Commit [`writes`](Plan::writes) with the [`change`](Plan::change) in one row of the audit log,
/// and in one transaction; then go over to the policy [after](Policy::after) it. A plan holds for the
/// policy that it was made by: after another change, plan again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    change: Change,
    by: Option<SmolStr>,
    at: Timestamp,
    writes: Vec<RowWrite>,
    undo: Option<Change>,
    notes: Vec<String>,
}

impl Plan {
    /// What the audit log is to keep; it may say more exactly what was asked for.
    pub fn change(&self) -> &Change {
        &self.change
    }

    /// Who asked, as the audit log names a speaker; none for the bot itself.
    pub fn by(&self) -> Option<&str> {
        self.by.as_deref()
    }

    /// When.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The rows that it puts and deletes.
    pub fn writes(&self) -> &[RowWrite] {
        &self.writes
    }

    /// What is so once it is done, as a sentence without a full stop.
    pub fn outcome(&self) -> SmolStr {
        self.change.outcome()
    }

    /// The change that undoes it, which displays as a command line; some cannot be undone.
    pub fn undo(&self) -> Option<&Change> {
        self.undo.as_ref()
    }

    /// What else whoever asked should know, a sentence each.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// When what it puts has had its time: the timer is to wake by then at the latest.
    pub fn ends(&self) -> Option<Timestamp> {
        let until = |write: &RowWrite| match write {
            RowWrite::Put { kept, .. } => kept.fact.until(),
            RowWrite::Delete { .. } => None,
        };
        self.writes.iter().filter_map(until).min()
    }
}

impl Policy {
    /// Says whether a speaker may make a change now, and what it writes.
    ///
    /// That the command was permitted is [`decide`](crate::decide)'s to say; this says what may be
    /// done with it, whatever command asks.
    ///
    /// # Errors
    ///
    /// What is in the way, for the speaker to read.
    pub fn plan(
        &self,
        speaker: &Speaker,
        change: Change,
        now: Timestamp,
    ) -> Result<Plan, ChangeError> {
        self.plan_for(Some(speaker), change, now)
    }

    /// The same for the bot itself: it ends what has had its time, ignores floods, and registers
    /// whoever a network vouches for, where it is configured to.
    ///
    /// # Errors
    ///
    /// What is in the way.
    pub fn plan_own(&self, change: Change, now: Timestamp) -> Result<Plan, ChangeError> {
        self.plan_for(None, change, now)
    }

    fn plan_for(
        &self,
        speaker: Option<&Speaker>,
        change: Change,
        now: Timestamp,
    ) -> Result<Plan, ChangeError> {
        let asker = speaker.map(|speaker| Asker::new(self, speaker.clone()));
        let desk = Desk { policy: self, compiled: self.compiled(), asker, now };
        desk.somebody_asks(&change)?;
        let checked = desk.check(change.clone()).or_else(|error| desk.dormant(change, error))?;
        let managed = self.managed();
        let by = speaker.map(|speaker| SmolStr::new(speaker.to_string()));
        let writes = checked.change.effect(managed, by.as_deref(), now);
        bounds::check(managed, &writes)?;
        let undo = undo::undo(&checked.change, &writes, managed).filter(|_| checked.undoable);
        Ok(Plan { change: checked.change, by, at: now, writes, undo, notes: checked.notes })
    }
}

/// A change that may be made.
struct Checked {
    change: Change,
    notes: Vec<String>,
    /// Whether what undoes it may be made as well.
    undoable: bool,
}

impl From<Change> for Checked {
    fn from(change: Change) -> Self {
        Self { change, notes: Vec::new(), undoable: true }
    }
}

/// Where changes are asked for.
struct Desk<'a> {
    policy: &'a Policy,
    compiled: &'a Compiled,
    /// Who asks; none for the bot itself.
    asker: Option<Asker<'a>>,
    now: Timestamp,
}

type Verdict = Result<(), ChangeError>;

impl Desk<'_> {
    fn check(&self, change: Change) -> Result<Checked, ChangeError> {
        match &change {
            Change::Register { account, identity, password } => {
                self.register(account, identity.as_ref(), password.is_some())?;
            }
            Change::Unregister { account } => self.unregister(account)?,
            Change::Link { identity, account } => self.link(identity, account)?,
            Change::Unlink { identity } => self.unlink(identity)?,
            Change::SetPassword { account, password } => {
                self.set_password(account, password.is_some())?;
            }
            Change::SetSecure { account, secure } => self.set_secure(account, *secure)?,
            Change::SetIgnored { account, ignored } => self.set_ignored(account, *ignored)?,
            Change::AddCapability { account, capability } => {
                self.add_capability(account, capability)?;
            }
            Change::RemoveCapability { account, capability } => {
                self.remove_capability(account, capability)?;
            }
            Change::AddToRole { role, capability } => self.add_to_role(role, capability)?,
            Change::RemoveFromRole { role, capability } => {
                self.remove_from_role(role, capability)?;
            }
            Change::GiveRole { account, role } => self.give_role(account, role)?,
            Change::TakeRole { account, role } => self.take_role(account, role)?,
            Change::SetCapability { capability } | Change::KeepDefault { capability } => {
                return self.set_capability(capability).map(Checked::from);
            }
            Change::UnsetCapability { capability } | Change::DropDefault { capability } => {
                return self.unset_capability(capability).map(Checked::from);
            }
            Change::SetRoomDefault { room, allow } => self.set_room_default(room, *allow)?,
            Change::Ignore { who, room, until } => self.ignore(who, room.as_ref(), *until)?,
            Change::Unignore { who, room } => self.unignore(who, room.as_ref())?,
            Change::Ban { who, room, until } => self.ban(who, room, *until)?,
            Change::Unban { who, room } => self.unban(who, room)?,
            Change::Flood { who, room, until } => self.flood(who, room.as_ref(), *until)?,
            Change::Lobotomize { room } => self.lobotomize(room)?,
            Change::Wake { room } => self.wake(room)?,
            Change::Disable { command, room } => self.disable(command, room.as_ref())?,
            Change::Enable { command, room } => self.enable(command, room.as_ref())?,
            Change::AddSudoer { who } => self.add_sudoer(who)?,
            Change::RemoveSudoer { who } => self.remove_sudoer(who)?,
            Change::Grant { to, what, elevate, lease } => {
                let notes = self.grant(to, what, *elevate, lease.as_ref())?;
                return Ok(Checked { notes, ..change.into() });
            }
            Change::Revoke { to, what, temporary } => self.revoke(to, what, *temporary)?,
            Change::AddRule { rule } => {
                let notes = self.add_rule(rule)?;
                return Ok(Checked { notes, ..change.into() });
            }
            Change::RemoveRule { number } => self.remove_rule(*number)?,
            Change::AddAlias { name, room, line, author } => {
                self.add_alias(name, room.as_ref(), line, author)?;
            }
            Change::RemoveAlias { name, room } => {
                return self.remove_alias(name, room.as_ref(), &change);
            }
            Change::Expire { key } => self.expire(key)?,
            Change::Forget { key } => self.forget(key)?,
        }
        Ok(change.into())
    }

    /// What nobody is told whom nothing vouches for: he may register, and that is all.
    fn somebody_asks(&self, change: &Change) -> Verdict {
        let registers = matches!(change, Change::Register { .. });
        match &self.asker {
            Some(asker) if !registers && !asker.is_vouched_for(change.room()) => {
                Err(ChangeError::Unvouched)
            }
            _ => Ok(()),
        }
    }

    /// What was said from chat before a file said something about it can be taken back, though the
    /// file stays: else it would come back by itself when the file says that no more.
    fn dormant(&self, change: Change, error: ChangeError) -> Result<Checked, ChangeError> {
        let note = match &error {
            ChangeError::Declared { what, key } => {
                format!("`{what}` stands in a file too, at `{key}`, and stays")
            }
            ChangeError::NotThere { .. } => "it had no effect, because of what a file says".into(),
            _ => return Err(error),
        };
        let writes = change.effect(self.managed(), None, self.now);
        let is_dormant = |write: &RowWrite| match write {
            RowWrite::Delete { key } => {
                let row = self.managed().get(key).map(|(kept, _)| &kept.fact);
                row.is_some_and(|fact| change.is_about(fact))
            }
            RowWrite::Put { .. } => false,
        };
        if writes.is_empty() || !change.takes_back() || !writes.iter().all(is_dormant) {
            return Err(error);
        }
        Ok(Checked { change, notes: vec![note], undoable: false })
    }

    fn expire(&self, key: &ManagedKey) -> Verdict {
        if self.asker.is_some() {
            return Err(ChangeError::ByItself);
        }
        let until = self.managed().get(key).and_then(|(kept, _)| kept.fact.until());
        let ended = until.is_some_and(|until| until <= self.now);
        if ended { Ok(()) } else { Err(not_there(format_args!("`{key}` has no end yet"))) }
    }

    fn forget(&self, key: &ManagedKey) -> Verdict {
        self.owners_only()?;
        let found = self.managed().unreadable().any(|(unreadable, _)| unreadable == key);
        if found { Ok(()) } else { Err(not_there(format_args!("no unreadable row is `{key}`"))) }
    }
}
