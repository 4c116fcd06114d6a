//! The policy as the standard plugins show and change it.

pub use nuncio_core::command::{Template, TemplateError};
pub use nuncio_policy::{
    AccountName, AliasName, AliasView, AuditNumber, Author, Capability, Change, ChangeError,
    CommandPattern, Entry, Evidence, Fact, Identified, Identity, Layer, Lease, ManagedKey, Origin,
    PasswordHash, Person, Policy, Powered, RoleName, Scope, StoredRow,
};
