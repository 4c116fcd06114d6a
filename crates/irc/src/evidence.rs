//! Who speaks, and what vouches for it.
//!
//! A nick is whatever somebody chose. What verifies is the account that the server's services know,
//! unless the operator trusts something else on a network that has none.

use nuncio_policy::{CaseMapping as Rule, Network, RoomId, Speaker, UserId};
use smol_str::format_smolstr;

use crate::{casemap::CaseMapping, config::Trust};

/// What is seen of a person in one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen<'a> {
    /// The nick.
    pub nick: &'a str,
    /// The user name; empty where the server did not say.
    pub user: &'a str,
    /// The host; empty where the server did not say.
    pub host: &'a str,
    /// The account that our server says that this very connection is logged in to.
    pub account: Option<&'a str>,
}

/// How names of this network become identities.
#[derive(Debug, Clone)]
pub struct Evidence {
    network: Network,
    rule: Rule,
    trust: Trust,
    /// Whether the server compares names by the configured rule. If not, two people could be one
    /// identity, or one person two: then nobody is verified.
    sound: bool,
}

impl Evidence {
    /// By the configured case mapping, until the server announces another.
    pub fn new(network: Network, casemapping: CaseMapping, trust: Trust) -> Self {
        let rule = match casemapping {
            CaseMapping::Ascii => Rule::Ascii,
            CaseMapping::Rfc1459 => Rule::Rfc1459,
        };
        Self { network, rule, trust, sound: true }
    }

    /// Says whether the server's case mapping is the configured one.
    pub fn set_sound(&mut self, sound: bool) {
        self.sound = sound;
    }

    /// Whether anybody can be verified.
    pub fn is_sound(&self) -> bool {
        self.sound
    }

    /// The identities of whoever is seen: at most one verified, the others claimed.
    pub fn speaker(&self, seen: Seen<'_>) -> Speaker {
        let account = seen.account.and_then(|account| self.user(account));
        let mask = (!seen.user.is_empty() && !seen.host.is_empty())
            .then(|| self.user(&format_smolstr!("{}!{}@{}", seen.nick, seen.user, seen.host)))
            .flatten();
        let nick = self.user(seen.nick);
        let verified = match self.trust {
            _ if !self.sound => None,
            Trust::Account => account.clone(),
            Trust::Hostmask => mask.clone(),
            Trust::Nick => nick.clone(),
        };
        let nobody = || Speaker::claimed([]);
        let speaker = verified.map_or_else(nobody, Speaker::verified);
        [account, mask, nick].into_iter().flatten().fold(speaker, Speaker::observing)
    }

    /// A room's identity. None for a name that cannot be one.
    pub fn room(&self, name: &str) -> Option<RoomId> {
        RoomId::new(&self.network, name, self.rule).ok()
    }

    fn user(&self, name: &str) -> Option<UserId> {
        UserId::new(&self.network, name, self.rule).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speaker(trust: Trust, sound: bool, account: Option<&str>, host: &str) -> String {
        let network = "irc".parse().expect("a network");
        let mut evidence = Evidence::new(network, CaseMapping::Rfc1459, trust);
        evidence.set_sound(sound);
        let user = if host.is_empty() { "" } else { "~ann" };
        let speaker = evidence.speaker(Seen { nick: "Ann[m]", user, host, account });
        let verified = speaker.verified_id().map_or_else(|| "-".to_owned(), ToString::to_string);
        let all: Vec<_> = speaker.identities().map(ToString::to_string).collect();
        format!("{verified} of {}", all.join(" "))
    }

    #[test]
    fn the_account_verifies_and_the_rest_is_claimed() {
        insta::assert_snapshot!(speaker(Trust::Account, true, Some("Ann"), "h.example"), @"u:irc:ann of u:irc:ann u:irc:ann{m}!~ann@h.example u:irc:ann{m}");
        insta::assert_snapshot!(speaker(Trust::Account, true, None, "h.example"), @"- of u:irc:ann{m}!~ann@h.example u:irc:ann{m}");
        insta::assert_snapshot!(speaker(Trust::Account, true, None, ""), @"- of u:irc:ann{m}");
    }

    #[test]
    fn another_trust_verifies_by_that_alone() {
        insta::assert_snapshot!(speaker(Trust::Hostmask, true, Some("Ann"), "h"), @"u:irc:ann{m}!~ann@h of u:irc:ann{m}!~ann@h u:irc:ann u:irc:ann{m}");
        insta::assert_snapshot!(speaker(Trust::Hostmask, true, None, ""), @"- of u:irc:ann{m}");
        insta::assert_snapshot!(speaker(Trust::Nick, true, None, ""), @"u:irc:ann{m} of u:irc:ann{m}");
    }

    #[test]
    fn a_case_mapping_that_is_not_the_servers_verifies_nobody() {
        for trust in [Trust::Account, Trust::Hostmask, Trust::Nick] {
            assert!(speaker(trust, false, Some("Ann"), "h").starts_with("- of u:irc:ann "));
        }
    }
}
