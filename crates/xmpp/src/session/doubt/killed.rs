//! What a process that was killed had handed over: it is looked for under the names that it left
//! under.

use jid::BareJid;
use jiff::Timestamp;
use nuncio_core::{
    action::{Action, Output},
    content::{Content, Losses, Splitter},
    delivery::OutputKey,
    event::{Form, MessageId},
    place::Place,
    receipt::Receipt,
};
use smol_str::{SmolStr, format_smolstr};

use super::{Doubt, Sent, Since};
use crate::{
    content::{PALETTE, Xml},
    session::{
        Effect, Session, Ticket,
        outbound::{MAX_PARTS, action_mark, limits},
    },
};

impl Session {
    /// Looks for what a process that was killed had handed over, made at this time; its receipt says
    /// what an archive knows of it.
    pub fn look_for(&mut self, ticket: Ticket, key: &OutputKey, made: Timestamp, output: &Output) {
        let place =
            names(key, output).and_then(|names| Some((names, self.archive_of(&output.to)?)));
        let Some((names, archive)) = place else {
            let why = "the bot ended while it was being sent, and no archive keeps such a thing";
            return self.effects.push(Effect::Settle(ticket, Receipt::in_doubt(why)));
        };
        let sent = Sent { archive, since: Since::Made(made) };
        let id = changed(output).cloned();
        self.doubts.0.push((Doubt { ticket, names, sent, losses: Losses::NONE, id }, None));
    }

    /// The archive that keeps what is said at a place: what is said to somebody through a room stands
    /// in none of ours.
    pub(in crate::session) fn archive_of(&self, to: &Place) -> Option<BareJid> {
        match to {
            Place::Room(room) => BareJid::new(room.room()).ok(),
            Place::Private { peer, .. } => {
                let peer = BareJid::new(peer.as_str()).ok()?;
                self.rooms.get(&peer).is_none().then(|| self.settings.account.clone())
            }
        }
    }
}

/// The names of the messages that a delivery consists of; none where it is no message, or says
/// nothing.
pub(in crate::session) fn names(key: &OutputKey, output: &Output) -> Option<Vec<SmolStr>> {
    let parts = |content: &Content, form| {
        let (mut words, limits) =
            (Splitter::new(content.lines(PALETTE)), limits(MAX_PARTS, action_mark(form)));
        std::iter::from_fn(|| words.next_part(&limits, &Xml)).count()
    };
    let messages = match &output.action {
        Action::Say { content, form: form @ (Form::Text | Form::Emote) } => parts(content, *form),
        Action::File { caption, .. } => 1 + parts(caption, Form::Text),
        Action::Edit { .. } | Action::React { .. } | Action::Retract { .. } => 1,
        _ => 0,
    };
    (messages > 0).then(|| (0..messages).map(|number| name(key, number)).collect())
}

/// The message that a delivery changes: its receipt names that one.
pub(in crate::session) fn changed(output: &Output) -> Option<&MessageId> {
    match &output.action {
        Action::Edit { target, .. } | Action::React { target, .. } | Action::Retract { target } => {
            Some(target)
        }
        _ => None,
    }
}

/// The name of one of a delivery's messages.
pub(in crate::session) fn name(key: &OutputKey, number: usize) -> SmolStr {
    match number {
        0 => SmolStr::new(key.as_str()),
        number => format_smolstr!("{}/{number}", key.as_str()),
    }
}
