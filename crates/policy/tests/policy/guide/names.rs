//! How things are named, and when two names are one.

use nuncio_policy::Identity;

use super::markdown::{Table, code};
use crate::world::networks;

/// Each example is what its row says.
pub(super) fn kinds(table: &Table) {
    for row in &table.rows {
        let [form, examples] = row.as_slice() else { panic!("{row:?}") };
        let examples = code(examples);
        assert!(!examples.is_empty(), "{row:?} has no example");
        for example in examples {
            let parsed = networks().parse(example);
            let kind = match parsed.unwrap_or_else(|error| panic!("`{example}`: {error}")) {
                Identity::User(_) => "u",
                Identity::Room(_) => "r",
                Identity::Network(_) => "p",
                Identity::Account(_) => "a",
            };
            assert_eq!(code(form).concat().split(':').next(), Some(kind), "{row:?}");
            assert_eq!(networks().parse(example).unwrap().to_string(), example);
        }
    }
}

/// The two examples of a row are one name, or are not.
pub(super) fn comparison(table: &Table) {
    for row in &table.rows {
        let [_, _, one, other] = row.as_slice() else { panic!("{row:?}") };
        let read = |text: &str| networks().parse_user(code(text).concat().as_str()).unwrap();
        let is_one = !other.starts_with("not ");
        assert_eq!(read(one) == read(other), is_one, "{row:?}");
    }
}
