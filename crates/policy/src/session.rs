//! Sessions: who has identified himself by password, on networks that cannot vouch for anybody.

use jiff::{SignedDuration, Timestamp};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::{AccountName, Network};

/// The most sessions at a time; when there are as many, the oldest ends.
pub const MAX_SESSIONS: usize = 65_536;

/// Who is identified as which account, and since when.
///
/// A session is of one address on one network, as the network spells it: whoever changes nick or
/// host has another address and is in no session. It ends with [`Sessions::end`] when the network
/// says that the address is gone, and by itself after the limit, which is looked at each time that
/// somebody asks.
#[derive(Clone, Debug, Default)]
pub struct Sessions {
    limit: Option<SignedDuration>,
    by_address: FxHashMap<(Network, SmolStr), Vec<Session>>,
    count: usize,
}

#[derive(Clone, Debug)]
struct Session {
    account: AccountName,
    since: Timestamp,
}

impl Sessions {
    /// No session yet, and none that lasts longer than a limit; for ever, if there is none.
    pub fn new(limit: Option<SignedDuration>) -> Self {
        Self { limit, ..Self::default() }
    }

    /// Begins a session, or renews it.
    pub fn begin(&mut self, network: Network, address: &str, account: AccountName, now: Timestamp) {
        if self.count >= MAX_SESSIONS {
            self.end_oldest(now);
        }
        let here = self.by_address.entry((network, address.into())).or_default();
        let before = here.len();
        match here.iter_mut().find(|session| session.account == account) {
            // A clock that was set back ends no session.
            Some(session) => session.since = session.since.max(now),
            None => here.push(Session { account, since: now }),
        }
        self.count += here.len() - before;
    }

    /// Ends whatever session an address is in.
    pub fn end(&mut self, network: &Network, address: &str) {
        let ended = self.by_address.remove(&(network.clone(), address.into()));
        self.count -= ended.map_or(0, |sessions| sessions.len());
    }

    /// Ends every session of an account.
    pub fn end_all(&mut self, account: &AccountName) {
        self.retain(|session| session.account != *account);
    }

    /// Forgets what is over.
    pub fn purge(&mut self, now: Timestamp) {
        let limit = self.limit;
        self.retain(|session| session.is_live(limit, now));
    }

    /// The accounts that an address is in a session of; more than one, if somebody has identified
    /// himself as several.
    pub fn accounts(
        &self,
        network: &Network,
        address: &str,
        now: Timestamp,
    ) -> impl Iterator<Item = &AccountName> {
        let here = self.by_address.get(&(network.clone(), address.into()));
        let live = here.into_iter().flatten();
        live.filter(move |session| session.is_live(self.limit, now)).map(|session| &session.account)
    }

    fn retain(&mut self, keep: impl Fn(&Session) -> bool) {
        self.by_address.retain(|_, sessions| {
            sessions.retain(&keep);
            !sessions.is_empty()
        });
        self.count = self.by_address.values().map(Vec::len).sum();
    }

    fn end_oldest(&mut self, now: Timestamp) {
        self.purge(now);
        let oldest = self.by_address.values().flatten().map(|session| session.since).min();
        if self.count >= MAX_SESSIONS {
            self.retain(|session| Some(session.since) != oldest);
        }
    }
}

impl Session {
    fn is_live(&self, limit: Option<SignedDuration>, now: Timestamp) -> bool {
        limit.is_none_or(|limit| now.duration_since(self.since) <= limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_session_is_of_one_address_until_its_limit() {
        let irc: Network = "irc".parse().unwrap();
        let ann: AccountName = "ann".parse().unwrap();
        let mut sessions = Sessions::new(Some(SignedDuration::from_secs(60)));
        sessions.begin(irc.clone(), "ann!a@b", ann.clone(), at(0));
        let count = |sessions: &Sessions, address, second| {
            sessions.accounts(&irc, address, at(second)).count()
        };
        assert_eq!(count(&sessions, "ann!a@b", 60), 1);
        assert_eq!(count(&sessions, "ann!a@b", 61), 0);
        assert_eq!(count(&sessions, "Ann!a@b", 1), 0);
        sessions.begin(irc.clone(), "ann!a@b", ann.clone(), at(30));
        assert_eq!((count(&sessions, "ann!a@b", 90), sessions.count), (1, 1));
        sessions.end_all(&ann);
        assert_eq!((count(&sessions, "ann!a@b", 31), sessions.count), (0, 0));
        sessions.begin(irc.clone(), "ann!a@b", ann, at(30));
        sessions.end(&irc, "ann!a@b");
        assert_eq!((count(&sessions, "ann!a@b", 31), sessions.count), (0, 0));
    }

    #[test]
    fn the_oldest_session_ends_when_there_are_too_many() {
        let irc: Network = "irc".parse().unwrap();
        let mut sessions = Sessions::new(None);
        for number in 0..=MAX_SESSIONS {
            let second = i64::try_from(number).unwrap();
            sessions.begin(irc.clone(), &number.to_string(), "ann".parse().unwrap(), at(second));
        }
        assert_eq!(sessions.count, MAX_SESSIONS);
        assert_eq!(sessions.accounts(&irc, "0", at(0)).count(), 0);
        assert_eq!(sessions.accounts(&irc, "1", at(0)).count(), 1);
    }
}
