//! `nick!user@host`: what IRC says of everybody, and nothing vouches for.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The prefix of a user's message on IRC (RFC 2812, 2.3.1), taken apart.
///
/// Servers of their own making are known to send `!` and `@` in odd places: the nick ends at the
/// first `!`, the host begins after the last `@`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hostmask<'a> {
    /// What stands before the first `!`.
    pub nick: &'a str,
    /// What stands between.
    pub user: &'a str,
    /// What stands after the last `@`.
    pub host: &'a str,
}

impl<'a> Hostmask<'a> {
    /// Takes a prefix apart; none for a server's, and for what has a blank or an empty part.
    pub fn parse(text: &'a str) -> Option<Self> {
        // Neither sign may be the first of the whole: a part has at least one character.
        let bang = text.char_indices().skip(1).find(|&(_, character)| character == '!')?.0;
        let (nick, rest) = (text.get(..bang)?, text.get(bang + 1..)?);
        let last = rest.char_indices().next_back()?.0;
        let at = rest.get(..last)?.rfind('@').filter(|&at| at > 0)?;
        let (user, host) = (rest.get(..at)?, rest.get(at + 1..)?);
        (!text.contains(char::is_whitespace)).then_some(Self { nick, user, host })
    }

    /// A mask for whoever comes from the same place: an address but for its last part, a host name
    /// but for its first, where more than two remain.
    pub fn ban_mask(&self) -> String {
        let host = self.host;
        let but_last = |sign| host.rsplit_once(sign).map_or("", |(rest, _)| rest);
        if host.parse::<Ipv4Addr>().is_ok() {
            return format!("*!*@{}.*", but_last('.'));
        }
        if host.parse::<Ipv6Addr>().is_ok() {
            return format!("*!*@{}:*", but_last(':'));
        }
        match host.split_once('.') {
            Some((_, domain)) if domain.contains('.') => format!("*!*@*.{domain}"),
            _ => format!("*!*@{host}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_comes_apart_at_its_first_and_last_sign() {
        let parts = |text| Hostmask::parse(text).map(|mask| [mask.nick, mask.user, mask.host]);
        assert_eq!(parts("ann!~a@example.org"), Some(["ann", "~a", "example.org"]));
        assert_eq!(parts("a!b@c@d"), Some(["a", "b@c", "d"]));
        assert_eq!(parts("a!b!c@d@"), Some(["a", "b!c", "d@"]));
        assert_eq!(parts("!a!b@c"), Some(["!a", "b", "c"]));
        for text in
            ["", "ann", "irc.example.org", "ann!a", "!a@b", "a!@b", "a!b@", "a!b@c d", "é!@"]
        {
            assert_eq!(parts(text), None, "{text}");
        }
    }

    #[test]
    fn a_ban_is_of_the_place_that_somebody_comes_from() {
        let mask = |host: &str| Hostmask::parse(&format!("n!u@{host}")).unwrap().ban_mask();
        assert_eq!(mask("10.0.0.1"), "*!*@10.0.0.*");
        assert_eq!(mask("2001:db8::1"), "*!*@2001:db8::*");
        assert_eq!(mask("a.b.example.org"), "*!*@*.b.example.org");
        assert_eq!(mask("example.org"), "*!*@example.org");
        assert_eq!(mask("localhost"), "*!*@localhost");
    }
}
