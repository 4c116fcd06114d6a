//! Whom to hold to account for what a speaker does, and who is not held to account at all.

use jiff::Timestamp;

use super::identify::{Evidence, Identified};
use crate::{
    Capability, CaseMapping, CommandId, Ground, Hold, Hostmask, Person, Policy, Request, Speaker,
    Trust, UserId, Without,
};

/// The command that nobody runs: what is asked here does not depend on one.
const NONE: CommandId = CommandId::literal("none.none");

impl Policy {
    /// Whom to ignore for what a speaker does, so that nobody gets round it by another name, and
    /// so that nobody is ignored for one who borrows his: the account that he is, on whichever
    /// network; else the identity that an account of the network verifies; else, on IRC, everybody
    /// from his host (`u:irc:*!*@HOST`, as Limnoria does), for a nick is changed at will; else
    /// whatever he is called. None of whom nothing is known.
    pub fn culprit(&self, speaker: &Speaker) -> Option<Person> {
        if let Identified::Account { name, by } = self.identify(speaker)
            && by != (Evidence::Session { enough: false })
        {
            return Some(name.clone().into());
        }
        let by_account = |id: &&UserId| self.networks().trust(id.network()) == Trust::Account;
        if let Some(id) = speaker.verified_id().filter(by_account) {
            return Some(id.clone().into());
        }
        let of_host = speaker.identities().find_map(|id| self.everybody_from_host(id));
        of_host.or_else(|| speaker.identities().next().cloned()).map(Person::User)
    }

    /// Whether nothing that a speaker says is too much: an owner, or an account that itself holds
    /// `trusted`.
    pub fn is_exempt(&self, speaker: &Speaker) -> bool {
        let trusted = self.holds_itself(speaker, "trusted");
        self.is_owner(speaker) || trusted.holds && trusted.ground == Ground::Account
    }

    /// Whether a speaker is an owner.
    pub fn is_owner(&self, speaker: &Speaker) -> bool {
        self.holds_itself(speaker, "owner").holds
    }

    /// Whether a speaker holds a capability, ownership aside.
    fn holds_itself(&self, speaker: &Speaker, name: &str) -> Hold {
        let request = Request::new(speaker.clone(), NONE, Timestamp::MIN);
        let capability = Capability { room: None, name: name.into(), positive: true };
        self.holds(&request, &capability, Without { owner: true, ..Without::default() })
    }

    fn everybody_from_host(&self, id: &UserId) -> Option<UserId> {
        let mapping = self.networks().case_mapping(id.network());
        let irc = matches!(mapping, CaseMapping::Ascii | CaseMapping::Rfc1459);
        let host = Hostmask::parse(id.user()).filter(|_| irc)?.host;
        UserId::new(id.network(), &format!("*!*@{host}"), mapping).ok()
    }
}
