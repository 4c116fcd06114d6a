//! TOML into figment's values, each with its mark.

use std::ops::Range;

use figment::value::{Dict, Tag, Value};
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::mark::{Mark, Marks};
use crate::problem::{At, Finding};

/// Reads a whole text. What is malformed is reported, and nothing of that text is used.
pub(crate) fn document(source: usize, marks: &mut Marks) -> Result<Dict, Vec<Finding>> {
    let text = text(source, marks);
    let (table, errors) = DeTable::parse_recoverable(&text);
    malformed(source, &text, &errors)?;
    let mut reader = Reader { source, marks, findings: Vec::new() };
    let dict = reader.table(table.get_ref());
    reader.finish(dict)
}

/// Reads a text that is one TOML value, the value of `key`.
pub(crate) fn value(source: usize, marks: &mut Marks) -> Result<Value, Vec<Finding>> {
    let text = text(source, marks);
    let (value, errors) = DeValue::parse_recoverable(&text);
    malformed(source, &text, &errors)?;
    let mut reader = Reader { source, marks, findings: Vec::new() };
    let value = reader.value(0..text.len(), &value);
    reader.finish(value)
}

fn text(source: usize, marks: &Marks) -> String {
    marks.sources.get(source).map(|source| source.text.clone()).unwrap_or_default()
}

/// The parser's message and place, never its rendering, which quotes the line.
fn malformed(source: usize, text: &str, errors: &[toml::de::Error]) -> Result<(), Vec<Finding>> {
    if errors.is_empty() {
        return Ok(());
    }
    let finding = |error: &toml::de::Error| {
        let span = error.span().unwrap_or(text.len()..text.len());
        Finding::new(At::Span(source, span), error.message().to_owned())
    };
    Err(errors.iter().map(finding).collect())
}

struct Reader<'a> {
    source: usize,
    marks: &'a mut Marks,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    fn finish<T>(self, read: T) -> Result<T, Vec<Finding>> {
        if self.findings.is_empty() { Ok(read) } else { Err(self.findings) }
    }

    fn table(&mut self, table: &DeTable<'_>) -> Dict {
        let entries = table.iter();
        entries
            .map(|(key, value)| (key.get_ref().to_string(), self.value(key.span(), value)))
            .collect()
    }

    fn value(&mut self, key: Range<usize>, value: &Spanned<DeValue<'_>>) -> Value {
        let span = value.span();
        let adds = matches!(value.get_ref(), DeValue::Array(array) if adds(&span, array));
        let mark = Mark { source: self.source, key, value: span.clone(), adds };
        let tag = self.marks.mark(mark);
        match value.get_ref() {
            DeValue::String(text) => Value::String(tag, text.as_ref().to_owned()),
            DeValue::Boolean(bool) => Value::Bool(tag, *bool),
            DeValue::Datetime(time) => Value::String(tag, time.to_string()),
            DeValue::Integer(digits) => self.integer(tag, span, digits.as_str(), digits.radix()),
            DeValue::Float(digits) => self.float(tag, span, digits.as_str()),
            DeValue::Table(table) => Value::Dict(tag, self.table(table)),
            DeValue::Array(array) => {
                let element = |value| self.value(Spanned::span(value), value);
                Value::Array(tag, array.iter().map(element).collect())
            }
        }
    }

    fn integer(&mut self, tag: Tag, span: Range<usize>, digits: &str, radix: u32) -> Value {
        let number = i64::from_str_radix(digits, radix).unwrap_or_else(|_| {
            self.find(span, "the number does not fit into 64 bits");
            0
        });
        Value::Num(tag, number.into())
    }

    fn float(&mut self, tag: Tag, span: Range<usize>, digits: &str) -> Value {
        let number = digits.parse::<f64>().unwrap_or_else(|_| {
            self.find(span, "the number cannot be read");
            0.0
        });
        Value::Num(tag, number.into())
    }

    fn find(&mut self, span: Range<usize>, message: &str) {
        self.findings.push(Finding::new(At::Span(self.source, span), message.to_owned()));
    }
}

/// Whether a list was written as `[[…]]`: it then has the span of its first header, as its first
/// element has, where `[` stands before the first element of any other list.
fn adds(span: &Range<usize>, array: &DeArray<'_>) -> bool {
    array.first().is_some_and(|first| first.span().start == span.start)
}
