//! Where hashes of passwords lie, apart from all else that is managed, which may be shown.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::table::Row;
use super::{Fact, Kept, ManagedKey, PasswordHash};

/// The hash of each password, by the key of its row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Vault(BTreeMap<ManagedKey, PasswordHash>);

impl Vault {
    /// Whether the row of a key has a hash in it.
    pub(super) fn is_for(key: &ManagedKey) -> bool {
        key.kind() == "password"
    }

    /// Takes the hash out of a row. Of one that cannot be read, everything: it may be anywhere.
    pub(super) fn close(&mut self, key: &ManagedKey, row: Row) -> Row {
        if !Self::is_for(key) {
            return row;
        }
        let Row { read, audit } = row;
        let (hash, read) = match read {
            Ok(kept) => {
                let (kept, hash) = exchange(&kept, PasswordHash::elsewhere());
                (hash, Ok(Arc::new(kept)))
            }
            Err(value) => (Some(PasswordHash::perhaps(value.into())), Err("".into())),
        };
        self.0.extend(hash.map(|hash| (key.clone(), hash)));
        Row { read, audit }
    }

    /// The row as it was before its hash was taken out.
    pub(super) fn open(&self, key: &ManagedKey, row: &Row) -> Row {
        let Some(hash) = self.hash(key) else { return row.clone() };
        let read = match &row.read {
            Ok(kept) => Ok(Arc::new(exchange(kept, hash.clone()).0)),
            Err(_) => Err(hash.expose().into()),
        };
        Row { read, audit: row.audit }
    }

    /// The hash that was taken out of a row.
    pub(super) fn hash(&self, key: &ManagedKey) -> Option<&PasswordHash> {
        self.0.get(key)
    }

    pub(super) fn forget(&mut self, key: &ManagedKey) {
        self.0.remove(key);
    }
}

/// The same with another hash, and the one that it had.
fn exchange(kept: &Kept, new: PasswordHash) -> (Kept, Option<PasswordHash>) {
    let mut kept = kept.clone();
    let old = match &mut kept.fact {
        Fact::Password { hash, .. } => Some(std::mem::replace(hash, new)),
        _ => None,
    };
    (kept, old)
}
