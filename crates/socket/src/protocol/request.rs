//! What a client says.

use nuncio_core::config::Secret;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use smol_str::SmolStr;

use super::{Form, RequestId};

/// The longest name that a client gives itself or its user, in bytes.
pub const MAX_CLIENT_BYTES: usize = 64;

/// A request and the client's name for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Envelope {
    /// The client's name for it, if it wants to recognise the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<RequestId>,
    /// What it asks.
    #[serde(flatten)]
    pub request: Request,
}

/// What a client asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Request {
    /// Says who it is. Only as the first line; needed where nothing else vouches for the client.
    Hello(Hello),
    /// Says something to the bot, or in a room.
    Say(Say),
    /// Enters a room.
    Join {
        /// Its name, without `r:socket:`.
        room: String,
    },
    /// Leaves a room.
    Leave {
        /// Its name.
        room: String,
    },
    /// Asks which commands there are, for completion.
    Commands,
    /// Asks for a sign of life.
    Ping,
    /// Says that something said under this key was received.
    Ack {
        /// The key of a [`Said`](super::Said).
        key: String,
    },
    /// Takes leave: what is still to be answered is answered, then the connection ends.
    Bye,
}

/// Says who a client is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The version that it speaks: [`VERSION`](super::VERSION).
    pub protocol: u32,
    /// What it is, for the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// What to call its user; shown, never trusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The token that proves who he is.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "token")]
    pub token: Option<Secret>,
    /// Whether it will [`Ack`](Request::Ack) what it is told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub acks: bool,
}

/// Something to say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Say {
    /// The words.
    pub text: String,
    /// The room; without one, it is said to the bot alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<String>,
    /// How.
    #[serde(default, skip_serializing_if = "is_text")]
    pub form: Form,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_text(form: &Form) -> bool {
    *form == Form::Text
}

/// Why a line is no request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// It is not a JSON object with what its type needs.
    #[error("{why} at column {column}")]
    Malformed {
        /// What is wrong.
        why: String,
        /// Where, in bytes, the first being 1.
        column: usize,
        /// The request's id, where one could be read.
        id: Option<RequestId>,
    },
    /// Its `type` is not known.
    #[error(
        "`{what}` is not a type of request: say `hello`, `say`, `join`, `leave`, `commands`, `ping`, `ack` or `bye`"
    )]
    Unknown {
        /// What it says.
        what: SmolStr,
        /// The request's id.
        id: Option<RequestId>,
    },
}

#[derive(Deserialize)]
struct Head {
    #[serde(rename = "type")]
    what: SmolStr,
    #[serde(default)]
    id: Option<RequestId>,
}

#[derive(Deserialize)]
struct Room {
    room: String,
}

#[derive(Deserialize)]
struct Ack {
    key: String,
}

/// Reads a line.
///
/// # Errors
/// [`ReadError`], which never repeats what may be a token.
pub fn read(line: &str) -> Result<Envelope, ReadError> {
    // Serde takes a list for a struct; the socket does not.
    if !line.trim_ascii_start().starts_with('{') {
        let why = "expected a JSON object".into();
        return Err(ReadError::Malformed { why, column: 1, id: None });
    }
    let Head { what, id } = parse(line, None)?;
    let request = match what.as_str() {
        "hello" => parse(line, id.as_ref()).map(Request::Hello),
        "say" => parse(line, id.as_ref()).map(Request::Say),
        "join" => parse(line, id.as_ref()).map(|Room { room }| Request::Join { room }),
        "leave" => parse(line, id.as_ref()).map(|Room { room }| Request::Leave { room }),
        "ack" => parse(line, id.as_ref()).map(|Ack { key }| Request::Ack { key }),
        "commands" => Ok(Request::Commands),
        "ping" => Ok(Request::Ping),
        "bye" => Ok(Request::Bye),
        _ => Err(ReadError::Unknown { what: cut(&what), id: id.clone() }),
    }?;
    Ok(Envelope { id, request })
}

fn parse<'a, T: Deserialize<'a>>(line: &'a str, id: Option<&RequestId>) -> Result<T, ReadError> {
    serde_json::from_str(line).map_err(|error| {
        let text = error.to_string();
        // The position is told apart, and a line of the socket is always line 1 of its JSON.
        let why = text.rsplit_once(" at line ").map_or(text.as_str(), |(why, _)| why);
        ReadError::Malformed { why: cut(why).into(), column: error.column(), id: id.cloned() }
    })
}

/// What may be repeated of what a stranger wrote.
fn cut(text: &str) -> SmolStr {
    const MAX_CHARS: usize = 160;
    text.chars().filter(|character| !character.is_control()).take(MAX_CHARS).collect()
}

/// A token: read into a secret at once, written only by a client.
mod token {
    use super::{Deserialize, Deserializer, Secret, Serializer, de};

    #[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
    pub(super) fn serialize<S: Serializer>(
        token: &Option<Secret>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match token {
            Some(token) => serializer.serialize_some(token.expose()),
            None => serializer.serialize_none(),
        }
    }

    /// An error of serde's own would repeat the value.
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Secret>, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::Null => Ok(None),
            serde_json::Value::String(token) => Ok(Some(token.into())),
            _ => Err(de::Error::custom("a token is text: put it in quotes")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(line: &str) -> String {
        read(line).expect_err(line).to_string()
    }

    #[test]
    fn requests_are_read_back_as_they_were_written() {
        let hello = Hello {
            protocol: 1,
            client: Some("test".into()),
            name: None,
            token: Some("hunter2".to_owned().into()),
            acks: true,
        };
        let say = Say { text: "ping".into(), room: Some("lobby".into()), form: Form::Emote };
        let requests = [
            Request::Hello(hello),
            Request::Say(say),
            Request::Join { room: "lobby".into() },
            Request::Leave { room: "lobby".into() },
            Request::Commands,
            Request::Ping,
            Request::Ack { key: "a#1".into() },
            Request::Bye,
        ];
        let ids = [None, Some(RequestId::Number(7)), Some(RequestId::Text("x".into()))];
        let mut lines = String::new();
        for (request, id) in requests.into_iter().zip(ids.into_iter().cycle()) {
            let envelope = Envelope { id, request };
            let line = super::super::to_line(&envelope);
            assert_eq!(read(&line), Ok(envelope), "{line}");
            lines.push_str(&line);
        }
        insta::assert_snapshot!(lines, @r#"
        {"type":"hello","protocol":1,"client":"test","token":"hunter2","acks":true}
        {"id":7,"type":"say","text":"ping","room":"lobby","form":"emote"}
        {"id":"x","type":"join","room":"lobby"}
        {"type":"leave","room":"lobby"}
        {"id":7,"type":"commands"}
        {"id":"x","type":"ping"}
        {"type":"ack","key":"a#1"}
        {"id":7,"type":"bye"}
        "#);
    }

    #[test]
    fn unknown_fields_are_ignored_and_unknown_types_named() {
        assert!(read(r#"{"type":"ping","colour":"red","more":[{}]}"#).is_ok());
        insta::assert_snapshot!(
            problem(r#"{"type":"sing"}"#),
            @"`sing` is not a type of request: say `hello`, `say`, `join`, `leave`, `commands`, `ping`, `ack` or `bye`"
        );
    }

    #[test]
    fn an_error_says_where() {
        let table = [
            ("ping", "expected a JSON object at column 1"),
            (r#"{"type":"say""#, "EOF while parsing an object at column 13"),
            (r#"["say"]"#, "expected a JSON object at column 1"),
            (r#"{"id":1}"#, "missing field `type` at column 8"),
            (
                r#"{"type":"say","text":1}"#,
                "invalid type: integer `1`, expected a string at column 22",
            ),
            (r#"{"type":"join"}"#, "missing field `room` at column 15"),
            (
                r#"{"type":"ping","id":-1}"#,
                "invalid type: integer `-1`, expected an id: a whole number, or a text of at most 64 bytes at column 22",
            ),
            (r#"{"type":"say","text":"a","text":"b"}"#, "duplicate field `text` at column 31"),
        ];
        for (line, expected) in table {
            assert_eq!(problem(line), expected, "{line}");
        }
    }

    #[test]
    fn no_error_repeats_a_token() {
        for token in ["4711", "[4711]", "{\"4711\":4711}"] {
            let line = format!(r#"{{"type":"hello","protocol":1,"token":{token}}}"#);
            assert!(!problem(&line).contains("4711"), "{}", problem(&line));
        }
        assert!(
            !format!("{:?}", read(r#"{"type":"hello","protocol":1,"token":"4711"}"#))
                .contains("4711")
        );
    }

    #[test]
    fn hostile_lines_are_errors() {
        let deep = "[".repeat(100_000);
        for line in
            [deep.as_str(), "{\"type\":\"\\u0000\\u001b\"}", "\u{0}", "null", "1e999", "\"\""]
        {
            assert!(!problem(line).contains('\u{1b}'), "{line}");
        }
        assert!(read(&format!(r#"{{"type":"ping","id":"{}"}}"#, "x".repeat(65))).is_err());
    }
}
