//! What our account, its server and the server's services can do, as they say themselves.
//!
//! Asked once for each stream, at its beginning (XEP-0030). Whoever needs a service asks
//! [`Services`] for it; none is known until it has answered.

use std::collections::BTreeMap;

use jid::{BareJid, DomainRef};
use smol_str::SmolStr;
use xmpp_parsers::{
    disco::{DiscoInfoQuery, DiscoItemsQuery},
    iq::Iq,
    minidom::Element,
    ns,
};

use super::{Session, disco::Description, questions::About, xml::attribute};

/// The most services of our server that we ask.
const MAX_SERVICES: usize = 16;

/// What each of them says.
#[derive(Debug, Default)]
pub(super) struct Services {
    account: Description,
    /// The server itself among them.
    services: BTreeMap<BareJid, Description>,
}

/// Whom a question of the survey asks, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Surveyed {
    /// Our own account, what it can do.
    Account,
    /// Its server, which services it has.
    Items,
    /// The server or one of those, what it can do.
    Service,
}

/// Where files can be put (XEP-0363).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Upload<'a> {
    pub(super) service: &'a BareJid,
    /// The most bytes of one file; none where it does not say.
    pub(super) max_bytes: Option<u64>,
}

impl Services {
    /// Our account: its archive (`urn:xmpp:mam:2`), its personal nodes.
    pub(super) fn account(&self) -> &Description {
        &self.account
    }

    /// Where files can be put. A server may do so itself.
    pub(super) fn upload(&self) -> Option<Upload<'_>> {
        let (service, said) = self.services.iter().find(|(_, said)| said.has(ns::HTTP_UPLOAD))?;
        let most = said.field(ns::HTTP_UPLOAD, "max-file-size");
        Some(Upload { service, max_bytes: most.and_then(|most| most.trim().parse().ok()) })
    }

    /// A service of our server's that has rooms.
    pub(super) fn conference(&self) -> Option<&BareJid> {
        self.services.iter().find(|(_, said)| said.is_conference()).map(|(jid, _)| jid)
    }

    /// What our server or a service of its says.
    pub(super) fn at(&self, domain: &DomainRef) -> Option<&Description> {
        self.services.get(&BareJid::from_parts(None, domain))
    }
}

impl Session {
    /// Asks what there is.
    pub(super) fn survey(&mut self) {
        self.services = Services::default();
        let (account, server) = (self.settings.account.clone(), self.server_jid());
        self.ask_info(&account, About::Survey(Surveyed::Account));
        self.ask_info(&server, About::Survey(Surveyed::Service));
        self.ask(&server, About::Survey(Surveyed::Items), |id| {
            Iq::from_get(id, DiscoItemsQuery { node: None, rsm: None })
        });
    }

    /// Why a text names no room, and what would.
    pub(super) fn no_room(&self, text: &str) -> String {
        let name = text.trim_start_matches(['#', '&']);
        let room = match self.services.conference() {
            Some(service) if !name.contains('.') => format!("; do you mean `{name}@{service}`?"),
            _ => String::new(),
        };
        format!("`{text}` is no room's address: a room is `room@service`{room}")
    }

    /// An answer to one of the survey's questions.
    pub(super) fn on_surveyed(&mut self, what: Surveyed, of: &BareJid, answer: &Element) {
        match what {
            Surveyed::Account => {
                self.services.account = Description::read(answer);
                let archive = self.services.account().has(ns::MAM);
                tracing::debug!(network = %self.network, archive, "What our account can do.");
            }
            Surveyed::Items => {
                let server = self.server_jid();
                for service in items(answer).filter(|jid| *jid != server).take(MAX_SERVICES) {
                    self.ask_info(&service, About::Survey(Surveyed::Service));
                }
            }
            Surveyed::Service => {
                self.services.services.insert(of.clone(), Description::read(answer));
                let (upload, rooms) = (self.services.upload(), self.services.conference());
                tracing::debug!(network = %self.network, ?upload, ?rooms, "What our server has.");
            }
        }
    }

    /// Asks somebody what he can do.
    pub(super) fn ask_info(&mut self, whom: &BareJid, about: About) -> Option<SmolStr> {
        self.ask(whom, about, |id| Iq::from_get(id, DiscoInfoQuery { node: None }))
    }

    fn server_jid(&self) -> BareJid {
        BareJid::from_parts(None, self.settings.account.domain())
    }
}

/// The services that a server names: those that are a domain and no node of one.
fn items(answer: &Element) -> impl Iterator<Item = BareJid> {
    let items = answer.children().filter(|child| child.is("item", ns::DISCO_ITEMS));
    let items = items.filter(|item| attribute(item, "node").is_none());
    items.filter_map(|item| {
        let jid = BareJid::new(attribute(item, "jid")?).ok()?;
        jid.node().is_none().then_some(jid)
    })
}
