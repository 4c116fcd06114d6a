//! The audit log: who asked for what, with what evidence, and what came of it.

use jiff::Timestamp;
use nuncio_policy::{AuditNumber, Change};

/// A line of the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number, unique and growing, which the house gives when it commits; zero: the next.
    pub number: AuditNumber,
    /// When.
    pub at: Timestamp,
    /// Who, in canonical form.
    pub who: String,
    /// With what [evidence](crate::evidence): `verified`, `claimed, in session as a:ann`.
    pub evidence: String,
    /// What was asked: a command in full.
    pub what: String,
    /// Where.
    pub place: String,
    /// What came of it: `allow`, `deny`, `ignore`, `done`, `failed`.
    pub outcome: String,
    /// The layer and the entry that decided.
    pub because: String,
    /// What it changed of the policy that is managed from chat, if it did. It may hold the hash of
    /// a password: nobody is shown it but as the command line that it displays as.
    pub change: Option<Box<Change>>,
}

/// Which lines of the audit log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Only of this speaker.
    pub who: Option<String>,
    /// Only of this command and those below it.
    pub what: Option<String>,
    /// Only since then.
    pub since: Option<Timestamp>,
    /// Only this one.
    pub number: Option<AuditNumber>,
    /// Only those that changed something.
    pub changes: bool,
    /// At most so many, the latest first.
    pub limit: usize,
}

impl AuditQuery {
    /// Whether it asks for a line, limit aside.
    pub fn asks_for(&self, row: &AuditRow) -> bool {
        let below =
            |what: &str| row.what.strip_prefix(what).is_some_and(|rest| rest.starts_with('.'));
        self.who.as_ref().is_none_or(|who| row.who == *who)
            && self.what.as_ref().is_none_or(|what| row.what == *what || below(what))
            && self.since.is_none_or(|since| row.at >= since)
            && self.number.is_none_or(|number| row.number == number)
            && (!self.changes || row.change.is_some())
    }
}
