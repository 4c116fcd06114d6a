//! Whether a value is what its key asks for.

use figment::value::{Dict, Num, Tag, Value};
use jiff::Timestamp;
use nuncio_core::config::{Period, SecretSource, Type};
use toml::de::DeValue;

use super::suggestion;
use crate::mark::Marks;
use crate::read;

/// How a value is not what is asked for. It never holds the value.
#[derive(Debug)]
pub(crate) struct Misfit {
    /// The value, or the part of it, that does not fit.
    pub(crate) tag: Tag,
    pub(crate) wanted: String,
    pub(crate) found: &'static str,
    pub(crate) help: Option<String>,
}

/// Checks a value, and the elements of a list, but not what is inside a table.
pub(crate) fn fit(value: &Value, ty: &Type) -> Result<(), Misfit> {
    let misfit = || Misfit {
        tag: value.tag(),
        wanted: wanted(ty),
        found: name(value),
        help: hint(value, ty),
    };
    let fits = match (ty, value) {
        (Type::Text, Value::String(..))
        | (Type::Bool, Value::Bool(..))
        | (Type::Table, Value::Dict(..))
        | (Type::Period, Value::Num(_, Num::I64(0..))) => true,
        (Type::Path, Value::String(_, text)) => !text.is_empty(),
        (Type::Choice(words), Value::String(_, text)) => words.contains(&text.as_str()),
        (Type::Period, Value::String(_, text)) => text.parse::<Period>().is_ok(),
        (Type::Time, Value::String(_, text)) => text.parse::<Timestamp>().is_ok(),
        (Type::Integer { min, max }, Value::Num(_, Num::I64(number))) => {
            (min..=max).contains(&number)
        }
        (Type::Number { min, max }, Value::Num(_, number)) => within(*number, *min, *max),
        (Type::Secret, _) => value.deserialize::<SecretSource>().is_ok(),
        (Type::List(ty), Value::Array(_, list)) => {
            return list.iter().try_for_each(|value| fit(value, ty));
        }
        (Type::OneOf(types), _) => {
            let mut inner = None;
            for ty in *types {
                match fit(value, ty) {
                    Ok(()) => return Ok(()),
                    // The element of a list is to blame rather than the list.
                    Err(misfit) if misfit.tag != value.tag() => inner = Some(misfit),
                    Err(_) => {}
                }
            }
            return Err(inner.unwrap_or_else(misfit));
        }
        _ => false,
    };
    if fits { Ok(()) } else { Err(misfit()) }
}

fn within(number: Num, min: i32, max: i32) -> bool {
    let whole = || i32::try_from(number.to_i128()?).ok().map(f64::from);
    let number = number.to_f64().or_else(whole);
    number.is_some_and(|number| (f64::from(min)..=f64::from(max)).contains(&number))
}

/// What may have been meant.
fn hint(value: &Value, ty: &Type) -> Option<String> {
    match (ty, value) {
        (Type::Choice(words), Value::String(_, text)) => suggestion(text, words.iter().copied()),
        (Type::Time, _) => Some("write `2026-12-01T00:00:00Z`".to_owned()),
        _ => None,
    }
}

/// Makes what chat, the environment or the command line gave as text into what its key asks for;
/// what cannot be stays text, and does not fit.
pub(crate) fn coerce(value: &mut Value, ty: &Type, marks: &mut Marks) {
    if let (Type::Secret, Value::Dict(_, ways)) = (ty, &mut *value) {
        return newest(ways, marks);
    }
    let Value::String(tag, text) = value else { return };
    let (tag, text) = (*tag, text.clone());
    let Some(source) = marks.source_of(tag).filter(|source| source.is_text()) else { return };
    let may_quote = source.may_quote();
    if let Some(typed) = typed(&text, tag, ty, marks) {
        *value = typed;
    } else if let Some(text) = quoted(&text).filter(|_| may_quote) {
        *value = Value::String(tag, text);
    }
}

/// What stands in quotes, if all of it does.
fn quoted(text: &str) -> Option<String> {
    match DeValue::parse(text).ok()?.into_inner() {
        DeValue::String(text) => Some(text.into_owned()),
        _ => None,
    }
}

/// A later layer's way to a secret replaces an earlier one's, where tables otherwise merge.
fn newest(ways: &mut Dict, marks: &Marks) {
    let source = |value: &Value| marks.get(value.tag()).map(|mark| mark.source);
    let newest = ways.values().map(source).max().flatten();
    ways.retain(|_, value| source(value) == newest);
}

fn typed(text: &str, tag: Tag, ty: &Type, marks: &mut Marks) -> Option<Value> {
    match ty {
        Type::Bool => text.parse().ok().map(|bool| Value::Bool(tag, bool)),
        Type::Integer { .. } => {
            text.parse::<i64>().ok().map(|number| Value::Num(tag, number.into()))
        }
        Type::Number { .. } => {
            text.parse::<f64>().ok().map(|number| Value::Num(tag, number.into()))
        }
        Type::List(_) | Type::Table if text.trim_start().starts_with(['[', '{']) => {
            let source = marks.get(tag)?.source;
            read::value(source, marks).ok()
        }
        Type::OneOf(types) => types.iter().find_map(|ty| typed(text, tag, ty, marks)),
        _ => None,
    }
}

/// What a value is, for messages.
pub(crate) fn name(value: &Value) -> &'static str {
    match value {
        Value::String(..) | Value::Char(..) => "this text",
        Value::Bool(..) => "a yes or no",
        Value::Num(_, Num::F64(_) | Num::F32(_)) => "a fraction",
        Value::Num(..) => "this number",
        Value::Empty(..) => "nothing",
        Value::Dict(..) => "a table",
        Value::Array(..) => "a list",
    }
}

/// What a key asks for, for messages and documents.
pub(crate) fn wanted(ty: &Type) -> String {
    match ty {
        Type::Text => "text".to_owned(),
        Type::Bool => "`true` or `false`".to_owned(),
        Type::Integer { min: i64::MIN, max: i64::MAX } => "a whole number".to_owned(),
        Type::Integer { min, max } => format!("a whole number from {min} to {max}"),
        Type::Number { min, max } => format!("a number from {min} to {max}"),
        Type::Choice(words) => {
            words.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(" or ")
        }
        Type::Period => "a length of time such as `\"5m\"`".to_owned(),
        Type::Time => "a point in time".to_owned(),
        Type::Path => "a path".to_owned(),
        Type::Secret => {
            "a secret (`\"text\"`, `{ file = … }`, `{ env = … }` or `{ command = … }`)".to_owned()
        }
        Type::List(Type::Table) => "a list of tables".to_owned(),
        Type::List(ty) => format!("a list of which each is {}", wanted(ty)),
        Type::Table => "a table".to_owned(),
        Type::OneOf(types) => types.iter().map(wanted).collect::<Vec<_>>().join(" or "),
    }
}
