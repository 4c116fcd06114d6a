//! One vector: what it asks, what Limnoria answered, and whether we do.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::checks::{Command, Query};
use super::converters::Converter;
use super::sets::Op;
use super::state::State;
use super::{identities, settings, words};

/// The kinds that are policy's.
const KINDS: [&str; 13] = [
    "cap_fn",
    "cap_set",
    "user_check",
    "channel_check",
    "check_capability",
    "check_capabilities",
    "check_ignored",
    "channel_check_ignored",
    "identify_user",
    "dispatch",
    "converter",
    "config_required_capability",
    "set_default_capabilities",
];

/// A row as the schema of the vectors has it; each kind has some of the fields.
#[derive(Deserialize)]
pub(crate) struct Row {
    kind: String,
    #[serde(default)]
    state: State,
    #[serde(default)]
    query: Value,
    #[serde(default)]
    meta: Map<String, Value>,
    expected: Value,
    #[serde(flatten)]
    rest: Rest,
}

/// What single kinds have beside.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Rest {
    r#fn: String,
    args: Vec<String>,
    user_set: bool,
    ops: Vec<Op>,
    capability: String,
    ignore_owner: bool,
    channel: String,
    who: String,
    name: String,
    value: String,
}

/// What became of a row.
pub(crate) enum Outcome {
    Passed,
    /// With what was got.
    Failed(String),
    /// Of a kind that is not policy's.
    Skipped,
    /// With the bug of Limnoria's that we do not copy.
    Apart(String),
}

/// An answer as a row expects it, or why there is none.
pub(super) type Answer = Result<Value, String>;

impl Row {
    /// Asks what a row asks, and compares the answer with Limnoria's.
    pub(crate) fn run(row: Value) -> Outcome {
        let kind = row.get("kind").and_then(Value::as_str).unwrap_or_default();
        if !KINDS.contains(&kind) {
            return Outcome::Skipped;
        }
        match serde_json::from_value::<Self>(row) {
            Ok(row) => row.judge(),
            Err(error) => Outcome::Failed(error.to_string()),
        }
    }

    fn judge(self) -> Outcome {
        let got = match self.answer() {
            Err(problem) => return Outcome::Failed(problem),
            Ok(got) => got,
        };
        if agrees(&self.expected, &got) {
            return Outcome::Passed;
        }
        self.known_bug().map_or_else(|| Outcome::Failed(got.to_string()), Outcome::Apart)
    }

    /// What we answer.
    fn answer(&self) -> Answer {
        let Rest { channel, who, capability, .. } = &self.rest;
        let state = &self.state;
        match self.kind.as_str() {
            "cap_fn" => words::call(&self.rest.r#fn, &self.rest.args),
            "cap_set" => Ok(Op::run_all(&self.rest.ops, self.rest.user_set)),
            "user_check" => state.user_check(capability, self.rest.ignore_owner),
            "channel_check" => state.channel_check(channel, capability),
            "check_capability" => self.query(Query::check, "capability"),
            "check_capabilities" => self.query(Query::check_list, "capabilities"),
            "check_ignored" => self.query(identities::Recipient::check, "recipient"),
            "channel_check_ignored" => identities::check_ignored(state, who, channel),
            "identify_user" => identities::identify(state, who),
            "dispatch" => self.query(Command::dispatch, "command"),
            "converter" => self.query(Converter::convert, "converter"),
            "config_required_capability" => Ok(settings::required(&self.rest.name)),
            "set_default_capabilities" => super::sets::set_default(&self.rest.value),
            other => Err(format!("no kind {other}")),
        }
    }

    fn query<Q: for<'de> Deserialize<'de>>(
        &self,
        ask: impl FnOnce(Q, &State) -> Answer,
        what: &str,
    ) -> Answer {
        let query = Q::deserialize(&self.query).map_err(|error| format!("no {what}: {error}"))?;
        ask(query, &self.state)
    }

    /// The known bug that the row shows, by the names that are given to them.
    fn known_bug(&self) -> Option<String> {
        let tags = ["quirk", "limnoria_bug"].into_iter().filter_map(|key| self.meta.get(key));
        let mut names = tags.filter_map(Value::as_str).filter_map(|tag| tag.split(' ').next());
        names.find(|name| is_known(name)).map(str::to_owned)
    }
}

fn is_known(name: &str) -> bool {
    let number = |letter| name.strip_prefix(letter).and_then(|rest| rest.parse::<u8>().ok());
    number('B').is_some_and(|number| (1..=12).contains(&number))
        || number('Q').is_some_and(|number| (1..=3).contains(&number))
}

/// Whether what was got is what is expected, as far as a row expects it: some ask only for the
/// last result of several, and some not for what a question changes.
fn agrees(expected: &Value, got: &Value) -> bool {
    if let Some(last) = expected.get("last_result") {
        let results = got.get("results").and_then(Value::as_array);
        return results.and_then(|results| results.last()) == Some(last);
    }
    let mut got = got.clone();
    if let Some(got) = got.as_object_mut() {
        got.retain(|key, _| !key.ends_with("_after") || expected.get(key).is_some());
    }
    got == *expected
}

/// A result: a value.
pub(super) fn value(value: impl Into<Value>) -> Value {
    json!({ "value": value.into() })
}

/// A result: an exception, by its class.
pub(super) fn error(class: &str) -> Value {
    json!({ "error": class })
}
