//! Questions (`<iq/>`): what we are asked, and what we ask.

use jid::{BareJid, Jid};
use rustc_hash::FxHashMap;
use smol_str::{SmolStr, format_smolstr};
use xmpp_parsers::{
    iq::Iq,
    minidom::Element,
    ns,
    stanza_error::{DefinedCondition, ErrorType, StanzaError},
    version::VersionResult,
};

use super::{
    Session,
    archive::Finished,
    disco::Description,
    moderate::Lookup,
    profile::Errand,
    services::Surveyed,
    xml::{DATA_FORMS, Failure, MUC_ADMIN, MUC_OWNER, attribute, element, text},
};

/// The most questions of ours that are open; beyond that we ask nothing.
const MAX_QUESTIONS: usize = 1024;

/// What we asked and have no answer to.
#[derive(Debug, Default)]
pub(super) struct Questions {
    open: FxHashMap<SmolStr, Question>,
    asked: u64,
}

#[derive(Debug)]
struct Question {
    to: BareJid,
    about: About,
}

/// A question that we do not know.
struct NotKnown;

/// What a question is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum About {
    /// What kind of a room it is.
    Room,
    /// Whether a room still knows us.
    Vigil,
    /// What our server and its services can do.
    Survey(Surveyed),
    /// What the addresses of a domain are.
    Domain,
    /// What an archive holds.
    Archive,
    /// What we are to be called in a room.
    Nick,
    /// What our account has bookmarked.
    Bookmarks,
    /// What we look like to others.
    Profile(Errand),
    /// Something that a delivery waits for under the question's own name.
    Act,
    /// Who has an affiliation, before a delivery changes one.
    Lookup(Lookup),
    /// Where a file can be put.
    Slot,
    /// Something whose answer is nothing to us.
    Nothing,
}

impl Questions {
    pub(super) fn clear(&mut self) {
        self.open.clear();
    }

    /// Whether our server and its services have not all said what they can do.
    pub(super) fn surveys(&self) -> bool {
        self.open.values().any(|question| matches!(question.about, About::Survey(_)))
    }

    /// An answer is not waited for any more.
    pub(super) fn forget(&mut self, id: &str) {
        self.open.remove(id);
    }

    /// Asks somebody; the question's name, unless too many are open.
    pub(super) fn begin(&mut self, to: &BareJid, about: About) -> Option<SmolStr> {
        if self.open.len() >= MAX_QUESTIONS {
            return None;
        }
        self.asked += 1;
        let id = format_smolstr!("q{}", self.asked);
        self.open.insert(id.clone(), Question { to: to.clone(), about });
        Some(id)
    }
}

impl Session {
    /// A question, or an answer.
    pub(super) fn on_iq(&mut self, iq: Iq) {
        match iq {
            Iq::Get { from, id, payload, .. } => {
                let answer = self.answer(&payload);
                self.reply(from, id, answer);
            }
            Iq::Set { from, id, payload, .. } => {
                self.report_unknown(&payload.ns());
                self.reply(from, id, Err(NotKnown));
            }
            Iq::Result { from, id, payload, .. } => self.on_answer(from, &id, Ok(payload)),
            Iq::Error { from, id, error, .. } => {
                let failure = Failure::read(&Element::from(error));
                self.on_answer(from, &id, Err(failure));
            }
        }
    }

    fn reply(&mut self, to: Option<Jid>, id: String, answer: Result<Option<Element>, NotKnown>) {
        let from = None;
        self.send(match answer {
            Ok(payload) => Iq::Result { from, to, id, payload },
            Err(NotKnown) => Iq::Error { from, to, id, error: unknown(), payload: None },
        });
    }

    /// What we say to a question, if we know it.
    fn answer(&self, question: &Element) -> Result<Option<Element>, NotKnown> {
        let namespace = question.ns();
        let answer: Element = match (question.name(), namespace.as_str()) {
            ("ping", ns::PING) => return Ok(None),
            ("query", ns::DISCO_INFO) => {
                self.describe(attribute(question, "node")).ok_or(NotKnown)?.into()
            }
            ("query", ns::DISCO_ITEMS) => element("query", ns::DISCO_ITEMS, &[], []),
            ("query", ns::VERSION) => version().into(),
            ("time", ns::TIME) => {
                let utc = self.now.wall.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
                let children = [text("tzo", ns::TIME, "+00:00"), text("utc", ns::TIME, &utc)];
                element("time", ns::TIME, &[], children)
            }
            _ => return Err(NotKnown),
        };
        Ok(Some(answer))
    }

    fn on_answer(&mut self, from: Option<Jid>, id: &str, answer: Result<Option<Element>, Failure>) {
        let Some(question) = self.questions.open.get(id) else { return };
        // Without a sender it is our own account's (RFC 6120 §8.1.2.1).
        let from = from.map_or_else(|| self.settings.account.clone(), |from| from.to_bare());
        if from != question.to {
            return;
        }
        let Some(Question { to, about }) = self.questions.open.remove(id) else { return };
        match (about, answer) {
            (About::Room, answer) => {
                let said = described(answer);
                self.on_archive_features(&to, said.as_ref());
                if let (Ok(said), Some(room)) = (said, self.rooms.get_mut(&to)) {
                    room.said = said;
                    self.know_room(&to);
                }
            }
            (About::Archive, answer) => {
                let answer = answer.map(|answer| Finished::read(answer.as_ref()));
                self.on_page(&to, id, answer);
            }
            (About::Survey(Surveyed::Account), answer) => {
                if let Ok(Some(answer)) = &answer {
                    self.on_surveyed(Surveyed::Account, &to, answer);
                }
                self.on_archive_features(&to, described(answer).as_ref());
            }
            (About::Vigil, answer) => self.on_vigil_answer(&to, answer),
            (About::Profile(errand), answer) => self.on_profile(errand, answer),
            (About::Bookmarks, Ok(Some(answer))) => self.on_bookmarks(&answer),
            (About::Nick, answer) => self.on_reserved_nick(&to, answer.ok().flatten().as_ref()),
            (About::Survey(what), Ok(Some(answer))) => {
                self.on_surveyed(what, &to, &answer);
                self.tell_files();
            }
            (About::Domain, answer) => {
                self.on_domain(to.domain(), answer.ok().flatten().as_ref());
            }
            (About::Act, Ok(_)) => {
                let settled = self.awaited.done(id);
                self.settle(settled);
            }
            (About::Lookup(lookup), Ok(list)) => {
                let list = list.unwrap_or_else(|| element("query", MUC_ADMIN, &[], []));
                self.on_listed(id, &to, &list, &lookup);
            }
            (About::Act | About::Lookup(_), Err(failure)) => {
                self.on_act_refused(id, &to, &failure);
            }
            (About::Slot, answer) => self.on_slot(id, answer),
            (About::Survey(_), Err(_) | Ok(None)) => self.tell_files(),
            (About::Bookmarks | About::Nothing, _) => {}
        }
    }

    /// Asks what kind of a room it is.
    pub(super) fn ask_about(&mut self, room: &BareJid) {
        self.ask_info(room, About::Room);
    }

    /// Lets a room that we made be as its service makes them (XEP-0045 §10.1.2).
    pub(super) fn open_new_room(&mut self, room: &BareJid) {
        let form = element("x", DATA_FORMS, &[("type", "submit")], []);
        let payload = element("query", MUC_OWNER, &[], [form]);
        self.ask(room, About::Nothing, |id| Iq::Set { from: None, to: None, id, payload });
    }

    /// Asks somebody something; the question's name, unless too many are open.
    pub(super) fn ask(
        &mut self,
        to: &BareJid,
        about: About,
        question: impl FnOnce(String) -> Iq,
    ) -> Option<SmolStr> {
        let id = self.questions.begin(to, about)?;
        let question = question(id.to_string()).with_to(to.clone().into());
        self.send(question);
        Some(id)
    }
}

/// What somebody says of himself; an empty answer says nothing.
fn described(answer: Result<Option<Element>, Failure>) -> Result<Description, Failure> {
    answer.map(|answer| answer.as_ref().map(Description::read).unwrap_or_default())
}

fn version() -> VersionResult {
    let version = env!("CARGO_PKG_VERSION").to_owned();
    VersionResult { name: "nuncio".to_owned(), version, os: None }
}

fn unknown() -> StanzaError {
    let condition = DefinedCondition::ServiceUnavailable;
    StanzaError {
        type_: ErrorType::Cancel,
        by: None,
        defined_condition: condition,
        texts: std::collections::BTreeMap::new(),
        other: None,
    }
}
