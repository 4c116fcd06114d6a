//! Identities as a database keeps them: in the text form, and trusted to be canonical.
//!
//! What comes back is not folded again, so that nobody has to know a network's case mapping, or
//! whether the network is still configured, in order to read what was written.

use std::fmt::Display;
use std::str::FromStr;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;

use super::networks::split_network;
use super::text::{self, Encoded};
use super::{
    AccountName, Canonical, Identity, IdentityError, MAX_IDENTITY_BYTES, Network, RoomId, UserId,
};

/// Reads what stands as text.
pub(crate) fn parse<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: FromStr<Err: Display>,
    D: Deserializer<'de>,
{
    SmolStr::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

impl Serialize for Network {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parse(deserializer)
    }
}

/// As `u:NETWORK:USER`; an occupant, who has no text form that a rule may name, as `o:…`.
impl Serialize for UserId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kind = if self.is_occupant() { 'o' } else { 'u' };
        let (network, user) = (self.network(), Encoded(self.user()));
        serializer.collect_str(&format_args!("{kind}:{network}:{user}"))
    }
}

impl<'de> Deserialize<'de> for UserId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = SmolStr::deserialize(deserializer)?;
        match Identity::stored(&text).map_err(D::Error::custom)? {
            Identity::User(user) => Ok(user),
            _ => Err(D::Error::custom(IdentityError::Kind { text, wanted: "a user" })),
        }
    }
}

/// As `r:NETWORK:ROOM`.
impl Serialize for RoomId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RoomId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = SmolStr::deserialize(deserializer)?;
        match Identity::stored(&text).map_err(D::Error::custom)? {
            Identity::Room(room) => Ok(room),
            _ => Err(D::Error::custom(IdentityError::Kind { text, wanted: "a room" })),
        }
    }
}

/// As `a:NAME`.
impl Serialize for AccountName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AccountName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parse(deserializer)
    }
}

impl Identity {
    /// Reads what was stored, and trusts it to be canonical.
    pub(crate) fn stored(text: &str) -> Result<Self, IdentityError> {
        match text.split_once(':') {
            Some(("a", name)) => name.parse().map(Self::Account),
            Some(("p", name)) => name.parse().map(Self::Network),
            _ => match read(text)? {
                ("u", network, user) => {
                    Ok(Self::User(UserId(Canonical::new(network, user, false))))
                }
                ("o", network, user) => Ok(Self::User(UserId(Canonical::new(network, user, true)))),
                ("r", network, room) => {
                    Ok(Self::Room(RoomId(Canonical::new(network, room, false))))
                }
                _ => Err(IdentityError::Form { text: text.into() }),
            },
        }
    }
}

/// The kind of an identity, its network, and its name there.
fn read(text: &str) -> Result<(&str, Network, SmolStr), IdentityError> {
    let (kind, rest) =
        text.split_once(':').ok_or_else(|| IdentityError::Form { text: text.into() })?;
    let (network, name) = split_network(text, rest)?;
    let name = SmolStr::new(text::decode(name)?);
    match name.len() {
        0 => Err(IdentityError::Empty),
        bytes if bytes > MAX_IDENTITY_BYTES => Err(IdentityError::Long { bytes }),
        _ => Ok((kind, network, name)),
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;

    use super::*;
    use crate::{CaseMapping, Level, Speaker};

    fn check<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T, json: &str) {
        assert_eq!(serde_json::to_string(value).unwrap(), json);
        assert_eq!(serde_json::from_str::<T>(json).unwrap(), *value);
    }

    fn user(network: &str, user: &str, mapping: CaseMapping) -> UserId {
        UserId::new(&network.parse().unwrap(), user, mapping).unwrap()
    }

    #[test]
    fn identities_come_back_as_they_were() {
        check(&"oftc".parse::<Network>().unwrap(), r#""oftc""#);
        check(&user("irc", "Bob[m]", CaseMapping::Rfc1459), r#""u:irc:bob{m}""#);
        check(&user("irc", "Bob[m]", CaseMapping::Ascii), r#""u:irc:bob[m]""#);
        check(&user("socket", "uid/1000, x", CaseMapping::Bytes), r#""u:socket:uid/1000%2C%20x""#);
        check(&user("work", "r@muc/Nick", CaseMapping::Jid), r#""o:work:r@muc/Nick""#);
        let room = RoomId::new(&"irc".parse().unwrap(), "#A B", CaseMapping::Ascii).unwrap();
        check(&room, r#""r:irc:#a%20b""#);
    }

    #[test]
    fn a_speaker_keeps_what_is_verified_apart() {
        let ann = user("irc", "ann", CaseMapping::Ascii);
        let nick = user("irc", "ann!a@b", CaseMapping::Ascii);
        check(
            &Speaker::verified(ann).observing(nick.clone()),
            r#"{"verified":"u:irc:ann","observed":["u:irc:ann!a@b"]}"#,
        );
        check(&Speaker::claimed([nick]), r#"{"verified":null,"observed":["u:irc:ann!a@b"]}"#);
        let forged = r#"{"verified":"o:xmpp:r@muc/ann","observed":[]}"#;
        assert_eq!(serde_json::from_str::<Speaker>(forged).unwrap().verified_id(), None);
    }

    #[test]
    fn a_capability_that_is_called_like_a_level_stays_a_capability() {
        check(&Level::Everyone, r#""everyone""#);
        check(&Level::Capability("everyone".parse().unwrap()), r#"{"capability":"everyone"}"#);
        check(
            &Level::Capability("admin & room:op | trusted".parse().unwrap()),
            r#"{"capability":"admin & room:op | trusted"}"#,
        );
        check(
            &"admin.capability.add".parse::<crate::CommandId>().unwrap(),
            r#""admin.capability.add""#,
        );
    }

    #[test]
    fn what_is_no_identity_is_refused() {
        for json in
            [r#""u:irc""#, r#""u:irc:""#, r#""bob""#, r#""u:IRC:bob""#, r#""u:irc:%zz""#, "7"]
        {
            assert!(serde_json::from_str::<UserId>(json).is_err(), "{json}");
            assert!(serde_json::from_str::<RoomId>(json).is_err(), "{json}");
        }
        assert!(serde_json::from_str::<UserId>(r#""r:irc:bob""#).is_err());
        assert!(serde_json::from_str::<RoomId>(r#""u:irc:bob""#).is_err());
    }
}
