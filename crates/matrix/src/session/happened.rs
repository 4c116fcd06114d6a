//! Reading an event: leniently in what we do not use, strictly in what we do.

use std::borrow::Cow;

use jiff::Timestamp;
use matrix_sdk::ruma::UserId;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::value::RawValue;

/// The longest identifier that Matrix has, in bytes (Appendices, Common identifier format).
pub(super) const MAX_ID: usize = 255;

/// An event of a room.
#[derive(Debug, Deserialize)]
pub(super) struct Happened<'a> {
    #[serde(rename = "event_id")]
    pub(super) id: String,
    pub(super) sender: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) state_key: Option<String>,
    /// What an `m.room.redaction` takes back, in rooms before version 11.
    #[serde(default)]
    pub(super) redacts: Option<String>,
    #[serde(default)]
    origin_server_ts: Option<i64>,
    #[serde(borrow)]
    content: &'a RawValue,
    #[serde(default, borrow)]
    unsigned: Unsigned<'a>,
}

#[derive(Debug, Default, Deserialize)]
struct Unsigned<'a> {
    #[serde(default, borrow)]
    prev_content: Option<&'a RawValue>,
    #[serde(default)]
    redacted_because: Option<IgnoredAny>,
}

/// Somebody's standing in a room.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Member<'a> {
    #[serde(borrow)]
    pub(super) membership: Cow<'a, str>,
    #[serde(default, borrow)]
    pub(super) displayname: Option<Cow<'a, str>>,
    #[serde(default)]
    pub(super) reason: Option<String>,
    #[serde(default)]
    pub(super) is_direct: Option<bool>,
}

impl<'a> Happened<'a> {
    /// Reads an event; none that is malformed, redacted, or named by more than a name.
    pub(super) fn read(json: &'a str) -> Option<Self> {
        let event: Self = serde_json::from_str(json).ok()?;
        let is_sound = (1..=MAX_ID).contains(&event.id.len()) && event.kind.len() <= MAX_ID;
        let is_somebodys =
            event.sender.len() <= MAX_ID && <&UserId>::try_from(&*event.sender).is_ok();
        (is_sound && is_somebodys && event.unsigned.redacted_because.is_none()).then_some(event)
    }

    /// Its content, if it is of this kind.
    pub(super) fn content<T: Deserialize<'a>>(&self) -> Option<T> {
        serde_json::from_str(self.content.get()).ok()
    }

    /// What stood in its place before.
    pub(super) fn before<T: Deserialize<'a>>(&self) -> Option<T> {
        serde_json::from_str(self.unsigned.prev_content?.get()).ok()
    }

    /// When its sender's server says that it happened.
    pub(super) fn at(&self) -> Option<Timestamp> {
        Timestamp::from_millisecond(self.origin_server_ts?).ok()
    }

    /// Whether somebody comes into the room with it.
    pub(super) fn is_arrival_of(&self, who: &str) -> bool {
        let is_in = |member: Option<Member<'_>>| member.is_some_and(|m| m.membership == "join");
        self.kind == "m.room.member"
            && self.state_key.as_deref() == Some(who)
            && is_in(self.content())
            && !is_in(self.before())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sound_events_are_read() {
        let long = format!(
            r#"{{"event_id":"{}","sender":"@a:b","type":"t","content":{{}}}}"#,
            "x".repeat(256)
        );
        for json in [
            "",
            "[]",
            "{}",
            r#"{"event_id":1,"sender":"@a:b","type":"t","content":{}}"#,
            r#"{"event_id":"","sender":"@a:b","type":"t","content":{}}"#,
            r#"{"event_id":"$a","sender":"@a:b","type":"t"}"#,
            r#"{"event_id":"$a","sender":"nobody","type":"t","content":{}}"#,
            r#"{"event_id":"$a","sender":"@a:b","type":"t","content":{},"unsigned":{"redacted_because":{}}}"#,
            &long,
        ] {
            assert!(Happened::read(json).is_none(), "{json}");
        }
        let event = r#"{"event_id":"$a","sender":"@a:b","type":"t","content":{"x":[1]},"origin_server_ts":1000,"y":0}"#;
        let event = Happened::read(event).expect("an event");
        assert_eq!(event.at(), Timestamp::from_second(1).ok());
    }
}
