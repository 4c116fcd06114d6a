//! The defaults that transports and plugins declare, written out as TOML.

use std::fmt::Write;

use figment::value::{Dict, Value};
use nuncio_core::config::Key;

use crate::path::KeyPath;
use crate::schema::Schema;
use crate::source::{Home, Layer, Source};

/// A document for each network of `merged`, and for each plugin.
pub(super) fn documents(schema: &Schema, merged: &Dict) -> Vec<Source> {
    let networks = match merged.get("network") {
        Some(Value::Dict(_, networks)) => networks.iter().collect(),
        _ => Vec::new(),
    };
    let networks = networks.into_iter().filter_map(|(name, network)| {
        let kind = kind(name, network)?;
        document(&kind, &KeyPath::names(["network", name]), schema.of_kind(&kind))
    });
    let plugins = schema.plugins().filter_map(|name| {
        let table = KeyPath::names(["plugin", name]);
        document(&format!("plugin {name}"), &table, schema.of_plugin(name))
    });
    networks.chain(plugins).collect()
}

/// The kind of a network: what it says, else its name.
pub(crate) fn kind(name: &str, network: &Value) -> Option<String> {
    let Value::Dict(_, table) = network else { return None };
    match table.get("kind") {
        None => Some(name.to_owned()),
        Some(Value::String(_, kind)) => Some(kind.clone()),
        Some(_) => None,
    }
}

/// The defaults of keys that stand at one place: those below any name or in a list have none.
fn document(by: &str, table: &KeyPath, keys: &[Key]) -> Option<Source> {
    let mut text = String::new();
    for key in keys.iter().filter(|key| !key.path.contains(['<', '['])) {
        if let Some(default) = key.default {
            // Writing to a string does not fail.
            writeln!(text, "{table}.{} = {default}", key.path).ok()?;
        }
    }
    let home = Home::Declared { by: by.to_owned() };
    (!text.is_empty()).then(|| Source::new(Layer::Default, home, text))
}
