//! How a store is to behave.

use serde::Deserialize;

/// What journal and outbox survive; settings and audit lines survive a power cut always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Durability {
    /// The death of the process, not a power cut: `synchronous=NORMAL`.
    #[default]
    Process,
    /// A power cut too: `synchronous=FULL`, one wait for the disk per batch.
    Power,
}

impl Durability {
    /// The value of `PRAGMA synchronous` that makes it so in WAL mode.
    pub(crate) fn pragma(self) -> &'static str {
        match self {
            Self::Process => "NORMAL",
            Self::Power => "FULL",
        }
    }
}

/// How a store is to behave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// What journal and outbox survive.
    pub durability: Durability,
}
