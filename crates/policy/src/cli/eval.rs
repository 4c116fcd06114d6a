//! `nuncio policy eval`: a JSON object a line in, a decision a line out.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::Query;
use crate::{Explanation, Policy};

/// A line that was read, as it is answered.
#[derive(Serialize)]
struct Answer<'a> {
    id: &'a Value,
    decision: &'static str,
    layer: &'static str,
    because: String,
}

/// What is printed of a line that cannot be read.
#[derive(Serialize)]
struct Unreadable<'a> {
    id: &'a Value,
    error: String,
}

/// Answers one line with one line; `id` is whatever the line's `id` is, else `null`.
///
/// # Errors
///
/// The line that says why, when the line cannot be read: the rest goes on, and the exit status of
/// the command is then 1.
pub fn eval_line(policy: &Policy, line: &str, now: Timestamp) -> Result<String, String> {
    let mut fields = match serde_json::from_str::<Value>(line) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) => return Err(unreadable(&Value::Null, "a line is a JSON object")),
        Err(error) => return Err(unreadable(&Value::Null, error)),
    };
    let id = fields.remove("id").unwrap_or(Value::Null);
    let query: Query = match serde_json::from_value(Value::Object(fields)) {
        Ok(query) => query,
        Err(error) => return Err(unreadable(&id, error)),
    };
    let request = query.request(policy, now).map_err(|error| unreadable(&id, error))?;
    let explanation = Explanation::of(policy, request);
    let answer = Answer {
        id: &id,
        decision: explanation.outcome.as_str(),
        layer: explanation.layer().as_str(),
        because: explanation.because().to_string(),
    };
    Ok(json(&answer))
}

fn unreadable(id: &Value, error: impl std::fmt::Display) -> String {
    json(&Unreadable { id, error: error.to_string() })
}

/// Writes a line; texts and JSON values always can be.
fn json(line: &impl Serialize) -> String {
    serde_json::to_string(line)
        .unwrap_or_else(|_| r#"{"id":null,"error":"unprintable"}"#.to_owned())
}
