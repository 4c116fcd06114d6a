//! Who gets an account without asking for one.

use jiff::Timestamp;

use super::identify::Identified;
use crate::{AccountName, Change, ManagedKey, Permit, Policy, Trust, UserId};

/// The most accounts that the bot registers by itself.
const MOST: usize = 10_000;

/// How many free names are tried that something from chat may still mention.
const TRIES: usize = 8;

/// Names that nobody gets without asking: they would be read as an office, or as the house itself.
const NOBODYS: [&str; 11] = [
    "owner",
    "admin",
    "trusted",
    "op",
    "halfop",
    "voice",
    "protected",
    "nuncio",
    "console",
    "socket",
    "root",
];

/// What is to become of somebody who was just permitted something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Newcomer {
    /// Nothing: he has an account, or nothing vouches for him, or nobody gets one without asking.
    Nobody,
    /// The bot registers him by itself ([`Policy::plan_own`]).
    Register(Box<Change>),
    /// He would be registered, but there are 10,000 such accounts already.
    Full,
}

impl Policy {
    /// Whether the bot is to register whom it has just permitted something, and as what.
    ///
    /// Only with `auto_register`, and only whom an account of his network verifies who is no
    /// account of ours: never one who is in session or only claims to be somebody, and nobody at
    /// the console or on a socket. The commands by which a person becomes known are permitted to
    /// everybody, and say nothing of him.
    ///
    /// The name is his own on that network, as far as an account can be called so; with `-2`, `-3`
    /// behind it where that is somebody's already. What a file declares is never taken.
    pub fn newcomer(&self, permit: &Permit, now: Timestamp) -> Newcomer {
        if !self.compiled().auto_register || permit.command().is_introduction() {
            return Newcomer::Nobody;
        }
        let speaker = permit.speaker();
        let Some(id) = speaker.verified_id() else { return Newcomer::Nobody };
        let network = id.network();
        let vouched = !network.is_reserved() && self.networks().trust(network) == Trust::Account;
        let known = !speaker.sessions().is_empty() || self.identify(speaker) != Identified::Nobody;
        if !vouched || known {
            return Newcomer::Nobody;
        }
        let by_itself = self.managed().of_kind("account").filter(|(_, kept, _)| kept.by.is_none());
        if by_itself.take(MOST).count() >= MOST {
            return Newcomer::Full;
        }
        let register =
            |account| Change::Register { account, identity: Some(id.clone()), password: None };
        let mut names = names(id).filter(|name| self.is_free(name)).take(TRIES).map(register);
        let found = names.find(|change| self.plan_own(change.clone(), now).is_ok());
        found.map_or(Newcomer::Nobody, |change| Newcomer::Register(Box::new(change)))
    }

    fn is_free(&self, name: &AccountName) -> bool {
        self.compiled().people.account_number(name).is_none()
            && !self.managed().contains(&ManagedKey::account(name))
    }
}

/// What somebody may be called: the part of his name that is his own on his network, then the same
/// with numbers.
fn names(id: &UserId) -> impl Iterator<Item = AccountName> {
    let user = id.user().trim_start_matches('@');
    let local = user.split(['@', ':', '!', '/']).next().unwrap_or_default();
    let legal = |sign: &char| sign.is_ascii_alphanumeric() || "-_.".contains(*sign);
    // Short enough for a number to fit behind it.
    let own: String = local.chars().filter(legal).take(48).collect::<String>().to_lowercase();
    let own = own.trim_matches(['-', '_', '.']).to_owned();
    let own = if own.is_empty() { "somebody".to_owned() } else { own };
    let first = (!NOBODYS.contains(&own.as_str())).then(|| own.clone());
    let numbered = (2..=2 * MOST).map(move |number| format!("{own}-{number}"));
    first.into_iter().chain(numbered).filter_map(|name| name.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Networks;

    fn check(id: &str, expect: &str) {
        let id = Networks::new().parse_user(id).unwrap();
        let names: Vec<_> = names(&id).take(2).map(|name| name.as_str().to_owned()).collect();
        assert_eq!(names.join(" "), expect, "{id}");
    }

    #[test]
    fn a_name_is_the_persons_own_where_an_account_can_be_called_so() {
        check("u:irc:Ann", "ann ann-2");
        check("u:irc:[Ann]_", "ann ann-2");
        check("u:xmpp:ann.lee@example.org", "ann.lee ann.lee-2");
        check("u:matrix:@Ann=2f:example.org", "ann2f ann2f-2");
        check("u:matrix:@日本:example.org", "somebody somebody-2");
        check("u:irc:admin", "admin-2 admin-3");
        check("u:irc:---", "somebody somebody-2");
        let long = "x".repeat(80);
        check(&format!("u:irc:{long}"), &format!("{0} {0}-2", "x".repeat(48)));
    }
}
