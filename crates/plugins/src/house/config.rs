//! `config show`, `set`, `reset` and `diff`. Never shows a secret.

use nuncio_sdk::prelude::*;
use nuncio_sdk::services::Order;

/// How many keys are listed at most.
const KEYS: usize = 20;

/// Shows a key of my configuration with where its value comes from, or the keys below one.
#[command(path = "config.show", repeat = "safe", late = "skip")]
pub(super) fn show(ctx: &Context, key: Option<&str>) -> Result {
    let key = key.unwrap_or_default();
    if let Some(value) = ctx.config().show(key, ctx.room()) {
        return Ok(Reply::from(Content::code(value)));
    }
    let keys = ctx.config().keys(key);
    if keys.is_empty() {
        return Err(unknown(key));
    }
    let more = keys.len().saturating_sub(KEYS);
    let mut listed = keys.into_iter().take(KEYS).collect::<Vec<_>>().join("\n");
    if more > 0 {
        listed.extend(["\n… and ", &more.to_string(), " more; name the beginning of one"]);
    }
    Ok(Reply::from(Content::code(listed)))
}

/// Sets a key of my configuration.
///
/// The value is TOML: `"text"`, `5`, `true`, `["a", "b"]`. A text without quotes is taken as it is.
#[command(path = "config.set", level = "owner", late = "skip")]
pub(super) fn set(ctx: &Context, key: &str, value: &Text) -> Result {
    let value = value.to_string();
    let effect = ctx.config().check_set(key, Some(&value)).map_err(Error::user)?;
    let order = Order::Set { key: key.to_owned(), value: Some(value) };
    Ok(reply!["`{key}` is set; it {effect}."].order(order))
}

/// Forgets what was set from chat for a key.
#[command(path = "config.reset", level = "owner", late = "skip")]
pub(super) fn reset(ctx: &Context, key: &str) -> Result {
    let effect = ctx.config().check_set(key, None).map_err(Error::user)?;
    let order = Order::Set { key: key.to_owned(), value: None };
    Ok(reply!["`{key}` is as my files say again; it {effect}."].order(order))
}

/// Lists what was set from chat, and what it replaces.
///
/// ```chat
/// > config diff
/// Nothing was set from chat.
/// ```
#[command(path = "config.diff", late = "skip")]
pub(super) fn diff(ctx: &Context) -> Reply {
    let diff = ctx.config().diff();
    if diff.is_empty() {
        return Reply::text("Nothing was set from chat.");
    }
    let line = |(key, before, now): (String, Option<String>, String)| match before {
        Some(before) => format!("{key} = {now} (was {before})"),
        None => format!("{key} = {now}"),
    };
    Reply::from(Content::code(diff.into_iter().map(line).collect::<Vec<_>>().join("\n")))
}

fn unknown(key: &str) -> Error {
    refuse![
        "There is no key `{key}` in my configuration. `config show` lists those that there are."
    ]
}
