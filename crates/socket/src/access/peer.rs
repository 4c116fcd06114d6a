//! What the operating system and TLS say of a peer.

use std::fmt;
use std::net::IpAddr;

use aws_lc_rs::digest::{SHA256, digest};
use smol_str::{SmolStr, format_smolstr};

/// What the operating system and TLS say of a peer, before it says anything itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Peer {
    /// A process of this machine.
    Unix {
        /// The user as whom it runs (`SO_PEERCRED`).
        uid: u32,
    },
    /// A connection over TCP.
    Tcp {
        /// Where it comes from.
        address: IpAddr,
        /// The certificate that it showed, where an authority that we trust vouches for it.
        certificate: Option<Fingerprint>,
    },
}

impl Peer {
    /// The user's part of its identity: `uid/1000`, `cert/<sha256>`, else `addr/192.0.2.7`.
    pub fn name(&self) -> SmolStr {
        match self {
            Self::Unix { uid } => format_smolstr!("uid/{uid}"),
            Self::Tcp { certificate: Some(fingerprint), .. } => {
                format_smolstr!("cert/{fingerprint}")
            }
            Self::Tcp { address, .. } => format_smolstr!("addr/{}", address.to_canonical()),
        }
    }

    /// Where it comes from, if not from this machine's own file system.
    pub fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Unix { .. } => None,
            Self::Tcp { address, .. } => Some(address.to_canonical()),
        }
    }

    /// Whether it came over TCP.
    pub fn is_remote(&self) -> bool {
        matches!(self, Self::Tcp { .. })
    }

    /// Whom to hold to account for its attempts.
    pub fn source(&self) -> Source {
        match self {
            Self::Unix { uid } => Source::User(*uid),
            Self::Tcp { address, .. } => Source::network(*address),
        }
    }
}

/// Whom to hold to account for attempts to connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// A user of this machine.
    User(u32),
    /// An IPv4 address.
    V4(u32),
    /// The first 64 bits of an IPv6 address: one customer owns all the rest.
    V6(u64),
}

impl Source {
    /// The source behind an address.
    pub fn network(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address.to_bits()),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                let prefix =
                    [a, b, c, d].into_iter().fold(0, |bits, part| (bits << 16) | u64::from(part));
                Self::V6(prefix)
            }
        }
    }
}

/// The SHA-256 of a certificate, in the form that policy names: lower-case hex.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Of a certificate in DER.
    pub fn of(der: &[u8]) -> Self {
        Self(sha256(der))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut sum = [0; 32];
    for (to, from) in sum.iter_mut().zip(digest(&SHA256, bytes).as_ref()) {
        *to = *from;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_customer_is_one_source() {
        let source = |text: &str| Source::network(text.parse().expect(text));
        assert_eq!(source("2001:db8:1:2::1"), source("2001:db8:1:2:ffff::9"));
        assert_ne!(source("2001:db8:1:2::1"), source("2001:db8:1:3::1"));
        assert_eq!(source("::ffff:192.0.2.1"), source("192.0.2.1"));
        assert_ne!(source("192.0.2.2"), source("192.0.2.1"));
    }

    #[test]
    fn a_fingerprint_is_the_sha256() {
        assert_eq!(
            Fingerprint::of(b"").to_string(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}
