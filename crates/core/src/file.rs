//! Files: those that a bot sends, and those that people send it.

mod attached;

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

pub use self::attached::{Attached, Fetched};

/// The longest name, in bytes: what common file systems take.
const MAX_NAME_BYTES: usize = 255;

/// The longest media type, in bytes: each half has at most 127 (RFC 6838 §4.2).
const MAX_TYPE_BYTES: usize = 255;

/// A file on its way to a network: a name without folders, a media type and at most
/// [`File::MAX_BYTES`].
///
/// Neither `Debug` nor a log shows what is in it. Cloning is cheap. Stored, its bytes are base64.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct File {
    name: SmolStr,       // INVARIANT: what `File::new` accepts
    media_type: SmolStr, // INVARIANT: `type/subtype` in lower case, of RFC 6838's characters
    bytes: Arc<[u8]>,    // INVARIANT: at most `MAX_BYTES`
}

/// Why something cannot be sent as a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// It has no name, or one that could mean another place, or one that is too long.
    #[error(
        "a file's name has 1 to 255 bytes, without `/`, `\\` and controls, and is not `.` or `..`"
    )]
    Name,
    /// Nobody would know what it is.
    #[error("`{0}` is no media type: it is written `type/subtype`, such as `image/png`")]
    MediaType(String),
    /// It is too large to be kept until it is sent.
    #[error("the file has {bytes} bytes, and at most {} can be sent", File::MAX_BYTES)]
    Large {
        /// How large it is.
        bytes: usize,
    },
    /// What was stored of it cannot be read.
    #[error("the file's bytes are not base64")]
    Bytes,
}

impl File {
    /// The most bytes of a file: 1 MiB.
    ///
    /// A picture or a log fits. What is to be sent is a row of the outbox, in memory and in the
    /// database, until it has arrived; more in a row would slow every other row's commit down.
    pub const MAX_BYTES: usize = 1024 * 1024;

    /// A file with its name and its media type (RFC 6838) without parameters.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn new(
        name: impl Into<SmolStr>,
        media_type: &str,
        bytes: impl Into<Arc<[u8]>>,
    ) -> Result<Self, FileError> {
        let (name, bytes) = (name.into(), bytes.into());
        let is_unsafe = |c: char| c.is_control() || matches!(c, '/' | '\\');
        let is_name = (1..=MAX_NAME_BYTES).contains(&name.len()) && !matches!(&*name, "." | "..");
        if !is_name || name.contains(is_unsafe) {
            return Err(FileError::Name);
        }
        if !is_media_type(media_type) {
            return Err(FileError::MediaType(media_type.to_owned()));
        }
        if bytes.len() > Self::MAX_BYTES {
            return Err(FileError::Large { bytes: bytes.len() });
        }
        Ok(Self { name, media_type: media_type.to_ascii_lowercase().into(), bytes })
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is: `type/subtype`.
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// What is in it.
    pub fn bytes(&self) -> &Arc<[u8]> {
        &self.bytes
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, media_type, bytes } = self;
        write!(f, "File({name:?}, {media_type}, {} bytes)", bytes.len())
    }
}

/// Two names of RFC 6838 §4.2 with a slash between them.
fn is_media_type(text: &str) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c))
    };
    text.len() <= MAX_TYPE_BYTES
        && text.split_once('/').is_some_and(|(kind, sub)| is_name(kind) && is_name(sub))
}

/// A file as it stands in a row.
#[derive(Serialize, Deserialize)]
struct Stored {
    name: SmolStr,
    media_type: SmolStr,
    base64: String,
}

impl From<File> for Stored {
    fn from(File { name, media_type, bytes }: File) -> Self {
        Self { name, media_type, base64: STANDARD.encode(bytes) }
    }
}

impl TryFrom<Stored> for File {
    type Error = FileError;

    fn try_from(Stored { name, media_type, base64 }: Stored) -> Result<Self, FileError> {
        let bytes = STANDARD.decode(base64).map_err(|_| FileError::Bytes)?;
        Self::new(name, &media_type, bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::{File, FileError};

    fn file(name: &str, media_type: &str) -> Result<File, FileError> {
        File::new(name, media_type, *b"secret")
    }

    #[test]
    fn a_name_leads_nowhere_else() {
        for name in ["", ".", "..", "a/b", "a\\b", "a\nb", "a\0", &"a".repeat(256)] {
            assert_eq!(file(name, "text/plain"), Err(FileError::Name), "{name:?}");
        }
        for name in ["a", "żółw.png", "a b", "...", &"a".repeat(255)] {
            assert_eq!(file(name, "text/plain").as_ref().map(File::name), Ok(name));
        }
    }

    #[test]
    fn a_media_type_has_two_halves_and_nothing_else() {
        for wrong in ["", "text", "/", "text/", "/plain", "text/plain; a=b", "a/b/c", "t\r\n/x"] {
            assert_eq!(file("a", wrong), Err(FileError::MediaType(wrong.into())));
        }
        let given = file("a", "Image/SVG+xml");
        assert_eq!(given.as_ref().map(File::media_type), Ok("image/svg+xml"));
    }

    #[test]
    fn a_file_has_an_end() {
        let sized = |bytes| File::new("a", "text/plain", vec![0; bytes]);
        assert!(sized(File::MAX_BYTES).is_ok());
        let bytes = File::MAX_BYTES + 1;
        assert_eq!(sized(bytes), Err(FileError::Large { bytes }));
    }

    #[test]
    fn what_is_in_it_is_stored_and_not_shown() {
        let file = file("a.txt", "text/plain").expect("a file");
        insta::assert_debug_snapshot!(file, @r#"File("a.txt", text/plain, 6 bytes)"#);
        let stored = serde_json::to_string(&file).expect("JSON");
        insta::assert_snapshot!(stored, @r#"{"name":"a.txt","media_type":"text/plain","base64":"c2VjcmV0"}"#);
        assert_eq!(serde_json::from_str::<File>(&stored).ok(), Some(file));
        for broken in [stored.replace("a.txt", "../a"), stored.replace("c2V", "%%%")] {
            assert!(serde_json::from_str::<File>(&broken).is_err(), "{broken}");
        }
    }
}
