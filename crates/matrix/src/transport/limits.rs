//! Where the server has asked us to be slower (429, `M_LIMIT_EXCEEDED`; Client-Server API, Rate
//! limiting): what it counts together rests together until then.

use std::time::{Duration, SystemTime};

use matrix_sdk::ruma::api::error::RetryAfter;
use nuncio_core::query::{Query, QueryError};

use crate::session::{Membership, Request};

/// How long to rest where the server does not say.
const UNSAID: Duration = Duration::from_secs(5);

/// The longest rest; a server that means more says so again.
const LONGEST: Duration = Duration::from_hours(1);

/// What a server counts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// What goes into rooms.
    Speak,
    /// Entering rooms.
    Enter,
    /// Asking people into rooms.
    Invite,
    /// Syncs.
    Connect,
    /// Fetching files.
    Fetch,
    /// Looking who is in rooms, and which rooms there are.
    Look,
}

impl From<&Request> for Class {
    fn from(request: &Request) -> Self {
        match request {
            Request::Join(_) => Self::Enter,
            Request::Membership { change: Membership::Invite, .. } => Self::Invite,
            _ => Self::Speak,
        }
    }
}

impl From<&Query> for Class {
    fn from(query: &Query) -> Self {
        match query {
            Query::Fetch { .. } => Self::Fetch,
            _ => Self::Look,
        }
    }
}

/// Until when each class rests, as time since the transport began.
#[derive(Debug, Default)]
pub(super) struct Limits(Vec<(Class, Duration)>);

impl Limits {
    /// Takes in that the server asks to wait so long.
    pub(super) fn limit(&mut self, class: Class, delay: Option<Duration>, now: Duration) {
        let until = now + wait(delay);
        match self.0.iter_mut().find(|(limited, _)| *limited == class) {
            Some((_, end)) => *end = until.max(*end),
            None => self.0.push((class, until)),
        }
    }

    /// Whether requests of a class may leave.
    pub(super) fn lets(&self, class: Class, now: Duration) -> bool {
        self.rest(class, now).is_zero()
    }

    /// The class of a question that may be asked.
    ///
    /// # Errors
    /// How long its class still rests.
    pub(super) fn asks(&self, query: &Query, now: Duration) -> Result<Class, QueryError> {
        let class = query.into();
        match self.rest(class, now) {
            Duration::ZERO => Ok(class),
            wait => Err(QueryError::Limited { wait }),
        }
    }

    /// How long a class still rests.
    pub(super) fn rest(&self, class: Class, now: Duration) -> Duration {
        let end = self.0.iter().find(|(limited, _)| *limited == class);
        end.map_or(Duration::ZERO, |(_, end)| end.saturating_sub(now))
    }

    /// When the next rest ends.
    pub(super) fn next(&self, now: Duration) -> Option<Duration> {
        self.0.iter().map(|(_, end)| *end).filter(|end| *end > now).min()
    }
}

/// How long to rest where the server asks for so long, or does not say.
pub(super) fn wait(delay: Option<Duration>) -> Duration {
    delay.unwrap_or(UNSAID).min(LONGEST)
}

/// How long a server asks us to wait.
pub(super) fn delay(retry_after: &RetryAfter) -> Option<Duration> {
    match retry_after {
        RetryAfter::Delay(delay) => Some(*delay),
        // By our clock, for lack of another; a moment that is past by it says nothing.
        RetryAfter::DateTime(until) => until.duration_since(SystemTime::now()).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn each_class_rests_by_itself() {
        let mut limits = Limits::default();
        assert!(limits.lets(Class::Speak, SECOND) && limits.next(SECOND).is_none());
        limits.limit(Class::Speak, Some(3 * SECOND), SECOND);
        assert!(!limits.lets(Class::Speak, 3 * SECOND) && limits.lets(Class::Enter, SECOND));
        assert_eq!(limits.next(SECOND), Some(4 * SECOND));
        assert!(limits.lets(Class::Speak, 4 * SECOND) && limits.next(4 * SECOND).is_none());
    }

    #[test]
    fn a_question_rests_with_what_the_server_counts_with_it_and_says_how_long() {
        use nuncio_core::query::Within;

        let network: nuncio_policy::Network = "matrix".parse().expect("a name");
        let room = nuncio_policy::RoomId::new(&network, "!a:x", nuncio_policy::CaseMapping::Bytes);
        let members = Query::Members { room: room.expect("a room") };
        let rooms = Query::Rooms { within: Within::Directory(network) };
        let mut limits = Limits::default();
        limits.limit(Class::Speak, Some(9 * SECOND), SECOND);
        assert_eq!(limits.asks(&members, SECOND), Ok(Class::Look));
        limits.limit(Class::Look, Some(Duration::from_millis(2500)), SECOND);
        for query in [&members, &rooms] {
            let why = limits.asks(query, 2 * SECOND).map_err(|why| why.to_string());
            let wanted = "the network asks me to be slower: try again in 2 s";
            assert_eq!(why, Err(wanted.to_owned()));
        }
        assert!(limits.lets(Class::Fetch, 2 * SECOND));
        assert_eq!(limits.asks(&rooms, 4 * SECOND), Ok(Class::Look));
    }

    #[test]
    fn a_later_word_does_not_shorten_a_rest_and_none_lasts_for_ever() {
        let mut limits = Limits::default();
        limits.limit(Class::Enter, Some(10 * SECOND), SECOND);
        limits.limit(Class::Enter, Some(SECOND), SECOND);
        assert_eq!(limits.rest(Class::Enter, SECOND), 10 * SECOND);
        limits.limit(Class::Enter, Some(Duration::MAX), SECOND);
        assert_eq!(limits.rest(Class::Enter, SECOND), LONGEST);
        limits.limit(Class::Invite, None, SECOND);
        assert_eq!(limits.rest(Class::Invite, SECOND), UNSAID);
    }
}
