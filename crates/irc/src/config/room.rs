//! Reading a room: a name, or a table.

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
    name: String,
    key: Option<SecretSource>,
}

struct RoomVisitor;

impl<'de> Visitor<'de> for RoomVisitor {
    type Value = RoomEntry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a room: \"#name\" or { name = \"#name\", key = … }")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<RoomEntry, E> {
        Ok(RoomEntry { name: name.to_owned(), key: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RoomEntry, A::Error> {
        let Table { name, key } = Table::deserialize(MapAccessDeserializer::new(map))?;
        Ok(RoomEntry { name, key })
    }
}
