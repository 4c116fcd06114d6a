//! What we do to messages that are there: answer, change, take back, react.
//!
//! A room's messages go by the room's names of them, and one peer's by their sender's
//! (XEP-0424, XEP-0444, XEP-0461); only a correction always names what it left as (XEP-0308).

use nuncio_core::{
    content::{Content, Losses, fit},
    delivery::OutputKey,
    event::MessageId,
    place::Place,
    receipt::Retry,
};
use smol_str::SmolStr;
use xmpp_parsers::{message::Id, message::Lang, message_correct::Replace, minidom::Element, ns};

use super::{
    Session, Ticket,
    authors::Author,
    awaited::Proof,
    outbound::{Refusal, Target, limits},
    parse::MAX_REACTION,
    xml::{FALLBACK, HINTS, REPLY, RETRACT, element, text},
};
use crate::content::{PALETTE, Xml, clean};

/// What a client says that does not know of retractions.
const TAKEN_BACK: &str = "This message was taken back.";

impl Session {
    /// What says that a message answers another.
    pub(super) fn reply_to(&self, target: &Target, about: &MessageId) -> Element {
        let nick = self.recall.nick(&target.at(), about.as_str()).filter(|nick| !nick.is_empty());
        let to = match (target.proof, nick) {
            (Proof::Reflection, Some(nick)) => Some(format!("{}/{nick}", target.answers)),
            (Proof::Reflection, None) => None,
            _ => Some(target.at().to_string()),
        };
        let mut attributes = vec![("id", about.as_str())];
        attributes.extend(to.as_deref().map(|to| ("to", to)));
        element("reply", REPLY, &attributes, [])
    }

    /// Changes what we said. What does not fit into one message is left out.
    pub(super) fn act_edit(
        &mut self,
        ticket: Ticket,
        key: &OutputKey,
        to: &Place,
        edited: &MessageId,
        content: &Content,
    ) -> Result<(), Refusal> {
        let target = self.target(to)?;
        let original = match target.proof {
            Proof::Reflection => edited.left_as().ok_or_else(|| not_ours(edited))?,
            _ => edited.left_as().unwrap_or(edited.as_str()),
        };
        let words = fit(content.lines(PALETTE), &limits(1, ""), &Xml);
        let Some(part) = words.output.first() else {
            return Err(("there are no words to put there: retract it".to_owned(), Retry::Never));
        };
        let name = SmolStr::new(key.as_str());
        let (mut message, losses) = target.words(&name, "", part);
        message.payloads.push(Replace { id: Id(original.to_owned()) }.into());
        self.hand_over(&target, message, &name);
        let Target { answers, proof, .. } = target;
        let losses = words.losses.and(losses);
        self.awaited.begin(ticket, &[name], &answers, proof, losses, self.now.uptime);
        self.awaited.changes(ticket, edited);
        Ok(())
    }

    /// Reacts to a message with one emoji more.
    pub(super) fn act_react(
        &mut self,
        ticket: Ticket,
        key: &OutputKey,
        to: &Place,
        reacted: &MessageId,
        emoji: &str,
    ) -> Result<(), Refusal> {
        let target = self.target(to)?;
        let id = named(&target, reacted)?;
        let emoji = SmolStr::new(clean(emoji).trim());
        if emoji.is_empty() || emoji.len() > MAX_REACTION {
            return Err((format!("`{emoji}` is no reaction"), Retry::Never));
        }
        let at = target.at();
        let all = self.recall.our_reactions(&at, id, &emoji);
        let reactions = all.iter().map(|emoji| text("reaction", ns::REACTIONS, emoji));
        let reactions = element("reactions", ns::REACTIONS, &[("id", id)], reactions);
        self.recall.reacts(&at, Author::We, id, all);
        self.mark(ticket, key, target, reacted, [reactions]);
        Ok(())
    }

    /// Takes back what we said.
    pub(super) fn act_retract(
        &mut self,
        ticket: Ticket,
        key: &OutputKey,
        to: &Place,
        retracted: &MessageId,
    ) -> Result<(), Refusal> {
        let mut target = self.target(to)?;
        let id = named(&target, retracted)?;
        let retract = element("retract", RETRACT, &[("id", id)], []);
        let fallback = element("fallback", FALLBACK, &[("for", RETRACT)], []);
        target.message.bodies.insert(Lang::new(), TAKEN_BACK.to_owned());
        self.mark(ticket, key, target, retracted, [retract, fallback]);
        Ok(())
    }

    /// Sends what is to be kept with a message that is there.
    fn mark<const N: usize>(
        &mut self,
        ticket: Ticket,
        key: &OutputKey,
        target: Target,
        marked: &MessageId,
        payloads: [Element; N],
    ) {
        let name = SmolStr::new(key.as_str());
        let mut message = target.message.clone();
        message.payloads.extend(payloads);
        message.payloads.push(element("store", HINTS, &[], []));
        self.hand_over(&target, message, &name);
        let Target { answers, proof, .. } = target;
        let losses = Losses::NONE;
        self.awaited.begin(ticket, &[name], &answers, proof, losses, self.now.uptime);
        self.awaited.changes(ticket, marked);
    }
}

/// By which name others know a message.
fn named<'a>(target: &Target, id: &'a MessageId) -> Result<&'a str, Refusal> {
    if target.proof == Proof::Reflection && id.left_as() == Some(id.as_str()) {
        return Err(("the room gives its messages no names".to_owned(), Retry::Never));
    }
    Ok(id.as_str())
}

fn not_ours(id: &MessageId) -> Refusal {
    let why = format!("`{}` is not known to be ours: we change only what we said", id.as_str());
    (why, Retry::Never)
}
