//! How large a picture is, as its first bytes say: clients keep its place free until it is there.
//!
//! Four formats are read, those that clients show. A library reads twenty, and what a stranger's
//! picture does to it would happen here; nothing is decoded, and no thumbnail made.

/// Width and height in pixels; none for what is no PNG, JPEG, GIF or WebP, or says that it is empty.
pub(super) fn pixels(bytes: &[u8]) -> Option<(u32, u32)> {
    let found = match bytes {
        [0x89, b'P', b'N', b'G', ..] => png(bytes),
        [0xff, 0xd8, 0xff, ..] => jpeg(bytes),
        [b'G', b'I', b'F', b'8', ..] => Some((little(bytes, 6)?, little(bytes, 8)?)),
        [b'R', b'I', b'F', b'F', ..] => webp(bytes),
        _ => None,
    };
    found.filter(|(width, height)| *width > 0 && *height > 0)
}

/// The first chunk is the header (PNG Specification, 11.2.2).
fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    (bytes.get(12..16)? == b"IHDR").then_some(())?;
    let number = |at: usize| bytes.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
    Some((number(16)?, number(20)?))
}

/// Segments until the header of the frame (ITU-T T.81, B.1 and B.2.2).
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let big = |at: usize| Some((u32::from(*bytes.get(at)?) << 8) | u32::from(*bytes.get(at + 1)?));
    let mut at = 2;
    loop {
        match (*bytes.get(at)?, *bytes.get(at + 1)?) {
            // Any number of them may stand before a marker.
            (0xff, 0xff) => at += 1,
            // Markers without a length.
            (0xff, 0x01 | 0xd0..=0xd7) => at += 2,
            // The picture itself, or its end.
            (0xff, 0xd9 | 0xda) => return None,
            (0xff, 0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf) => {
                return Some((big(at + 7)?, big(at + 5)?));
            }
            (0xff, _) => at += 2 + usize::try_from(big(at + 2)?).ok().filter(|long| *long >= 2)?,
            _ => return None,
        }
    }
}

/// Lossy, lossless or extended (RFC 9649 §2.5 to 2.7, RFC 6386 §9.1).
fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    (bytes.get(8..12)? == b"WEBP").then_some(())?;
    let fourteen = |number: u32| number & 0x3fff;
    match bytes.get(12..16)? {
        b"VP8 " => (bytes.get(23..26)? == [0x9d, 0x01, 0x2a])
            .then_some((fourteen(little(bytes, 26)?), fourteen(little(bytes, 28)?))),
        b"VP8L" if bytes.get(20) == Some(&0x2f) => {
            let bits = little(bytes, 21)? | (little(bytes, 23)? << 16);
            Some((fourteen(bits) + 1, fourteen(bits >> 14) + 1))
        }
        b"VP8X" => {
            let three =
                |at: usize| Some(little(bytes, at)? | (u32::from(*bytes.get(at + 2)?) << 16));
            Some((three(24)? + 1, three(27)? + 1))
        }
        _ => None,
    }
}

/// Two bytes, the lesser first.
fn little(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes).map(u32::from)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::pixels;

    fn check(parts: &[&[u8]], expect: Option<(u32, u32)>) {
        let bytes = parts.concat();
        assert_eq!(pixels(&bytes), expect, "{bytes:x?}");
        // What is cut off before says nothing, and harms nobody.
        for end in 0..bytes.len() {
            let cut = pixels(&bytes[..end]);
            assert!(cut.is_none() || cut == expect, "{end} of {bytes:x?}: {cut:?}");
        }
    }

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR";

    #[test]
    fn a_header_says_how_large_a_picture_is() {
        check(&[PNG, &[0, 0, 2, 128, 0, 0, 1, 224], b"\x08\x06\0\0\0"], Some((640, 480)));
        check(&[b"GIF89a", &[0x80, 2, 0xe0, 1]], Some((640, 480)));
        let exif: &[u8] = &[0xff, 0xe1, 0, 6, 0xff, 0xc0, 1, 2];
        let frame: &[u8] = &[0xff, 0xff, 0xc2, 0, 17, 8, 1, 224, 2, 128, 3];
        check(&[&[0xff, 0xd8], exif, frame], Some((640, 480)));
        let riff = |kind: &'static [u8]| [b"RIFF\x24\0\0\0WEBP", kind, b"\x18\0\0\0"].concat();
        let lossy = [0, 0, 0, 0x9d, 1, 0x2a, 0x80, 2, 0xe0, 1];
        check(&[&riff(b"VP8 "), &lossy], Some((640, 480)));
        let bits = (0x027f_u32 | (0x01df << 14)).to_le_bytes();
        check(&[&riff(b"VP8L"), &[0x2f], &bits], Some((640, 480)));
        check(&[&riff(b"VP8X"), &[0, 0, 0, 0, 0x7f, 2, 0, 0xdf, 1, 0]], Some((640, 480)));
    }

    #[test]
    fn what_says_nothing_is_not_guessed() {
        check(&[b"a picture"], None);
        check(&[PNG, &[0; 8]], None);
        check(&[b"\x89PNG\r\n\x1a\n\0\0\0\x0dIDAT", &[1; 8]], None);
        // Lengths that lead nowhere, and a picture before its header.
        check(&[&[0xff, 0xd8, 0xff, 0xe1, 0, 0, 0xff, 0xc0, 0, 17, 8, 1, 1, 1, 1]], None);
        check(&[&[0xff, 0xd8, 0xff, 0xda, 0xff, 0xc0, 0, 17, 8, 1, 1, 1, 1]], None);
        check(&[b"RIFF\x24\0\0\0WAVEVP8X", &[1; 16]], None);
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_strange(kind in 0..4_usize, rest in prop::collection::vec(any::<u8>(), 0..200)) {
            let starts: [&[u8]; 4] = [PNG, &[0xff, 0xd8, 0xff], b"GIF8", b"RIFF\0\0\0\0WEBPVP8"];
            if let Some((width, height)) = pixels(&[starts[kind], &rest].concat()) {
                prop_assert!(width > 0 && height > 0);
            }
        }
    }
}
