//! Every way in which something runs, as one enum.

use std::fmt;
use std::sync::Arc;

use nuncio_policy::{Speaker, UserId};
use smol_str::SmolStr;

use crate::command::Used;

/// Why something is to run, and for whom.
///
/// There is no way to run a command, watcher or handler but through [`crate::gate::ask`], and no
/// way to ask but with one of these: each names the persons whose permits it needs.
#[derive(Clone, Debug)]
pub enum Trigger {
    /// Somebody typed a command.
    Typed(Speaker),
    /// Somebody used an alias, a text that somebody stored, which may have led to others.
    Alias {
        /// Which, and who stored them: each one's permit is needed.
        used: Arc<[Used]>,
        /// Who used the first.
        caller: Speaker,
        /// Whether that came over the socket.
        socket: bool,
    },
    /// Somebody repeats his last command.
    Redo(Speaker),
    /// A command inside another's arguments.
    Nested(Speaker),
    /// Somebody pressed a button.
    Button(Speaker),
    /// Somebody reacted to a message.
    Reaction(Speaker),
    /// Somebody answered a question of a dialog.
    Dialog(Speaker),
    /// What somebody said matched a watcher's pattern.
    Watcher(Speaker),
    /// An event that somebody caused reached a handler.
    Handler(Speaker),
    /// A stored command's time came.
    Schedule {
        /// Who stored it.
        author: Speaker,
    },
    /// A web request came, which runs for the identity that its configuration names.
    Webhook {
        /// That identity.
        runs_as: UserId,
    },
    /// A plugin calls another's command.
    Plugin {
        /// Which one calls.
        plugin: SmolStr,
        /// For whom it was called itself.
        caller: Speaker,
    },
    /// A line came over the socket.
    Socket(Speaker),
}

impl Trigger {
    /// For whom it runs.
    pub fn speaker(&self) -> Speaker {
        match self {
            Self::Typed(speaker)
            | Self::Redo(speaker)
            | Self::Nested(speaker)
            | Self::Button(speaker)
            | Self::Reaction(speaker)
            | Self::Dialog(speaker)
            | Self::Watcher(speaker)
            | Self::Handler(speaker)
            | Self::Socket(speaker)
            | Self::Schedule { author: speaker }
            | Self::Alias { caller: speaker, .. }
            | Self::Plugin { caller: speaker, .. } => speaker.clone(),
            Self::Webhook { runs_as } => Speaker::verified(runs_as.clone()),
        }
    }

    /// Whose authors must be allowed too: the stored texts that led to it.
    pub fn used(&self) -> &[Used] {
        match self {
            Self::Alias { used, .. } => used,
            _ => &[],
        }
    }

    /// Whether a machine asks, which waits for an answer to each thing.
    pub fn is_of_socket(&self) -> bool {
        matches!(self, Self::Socket(_) | Self::Alias { socket: true, .. })
    }

    /// Whether somebody asked in so many words, and so is told of a refusal. What runs because of
    /// a pattern, an event or a clock is refused in silence.
    pub fn is_spoken(&self) -> bool {
        !matches!(
            self,
            Self::Watcher(_) | Self::Handler(_) | Self::Schedule { .. } | Self::Webhook { .. }
        )
    }

    /// Its name in the audit log.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Typed(_) => "typed",
            Self::Alias { .. } => "alias",
            Self::Redo(_) => "redo",
            Self::Nested(_) => "nested",
            Self::Button(_) => "button",
            Self::Reaction(_) => "reaction",
            Self::Dialog(_) => "dialog",
            Self::Watcher(_) => "watcher",
            Self::Handler(_) => "handler",
            Self::Schedule { .. } => "schedule",
            Self::Webhook { .. } => "webhook",
            Self::Plugin { .. } => "plugin",
            Self::Socket(_) => "socket",
        }
    }
}

/// As the audit log tells of it: `typed`, or `alias hi of a:ann`.
impl fmt::Display for Trigger {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Alias { used, .. } = self else { return formatter.write_str(self.name()) };
        let mut comma = "";
        for Used { name, author } in used.iter() {
            write!(formatter, "{comma}alias {name} of ")?;
            match author {
                Some(author) => write!(formatter, "{author}")?,
                None => formatter.write_str("nobody")?,
            }
            comma = ", ";
        }
        Ok(())
    }
}
