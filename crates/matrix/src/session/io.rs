//! What a session is told, and how it ends.

use nuncio_policy::Power;

/// What a sync brought of a room that we are in.
#[derive(Debug, Clone, Default)]
pub struct Update {
    /// The room's id.
    pub room: String,
    /// Whether it is marked as a conversation with one person.
    pub direct: bool,
    /// How many people are in it or invited, ourselves included.
    pub members: u64,
    /// From where on it was told.
    pub since: Since,
    /// What stands before the timeline, up to where we had heard the room, and was asked for.
    pub late: Vec<Told>,
    /// Whether more stands there than was asked for.
    pub cut: bool,
    /// What the sync itself told, the newest last.
    pub timeline: Vec<Told>,
    /// The room in which it goes on, where it has ended.
    pub successor: Option<String>,
}

/// From where on a sync tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Since {
    /// Nothing was known before.
    #[default]
    Nothing,
    /// We were away in between: the process, or the connection.
    Absence,
    /// The sync before, which has just ended.
    Now,
    /// It was told before, and could not be opened then.
    Reopened,
}

/// An event of a room, as the homeserver told it and the shell knows more of it.
#[derive(Debug, Clone)]
pub struct Told {
    /// The event, decrypted if it could be.
    pub json: String,
    /// What became of its encryption.
    pub seal: Seal,
    /// What its sender is called in the room.
    pub name: Option<String>,
    /// His power there.
    pub power: Option<Power>,
}

/// What became of an event's encryption.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seal {
    /// There was none.
    Open,
    /// It was opened.
    Opened,
    /// It could not be opened: its key may yet come.
    Closed,
    /// It cannot be opened, whatever comes.
    Broken,
    /// It was opened with keys of somebody else than whom the homeserver names.
    Forged,
}

/// Why a connection ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// It may be better next time.
    Again(String),
    /// Nothing will be better until somebody changes something.
    Refused(String),
}
