//! Events on their way to the house: what they are called, and when they happened.

use irc::proto::Message;
use jiff::Timestamp;
use nuncio_core::event::{Event, EventKey, EventKind, LinkState, Timing};
use smol_str::format_smolstr;

use super::{Effect, Session, caps::Cap};

impl Session {
    /// Reports something that has no message of the network behind it.
    pub(super) fn report(&mut self, kind: EventKind) {
        let key = self.own_key();
        let (network, at) = (self.network.clone(), self.now.wall);
        self.effects.push(Effect::Event(Event {
            network,
            key,
            at,
            timing: Timing::Live,
            mark: None,
            kind,
        }));
    }

    pub(super) fn report_link(&mut self, state: LinkState) {
        self.report(EventKind::Link(state));
    }

    /// Reports what a message of the network says.
    pub(super) fn report_message(&mut self, message: &Message, timing: Timing, kind: EventKind) {
        let (key, at) = (self.key(message), self.time(message));
        self.effects.push(Effect::Event(Event {
            network: self.network.clone(),
            key,
            at,
            timing,
            mark: None,
            kind,
        }));
    }

    /// An event's key: our server's `msgid`, else one that we make. No `msgid` begins with `:`.
    fn key(&mut self, message: &Message) -> EventKey {
        let id =
            self.caps.has(Cap::MessageTags).then(|| crate::wire::tag(message, "msgid")).flatten();
        match id {
            Some(id) if !id.is_empty() && !id.starts_with(':') => EventKey::new(id),
            _ => self.own_key(),
        }
    }

    fn own_key(&mut self) -> EventKey {
        self.events += 1;
        EventKey::new(format_smolstr!(":{:x}.{}", self.nonce, self.events))
    }

    /// When a message was said: by our server's clock where it says so, else by ours.
    fn time(&self, message: &Message) -> Timestamp {
        self.server_time(message).unwrap_or(self.now.wall)
    }

    pub(super) fn server_time(&self, message: &Message) -> Option<Timestamp> {
        self.caps
            .has(Cap::ServerTime)
            .then(|| crate::wire::tag(message, "time")?.parse().ok())
            .flatten()
    }
}
