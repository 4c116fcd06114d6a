//! What is managed from chat: the layer of a policy that no file declares.

mod key;

pub use key::{AuditNumber, ManagedKey};
