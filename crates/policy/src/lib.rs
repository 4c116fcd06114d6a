//! Identities, rules and the one function that decides.
//!
//! [`decide`] takes a compiled [`Policy`] and a [`Request`] and answers with a [`Permit`] or a
//! [`Refusal`]; both can say why.
//! It is total: what cannot be understood is denied.
//!
//! The crate does no I/O, reads no clock and starts no thread. Whoever calls it brings the text of
//! the policy ([`Declared`]), the time ([`Request::at`]) and the speaker's evidence ([`Speaker`]).
//!
//! ```
//! use nuncio_policy::{CommandId, Declared, Level, Networks, Policy, Registry, Request, Speaker, decide};
//!
//! let networks = Networks::new();
//! let declared = Declared { sudoers: vec!["u:irc:ann".into()], ..Declared::default() };
//! let (policy, _) = Policy::compile(&declared, &networks, &Registry::unknown(), 1).unwrap();
//!
//! let ann = Speaker::verified(networks.parse_user("u:irc:Ann")?);
//! let command = CommandId::new("shell", "run")?;
//! let noon = "2026-11-22T12:00:00Z".parse().unwrap();
//! let permit = decide(&policy, Request::new(ann, command, noon)).unwrap();
//! let explanation = permit.explanation().to_string();
//! assert!(explanation.starts_with("allow by access: sudoer `u:irc:ann` (policy.sudoers[0])"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Invariants
//!
//! - A claimed identity can lose rights and never gain them. Power in a room is no identity: the
//!   network gives it to whoever speaks, and it is worth what the operator's file says, in that
//!   room alone ([`Speaker::with_power`]).
//! - Only [`decide`] makes a [`Permit`], and a `Permit` is used once.
//! - A policy that cannot be read is not compiled; there is no policy of defaults to fall back on.
//! - What is managed from chat ([`Managed`]) is added to what files declare, and replaces none of
//!   it; nobody gains a level or ownership by a [`Change`] that is no owner's.

mod bw_list;
mod capability;
pub mod cli;
mod command;
mod decide;
mod declared;
mod diagnostic;
mod explanation;
mod glob;
mod identity;
mod level;
mod managed;
mod outlines;
mod permit;
mod policy;
mod power;
mod registry;
mod request;
mod session;
mod speaker;

pub use bw_list::SaidRule;
pub use capability::{
    AccountSet, Capability, CapabilityError, DefaultSet, Held, Removed, SetError, Spelling,
};
pub use command::{
    CommandError, CommandId, CommandPattern, MAX_COMMAND_BYTES, PatternError, Scope,
};
pub use decide::{Ground, Hold, Without, decide};
pub use declared::{
    Declared, DeclaredAccount, DeclaredDisable, DeclaredGrant, DeclaredIgnore, DeclaredPower,
    DeclaredRole, DeclaredRoom, Moment, MomentError, Texts,
};
pub use diagnostic::{Diagnostic, Key, KeyPath, Location, Severity};
pub use explanation::{
    Entry, Explanation, Layer, Origin, Outcome, Powered, Reason, Remedy, Step, Written,
};
pub use identity::{
    AccountName, CaseMapping, CaseMappingError, Hostmask, Identity, IdentityError,
    MAX_IDENTITY_BYTES, Network, Networks, Person, RoomId, Trust, UserId,
};
pub use level::{Expr, ExprError, Level, Term};
pub use managed::{
    AliasName, AliasNameError, AliasView, AuditNumber, Author, Change, ChangeError, Fact, Kept,
    Lease, MAX_ALIAS_BYTES, Managed, ManagedKey, PasswordHash, Plan, RoleName, RowWrite, StoredRow,
};
pub use permit::{Permit, Refusal};
pub use policy::{
    AccountView, Clash, Evidence, GrantView, Identified, IgnoreView, Newcomer, Policy, RoleView,
    RoomView,
};
pub use power::{Power, PowerError};
pub use registry::Registry;
pub use request::Request;
pub use session::{MAX_SESSIONS, Presence, Sessions};
pub use speaker::Speaker;
