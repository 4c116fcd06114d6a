//! What a room says of an occupant (XEP-0045, `muc#user`).
//!
//! Read by hand: a status code that nobody has heard of must not keep us from the others.

use jid::{BareJid, Jid, ResourcePart};
use nuncio_policy::Power;
use xmpp_parsers::{minidom::Element, ns};

use super::xml::attribute;

/// Status codes of XEP-0045 §15.6.
pub(super) mod code {
    pub(crate) const SELF: u16 = 110;
    pub(crate) const CONFIGURED: u16 = 104;
    pub(crate) const NON_ANONYMOUS: u16 = 172;
    pub(crate) const SEMI_ANONYMOUS: u16 = 173;
    pub(crate) const CREATED: u16 = 201;
    pub(crate) const BANNED: u16 = 301;
    pub(crate) const RENAMED: u16 = 303;
    pub(crate) const KICKED: u16 = 307;
    pub(crate) const NO_LONGER_WELCOME: u16 = 321;
    pub(crate) const MEMBERS_ONLY: u16 = 322;
    pub(crate) const SHUTDOWN: u16 = 332;
    pub(crate) const FAILURE: u16 = 333;
}

/// What a room says with a presence or a message of its own.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Told {
    codes: Vec<u16>,
    /// Who the occupant really is.
    pub(super) real: Option<BareJid>,
    /// What he is called from now on, where the codes say that he is renamed.
    pub(super) nick: Option<ResourcePart>,
    /// Who did it.
    pub(super) actor: Option<String>,
    /// Why.
    pub(super) reason: Option<String>,
    pub(super) rank: Rank,
    /// The room is no more.
    pub(super) destroyed: Option<Destroyed>,
}

/// The end of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Destroyed {
    /// Where its people went.
    pub(super) other: Option<String>,
}

/// An occupant's affiliation and role, as far as they give power.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rank {
    /// Whoever may not speak in a moderated room.
    #[default]
    None,
    /// A participant, who may.
    Participant,
    Moderator,
    Admin,
    Owner,
}

impl Rank {
    /// The power that it is.
    pub(super) fn power(self, moderated: bool) -> Option<Power> {
        match self {
            Self::Owner => Some(Power::Owner),
            Self::Admin => Some(Power::Admin),
            Self::Moderator => Some(Power::Op),
            Self::Participant if moderated => Some(Power::Voice),
            Self::Participant | Self::None => None,
        }
    }
}

impl Told {
    /// Reads what the payloads of a stanza say. Two answers are none.
    pub(super) fn read(payloads: &[Element]) -> Self {
        let mut all = payloads.iter().filter(|payload| payload.is("x", ns::MUC_USER));
        match (all.next(), all.next()) {
            (Some(told), None) => Self::of(told),
            _ => Self::default(),
        }
    }

    fn of(told: &Element) -> Self {
        let codes = told.children().filter(|child| child.is("status", ns::MUC_USER));
        let codes = codes.filter_map(|child| attribute(child, "code")?.parse().ok()).collect();
        let mut items = told.children().filter(|child| child.is("item", ns::MUC_USER));
        let (item, more) = (items.next(), items.next());
        let destroyed = told.get_child("destroy", ns::MUC_USER);
        let text = |element: &Element| {
            let reason = element.get_child("reason", ns::MUC_USER)?.text();
            Some(reason.trim().to_owned()).filter(|reason| !reason.is_empty())
        };
        let mut read = Self {
            codes,
            destroyed: destroyed.map(|room| {
                let other = attribute(room, "jid").map(str::to_owned);
                Destroyed { other }
            }),
            reason: item.and_then(text).or_else(|| destroyed.and_then(text)),
            ..Self::default()
        };
        let Some(item) = item.filter(|_| more.is_none()) else { return read };
        read.real = attribute(item, "jid").and_then(|jid| Some(Jid::new(jid).ok()?.into_bare()));
        let nick = attribute(item, "nick").and_then(|nick| ResourcePart::new(nick).ok());
        read.nick = nick.map(std::borrow::Cow::into_owned);
        let actor = item.get_child("actor", ns::MUC_USER);
        let actor = actor.and_then(|actor| attribute(actor, "nick").or(attribute(actor, "jid")));
        read.actor = actor.map(str::to_owned);
        read.rank = match (attribute(item, "affiliation"), attribute(item, "role")) {
            (Some("owner"), _) => Rank::Owner,
            (Some("admin"), _) => Rank::Admin,
            (_, Some("moderator")) => Rank::Moderator,
            (_, Some("participant")) => Rank::Participant,
            _ => Rank::None,
        };
        read
    }

    /// Whether a status code is there.
    pub(super) fn has(&self, code: u16) -> bool {
        self.codes.contains(&code)
    }

    /// By whom and why, behind some words.
    pub(super) fn explain(&self, what: &str) -> String {
        let by = self.actor.as_ref().map_or(String::new(), |actor| format!(" by {actor}"));
        let why = self.reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
        format!("{what}{by}{why}")
    }
}
