//! Reading a room: an id or alias, or a table.

use std::fmt;

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
    room: String,
    #[serde(default)]
    via: Vec<String>,
}

struct RoomVisitor;

impl<'de> Visitor<'de> for RoomVisitor {
    type Value = RoomEntry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a room: \"#room:example.org\" or { room = \"!id:example.org\", via = […] }")
    }

    fn visit_str<E: Error>(self, room: &str) -> Result<RoomEntry, E> {
        Ok(RoomEntry { room: room.to_owned(), via: Vec::new() })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RoomEntry, A::Error> {
        let Table { room, via } = Table::deserialize(MapAccessDeserializer::new(map))?;
        Ok(RoomEntry { room, via })
    }
}
