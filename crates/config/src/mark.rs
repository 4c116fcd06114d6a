//! The mark that every value carries, and what it leads back to.
//!
//! figment gives one tag to everything that a provider provides: enough for a file's name, not for
//! a line. Tags are figment's to make, but they can be deserialised, and it keeps those that it did
//! not make. So each value gets a tag of its own here, numbered from far above figment's own, and
//! the number is the index of a [`Mark`]. Merging then moves the marks along with the values.

use std::ops::Range;

use figment::value::{Tag, Value};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, U64Deserializer};

use crate::source::Source;

/// The number of the first mark. figment counts its own from 1, one for each provider.
const FIRST: u64 = 1 << 40;

/// Where one value was written.
#[derive(Debug, Clone)]
pub(crate) struct Mark {
    /// The index of its text.
    pub(crate) source: usize,
    /// Its key; for an element of a list, the element.
    pub(crate) key: Range<usize>,
    /// The value; for a table, its header or key.
    pub(crate) value: Range<usize>,
    /// Whether it is a list written as `[[…]]`, which adds to those before it.
    pub(crate) adds: bool,
}

/// All marks of one configuration, and the texts that they point into.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    pub(crate) sources: Vec<Source>,
    marks: Vec<Mark>,
}

impl Marks {
    /// Takes up a text and returns its index.
    pub(crate) fn source(&mut self, source: Source) -> usize {
        self.sources.push(source);
        self.sources.len() - 1
    }

    /// Makes the tag for a value.
    pub(crate) fn mark(&mut self, mark: Mark) -> Tag {
        let number = u64::try_from(self.marks.len()).map_or(u64::MAX, |index| FIRST + index);
        self.marks.push(mark);
        let number: U64Deserializer<Error> = number.into_deserializer();
        Tag::deserialize(number).unwrap_or_default()
    }

    /// What a tag leads back to; none for a value that was not read by us.
    pub(crate) fn get(&self, tag: Tag) -> Option<&Mark> {
        let number = u64::try_from(Value::from(tag).to_u128()?).ok()?;
        self.marks.get(usize::try_from(number.checked_sub(FIRST)?).ok()?)
    }

    /// The text that a value was read from.
    pub(crate) fn source_of(&self, tag: Tag) -> Option<&Source> {
        self.sources.get(self.get(tag)?.source)
    }
}
