//! Who said which message, of the latest that were said while we were there.
//!
//! A correction names a message by its sender's id, everything else by the network's name of it
//! (XEP-0308, XEP-0359), and anybody may name any message: so what changes one counts only from
//! whoever is known to have said it.

use jid::{BareJid, Jid};
use nuncio_core::{event::MessageId, recent::Recent};
use smol_str::SmolStr;

/// The most messages that we recall.
const MAX_MESSAGES: usize = 4096;

/// The most messages whose reactions we recall, each person's counted by itself.
const MAX_REACTED: usize = 2048;

/// Who said something, in one place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Author {
    /// We.
    We,
    /// Whoever has this address.
    Person(BareJid),
    /// An occupant, whom the room knows by this name whatever he is called (XEP-0421).
    Occupant(SmolStr),
    /// An occupant, as long as he stays.
    Stay(SmolStr),
}

/// The messages that we recall.
#[derive(Debug)]
pub(super) struct Recall {
    /// By place and the network's name.
    messages: Recent<(Jid, SmolStr), Known>,
    /// The network's name by place, author and the author's own id.
    names: Recent<(Jid, Author, SmolStr), SmolStr>,
    /// What somebody reacts with to a message.
    reactions: Recent<(Jid, Author, SmolStr), Vec<SmolStr>>,
}

#[derive(Debug)]
struct Known {
    author: Author,
    /// What the author is called there.
    nick: SmolStr,
    /// The author's own id of it.
    sent_as: SmolStr,
}

impl Default for Recall {
    fn default() -> Self {
        Self {
            messages: Recent::new(MAX_MESSAGES),
            names: Recent::new(MAX_MESSAGES),
            reactions: Recent::new(MAX_REACTED),
        }
    }
}

impl Recall {
    /// Somebody said something; `sent_as` is his own id of it.
    pub(super) fn said(
        &mut self,
        at: &Jid,
        author: Author,
        nick: &str,
        id: &MessageId,
        sent_as: &str,
    ) {
        let (name, sent_as) = (SmolStr::new(id.as_str()), SmolStr::new(sent_as));
        self.names.put((at.clone(), author.clone(), sent_as.clone()), name.clone());
        let known = Known { author, nick: SmolStr::new(nick), sent_as };
        self.messages.put((at.clone(), name), known);
    }

    /// The message that an author means by an id of his own.
    pub(super) fn own(&self, at: &Jid, author: &Author, sent_as: &str) -> Option<MessageId> {
        let key = (at.clone(), author.clone(), SmolStr::new(sent_as));
        let name = self.names.get(&key)?;
        Some(MessageId::new(name.clone()))
    }

    /// Whether somebody said a message.
    pub(super) fn is_by(&self, at: &Jid, author: &Author, name: &str) -> bool {
        self.known(at, name).is_some_and(|known| known.author == *author)
    }

    /// What the author of a message was called.
    pub(super) fn nick(&self, at: &Jid, name: &str) -> Option<&SmolStr> {
        self.known(at, name).map(|known| &known.nick)
    }

    /// A message by the network's name; with the name that it left under, where it is ours.
    pub(super) fn id(&self, at: &Jid, name: &str) -> MessageId {
        let id = MessageId::new(name);
        match self.known(at, name) {
            Some(Known { author: Author::We, sent_as, .. }) => id.sent_as(sent_as.clone()),
            _ => id,
        }
    }

    fn known(&self, at: &Jid, name: &str) -> Option<&Known> {
        self.messages.get(&(at.clone(), SmolStr::new(name)))
    }

    /// Somebody reacts to a message with these and no others. Those that are new.
    pub(super) fn reacts(
        &mut self,
        at: &Jid,
        author: Author,
        name: &str,
        emoji: Vec<SmolStr>,
    ) -> Vec<SmolStr> {
        let mut new = emoji.clone();
        let before = self.reactions.put((at.clone(), author, SmolStr::new(name)), emoji);
        let before = before.unwrap_or_default();
        new.retain(|emoji| !before.contains(emoji));
        new
    }

    /// What we react with to a message, with one more.
    pub(super) fn our_reactions(&self, at: &Jid, name: &str, more: &SmolStr) -> Vec<SmolStr> {
        let key = (at.clone(), Author::We, SmolStr::new(name));
        let mut all = self.reactions.get(&key).cloned().unwrap_or_default();
        all.retain(|emoji| emoji != more);
        all.push(more.clone());
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authors_id_is_his_own_and_a_name_is_the_networks() {
        let mut recall = Recall::default();
        let at = Jid::new("a@muc.example.org").expect("an address");
        let (ann, eve) = (Author::Stay("1".into()), Author::Stay("2".into()));
        recall.said(&at, ann.clone(), "ann", &MessageId::new("n1"), "1");
        recall.said(&at, eve.clone(), "eve", &MessageId::new("n2"), "1");
        recall.said(&at, Author::We, "bot", &MessageId::new("n3"), "k1");
        assert_eq!(recall.own(&at, &ann, "1"), Some(MessageId::new("n1")));
        assert_eq!(recall.own(&at, &eve, "1"), Some(MessageId::new("n2")));
        assert_eq!(recall.own(&at, &eve, "k1"), None);
        assert!(recall.is_by(&at, &ann, "n1") && !recall.is_by(&at, &eve, "n1"));
        assert_eq!(recall.id(&at, "n3").left_as(), Some("k1"));
        assert_eq!(recall.id(&at, "n1").left_as(), None);
    }

    #[test]
    fn reactions_are_a_set_that_is_said_anew_each_time() {
        let mut recall = Recall::default();
        let at = Jid::new("a@muc.example.org").expect("an address");
        let mut reacts = |emoji: &[&str]| {
            let emoji = emoji.iter().map(SmolStr::new).collect();
            recall.reacts(&at, Author::We, "n1", emoji)
        };
        assert_eq!(reacts(&["a"]), ["a"]);
        assert_eq!(reacts(&["a", "b"]), ["b"]);
        assert!(reacts(&[]).is_empty());
        assert_eq!(reacts(&["a"]), ["a"]);
        assert_eq!(recall.our_reactions(&at, "n1", &"c".into()), ["a", "c"]);
        assert_eq!(recall.our_reactions(&at, "n1", &"a".into()), ["a"]);
    }
}
