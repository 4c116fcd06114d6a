//! What an archive is asked, and what it answers.

use std::collections::BTreeSet;

use jid::{BareJid, DomainPart, Jid};
use jiff::Timestamp;
use smol_str::SmolStr;
use xmpp_parsers::{
    data_forms::{DataForm, DataFormType, Field, FieldType},
    iq::Iq,
    mam::{Query, QueryId},
    message::{Message, MessageType},
    minidom::Element,
    ns,
    rsm::SetQuery,
};

use super::{Reached, Stage};
use crate::session::{
    Session,
    disco::Description,
    parse::MAX_ID,
    questions::About,
    xml::{attribute, find},
};

/// How many messages a page holds: as many as common servers give at most.
const PAGE: usize = 50;

/// What an archive was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// What came after this one.
    After(SmolStr),
    /// What was said since then, and after this one.
    Since { time: Timestamp, after: Option<SmolStr> },
    /// The same, to look for what is ours and tell nothing.
    Sought { time: Timestamp, after: Option<SmolStr> },
    /// The newest one alone.
    Newest,
}

/// The end of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::session) struct Finished {
    /// Whether it is the last page.
    pub(in crate::session) complete: bool,
    /// The archive's name of the last message on it.
    pub(in crate::session) last: Option<SmolStr>,
}

/// What an archive gave out: a message, its name of it, and when it was said.
#[derive(Debug)]
struct Given {
    reached: Reached,
    message: Option<Message>,
}

impl Asked {
    /// The next page.
    pub(super) fn following(self, last: SmolStr) -> Self {
        match self {
            Self::After(_) | Self::Newest => Self::After(last),
            Self::Since { time, .. } => Self::Since { time, after: Some(last) },
            Self::Sought { time, .. } => Self::Sought { time, after: Some(last) },
        }
    }

    fn query(&self, question: &str) -> Query {
        let (max, before) = match self {
            Self::Newest => (1, Some(String::new())),
            Self::After(_) | Self::Since { .. } | Self::Sought { .. } => (PAGE, None),
        };
        let after = match self {
            Self::After(after) => Some(after),
            Self::Since { after, .. } | Self::Sought { after, .. } => after.as_ref(),
            Self::Newest => None,
        };
        let form = match self {
            Self::Since { time, .. } | Self::Sought { time, .. } => {
                let time = time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
                let start = Field::new("start", FieldType::TextSingle).with_value(&time);
                Some(DataForm::new(DataFormType::Submit, ns::MAM, vec![start]))
            }
            Self::After(_) | Self::Newest => None,
        };
        let after = after.map(ToString::to_string);
        Query {
            queryid: Some(QueryId(question.to_owned())),
            node: None,
            form,
            set: Some(SetQuery { max: Some(max), after, before, index: None }),
            flip_page: false,
        }
    }
}

impl Finished {
    /// Reads the answer to a query.
    pub(in crate::session) fn read(answer: Option<&Element>) -> Self {
        let fin = answer.filter(|answer| answer.is("fin", ns::MAM));
        let complete = fin.and_then(|fin| attribute(fin, "complete"));
        let complete = matches!(complete, Some("true" | "1"));
        let set = fin.and_then(|fin| fin.get_child("set", ns::RSM));
        let last = set.and_then(|set| set.get_child("last", ns::RSM)).map(Element::text);
        Self { complete, last: last.filter(|last| !last.is_empty()).map(SmolStr::from) }
    }
}

/// What is missing that we could rely on an archive.
pub(super) fn lacks(said: &Description) -> Option<&'static str> {
    if !said.has(ns::MAM) {
        return Some("its server keeps none (XEP-0313)");
    }
    // Elsewhere a sender could name his message as he likes (XEP-0359 §5).
    (!said.has(ns::SID)).then_some("its server does not vouch for its names (XEP-0359)")
}

impl Session {
    /// Asks an archive. The name of the question, unless too many are open.
    pub(super) fn send_query(&mut self, archive: &BareJid, asked: &Asked) -> Option<SmolStr> {
        self.ask(archive, About::Archive, |id| {
            let query = asked.query(&id);
            Iq::from_set(id, query)
        })
    }

    /// A message from an archive, if it is from one that we asked, and in answer to that; else it is
    /// dropped, whoever sends it.
    pub(in crate::session) fn on_archived(&mut self, from: Option<&Jid>, result: &Element) {
        let archive = from.map_or_else(|| self.settings.account.clone(), Jid::to_bare);
        let is_whole = from.is_none_or(Jid::is_bare);
        let known = self.archives.open.get_mut(&archive).filter(|_| is_whole);
        let Some(known) = known else { return self.drop_archived(from) };
        let Stage::Catching { asked, question, .. } = &known.stage else {
            return self.drop_archived(from);
        };
        if attribute(result, "queryid") != Some(question) {
            return self.drop_archived(from);
        }
        let Some(Given { reached, message }) = Given::read(result) else { return };
        if let Asked::Sought { .. } = asked {
            if let Some((message, from)) =
                message.as_ref().and_then(|message| Some((message, message.from.as_ref()?)))
            {
                self.resolve(&archive, from, &reached.at, message);
            }
            return;
        }
        let newest = *asked == Asked::Newest;
        match message.filter(|_| !newest) {
            Some(message) if archive == self.settings.account => {
                if known.page.len() < PAGE {
                    known.page.push((reached, message));
                }
            }
            Some(message) => self.tell_late(&archive, reached, &message),
            None => known.unmarked = Some(reached),
        }
    }

    /// Whether the domain of somebody on a page is asked now what it is.
    pub(super) fn must_wait_for_domains(&mut self, archive: &BareJid) -> bool {
        let Some(known) = self.archives.open.get(archive) else { return false };
        let from = known.page.iter().filter_map(|(_, message)| message.from.as_ref());
        let domains: BTreeSet<DomainPart> = from.map(|from| from.domain().to_owned()).collect();
        // All of them are asked at once.
        domains.iter().filter(|domain| self.asks_domain(domain)).count() > 0
    }

    /// Some domain said what it is, or will not: a page may have waited for that.
    pub(in crate::session) fn on_domains_known(&mut self) {
        let account = self.settings.account.clone();
        let known = self.archives.open.get_mut(&account);
        if let Some((question, answer)) = known.and_then(|known| known.ended.take()) {
            self.on_page(&account, &question, answer);
        }
    }

    /// Tells what stands on a page.
    pub(super) fn tell_page(&mut self, archive: &BareJid) {
        let Some(known) = self.archives.open.get_mut(archive) else { return };
        for (reached, message) in std::mem::take(&mut known.page) {
            self.tell_late(archive, reached, &message);
        }
    }

    fn drop_archived(&self, from: Option<&Jid>) {
        tracing::debug!(network = %self.network, ?from, "Nobody asked for this message of an archive.");
    }

    /// Somebody said something while we were away.
    fn tell_late(&mut self, archive: &BareJid, reached: Reached, message: &Message) {
        if let Some(known) = self.archives.open.get_mut(archive) {
            known.unmarked = Some(reached.clone());
        }
        let Some(from) = &message.from else { return };
        self.resolve(archive, from, &reached.at, message);
        let is_account = *archive == self.settings.account;
        if is_account != (message.type_ != MessageType::Groupchat)
            || message.type_ == MessageType::Error
            || (!is_account && from.to_bare() != *archive)
            || !self.is_new(archive, &reached.at)
            || (is_account && self.archives.latest.has_told(&reached.at))
        {
            return;
        }
        if is_account {
            // Whoever said something through a room is known by his stay there, which is over.
            let bare = from.to_bare();
            if bare != self.settings.account && self.rooms.get(&bare).is_none() {
                self.within_late(archive, reached, |session| session.take_personal(from, message));
            }
        } else if let Ok(occupant) = from.try_as_full() {
            self.within_late(archive, reached, |session| session.on_room_speech(occupant, message));
        }
    }
}

impl Given {
    fn read(result: &Element) -> Option<Self> {
        let at = attribute(result, "id").filter(|id| id.len() <= MAX_ID)?;
        let forwarded = result.get_child("forwarded", ns::FORWARD)?;
        let time = attribute(forwarded.get_child("delay", ns::DELAY)?, "stamp")?.parse().ok()?;
        let message = forwarded.children().find(|child| child.name() == "message");
        let message = message.and_then(|message| Message::try_from(message.clone()).ok());
        Some(Self { reached: Reached { at: SmolStr::new(at), time }, message })
    }
}

/// The message of an archive that a stanza brings.
pub(in crate::session) fn archived(message: &Message) -> Option<&Element> {
    find(&message.payloads, "result", ns::MAM)
}
