//! Sessions: who has identified himself by password, on networks that cannot vouch for anybody.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::{AccountName, Network, Speaker};

/// The most sessions at a time; when there are as many, the oldest ends.
pub const MAX_SESSIONS: usize = 65_536;

/// Somebody's stay at one address of a network, of which the network would tell when it is over.
///
/// Its text is the network's own, and opaque to everybody else. It is given to one stay and never
/// again: whoever has the same nick and host later has another presence, and so a session that
/// begins too late, when somebody is gone already, is nobody's.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Presence {
    network: Network,
    stay: SmolStr,
}

impl Presence {
    /// The stay that a network calls so, now and never again.
    pub fn new(network: Network, stay: impl Into<SmolStr>) -> Self {
        Self { network, stay: stay.into() }
    }

    /// What the network calls it.
    pub fn as_str(&self) -> &str {
        &self.stay
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }
}

impl fmt::Debug for Presence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Presence({} on {})", self.stay, self.network)
    }
}

/// Who is identified as which account, and since when.
///
/// A session is of one [`Presence`]: whoever changes nick or host is in no session. It ends with
/// [`Sessions::end`] when the network says that somebody is gone, and by itself after the limit,
/// which is looked at each time that somebody asks. A clock that is set back prolongs no session
/// by more than the limit.
#[derive(Clone, Debug, Default)]
pub struct Sessions {
    limit: Option<SignedDuration>,
    by_presence: FxHashMap<Presence, Vec<Session>>,
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

    /// Sets another limit, for the sessions that there are too.
    pub fn set_limit(&mut self, limit: Option<SignedDuration>) {
        self.limit = limit;
    }

    /// Begins a session, or renews it.
    pub fn begin(&mut self, presence: Presence, account: AccountName, now: Timestamp) {
        if self.count >= MAX_SESSIONS {
            self.end_oldest(now);
        }
        let here = self.by_presence.entry(presence).or_default();
        let before = here.len();
        match here.iter_mut().find(|session| session.account == account) {
            Some(session) => session.since = now,
            None => here.push(Session { account, since: now }),
        }
        self.count += here.len() - before;
    }

    /// Ends whatever session somebody is in.
    pub fn end(&mut self, presence: &Presence) {
        let ended = self.by_presence.remove(presence);
        self.count -= ended.map_or(0, |sessions| sessions.len());
    }

    /// Ends every session of an account.
    pub fn end_all(&mut self, account: &AccountName) {
        self.keep(|_, kept| kept != account);
    }

    /// Ends every session but those that are to be kept.
    pub fn keep(&mut self, keep: impl Fn(&Presence, &AccountName) -> bool) {
        self.retain(|presence, session| keep(presence, &session.account));
    }

    /// Forgets what is over.
    pub fn purge(&mut self, now: Timestamp) {
        let limit = self.limit;
        self.retain(|_, session| session.is_live(limit, now));
    }

    /// The accounts that somebody is in a session of; more than one, if he has identified himself
    /// as several.
    pub fn accounts(
        &self,
        presence: &Presence,
        now: Timestamp,
    ) -> impl Iterator<Item = &AccountName> {
        let live = self.by_presence.get(presence).into_iter().flatten();
        live.filter(move |session| session.is_live(self.limit, now)).map(|session| &session.account)
    }

    /// A speaker, in the sessions that he is in now and in no others.
    pub fn recognise(&self, speaker: &Speaker, now: Timestamp) -> Speaker {
        let presence = speaker.presence().filter(|_| self.count > 0);
        let accounts = presence.into_iter().flat_map(|presence| self.accounts(presence, now));
        accounts.cloned().fold(speaker.clone().in_no_session(), Speaker::in_session)
    }

    fn retain(&mut self, keep: impl Fn(&Presence, &Session) -> bool) {
        self.by_presence.retain(|presence, sessions| {
            sessions.retain(|session| keep(presence, session));
            !sessions.is_empty()
        });
        self.count = self.by_presence.values().map(Vec::len).sum();
    }

    fn end_oldest(&mut self, now: Timestamp) {
        self.purge(now);
        let oldest = self.by_presence.values().flatten().map(|session| session.since).min();
        if self.count >= MAX_SESSIONS {
            self.retain(|_, session| Some(session.since) != oldest);
        }
    }
}

impl Session {
    fn is_live(&self, limit: Option<SignedDuration>, now: Timestamp) -> bool {
        limit.is_none_or(|limit| now.duration_since(self.since).abs() <= limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn presence(stay: &str) -> Presence {
        Presence::new("irc".parse().unwrap(), stay)
    }

    #[test]
    fn a_session_is_of_one_presence_until_its_limit() {
        let ann: AccountName = "ann".parse().unwrap();
        let mut sessions = Sessions::new(Some(SignedDuration::from_secs(60)));
        sessions.begin(presence("ann!a@b"), ann.clone(), at(0));
        let count = |sessions: &Sessions, stay, second| {
            sessions.accounts(&presence(stay), at(second)).count()
        };
        assert_eq!(count(&sessions, "ann!a@b", 60), 1);
        assert_eq!(count(&sessions, "ann!a@b", 61), 0);
        assert_eq!(count(&sessions, "Ann!a@b", 1), 0);
        sessions.begin(presence("ann!a@b"), ann.clone(), at(30));
        assert_eq!((count(&sessions, "ann!a@b", 90), sessions.count), (1, 1));
        sessions.set_limit(Some(SignedDuration::from_secs(30)));
        assert_eq!(count(&sessions, "ann!a@b", 90), 0);
        sessions.end_all(&ann);
        assert_eq!((count(&sessions, "ann!a@b", 31), sessions.count), (0, 0));
        sessions.begin(presence("ann!a@b"), ann, at(30));
        sessions.end(&presence("ann!a@b"));
        assert_eq!((count(&sessions, "ann!a@b", 31), sessions.count), (0, 0));
    }

    #[test]
    fn a_clock_that_is_set_back_prolongs_a_session_by_no_more_than_the_limit() {
        let mut sessions = Sessions::new(Some(SignedDuration::from_secs(60)));
        sessions.begin(presence("ann"), "ann".parse().unwrap(), at(1000));
        let is_live = |second| sessions.accounts(&presence("ann"), at(second)).next().is_some();
        assert!(is_live(940));
        assert!(!is_live(939));
    }

    #[test]
    fn a_speaker_is_in_the_sessions_of_the_moment() {
        let mut sessions = Sessions::new(None);
        let somebody = Speaker::claimed([]).at(presence("ann"));
        sessions.begin(presence("ann"), "ann".parse().unwrap(), at(0));
        let ann = sessions.recognise(&somebody, at(0));
        assert_eq!(ann.sessions(), ["ann".parse().unwrap()]);
        let elsewhere = Speaker::claimed([]).at(presence("bob"));
        assert_eq!(sessions.recognise(&elsewhere, at(0)).sessions(), []);
        sessions.end(&presence("ann"));
        assert_eq!(sessions.recognise(&ann, at(0)).sessions(), []);
    }

    #[test]
    fn the_oldest_session_ends_when_there_are_too_many() {
        let mut sessions = Sessions::new(None);
        for number in 0..=MAX_SESSIONS {
            let second = i64::try_from(number).unwrap();
            let stay = presence(&number.to_string());
            sessions.begin(stay, "ann".parse().unwrap(), at(second));
        }
        assert_eq!(sessions.count, MAX_SESSIONS);
        assert_eq!(sessions.accounts(&presence("0"), at(0)).count(), 0);
        assert_eq!(sessions.accounts(&presence("1"), at(0)).count(), 1);
    }
}
