//! What clients tell each other beside words: that a message arrived (XEP-0184), and that somebody
//! is writing (XEP-0085).

use jid::Jid;
use nuncio_core::{
    content::Losses, delivery::OutputKey, place::Place, receipt::Receipt, recent::Recent,
};
use smol_str::SmolStr;
use xmpp_parsers::{message::Message, ns};

use super::{
    Effect, Session, Ticket,
    awaited::Proof,
    outbound::{Refusal, Target},
    speech::sent_as,
    xml::{HINTS, element, find},
};

/// The most peers of whom we keep in mind that they know of chat states.
const MAX_PEERS: usize = 1024;

/// Whose clients know of chat states: they have shown one.
#[derive(Debug)]
pub(super) struct Attentive(Recent<Jid, ()>);

impl Default for Attentive {
    fn default() -> Self {
        Self(Recent::new(MAX_PEERS))
    }
}

impl Attentive {
    /// Whether a peer would understand a chat state.
    pub(super) fn knows(&self, peer: &Jid) -> bool {
        self.0.get(peer).is_some()
    }
}

impl Session {
    /// Takes what a message of one peer says beside its words, and answers it.
    ///
    /// That we have a message is told only to who may know that we are there at all: `sees_us`.
    pub(super) fn on_courtesies(&mut self, from: &Jid, at: &Jid, message: &Message, sees_us: bool) {
        if message.payloads.iter().any(|payload| payload.has_ns(ns::CHATSTATES)) {
            self.attentive.0.put(at.clone(), ());
        }
        let asks = find(&message.payloads, "request", ns::RECEIPTS).is_some();
        let Some(id) = sent_as(message).filter(|_| asks && sees_us) else { return };
        let mut receipt = Message::new_with_type(message.type_.clone(), from.clone());
        receipt.payloads.push(element("received", ns::RECEIPTS, &[("id", id)], []));
        self.send(receipt);
    }

    /// Whether somebody may see our presence: `accept_subscriptions` has his domain.
    pub(super) fn may_see_us(&self, who: &Jid) -> bool {
        let domain = who.domain().as_str();
        self.settings.subscribers.iter().any(|subscriber| subscriber == domain)
    }

    /// Shows that we are writing, or no longer: to a room, or to a peer who has shown that he knows
    /// of such things.
    pub(super) fn act_typing(
        &mut self,
        ticket: Ticket,
        key: &OutputKey,
        to: &Place,
        on: bool,
    ) -> Result<(), Refusal> {
        let target = self.target(to)?;
        if target.proof == Proof::Handed && !self.attentive.knows(&target.at()) {
            let receipt = Receipt::unsupported("typing notices for who never showed one");
            self.effects.push(Effect::Settle(ticket, receipt));
            return Ok(());
        }
        let name = SmolStr::new(key.as_str());
        let mut message = target.message.clone();
        let state = if on { "composing" } else { "paused" };
        message.payloads.push(element(state, ns::CHATSTATES, &[], []));
        message.payloads.push(element("no-store", HINTS, &[], []));
        self.hand_over(&target, message, &name);
        let Target { answers, proof, .. } = target;
        self.awaited.begin(ticket, &[name], &answers, proof, Losses::NONE, self.now.uptime);
        Ok(())
    }
}
