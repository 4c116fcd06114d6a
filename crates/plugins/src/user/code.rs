//! The codes by which an identity is linked: shown on one network, typed on another.

use std::fmt;

use nuncio_sdk::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

/// Crockford's: no sign looks like another when it is read aloud or copied by hand.
const SIGNS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// How many signs a code has, of 5 random bits each.
const LENGTH: usize = 28;
/// How many stand together.
const GROUP: usize = 4;

/// A code of 140 random bits. `Debug` does not show it.
pub(super) struct Code(Zeroizing<String>);

impl Code {
    /// A new one, from the system's random numbers.
    ///
    /// # Errors
    /// Where the system gives none.
    pub(super) fn new() -> Result<Self> {
        let mut bits = Zeroizing::new([0; LENGTH]);
        getrandom::fill(bits.as_mut()).map_err(Error::internal)?;
        let sign = |bits: &u8| SIGNS.get(usize::from(bits & 31)).map(|sign| char::from(*sign));
        Ok(Self(Zeroizing::new(bits.iter().filter_map(sign).collect())))
    }

    /// What somebody typed as one: groups and case do not matter, and what looks like a digit is one.
    pub(super) fn read(typed: &Secret) -> Self {
        let signs = typed.expose().chars().filter(|sign| !matches!(sign, '-' | ' '));
        let plain = signs.take(LENGTH + 1).map(|sign| match sign.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            sign => sign,
        });
        Self(Zeroizing::new(plain.collect()))
    }

    /// What is kept of it.
    pub(super) fn digest(&self) -> Digest {
        Digest(Sha256::digest(self.0.as_bytes()).into())
    }
}

/// As it is shown: in groups.
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, sign) in self.0.chars().enumerate() {
            let dash = if index > 0 && index % GROUP == 0 { "-" } else { "" };
            write!(f, "{dash}{sign}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// The SHA-256 of a code, which has so many bits that it cannot be found from it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Digest([u8; 32]);

impl ConstantTimeEq for Digest {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Digest {
        Code::read(&text.to_owned().into()).digest()
    }

    fn same(one: Digest, other: Digest) -> bool {
        one.ct_eq(&other).into()
    }

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = Code::new().unwrap();
        let shown = code.to_string();
        assert_eq!(shown.len(), LENGTH + LENGTH / GROUP - 1);
        let spelt = shown.replace('0', "O").replace('1', "l");
        for typed in [
            shown.clone(),
            shown.to_uppercase(),
            shown.replace('-', ""),
            shown.replace('-', " - "),
            spelt,
        ] {
            assert!(same(read(&typed), code.digest()), "{typed}");
        }
        let one_less: String = shown.chars().skip(1).collect();
        for typed in
            [one_less, format!("{shown}0"), String::new(), Code::new().unwrap().to_string()]
        {
            assert!(!same(read(&typed), code.digest()), "{typed}");
        }
        assert_eq!(format!("{code:?}"), "Code(…)");
    }
}
