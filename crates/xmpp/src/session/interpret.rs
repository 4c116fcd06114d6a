//! What comes of a message's meaning, with who says it.

use std::time::Duration;

use jid::Jid;
use nuncio_core::{
    event::{EventKind, Message as Said, MessageId, Reaction, Retraction, Timing, Unreadable},
    place::Place,
    recent::Recent,
};
use nuncio_policy::Speaker;
use smol_str::SmolStr;
use xmpp_parsers::message::Message;

use super::{
    Session,
    authors::Author,
    parse::{Meaning, Words},
    speech::sent_as,
};

/// How often one person is told that we cannot read what he says.
const TOLD_AGAIN: Duration = Duration::from_hours(1);

/// The most people of whom we keep in mind that they were told.
const MAX_TOLD: usize = 1024;

/// Whoever says something, where and when: all of a message but what it means.
#[derive(Debug)]
pub(super) struct Voice {
    pub(super) speaker: Speaker,
    pub(super) name: SmolStr,
    pub(super) place: Place,
    /// The place's address.
    pub(super) at: Jid,
    /// By what he is known again; nobody is whom we heard of from somebody else.
    pub(super) author: Option<Author>,
    pub(super) own: bool,
    pub(super) timing: Timing,
    /// The network's name of the message.
    pub(super) id: Option<MessageId>,
}

/// Who was told, and when, that we cannot read what he says.
#[derive(Debug)]
pub(super) struct Unread(Recent<Jid, Duration>);

impl Default for Unread {
    fn default() -> Self {
        Self(Recent::new(MAX_TOLD))
    }
}

impl Session {
    /// Reports what a message means.
    ///
    /// What changes another message counts only from whoever said that one: for what we did not
    /// hear, and for what another said, it is nothing that we know.
    pub(super) fn report_meaning(&mut self, message: &Message, voice: Voice) {
        match Meaning::of(message) {
            Meaning::Words(words) => {
                self.keep_in_mind(message, &voice);
                self.report_words(EventKind::Message, words, voice);
            }
            Meaning::Correction { target, words } => {
                let author = voice.author.as_ref();
                let meant = author.zip(target);
                let meant = meant.and_then(|(who, id)| self.recall.own(&voice.at, who, id));
                match meant {
                    Some(id) => {
                        let voice = Voice { id: Some(id), ..voice };
                        self.report_words(EventKind::Edit, words, voice);
                    }
                    None => {
                        self.report_unknown("a correction of what he is not known to have said");
                    }
                }
            }
            Meaning::Reactions { target, emoji } => self.on_reactions(target, emoji, voice),
            Meaning::Retraction { target } => self.on_retraction(target, voice),
            Meaning::Encrypted { by } => self.on_encrypted(by, voice),
            Meaning::Fallback => self.report_unknown("words for clients that know no better"),
            Meaning::Nothing => {}
        }
    }

    fn report_words(
        &mut self,
        kind: impl FnOnce(Said) -> EventKind,
        words: Words<'_>,
        voice: Voice,
    ) {
        let Words { form, text, reply_to, content } = words;
        let Voice { speaker, name, place, at, own, timing, id, author: _ } = voice;
        let reply_to = reply_to.map(|id| self.recall.id(&at, id));
        let text = text.into_owned();
        let files = Vec::new();
        let said = Said { id, speaker, name, place, reply_to, form, own, text, content, files };
        self.report_as(timing, kind(said));
    }

    /// Recalls who said a message, so that he may change it.
    fn keep_in_mind(&mut self, message: &Message, voice: &Voice) {
        if let (Some(author), Some(id)) = (&voice.author, &voice.id)
            && let Some(sent_as) = sent_as(message)
        {
            self.recall.said(&voice.at, author.clone(), &voice.name, id, sent_as);
        }
    }

    /// Reports those reactions that are new; of ours we know.
    fn on_reactions(&mut self, target: &str, emoji: Vec<SmolStr>, voice: Voice) {
        let Voice { speaker, place, at, author: Some(author), own: false, timing, .. } = voice
        else {
            return;
        };
        let id = self.recall.id(&at, target);
        for emoji in self.recall.reacts(&at, author, target, emoji) {
            let (speaker, place, target) = (speaker.clone(), place.clone(), id.clone());
            self.report_as(timing, EventKind::Reaction(Reaction { speaker, place, target, emoji }));
        }
    }

    fn on_retraction(&mut self, target: &str, voice: Voice) {
        let Voice { speaker, name, place, at, author: Some(author), own: false, timing, .. } =
            voice
        else {
            return;
        };
        if !self.recall.is_by(&at, &author, target) {
            return self.report_unknown("a retraction of what he is not known to have said");
        }
        let target = MessageId::new(target);
        let (moderated, reason) = (false, None);
        let retraction = Retraction { speaker, name, place, target, moderated, reason };
        self.report_as(timing, EventKind::Retraction(retraction));
    }

    /// Somebody says to us alone what we cannot read; in rooms it is for those who can.
    fn on_encrypted(&mut self, by: &'static str, voice: Voice) {
        let Voice { speaker, name, place, at, own: false, timing: Timing::Live, .. } = voice else {
            return;
        };
        let now = self.now.uptime;
        if place.is_private() && self.unread.is_to_be_told(&at, now) {
            let unreadable = Unreadable { speaker, name, place, by: SmolStr::new_static(by) };
            self.report(EventKind::Unreadable(unreadable));
        }
    }
}

impl Unread {
    /// Whether it is time to tell somebody, who is told then.
    fn is_to_be_told(&mut self, who: &Jid, now: Duration) -> bool {
        let told = self.0.get(who).is_some_and(|told| now < *told + TOLD_AGAIN);
        if !told {
            self.0.put(who.clone(), now);
        }
        !told
    }
}
