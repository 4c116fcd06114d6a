//! What the house lets a plugin read, and what only the standard plugins may ask of it.

pub use nuncio_core::command::{Command, CommandTree};
pub use nuncio_core::delivery::OutputKey;
pub use nuncio_core::plugin::{Handler, Note, Order, SessionChange};
pub use nuncio_core::rules::Rules;
pub use nuncio_core::services::{
    ConfigView, Counters, NetworkStatus, Questions, RecordsView, StatusView, Unarchived,
};
pub use nuncio_core::store::{AuditQuery, AuditRow, OutboxRow, OutboxState};
