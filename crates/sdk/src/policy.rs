//! The policy as the standard plugins show and change it.

pub use nuncio_policy::{
    AccountName, AuditNumber, Capability, Change, ChangeError, CommandPattern, Entry, Evidence,
    Fact, Identified, Identity, Layer, Lease, ManagedKey, Origin, PasswordHash, Person, Policy,
    Powered, RoleName, Scope, StoredRow,
};
