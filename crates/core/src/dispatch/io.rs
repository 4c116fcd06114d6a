//! What the dispatcher is told, and what it wants done.

use std::sync::Arc;
use std::time::Duration;

use nuncio_policy::{AuditNumber, Network, Permit, Policy};
use smol_str::SmolStr;
use tokio_util::sync::CancellationToken;

use super::FloodLimits;
use crate::catalogue::Catalogue;
use crate::cursor::Cursor;
use crate::delivery::{Authority, OutputKey, Settled};
use crate::event::{Event, EventKey, MessageId};
use crate::features::Features;
use crate::file::Attached;
use crate::gate::Attempt;
use crate::moment::Moment;
use crate::place::Place;
use crate::plugin::{CallParts, Cause, Effects, Failure, Order};
use crate::query::{Asker, Query, QueryError};
use crate::rules::Passwords;
use crate::scoped::Scoped;
use crate::services::Services;
use crate::store::{JournalRow, OutboxRow, StoreError, WriteSet};

/// What holds for conversations.
#[derive(Clone, Debug)]
pub struct Manners {
    /// What stands before a command.
    pub prefix: Scoped<SmolStr>,
    /// Whether the bot's name addresses it.
    pub by_name: Scoped<bool>,
    /// Whether an unknown command in a room is answered; in private it always is.
    pub answer_unknown: Scoped<bool>,
    /// The bot's name on networks that have not said what they call it.
    pub name: SmolStr,
}

/// What is bounded, and how.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many commands of one person in one place may wait; the next is answered as too many.
    pub lane: usize,
    /// How many calls may run at once; the next is answered as busy.
    pub calls: usize,
    /// How long a call may take.
    pub deadline: Duration,
    /// How many deliveries a network holds at once.
    pub window: usize,
    /// How many outputs may wait for one network, at most a quarter of them for one place; the
    /// next is dead at once, and listed. A file counts as one for each 16 KiB of it.
    pub outbox: usize,
    /// How long an output may wait.
    pub outbox_life: Duration,
    /// How much one person may say to us.
    pub floods: FloodLimits,
    /// How long somebody who identified himself by password stays in session; for ever, if none.
    pub session: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            lane: 16,
            calls: 1024,
            deadline: Duration::from_secs(30),
            window: 64,
            outbox: 4096,
            outbox_life: Duration::from_hours(1),
            floods: FloodLimits::default(),
            session: Some(Duration::from_hours(24)),
        }
    }
}

/// The number of a call that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(pub(super) u64);

/// The number of a write set that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommitId(pub(super) u64);

/// What the dispatcher is told.
#[derive(Debug)]
#[non_exhaustive]
pub enum Input {
    /// Something happened.
    Event(Event),
    /// Something happened while we were away, and may have been handled before, in part.
    Late {
        /// What.
        event: Event,
        /// Those of its [keys](super::Dispatcher::keys) that the journal holds.
        handled: Vec<EventKey>,
    },
    /// An event that could not be taken: the cursor of its archive stays before it, so that the next
    /// start finds it again.
    Unheard(Event),
    /// A stored or outer cause asks for a run: a schedule, a webhook, a button, another plugin.
    Attempt(Box<Impulse>),
    /// A call ended.
    Finished {
        /// Which.
        call: CallId,
        /// How.
        result: Result<Effects, Failure>,
    },
    /// A call asks a network something.
    Query {
        /// Which call.
        call: CallId,
        /// The question's number.
        number: u64,
        /// What it asks.
        query: Box<Query>,
    },
    /// A write set was committed, or not.
    Committed {
        /// Which.
        commit: CommitId,
        /// How.
        result: Result<(), StoreError>,
    },
    /// A delivery got its receipt.
    Settled(Settled),
    /// A network was configured.
    Network {
        /// Its name.
        network: Network,
        /// What it can do, as far as one knows.
        features: Features,
        /// Whether machines talk on it rather than people (the socket).
        machine: bool,
    },
    /// A network is no longer configured.
    NoNetwork(Network),
    /// Other files hold from now on. What is managed stays as it is, and so does the order of
    /// generations.
    Policy(Policy),
    /// Other commands are there from now on.
    Catalogue(Arc<Catalogue>),
    /// Other manners hold from now on.
    Manners(Box<Manners>),
    /// Other limits hold from now on, but for the window, which stays as it was at the start.
    Limits(Limits),
    /// What the store held when the house opened.
    Restored {
        /// Outputs that had not arrived.
        outbox: Vec<OutboxRow>,
        /// Events whose handlers were cut off.
        interrupted: Vec<JournalRow>,
        /// The latest number of the audit log.
        audited: AuditNumber,
        /// How far archives were settled.
        cursors: Vec<Cursor>,
    },
    /// An operator wants an output sent again.
    Resend(Box<OutboxRow>),
    /// An operator wants an output forgotten.
    Discard(OutputKey),
    /// The time that [`Dispatcher::wake_at`](super::Dispatcher::wake_at) named has come.
    Tick,
    /// The house closes: what waits to be written along with something else is written now.
    Close,
}

/// A run that no message asks for.
#[derive(Debug)]
pub struct Impulse {
    /// What is attempted, why, and for whom.
    pub attempt: Attempt,
    /// The name of what caused it, unique on the network of `place`.
    pub key: EventKey,
    /// Where its replies go.
    pub place: Place,
    /// What to call the person.
    pub name: SmolStr,
    /// What the plugin is given.
    pub cause: Cause,
}

/// What the dispatcher wants done.
#[derive(Debug)]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "most effects are commits, and none is stored")]
pub enum Effect {
    /// Call a plugin; the answer is [`Input::Finished`].
    Run {
        /// The call's number.
        call: CallId,
        /// The plugin.
        plugin: SmolStr,
        /// What permits it.
        permit: Permit,
        /// What it is given.
        seed: Box<Seed>,
        /// When it is dropped.
        deadline: Duration,
    },
    /// Commit a write set; the answer is [`Input::Committed`]. Order matters.
    Commit {
        /// The set's number.
        commit: CommitId,
        /// The set.
        set: WriteSet,
        /// Whether something waits for it; else it may be written a little later, with others.
        awaited: bool,
    },
    /// Hand an output to its network; the answer is [`Input::Settled`]. Order matters.
    Deliver {
        /// The output.
        row: Arc<OutboxRow>,
        /// What lets it out.
        authority: Authority,
    },
    /// Ask a network what a call asked for ([`Input::Query`]), or tell the call why not.
    Query {
        /// The question's number.
        number: u64,
        /// What is asked, and what permits it.
        ruled: Result<(Permit, Box<Query>), QueryError>,
    },
    /// Carry out what a standard plugin asked of the house, which is committed.
    Order(Order),
    /// Tell the operator.
    Report(Notice),
}

/// What a call is given, but for what only the shell has.
#[derive(Debug)]
pub struct Seed {
    /// Why it is called.
    pub cause: Cause,
    /// Where.
    pub place: Place,
    /// What to call the speaker.
    pub name: SmolStr,
    /// The message that asked.
    pub about: Option<MessageId>,
    /// When.
    pub at: Moment,
    /// The files that came with it.
    pub files: Vec<Attached>,
}

impl Seed {
    /// Adds what only the shell has.
    pub fn with(
        self,
        cancel: CancellationToken,
        services: Services,
        passwords: Option<Passwords>,
        asker: Asker,
    ) -> CallParts {
        let Self { cause, place, name, about, at, files } = self;
        CallParts { cause, place, name, about, at, cancel, services, passwords, files, asker }
    }
}

/// Something that the operator should know of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A call failed inside; the person was given `number` to quote.
    CallFailed {
        /// The number to quote.
        number: String,
        /// Which command.
        command: String,
        /// What went wrong.
        why: String,
    },
    /// What was to be written is not there.
    NotCommitted {
        /// What the store says.
        why: String,
    },
    /// An output is dead.
    Undelivered {
        /// Its key.
        key: OutputKey,
        /// Why.
        why: String,
    },
}
