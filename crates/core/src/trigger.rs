//! Every way in which something runs, as one enum.

use nuncio_policy::{Speaker, UserId};
use smol_str::SmolStr;

/// Why something is to run, and for whom.
///
/// There is no way to run a command, watcher or handler but through [`crate::gate::ask`], and no
/// way to ask but with one of these: each names the persons whose permits it needs.
#[derive(Clone, Debug)]
pub enum Trigger {
    /// Somebody typed a command.
    Typed(Speaker),
    /// Somebody used an alias: a text that somebody stored.
    Alias {
        /// Who stored it.
        author: Speaker,
        /// Who used it.
        caller: Speaker,
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

    /// Who else must be allowed: the author of a stored text.
    pub fn author(&self) -> Option<&Speaker> {
        match self {
            Self::Alias { author, .. } => Some(author),
            _ => None,
        }
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
