//! The contract between the house and a plugin.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use nuncio_policy::{AccountName, Change, Level, PasswordHash, Permit, Speaker};
use smol_str::SmolStr;
use tokio_util::sync::CancellationToken;

use crate::action::Output;
use crate::command::{Arguments, Command};
use crate::config::Key;
use crate::content::Content;
use crate::delivery::OutputKey;
use crate::event::{Event, Form, Message, MessageId};
use crate::file::{Attached, File};
use crate::moment::Moment;
use crate::place::Place;
use crate::query::Asker;
use crate::rules::Passwords;
use crate::services::Services;

/// What a plugin is and offers, as data.
#[derive(Clone, Debug, Default)]
pub struct Manifest {
    /// Its name, the first word of its commands in policy.
    pub name: SmolStr,
    /// What it is for, in a line.
    pub about: String,
    /// Its commands.
    pub commands: Vec<Command>,
    /// What it listens for in what people say.
    pub watchers: Vec<Watcher>,
    /// Which events it handles.
    pub handlers: Vec<Handler>,
    /// The keys of its `[plugin.<name>]` table.
    pub keys: Vec<Key>,
}

/// Runs when what somebody says matches.
#[derive(Clone, Debug)]
pub struct Watcher {
    /// Its name in the plugin, as policy sees it.
    pub path: SmolStr,
    /// Who sets it off.
    pub level: Level,
    /// Whether a text sets it off.
    pub matches: fn(&str) -> bool,
}

/// Runs when something happens.
#[derive(Clone, Debug)]
pub struct Handler {
    /// Its name in the plugin, as policy sees it.
    pub path: SmolStr,
    /// Whose events set it off.
    pub level: Level,
    /// Whether an event sets it off.
    pub wants: fn(&Event) -> bool,
}

/// Why a plugin is called.
#[derive(Clone, Debug)]
pub enum Cause {
    /// A command, with its arguments.
    Command(Arguments),
    /// A watcher's match.
    Watch(Arc<Message>),
    /// An event.
    Event(Arc<Event>),
}

/// One call of a plugin. It cannot be made without a [`Permit`].
#[derive(Debug)]
pub struct Call {
    permit: Permit,
    /// Why.
    pub cause: Cause,
    /// Where it was asked, and where its replies go.
    pub place: Place,
    /// What to call the speaker; shown, never trusted.
    pub name: SmolStr,
    /// The message that asked, for networks that can show it.
    pub about: Option<MessageId>,
    /// When.
    pub at: Moment,
    /// Ends when the deadline passes or the house closes.
    pub cancel: CancellationToken,
    /// What the house lets a plugin read.
    pub services: Services,
    /// The hashes of passwords, where the house trusts the plugin.
    pub passwords: Option<Passwords>,
    /// The files that came with the message that asked.
    pub files: Vec<Attached>,
    /// The way to ask networks something.
    pub asker: Asker,
}

/// The parts of a [`Call`] besides its permit.
#[derive(Debug)]
pub struct CallParts {
    /// See [`Call::cause`].
    pub cause: Cause,
    /// See [`Call::place`].
    pub place: Place,
    /// See [`Call::name`].
    pub name: SmolStr,
    /// See [`Call::about`].
    pub about: Option<MessageId>,
    /// See [`Call::at`].
    pub at: Moment,
    /// See [`Call::cancel`].
    pub cancel: CancellationToken,
    /// See [`Call::services`].
    pub services: Services,
    /// See [`Call::passwords`].
    pub passwords: Option<Passwords>,
    /// See [`Call::files`].
    pub files: Vec<Attached>,
    /// See [`Call::asker`].
    pub asker: Asker,
}

impl Call {
    /// Joins a permit with what it permits.
    pub fn new(permit: Permit, parts: CallParts) -> Self {
        let CallParts { cause, place, name, about, at, cancel, services, passwords, files, asker } =
            parts;
        Self { permit, cause, place, name, about, at, cancel, services, passwords, files, asker }
    }

    /// What permits it: who, which command, where, and why.
    pub fn permit(&self) -> &Permit {
        &self.permit
    }

    /// For whom it runs.
    pub fn speaker(&self) -> &Speaker {
        self.permit.speaker()
    }
}

/// What a call wants done, as data: the house commits it whole and then lets each output through
/// the gate, or, where the call fails, does none of it.
#[derive(Debug, Default)]
pub struct Effects {
    /// Answers to where it was asked.
    pub replies: Vec<Reply>,
    /// Reactions to the message that asked. Where there is none, or the network has no reactions,
    /// they are said instead, unless there is a reply.
    pub reactions: Vec<SmolStr>,
    /// Other things to say or do. Each is decided under its own name.
    pub outputs: Vec<Output>,
    /// What the plugin keeps: key and value; `None` forgets it. Where there is a change, it is kept if
    /// and only if that is made.
    pub values: Vec<(String, Option<Vec<u8>>)>,
    /// What the house itself is to do. Heeded from the standard plugins only.
    pub orders: Vec<Order>,
    /// What of the policy is to change, as whoever asks may; the house says what came of it, after
    /// the replies. Heeded from the standard plugins only.
    pub change: Option<Box<Change>>,
    /// What becomes of the session of whoever asks: in force before he reads the replies, and, where
    /// there is a change too, after that. Heeded from the standard plugins only.
    pub session: Option<Box<SessionChange>>,
    /// What the audit log is to say of it; where there is a change, that says it. Heeded from the
    /// standard plugins only.
    pub note: Option<Note>,
}

/// What a call puts into the audit log, where everybody who may read that reads it: never a secret,
/// nor anything else that was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// Something was done.
    Done(String),
    /// Whoever asks was to prove something and could not. What the plugin keeps is kept all the same,
    /// and he is counted as one who says what is no command, so that whoever guesses is soon met
    /// with silence.
    Failed(String),
}

/// What becomes of the session of whoever asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionChange {
    /// He is in session as an account from now on, as long as the network would tell us that he is
    /// gone. Nothing begins, and he is told why, where it would not ([`Speaker::presence`]), or where
    /// the account has another password by now.
    Begin {
        /// The account.
        account: AccountName,
        /// The hash against which the password was checked ([`Passwords::of`]), or
        /// that the same call sets.
        password: PasswordHash,
    },
    /// He is in no session any more.
    End,
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// What it says.
    pub content: Content,
    /// How; the network's habit for bots unless it is an emote.
    pub form: Form,
    /// The file of which it says this. Where the network takes none, the file's name is said after
    /// it instead.
    pub file: Option<File>,
    /// Under which key the plugin keeps what it said there ([`Spoken`](crate::spoken::Spoken) as
    /// JSON), once it has arrived; forgotten where the network gives it no name.
    pub keep_as: Option<String>,
}

impl From<Content> for Reply {
    fn from(content: Content) -> Self {
        Self { content, form: Form::Text, file: None, keep_as: None }
    }
}

/// What the house itself is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Order {
    /// Close in good order and start again.
    Restart,
    /// Close in good order.
    Stop,
    /// Read the configuration again and apply what changed.
    Reload,
    /// Set a key of the configuration, or forget what was set.
    Set {
        /// The dotted key.
        key: String,
        /// The value as TOML text.
        value: Option<String>,
    },
    /// Log so much.
    LogLevel(String),
    /// Send an output of the outbox again.
    Resend(OutputKey),
    /// Forget an output of the outbox.
    Discard(OutputKey),
}

/// Why a call did not do what was asked. Nothing of it is committed.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// It was asked wrongly; the usage is shown, and a cooldown given back.
    Usage(Content),
    /// It cannot be done; shown as it is.
    User(Content),
    /// Something is broken; the person sees a number to quote, the log has the text.
    Internal(String),
}

/// A plugin.
///
/// # Contract
///
/// - [`Plugin::call`] is given only what its manifest declares, each time with a permit.
/// - What it wants done comes back as [`Effects`]: a call that fails, panics, or passes its
///   deadline does nothing.
/// - It heeds [`Call::cancel`]; one that does not is dropped at its next await.
/// - Calls of one person in one place come one after another; others side by side.
/// - It never blocks the thread: a call is tried where the house runs, before it has a task of its
///   own. What takes long goes to [`tokio::task::spawn_blocking`].
#[async_trait]
pub trait Plugin: fmt::Debug + Send + Sync {
    /// What it is and offers. Asked once, when it is loaded.
    fn manifest(&self) -> Manifest;

    /// Does what a command, watcher or handler of the manifest says.
    ///
    /// # Errors
    /// [`Failure`], of which the person is told.
    async fn call(&self, call: Call) -> Result<Effects, Failure>;
}
