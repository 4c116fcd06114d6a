//! Files that people send: what is told of them, and what is in them.

use std::fmt;
use std::sync::Arc;

use super::{File, FileError, MAX_NAME_BYTES, is_media_type};
use crate::place::Place;

/// The longest reference, in bytes.
const MAX_REFERENCE_BYTES: usize = 4096;

/// What a file is whose sender does not say what it is.
const ANYTHING: &str = "application/octet-stream";

/// A file that came with a message: what its sender says of it, and a reference by which its network
/// can [fetch](crate::query::Query::Fetch) it.
///
/// `Debug` does not show the reference, which may hold the file's keys; nothing stores it. Cloning
/// is cheap.
#[derive(Clone)]
pub struct Attached(Arc<Inner>);

struct Inner {
    place: Place,
    name: String,       // INVARIANT: what `File::new` accepts
    media_type: String, // INVARIANT: what `File::new` accepts
    bytes: Option<u64>,
    reference: String,
}

impl Attached {
    /// A file that was sent at a place. `reference` is the network's own, and goes back to it alone
    /// ([`Question::reference`](crate::query::Question::reference)). None where that is longer than
    /// 4 KiB.
    ///
    /// Of the name, folders and controls are made harmless; a media type that is none becomes
    /// `application/octet-stream`.
    pub fn new(
        place: Place,
        name: &str,
        media_type: &str,
        bytes: Option<u64>,
        reference: String,
    ) -> Option<Self> {
        if reference.len() > MAX_REFERENCE_BYTES {
            return None;
        }
        let media_type = if is_media_type(media_type) { media_type } else { ANYTHING };
        let media_type = media_type.to_ascii_lowercase();
        Some(Self(Arc::new(Inner { place, name: harmless(name), media_type, bytes, reference })))
    }

    /// Where it was sent.
    pub fn place(&self) -> &Place {
        &self.0.place
    }

    /// What its sender calls it.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// What its sender says that it is: `type/subtype`.
    pub fn media_type(&self) -> &str {
        &self.0.media_type
    }

    /// How large its sender says that it is, in bytes, if he says it.
    pub fn bytes(&self) -> Option<u64> {
        self.0.bytes
    }

    pub(crate) fn reference(&self) -> &str {
        &self.0.reference
    }
}

impl fmt::Debug for Attached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { name, media_type, bytes, .. } = &*self.0;
        write!(f, "Attached({name:?}, {media_type}, {bytes:?} bytes)")
    }
}

/// A file that somebody sent, with what is in it.
///
/// `Debug` does not show what is in it. Cloning is cheap.
#[derive(Clone)]
pub struct Fetched {
    file: Attached,
    bytes: Arc<[u8]>,
}

impl Fetched {
    /// What is in a file.
    pub fn new(file: Attached, bytes: impl Into<Arc<[u8]>>) -> Self {
        Self { file, bytes: bytes.into() }
    }

    /// What its sender calls it.
    pub fn name(&self) -> &str {
        self.file.name()
    }

    /// What its sender says that it is: `type/subtype`.
    pub fn media_type(&self) -> &str {
        self.file.media_type()
    }

    /// What is in it.
    pub fn bytes(&self) -> &Arc<[u8]> {
        &self.bytes
    }
}

impl fmt::Debug for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fetched({:?}, {}, {} bytes)", self.name(), self.media_type(), self.bytes.len())
    }
}

/// To be sent on.
impl TryFrom<Fetched> for File {
    type Error = FileError;

    fn try_from(file: Fetched) -> Result<Self, FileError> {
        Self::new(file.name(), file.media_type(), Arc::clone(&file.bytes))
    }
}

/// A name that leads nowhere else.
fn harmless(name: &str) -> String {
    let kept = name.chars().filter(|c| !c.is_control());
    let mut name: String = kept.map(|c| if matches!(c, '/' | '\\') { '_' } else { c }).collect();
    name.truncate(name.floor_char_boundary(MAX_NAME_BYTES));
    if matches!(&*name, "" | "." | "..") {
        return "file".to_owned();
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Address;

    fn attached(name: &str, media_type: &str, reference: usize) -> Option<Attached> {
        let place = Place::private("memory".parse().expect("a network"), Address::new("ann"));
        Attached::new(place, name, media_type, Some(7), "k".repeat(reference))
    }

    #[test]
    fn what_its_sender_says_makes_a_file() {
        for name in ["", ".", "..", "../a", "a\\b", "a\n\0b", &"ż".repeat(300)] {
            for media_type in ["", "text", "Image/PNG", "a/b; c"] {
                let attached = attached(name, media_type, 1).expect("a file");
                let fetched = Fetched::new(attached, *b"secret");
                assert!(File::try_from(fetched).is_ok(), "{name:?} {media_type:?}");
            }
        }
    }

    #[test]
    fn neither_keys_nor_contents_are_shown() {
        let attached = attached("a.png", "image/png", 3).expect("a file");
        insta::assert_debug_snapshot!(attached, @r#"Attached("a.png", image/png, Some(7) bytes)"#);
        let fetched = Fetched::new(attached, *b"secret");
        insta::assert_debug_snapshot!(fetched, @r#"Fetched("a.png", image/png, 6 bytes)"#);
    }

    #[test]
    fn a_reference_has_an_end() {
        assert!(attached("a", "", MAX_REFERENCE_BYTES).is_some());
        assert!(attached("a", "", MAX_REFERENCE_BYTES + 1).is_none());
    }
}
