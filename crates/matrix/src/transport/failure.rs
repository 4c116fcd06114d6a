//! What becomes of a request that failed.

use std::time::Duration;

use matrix_sdk::{
    Error, HttpError,
    ruma::api::error::{Error as ApiError, ErrorKind},
};
use nuncio_core::{
    query::QueryError,
    receipt::{Receipt, Retry},
};

use crate::session::Setback;

use super::limits;

/// Why a request was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// The server will not do it.
    Refused(String),
    /// The server asks us to wait.
    Limited(Option<Duration>),
    /// It did not get to the server.
    Unsent(String),
    /// Nobody knows whether it was done.
    Doubt(String),
    /// The server knows us no more.
    LoggedOut {
        /// Whether the device is still there, with its keys.
        soft: bool,
    },
}

impl Failure {
    /// Why, in words for the operator.
    pub(super) fn why(&self) -> String {
        match self {
            Self::Refused(why) | Self::Unsent(why) | Self::Doubt(why) => why.clone(),
            Self::Limited(_) => "the server asks us to be slower".to_owned(),
            Self::LoggedOut { .. } => "the server has ended our session".to_owned(),
        }
    }

    /// What the session is told of an errand.
    pub(super) fn setback(&self) -> Setback {
        match self {
            Self::Refused(why) => Setback::Refused(why.clone()),
            other => Setback::Hindered(other.why()),
        }
    }

    /// What whoever asked is told; `otherwise` says more where the server does not limit us.
    pub(super) fn unanswered(&self, otherwise: impl FnOnce(String) -> String) -> QueryError {
        match self {
            Self::Limited(delay) => QueryError::Limited { wait: limits::wait(*delay) },
            other => QueryError::Failed(otherwise(other.why())),
        }
    }

    /// What the house is told.
    pub(super) fn receipt(&self) -> Receipt {
        let why = self.why();
        match self {
            Self::Refused(_) => Receipt::failed(why, Retry::Never),
            Self::Limited(delay) => Receipt::failed(why, Retry::Later(*delay)),
            Self::Unsent(_) | Self::LoggedOut { .. } => Receipt::failed(why, Retry::Later(None)),
            Self::Doubt(_) => Receipt::in_doubt(why),
        }
    }
}

impl From<&ApiError> for Failure {
    fn from(answer: &ApiError) -> Self {
        match answer.error_kind() {
            Some(ErrorKind::LimitExceeded(limit)) => {
                Self::Limited(limit.retry_after.as_ref().and_then(limits::delay))
            }
            Some(ErrorKind::UnknownToken(token)) => Self::LoggedOut { soft: token.soft_logout },
            Some(ErrorKind::MissingToken) => Self::LoggedOut { soft: false },
            _ if answer.status_code.as_u16() == 429 => Self::Limited(None),
            _ if answer.status_code.is_server_error() => Self::Doubt(words(answer)),
            _ => Self::Refused(words(answer)),
        }
    }
}

impl From<&HttpError> for Failure {
    fn from(error: &HttpError) -> Self {
        match (error, error.as_client_api_error()) {
            (_, Some(answer)) => match Self::from(answer) {
                Self::Doubt(_) => Self::Doubt(words(error)),
                Self::Refused(_) => Self::Refused(words(error)),
                other => other,
            },
            (HttpError::Reqwest(error), _) if error.is_connect() || error.is_builder() => {
                Self::Unsent(chain(error))
            }
            (HttpError::Reqwest(error), _) => Self::Doubt(chain(error)),
            (HttpError::Cached(error), _) => Self::from(&**error),
            // An answer that is none: a proxy's page, a server that is broken.
            (HttpError::Api(_), _) => Self::Doubt(words(error)),
            _ => Self::Refused(words(error)),
        }
    }
}

impl From<HttpError> for Failure {
    fn from(error: HttpError) -> Self {
        Self::from(&error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match &error {
            Error::Http(error) => Self::from(&**error),
            Error::Timeout | Error::ConcurrentRequestFailed => Self::Unsent(words(&error)),
            _ => Self::Refused(chain(&error)),
        }
    }
}

/// An error in one line, which is not too long, without the address that was asked: the filter of a
/// sync stands in it.
fn words(error: &impl std::fmt::Display) -> String {
    let mut text = error.to_string();
    if let Some((before, rest)) = text.split_once(" for url (") {
        let after = rest.split_once(')').map_or("", |(_, after)| after);
        text = format!("{before}{after}");
    }
    text.get(..text.floor_char_boundary(300)).unwrap_or_default().to_owned()
}

/// An error and what lies behind it.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = words(&error);
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {}", words(&error));
        source = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn an_error_does_not_repeat_what_was_asked() {
        for (error, says) in [
            ("timed out", "timed out"),
            (
                "error sending request for url (https://x.org/sync?filter=%7B)",
                "error sending request",
            ),
            ("failed for url (https://x.org/a): cut", "failed: cut"),
            ("failed for url (https://x.org/a", "failed"),
        ] {
            assert_eq!(words(&error), says);
        }
        assert_eq!(words(&"ż".repeat(200)).len(), 300);
    }
}
