//! A value that is one text or an array of them.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, SeqAccess, Visitor};

use crate::KeyPath;

/// One text, or an array of texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Texts {
    /// `key = "text"`.
    One(String),
    /// `key = ["text", …]`.
    Many(Vec<String>),
}

impl Texts {
    /// Each text with the path of its value.
    pub(crate) fn iter(&self, path: &KeyPath) -> impl Iterator<Item = (KeyPath, &str)> {
        let (one, many) = match self {
            Self::One(text) => (Some((path.clone(), text.as_str())), &[][..]),
            Self::Many(texts) => (None, texts.as_slice()),
        };
        let path = path.clone();
        let many = many.iter().enumerate();
        one.into_iter().chain(many.map(move |(index, text)| (path.index(index), text.as_str())))
    }
}

impl Default for Texts {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextsVisitor)
    }
}

struct TextsVisitor;

impl<'de> Visitor<'de> for TextsVisitor {
    type Value = Texts;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text or an array of texts")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Texts, E> {
        Ok(Texts::One(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Texts, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = array.next_element()? {
            texts.push(text);
        }
        Ok(Texts::Many(texts))
    }
}
