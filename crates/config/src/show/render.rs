//! A value as TOML on one line, less what is secret.

use figment::value::Value;
use nuncio_core::config::SecretSource;

use crate::path::KeyPath;
use crate::value;

/// The value at `path`, where `is_secret` says which paths nobody is to see.
pub(super) fn text(path: &KeyPath, value: &Value, is_secret: &dyn Fn(&KeyPath) -> bool) -> String {
    match value {
        Value::Array(_, list) => {
            let element = |(index, value)| text(&path.index(index), value, is_secret);
            format!("[{}]", list.iter().enumerate().map(element).collect::<Vec<_>>().join(", "))
        }
        value if is_secret(path) => secret(value),
        Value::Dict(_, table) if table.is_empty() => "{}".to_owned(),
        Value::Dict(_, table) => {
            let entry = |(name, value): (&String, &Value)| {
                let name = KeyPath::names([name.as_str()]);
                let path = path.join(&name);
                format!("{name} = {}", text(&path, value, is_secret))
            };
            format!("{{ {} }}", table.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        leaf => value::toml(leaf).to_string(),
    }
}

/// Where a secret comes from. A command's arguments are not shown: people put secrets there too.
fn secret(value: &Value) -> String {
    let quoted = |text: String| toml::Value::String(text).to_string();
    match value.deserialize() {
        Ok(SecretSource::File(file)) => format!("{{ file = {} }}", quoted(file)),
        Ok(SecretSource::Env(name)) => format!("{{ env = {} }}", quoted(name)),
        Ok(SecretSource::Command { program, .. }) => {
            format!("{{ command = [{}, …] }}", quoted(program))
        }
        Ok(SecretSource::Text(_)) | Err(_) => "(secret)".to_owned(),
    }
}
