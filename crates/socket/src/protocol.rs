//! The lines of the socket: JSON objects, one a line, in both directions.
//!
//! `docs/socket.md` is the description for those who write clients; this module is its source of
//! truth. Unknown fields are ignored, so that either side may learn new ones first.

mod request;
mod response;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};
use smol_str::SmolStr;

pub use request::{Envelope, Hello, MAX_CLIENT_BYTES, ReadError, Request, Say, read};
pub use response::{Code, CommandInfo, Outcome, Problem, Response, Said, Welcome};

/// The version of this protocol. It changes only where an old client would misunderstand.
pub const VERSION: u32 = 1;

/// The longest id of a request that is text, in bytes.
pub const MAX_ID_BYTES: usize = 64;

/// A client's own name for a request, which comes back with everything that answers it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum RequestId {
    /// A number.
    Number(u64),
    /// A text of at most [`MAX_ID_BYTES`].
    Text(SmolStr),
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

impl<'de> Deserialize<'de> for RequestId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = RequestId;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "an id: a whole number, or a text of at most {MAX_ID_BYTES} bytes")
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<RequestId, E> {
                Ok(RequestId::Number(number))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<RequestId, E> {
                if text.len() > MAX_ID_BYTES {
                    return Err(E::invalid_length(text.len(), &self));
                }
                Ok(RequestId::Text(text.into()))
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

/// How something is said: `text`, `notice` or `emote`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Ordinary speech.
    #[default]
    Text,
    /// What bots use to answer; never a command.
    Notice,
    /// An action (`/me`).
    Emote,
}

/// Writes an object as one line, with its end.
///
/// Answers an empty text where the object cannot be written, which none of ours can bring about.
pub fn to_line(object: &impl Serialize) -> String {
    match serde_json::to_string(object) {
        Ok(mut line) => {
            line.push('\n');
            line
        }
        Err(error) => {
            tracing::error!(%error, "A line of the socket cannot be written.");
            String::new()
        }
    }
}
