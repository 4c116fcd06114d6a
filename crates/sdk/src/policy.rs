//! The policy as the standard plugins show and change it.

pub use nuncio_policy::{
    AccountName, AuditNumber, Capability, Change, CommandPattern, Entry, Fact, Identified,
    Identity, Layer, Lease, ManagedKey, Origin, Person, Policy, Powered, RoleName, Scope,
    StoredRow,
};
