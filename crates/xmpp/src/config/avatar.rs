//! Our picture, as a file holds it.

use std::{fmt, fs::File, io, io::Read as _, path::Path, sync::Arc};

use sha1::{Digest as _, Sha1};
use smol_str::SmolStr;

/// The most bytes of a picture: as base64, a third of what common servers take in one stanza.
pub const MAX_AVATAR_BYTES: usize = 64 * 1024;

/// A picture of ours for everybody to see.
#[derive(Clone, PartialEq, Eq)]
pub struct Avatar {
    data: Arc<[u8]>,
    kind: Kind,
    width: u16,
    height: u16,
    /// What it is called (XEP-0084 §4.1, XEP-0153 §3): SHA-1 of the data, in lower-case hex.
    hash: SmolStr,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Png,
    Jpeg,
}

/// Why a file is not our picture.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AvatarError {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] io::Error),
    /// It is too large.
    #[error("it is larger than {} KiB: make it smaller", MAX_AVATAR_BYTES / 1024)]
    TooLarge,
    /// It is no picture that every client can show.
    #[error("it is neither a PNG nor a JPEG image")]
    NoImage,
}

impl Avatar {
    /// Reads a file.
    ///
    /// # Errors
    /// Any [`AvatarError`].
    pub fn read(file: &Path) -> Result<Self, AvatarError> {
        let mut data = Vec::new();
        let most = u64::try_from(MAX_AVATAR_BYTES).unwrap_or(u64::MAX);
        File::open(file)?.take(most.saturating_add(1)).read_to_end(&mut data)?;
        Self::new(data)
    }

    /// The picture that these bytes are.
    ///
    /// # Errors
    /// [`AvatarError::TooLarge`] and [`AvatarError::NoImage`].
    pub fn new(data: Vec<u8>) -> Result<Self, AvatarError> {
        if data.len() > MAX_AVATAR_BYTES {
            return Err(AvatarError::TooLarge);
        }
        let png = || png(&data).map(|size| (Kind::Png, size));
        let jpeg = || jpeg(&data).map(|size| (Kind::Jpeg, size));
        let (kind, (width, height)) = png().or_else(jpeg).ok_or(AvatarError::NoImage)?;
        let digits = Sha1::digest(&data).into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let hash = digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect();
        Ok(Self { data: data.into(), kind, width, height, hash })
    }

    /// The file's bytes.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// Its media type.
    pub fn media_type(&self) -> &'static str {
        match self.kind {
            Kind::Png => "image/png",
            Kind::Jpeg => "image/jpeg",
        }
    }

    /// Its width and height, in pixels.
    pub fn size(&self) -> (u16, u16) {
        (self.width, self.height)
    }

    /// What it is called: SHA-1 of the data, in lower-case hex.
    pub fn hash(&self) -> &str {
        &self.hash
    }
}

impl fmt::Debug for Avatar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, width, height, hash, .. } = self;
        write!(f, "{kind:?} {width}x{height} {hash}")
    }
}

/// Width and height of a PNG image, which its first chunk holds (RFC 2083 §4.1.1).
fn png(data: &[u8]) -> Option<(u16, u16)> {
    let header = data.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR")?;
    let (width, rest) = header.split_first_chunk()?;
    let (height, _) = rest.split_first_chunk()?;
    let pixels = |side: &[u8; 4]| u16::try_from(u32::from_be_bytes(*side)).ok();
    Some((pixels(width)?, pixels(height)?))
}

/// Width and height of a JPEG image, which its frame header holds (ITU-T T.81 §B.2.2).
fn jpeg(data: &[u8]) -> Option<(u16, u16)> {
    let mut rest = data.strip_prefix(b"\xff\xd8")?;
    loop {
        let (&[0xff, marker], segment) = rest.split_first_chunk()? else { return None };
        if marker == 0xff {
            rest = rest.get(1..)?;
            continue;
        }
        let (length, body) = segment.split_first_chunk()?;
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            let (&[_, high, low, wide, narrow], _) = body.split_first_chunk()?;
            return Some((u16::from_be_bytes([wide, narrow]), u16::from_be_bytes([high, low])));
        }
        // The length counts itself.
        rest = body.get(usize::from(u16::from_be_bytes(*length)).checked_sub(2)?..)?;
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x20\0\0\0\x10\x08\x06\0\0\0";
    const JPEG: &[u8] =
        b"\xff\xd8\xff\xe0\0\x04JF\xff\xff\xc4\0\x03x\xff\xc2\0\x11\x08\0\x10\0\x20\x03\x01";

    fn read(data: &[u8]) -> Result<String, String> {
        let avatar = Avatar::new(data.to_vec()).map_err(|error| error.to_string())?;
        Ok(format!("{} {:?} {}", avatar.media_type(), avatar.size(), avatar.hash()))
    }

    #[test]
    fn an_image_says_what_it_is() {
        let wanted = "image/png (32, 16) d80995d2ba1c75df935c1597f4c8d6565ce21d43";
        assert_eq!(read(PNG).as_deref(), Ok(wanted));
        let wanted = "image/jpeg (32, 16) c0273eed47111c4dc8bc1b8a577bb2fbc56c6c43";
        assert_eq!(read(JPEG).as_deref(), Ok(wanted));
    }

    #[test]
    fn what_is_no_image_or_too_large_says_so() {
        let none = Err("it is neither a PNG nor a JPEG image".to_owned());
        let gif: &[u8] = b"GIF89a\x20\0\x10\0";
        for data in [b"", gif, &PNG[..20], &JPEG[..JPEG.len() - 5], b"\xff\xd8\xff\xe0\0\0"] {
            assert_eq!(read(data), none, "{data:?}");
        }
        let mut large = PNG.to_vec();
        large.resize(MAX_AVATAR_BYTES, 0);
        assert!(read(&large).is_ok());
        large.push(0);
        assert_eq!(read(&large), Err("it is larger than 64 KiB: make it smaller".to_owned()));
    }

    proptest! {
        #[test]
        fn whatever_a_file_holds_is_read(head in 0..3_usize, tail in vec(any::<u8>(), 0..64)) {
            let head: &[u8] = [b"".as_slice(), b"\xff\xd8\xff", PNG][head];
            drop(read(&[head, &tail].concat()));
        }
    }
}
