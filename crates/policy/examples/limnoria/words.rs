//! Limnoria's functions on words: capabilities, hostmasks, names of commands.

use nuncio_policy::{Declared, DeclaredIgnore, Hostmask, Outcome, Policy, Registry, Spelling};
use serde_json::json;

use super::names::{folded, is_channel, networks, spelling, user};
use super::row::{Answer, error, value};

/// Calls a function by its name.
pub(super) fn call(function: &str, args: &[String]) -> Answer {
    match (function, args) {
        ("make_channel_capability", [channel, capability]) => Ok(in_channel(channel, capability)),
        ("hostmask_match", [mask, hostmask]) => matches(mask, hostmask).map(value),
        (_, [text]) => call_one(function, text),
        _ => Err(format!("no function {function} of {} words", args.len())),
    }
}

fn call_one(function: &str, text: &str) -> Answer {
    let word = is_word(text);
    let (spelt, assertion) = (spelling(text), || error("AssertionError"));
    // Most functions begin with the assertion that there is one word.
    let of_word = |of: &dyn Fn(Spelling<'_>) -> serde_json::Value| match spelt {
        Some(spelt) if word => of(spelt),
        _ => assertion(),
    };
    let text_of = |spelt: Spelling<'_>| value(spelt.to_string());
    let place = spelt.and_then(|spelt| spelt.place);
    let anti = spelt.is_some_and(|spelt| !spelt.positive);
    Ok(match function {
        "is_capability" => value(word),
        "is_channel_capability" => value(place.is_some()),
        "from_channel_capability" => match (spelt, place) {
            (Some(spelt), Some(place)) => {
                value(json!([place, Spelling { place: None, ..spelt }.to_string()]))
            }
            _ => assertion(),
        },
        "is_anti_capability" => value(anti),
        "make_anti_capability" if anti => assertion(),
        "make_anti_capability" => of_word(&|spelt| text_of(spelt.inverted())),
        "un_anti_capability" if word && !anti => error("ValueError"),
        "un_anti_capability" | "invert_capability" => of_word(&|spelt| text_of(spelt.inverted())),
        "canonical_capability" => of_word(&|_| value(text.to_lowercase())),
        "to_lower" => value(user(text).map_or(String::new(), |id| folded(id.user()))),
        "is_channel" => value(is_channel(text)),
        "is_user_hostmask" => value(Hostmask::parse(text).is_some()),
        "canonical_name" => value(canonical_name(text)),
        "banmask" => Hostmask::parse(text).map_or_else(assertion, |mask| value(mask.ban_mask())),
        _ => return Err(format!("no function {function}")),
    })
}

fn is_word(text: &str) -> bool {
    Spelling::split(text, |_| false).is_some()
}

fn in_channel(channel: &str, capability: &str) -> serde_json::Value {
    if is_word(capability) && is_channel(channel) {
        return value(format!("{channel},{capability}"));
    }
    error("AssertionError")
}

/// Whether somebody is ignored who is ignored by a mask.
fn matches(mask: &str, hostmask: &str) -> Result<bool, String> {
    // No identity is empty, and no mask.
    let (Ok(mask), Ok(who)) = (user(mask), user(hostmask)) else {
        return Ok(hostmask.is_empty() && mask.chars().all(|sign| sign == '*'));
    };
    let ignore = DeclaredIgnore { who: mask.to_string(), room: None, until: None };
    let declared = Declared { ignore: vec![ignore], ..Declared::default() };
    let compiled = Policy::compile(&declared, &networks()?, &Registry::unknown(), 1);
    let (policy, _) = compiled.map_err(|said| format!("{said:?}"))?;
    let world = super::state::World {
        policy,
        sessions: nuncio_policy::Sessions::default(),
        now: super::state::State::default().now()?,
    };
    let request = world.request(nuncio_policy::Speaker::claimed([who]));
    let explanation = nuncio_policy::Explanation::of(&world.policy, request);
    Ok(explanation.outcome == Outcome::Ignore)
}

/// The name of a command as Limnoria compares it: lower case, without `-` and `_` but at its end.
pub(super) fn canonical_name(text: &str) -> String {
    let special = ['\t', '-', '_', ' '];
    let name = text.trim_end_matches(special);
    let end = text.strip_prefix(name).unwrap_or_default();
    format!("{}{end}", name.replace(special, "").to_lowercase())
}
