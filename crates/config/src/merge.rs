//! Layers over layers, as figment merges them.
//!
//! figment has one rule for all lists of a provider: replace, or append. Here a list written as
//! `[[…]]` appends and any other replaces, so each layer is provided twice: once without the former,
//! to be merged, and once with nothing else, to be added.

use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};

use crate::mark::Marks;

/// What one text of one layer says.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// The index of its text.
    pub(crate) source: usize,
    pub(crate) dict: Dict,
}

/// One half of a part, as figment wants it.
struct Provided {
    name: String,
    dict: Dict,
}

impl Provider for Provided {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name.clone())
    }

    fn data(&self) -> figment::error::Result<Map<Profile, Dict>> {
        Ok(Map::from([(Profile::Default, self.dict.clone())]))
    }
}

/// Merges the parts, each over those before it.
pub(crate) fn merge(parts: &[Part], marks: &Marks) -> Dict {
    let figment = parts.iter().fold(Figment::new(), |figment, part| {
        let name = || marks.sources.get(part.source).map(|source| source.name.clone());
        let (plain, adding) = split(&part.dict, marks);
        figment
            .merge(Provided { name: name().unwrap_or_default(), dict: plain })
            .admerge(Provided { name: name().unwrap_or_default(), dict: adding })
    });
    // Our providers do not fail, and merging does not either.
    figment.data().ok().and_then(|mut data| data.remove(&Profile::Default)).unwrap_or_default()
}

/// A table without its `[[…]]`, and the same table with nothing else.
fn split(dict: &Dict, marks: &Marks) -> (Dict, Dict) {
    let (mut plain, mut adding) = (Dict::new(), Dict::new());
    for (name, value) in dict {
        match value {
            Value::Dict(tag, inner) => {
                let (inner_plain, inner_adding) = split(inner, marks);
                if !inner_adding.is_empty() {
                    adding.insert(name.clone(), Value::Dict(*tag, inner_adding));
                }
                plain.insert(name.clone(), Value::Dict(*tag, inner_plain));
            }
            Value::Array(tag, _) if marks.get(*tag).is_some_and(|mark| mark.adds) => {
                adding.insert(name.clone(), value.clone());
            }
            value => {
                plain.insert(name.clone(), value.clone());
            }
        }
    }
    (plain, adding)
}
