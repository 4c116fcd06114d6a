//! What a measure says.

use serde_json::json;

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) work: String,
    pub(crate) result: String,
    /// How it compares with what it is measured against, if it is.
    pub(crate) ratio: String,
    pub(crate) aim: &'static str,
}

impl Row {
    /// As `cargo xtask bench` reads it.
    pub(crate) fn to_json(&self) -> String {
        let Self { work, result, ratio, aim } = self;
        json!({ "work": work, "result": result, "ratio": ratio, "aim": aim }).to_string()
    }
}
