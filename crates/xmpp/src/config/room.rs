//! Reading a room: an address, or a table.

use std::fmt;

use nuncio_core::config::SecretSource;
use serde::de::{
    Deserialize, Deserializer, Error, MapAccess, Visitor, value::MapAccessDeserializer,
};

use super::RoomEntry;

impl<'de> Deserialize<'de> for RoomEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RoomVisitor)
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    jid: String,
    nick: Option<String>,
    password: Option<SecretSource>,
}

struct RoomVisitor;

impl<'de> Visitor<'de> for RoomVisitor {
    type Value = RoomEntry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a room: \"room@service\" or { jid = \"room@service\", nick = …, password = … }",
        )
    }

    fn visit_str<E: Error>(self, jid: &str) -> Result<RoomEntry, E> {
        Ok(RoomEntry { jid: jid.to_owned(), nick: None, password: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RoomEntry, A::Error> {
        let Table { jid, nick, password } = Table::deserialize(MapAccessDeserializer::new(map))?;
        Ok(RoomEntry { jid, nick, password })
    }
}
