//! Which capability Limnoria asks of whoever sets a variable of its configuration.
//!
//! Ours is set by owners alone; the rule is Limnoria's, in our levels.

use nuncio_policy::Level;
use serde_json::Value;

use super::names::is_channel;
use super::row::value;

/// The variables that those who run a channel do not set for it.
const OWNERS: [&str; 2] = ["supybot.plugins.logtoirc.level", "supybot.plugins.web.urlwhitelist"];

pub(super) fn required(name: &str) -> Value {
    let parts = split(name);
    let path = parts.join(".").to_lowercase();
    let path = if path.starts_with("supybot") || path.starts_with("users") {
        path
    } else {
        format!("supybot.{path}")
    };
    let owners = OWNERS.iter().any(|of| {
        path.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    });
    let channel = parts.iter().rev().find(|part| is_channel(part)).filter(|_| !owners);
    value(channel.map_or(Level::Owner.to_string(), |channel| format!("{channel},op")))
}

/// The parts of a name; a dot after a backslash belongs to a part.
fn split(name: &str) -> Vec<String> {
    let escaped = name.replace("\\.", "\u{0}").replace("\\:", ":");
    escaped.split('.').map(|part| part.replace('\u{0}', ".")).collect()
}
