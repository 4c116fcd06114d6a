//! Who speaks, and what vouches for it.
//!
//! Our own server checks the sender's address of everything that it hands us, so an address that is
//! no room's is somebody verified. A room's service chooses what it says of its occupants: who one
//! of them really is counts only from a service that is trusted, and a nick never does.

use jid::{BareJid, FullJid, Jid};
use nuncio_policy::{CaseMapping, Network, RoomId, Speaker, UserId};

use crate::config::Trusted;

/// How addresses of this network become identities.
#[derive(Debug, Clone)]
pub struct Evidence {
    network: Network,
    trusted: Trusted,
}

impl Evidence {
    /// For a network that trusts these services.
    pub fn new(network: Network, trusted: Trusted) -> Self {
        Self { network, trusted }
    }

    /// Somebody whose address our server vouches for.
    pub fn person(&self, who: &Jid) -> Speaker {
        self.user(who.to_bare().as_str()).map_or_else(nobody, Speaker::verified)
    }

    /// Somebody whose address may be a person's, for all that we know.
    pub fn claimed(&self, who: &Jid) -> Speaker {
        self.user(who.to_bare().as_str()).map_or_else(nobody, |id| Speaker::claimed([id]))
    }

    /// An occupant of a room, whom the room shows as `real` now.
    pub fn occupant(&self, address: &FullJid, real: Option<&BareJid>) -> Speaker {
        let claimed = self.user(address.as_str());
        let shown = real.and_then(|real| self.user(real.as_str()));
        let speaker = match shown {
            Some(id) if self.trusted.holds(address.domain()) => Speaker::verified(id),
            Some(id) => Speaker::claimed([id]),
            None => nobody(),
        };
        claimed.into_iter().fold(speaker, Speaker::observing)
    }

    /// Somebody who said something in a room while we were away, and whom its archive shows as
    /// `real`. An archive passes on what a sender wrote, and not every service takes out what only
    /// the service may write: so it takes rights, and gives none.
    pub fn recalled(&self, address: &FullJid, real: Option<&BareJid>) -> Speaker {
        let ids = [Some(address.as_str()), real.map(|real| real.as_str())];
        Speaker::claimed(ids.into_iter().flatten().filter_map(|id| self.user(id)))
    }

    /// Somebody of whom a room's service says that he said something through it.
    pub fn through(&self, service: &BareJid, who: &Jid) -> Speaker {
        match self.user(who.to_bare().as_str()) {
            Some(id) if self.trusted.holds(service.domain()) => Speaker::verified(id),
            Some(id) => Speaker::claimed([id]),
            None => nobody(),
        }
    }

    /// A room.
    pub fn room(&self, room: &BareJid) -> Option<RoomId> {
        RoomId::new(&self.network, room.as_str(), CaseMapping::Jid).ok()
    }

    fn user(&self, address: &str) -> Option<UserId> {
        UserId::new(&self.network, address, CaseMapping::Jid).ok()
    }
}

fn nobody() -> Speaker {
    Speaker::claimed([])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence() -> Evidence {
        let network = "xmpp".parse().expect("a name");
        Evidence::new(network, Trusted::Below("example.org".into()))
    }

    fn show(speaker: &Speaker) -> String {
        let ids: Vec<_> = speaker.identities().map(ToString::to_string).collect();
        let verified = speaker.verified_id().map_or("nobody".to_owned(), ToString::to_string);
        format!("{verified} of {}", ids.join(" "))
    }

    fn occupant(address: &str, real: Option<&str>) -> String {
        let real = real.map(|real| BareJid::new(real).expect("an address"));
        let address = FullJid::new(address).expect("an address");
        show(&evidence().occupant(&address, real.as_ref()))
    }

    #[test]
    fn an_address_that_our_server_vouches_for_is_somebody() {
        let ann = Jid::new("Ann@Example.org/Phone").expect("an address");
        assert_eq!(
            show(&evidence().person(&ann)),
            "u:xmpp:ann@example.org of u:xmpp:ann@example.org"
        );
    }

    #[test]
    fn only_a_trusted_service_says_who_an_occupant_is() {
        assert_eq!(
            occupant("a@muc.example.org/x", Some("ann@other.net")),
            "u:xmpp:ann@other.net of u:xmpp:ann@other.net u:xmpp:a@muc.example.org/x"
        );
        assert_eq!(
            occupant("a@muc.evil.test/x", Some("ann@example.org")),
            "nobody of u:xmpp:ann@example.org u:xmpp:a@muc.evil.test/x"
        );
    }

    #[test]
    fn a_nick_is_no_evidence() {
        assert_eq!(
            occupant("a@muc.example.org/ann@example.org", None),
            "nobody of u:xmpp:a@muc.example.org/ann@example.org"
        );
    }
}
