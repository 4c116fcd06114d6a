//! Who may connect, and as whom.

mod attempts;
mod peer;
mod tokens;

use std::collections::BTreeSet;

use nuncio_core::config::Secret;
use nuncio_policy::{CaseMapping, IdentityError, Network, Speaker, UserId};
use smol_str::{SmolStr, format_smolstr};

pub use attempts::Attempts;
pub use peer::{Fingerprint, Peer, Source};
pub use tokens::{Tokens, TokensError};

/// Who may connect, and as whom.
#[derive(Debug)]
pub struct Access {
    /// The network whose identities these are.
    pub network: Network,
    /// Who is known by a token.
    pub tokens: Tokens,
    /// The users of this machine who need none.
    pub uids: BTreeSet<u32>,
    /// Whether anybody may connect over TCP, as a claimed identity.
    pub anonymous: bool,
}

/// Why a peer may not connect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Denied {
    /// Nothing vouches for it.
    #[error("nothing vouches for you: begin with a `hello` that has a `token`")]
    Nobody,
    /// It showed a token that is nobody's.
    #[error("this token is nobody's")]
    Token,
    /// What the peer is called is no identity.
    #[error("your identity cannot be written: {0}")]
    Identity(#[from] IdentityError),
}

impl Access {
    /// Who a peer is, with the token that it showed.
    ///
    /// What it proved is verified: the token before anything else, then the user as whom it runs
    /// or its certificate. The rest is observed.
    ///
    /// # Errors
    /// [`Denied`]; a wrong token is refused even where none is needed.
    pub fn admit(&self, peer: &Peer, token: Option<&Secret>) -> Result<Speaker, Denied> {
        let own = self.user(&peer.name())?;
        let speaker = match token {
            Some(token) => {
                let name = self.tokens.name_of(token).ok_or(Denied::Token)?;
                Speaker::verified(self.user(name)?).observing(own)
            }
            None if self.vouches_for(peer) => Speaker::verified(own),
            None if self.anonymous && peer.is_remote() => Speaker::claimed([own]),
            None => return Err(Denied::Nobody),
        };
        match peer.address() {
            Some(address) => Ok(speaker.observing(self.user(&format_smolstr!("addr/{address}"))?)),
            None => Ok(speaker),
        }
    }

    /// Whether a peer needs no token.
    pub fn vouches_for(&self, peer: &Peer) -> bool {
        match peer {
            Peer::Unix { uid } => self.uids.contains(uid),
            Peer::Tcp { certificate, .. } => certificate.is_some(),
        }
    }

    fn user(&self, name: &SmolStr) -> Result<UserId, IdentityError> {
        UserId::new(&self.network, name, CaseMapping::Bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(anonymous: bool) -> Access {
        let mut tokens = Tokens::default();
        tokens.add("ci", &"hunter2".to_owned().into()).expect("a token");
        tokens.add("ann", &"swordfish".to_owned().into()).expect("a token");
        let network = "socket".parse().expect("a network");
        Access { network, tokens, uids: BTreeSet::from([1000]), anonymous }
    }

    fn check(access: &Access, peer: &Peer, token: Option<&str>, expected: &str) {
        let token = token.map(|token| Secret::from(token.to_owned()));
        let answer = match access.admit(peer, token.as_ref()) {
            Ok(speaker) => {
                let others = speaker.identities().filter(|id| Some(*id) != speaker.verified_id());
                let others: Vec<_> = others.map(ToString::to_string).collect();
                let verified = speaker.verified_id().map_or("-".into(), ToString::to_string);
                format!("{verified} + {}", others.join(" "))
            }
            Err(denied) => denied.to_string(),
        };
        assert_eq!(answer, expected, "{peer:?} {}", token.is_some());
    }

    #[test]
    fn a_peer_is_who_it_proves_to_be() {
        let home = Peer::Unix { uid: 1000 };
        let other = Peer::Unix { uid: 1001 };
        let address = "192.0.2.7".parse().expect("an address");
        let away = Peer::Tcp { address, certificate: None };
        let shown = Peer::Tcp { address, certificate: Some(Fingerprint::of(b"der")) };
        let nobody = "nothing vouches for you: begin with a `hello` that has a `token`";
        let print =
            "u:socket:cert/5050d80d22ecd471ea55df7034042c1e041341ff4066e7f6ff38e20b720df8ea";
        let strict = access(false);
        let table: [(&Peer, Option<&str>, &str); 9] = [
            (&home, None, "u:socket:uid/1000 + "),
            (&home, Some("hunter2"), "u:socket:ci + u:socket:uid/1000"),
            (&home, Some("hunter"), "this token is nobody's"),
            (&other, None, nobody),
            (&other, Some("swordfish"), "u:socket:ann + u:socket:uid/1001"),
            (&away, None, nobody),
            (&away, Some(""), "this token is nobody's"),
            (&away, Some("hunter2"), "u:socket:ci + u:socket:addr/192.0.2.7"),
            (&shown, None, &format!("{print} + u:socket:addr/192.0.2.7")),
        ];
        for (peer, token, expected) in table {
            check(&strict, peer, token, expected);
        }
    }

    #[test]
    fn who_proves_nothing_is_never_verified() {
        let lax = access(true);
        let address = "::ffff:192.0.2.7".parse().expect("an address");
        let away = Peer::Tcp { address, certificate: None };
        check(&lax, &away, None, "- + u:socket:addr/192.0.2.7");
        check(&lax, &away, Some("x"), "this token is nobody's");
        let nobody = "nothing vouches for you: begin with a `hello` that has a `token`";
        check(&lax, &Peer::Unix { uid: 1 }, None, nobody);
    }
}
