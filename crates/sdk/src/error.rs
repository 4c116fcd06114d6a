//! Why a command did not do what was asked.

use std::fmt;

use nuncio_core::content::Content;
use nuncio_core::plugin::Failure;

use crate::Reply;

/// What a command returns that may fail.
pub type Result<T = Reply, E = Error> = std::result::Result<T, E>;

/// Why a command did not do what was asked. Nothing of it is done then.
///
/// Any [`std::error::Error`] becomes one by `?`: something is broken, the person is given a number
/// to quote, and the text goes to the log. What the person can mend is said with
/// [`refuse!`](crate::refuse).
#[derive(Clone, Debug, PartialEq)]
pub struct Error(Failure);

impl Error {
    /// It cannot be done; the person is told why.
    pub fn user(why: impl Into<Content>) -> Self {
        Self(Failure::User(why.into()))
    }

    /// It was asked wrongly; the person is told why and shown the usage, and may try again at once.
    pub fn usage(why: impl Into<Content>) -> Self {
        Self(Failure::Usage(why.into()))
    }

    /// Something is broken; `why` is for the log, and the person is given a number to quote.
    pub fn internal(why: impl fmt::Display) -> Self {
        Self(Failure::Internal(why.to_string()))
    }
}

// `Error` is no `std::error::Error` itself: that is what leaves room for this one.
impl<E: std::error::Error> From<E> for Error {
    fn from(error: E) -> Self {
        Self::internal(chain(&error))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        error.0
    }
}

/// The error and what lies behind it, on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use nuncio_core::plugin::Failure;

    use crate::{Error, Result};

    #[test]
    fn any_error_is_an_internal_one() {
        fn parse() -> Result<u8> {
            Ok("many".parse::<u8>()?)
        }
        let why = Failure::Internal("invalid digit found in string".into());
        assert_eq!(Failure::from(parse().unwrap_err()), why);
        assert_eq!(Failure::from(Error::user("no")), Failure::User("no".into()));
    }
}
