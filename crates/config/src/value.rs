//! Walking figment's values by path, which figment itself does only where no name holds a dot.

use figment::value::{Dict, Num, Tag, Value};

use crate::path::{KeyPath, Step};

/// The value at a path.
pub(crate) fn get<'a>(root: &'a Dict, path: &KeyPath) -> Option<&'a Value> {
    let (first, rest) = path.steps().split_first()?;
    let Step::Name(name) = first else { return None };
    rest.iter().try_fold(root.get(name)?, |value, step| match (step, value) {
        (Step::Name(name), Value::Dict(_, table)) => table.get(name),
        (Step::Index(index), Value::Array(_, list)) => list.get(*index),
        _ => None,
    })
}

/// A table that holds nothing but `value`, at `path`; none for a path into a list.
pub(crate) fn nest(path: &KeyPath, value: Value, tag: Tag) -> Option<Dict> {
    let (first, rest) = path.steps().split_first()?;
    let Step::Name(name) = first else { return None };
    let value =
        if rest.is_empty() { value } else { Value::Dict(tag, nest(&path.tail(1), value, tag)?) };
    Some(Dict::from([(name.clone(), value)]))
}

/// Every value with its path, in order: a table or list is gone into where `enter` says so, and
/// stands for itself where not, or where it is empty.
pub(crate) fn leaves<'a>(
    root: &'a Dict,
    enter: &dyn Fn(&KeyPath, &Value) -> bool,
) -> Vec<(KeyPath, &'a Value)> {
    let mut leaves = Vec::new();
    for (name, value) in root {
        collect(KeyPath::root().name(name), value, enter, &mut leaves);
    }
    leaves
}

fn collect<'a>(
    path: KeyPath,
    value: &'a Value,
    enter: &dyn Fn(&KeyPath, &Value) -> bool,
    leaves: &mut Vec<(KeyPath, &'a Value)>,
) {
    match value {
        Value::Dict(_, table) if !table.is_empty() && enter(&path, value) => {
            for (name, value) in table {
                collect(path.name(name), value, enter, leaves);
            }
        }
        Value::Array(_, list) if !list.is_empty() && enter(&path, value) => {
            for (index, value) in list.iter().enumerate() {
                collect(path.index(index), value, enter, leaves);
            }
        }
        leaf => leaves.push((path, leaf)),
    }
}

/// The value as TOML.
pub(crate) fn toml(value: &Value) -> toml::Value {
    match value {
        Value::String(_, text) => toml::Value::String(text.clone()),
        Value::Char(_, char) => toml::Value::String(char.to_string()),
        Value::Bool(_, bool) => toml::Value::Boolean(*bool),
        Value::Num(_, Num::F64(number)) => toml::Value::Float(*number),
        Value::Num(_, Num::I64(number)) => toml::Value::Integer(*number),
        Value::Dict(_, table) => toml::Value::Table(
            table.iter().map(|(name, value)| (name.clone(), toml(value))).collect(),
        ),
        Value::Array(_, list) => toml::Value::Array(list.iter().map(toml).collect()),
        // Nothing is read into these.
        Value::Num(..) | Value::Empty(..) => toml::Value::String(String::new()),
    }
}
