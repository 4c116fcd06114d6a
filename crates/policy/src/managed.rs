//! What is managed from chat: the layer of a policy that no file declares.
//!
//! [`Managed`] is a table of small [`Fact`]s, each with the row of the audit log that made it. A
//! [`Change`] is what a command asks for; [`Policy::plan`](crate::Policy::plan) says whether whoever
//! asks may, and which rows it writes. The caller commits them with the change in one row of the
//! audit log, and goes over to the policy [after](crate::Policy::after) it.
//!
//! Chat never rewrites a file: what is declared stands, and what is managed is added to it.

mod alias;
mod change;
mod error;
mod fact;
mod key;
mod password;
mod plan;
mod role;
mod row;
mod table;
mod vault;

use std::sync::Arc;

use jiff::Timestamp;

pub use alias::{AliasName, AliasNameError, AliasView, Author, MAX_ALIAS_BYTES};
pub use change::Change;
pub use error::ChangeError;
pub use fact::{Fact, Lease};
pub use key::{AuditNumber, ManagedKey};
pub use password::PasswordHash;
pub use plan::Plan;
pub use role::RoleName;
pub use row::{Kept, RowWrite, StoredRow};
use table::{Row, Table};
use vault::Vault;

use crate::AccountName;

/// Everything that is managed from chat; cloning it is cheap.
///
/// ```
/// use nuncio_policy::{AuditNumber, Change, Declared, Networks, Policy, Registry, Speaker};
///
/// let networks = Networks::new();
/// let (policy, _) =
///     Policy::compile(&Declared::default(), &networks, &Registry::unknown(), 1).unwrap();
/// let owner = Speaker::verified(networks.parse_user("u:console:local")?);
/// let change = Change::AddSudoer { who: networks.parse_person("u:irc:bob")? };
///
/// let plan = policy.plan(&owner, change, "2026-11-22T12:00:00Z".parse().unwrap())?;
/// assert_eq!(plan.outcome(), "u:irc:bob is a sudoer");
/// assert_eq!(plan.undo().unwrap().to_string(), "sudo rm u:irc:bob");
///
/// // The store commits `plan.writes()` with `plan.change()` in row 7 of the audit log; then:
/// let policy = policy.after(&plan, AuditNumber(7), 2);
/// assert_eq!(policy.sudoers().next().unwrap().to_string(), "`u:irc:bob` (audit row 7)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Managed {
    /// Every row; those of passwords without the hash.
    table: Arc<Table>,
    vault: Arc<Vault>,
}

impl Managed {
    /// Reads what a database keeps.
    ///
    /// No row is dropped: one that cannot be read is kept as it is and warned of, and where it may
    /// have taken something from somebody, nobody but owners may do anything until it is gone.
    pub fn load(rows: impl IntoIterator<Item = StoredRow>) -> Self {
        let (mut table, mut vault) = (Table::default(), Vault::default());
        for StoredRow { key, value, audit } in rows {
            let kept = serde_json::from_str::<Kept>(&value).ok();
            let kept = kept.filter(|kept| kept.fact.key() == key);
            let read = kept.map(Arc::new).ok_or_else(|| value.into());
            let row = vault.close(&key, Row { read, audit });
            table.insert(key, row);
        }
        Self { table: Arc::new(table), vault: Arc::new(vault) }
    }

    /// The rows that a database keeps of it: by kind and key those that can be read, then the
    /// others.
    pub fn rows(&self) -> impl Iterator<Item = StoredRow> {
        self.table.iter().map(|(key, row)| {
            let row = self.vault.open(key, row);
            let value = row.read.as_ref().map_or_else(ToString::to_string, |kept| kept.to_json());
            StoredRow { key: key.clone(), value, audit: row.audit }
        })
    }

    /// The same without the hashes of passwords, which nothing brings back.
    #[must_use]
    pub fn without_passwords(&self) -> Self {
        Self { table: Arc::clone(&self.table), vault: Arc::default() }
    }

    /// The hash of an account's password, where it was not [left out](Self::without_passwords).
    pub fn password(&self, account: &AccountName) -> Option<&PasswordHash> {
        let key = ManagedKey::password(account);
        // One that cannot be read is nobody's.
        self.contains(&key).then(|| self.vault.hash(&key)).flatten()
    }

    /// What it is after a change that was planned on it and committed in a row of the audit log.
    #[must_use]
    pub fn apply(&self, plan: &Plan, audit: AuditNumber) -> Self {
        self.write(plan.writes().to_vec(), audit)
    }

    /// What it is after a change of which the audit log tells, whoever was allowed to make it then.
    ///
    /// From nothing, the changes of all audit rows in their order lead to what there is.
    #[must_use]
    pub fn replay(
        &self,
        change: &Change,
        by: Option<&str>,
        at: Timestamp,
        audit: AuditNumber,
    ) -> Self {
        self.write(change.effect(self, by, at), audit)
    }

    fn write(&self, writes: Vec<RowWrite>, audit: AuditNumber) -> Self {
        let Self { mut table, mut vault } = self.clone();
        let rows = Arc::make_mut(&mut table);
        for write in writes {
            match write {
                RowWrite::Put { key, kept } => {
                    let row = Row { read: Ok(kept), audit };
                    let row = if Vault::is_for(&key) {
                        Arc::make_mut(&mut vault).close(&key, row)
                    } else {
                        row
                    };
                    rows.insert(key, row);
                }
                RowWrite::Delete { key } => {
                    if Vault::is_for(&key) {
                        Arc::make_mut(&mut vault).forget(&key);
                    }
                    rows.remove(&key);
                }
            }
        }
        Self { table, vault }
    }

    /// Whether nothing is managed.
    pub fn is_empty(&self) -> bool {
        self.table.len() == 0
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// What stands at a key, with the row of the audit log that put it there.
    pub fn get(&self, key: &ManagedKey) -> Option<(&Kept, AuditNumber)> {
        let row = self.table.get(key)?;
        Some((row.kept()?, row.audit))
    }

    /// Whether something that can be read stands at a key.
    pub fn contains(&self, key: &ManagedKey) -> bool {
        self.get(key).is_some()
    }

    /// Everything that can be read, by kind and key.
    pub fn iter(&self) -> impl Iterator<Item = (&ManagedKey, &Kept, AuditNumber)> {
        self.table.iter().filter_map(|(key, row)| Some((key, row.kept()?, row.audit)))
    }

    /// Everything of one [kind](ManagedKey::kind), by kind and key.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = (&ManagedKey, &Kept, AuditNumber)> {
        self.below(format!("{kind} "))
    }

    /// Everything whose key begins so.
    pub(crate) fn below(
        &self,
        start: String,
    ) -> impl Iterator<Item = (&ManagedKey, &Kept, AuditNumber)> {
        self.table.below(start).filter_map(|(key, row)| Some((key, row.kept()?, row.audit)))
    }

    /// The rows that cannot be read.
    pub fn unreadable(&self) -> impl Iterator<Item = (&ManagedKey, AuditNumber)> {
        self.table.unreadable().map(|(key, row)| (key, row.audit))
    }

    /// A fact of each kind of which another table may have other rows.
    pub(crate) fn differing<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a Fact> {
        self.table.differing(&other.table)
    }

    /// Whether another table may have other rows that cannot be read.
    pub(crate) fn differs_unreadably(&self, other: &Self) -> bool {
        self.table.differs_unreadably(&other.table)
    }

    /// When the next grant or ignore ends; some may have ended already.
    pub fn next_expiry(&self) -> Option<Timestamp> {
        self.timed().filter_map(|(_, kept, _)| kept.fact.until()).min()
    }

    /// The grants and ignores that have had their time, each with the change that ends it.
    pub fn expired(&self, now: Timestamp) -> Vec<(Fact, Change)> {
        let ended = |fact: &Fact| fact.until().is_some_and(|until| until <= now);
        let timed = self.timed().filter(|(_, kept, _)| ended(&kept.fact));
        let expire = |key: &ManagedKey| Change::Expire { key: key.clone() };
        timed.map(|(key, kept, _)| (kept.fact.clone(), expire(key))).collect()
    }

    /// What may have an end.
    fn timed(&self) -> impl Iterator<Item = (&ManagedKey, &Kept, AuditNumber)> {
        ["ignore", "ban", "flood", "temporary"].into_iter().flat_map(|kind| self.of_kind(kind))
    }
}
