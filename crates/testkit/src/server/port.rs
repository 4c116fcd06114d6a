//! Free ports.

use std::{
    fs,
    net::TcpListener,
    ops::Range,
    os::{linux::net::SocketAddrExt as _, unix::net},
};

use anyhow::{Context as _, Result};

/// A loopback port that is a server's, whether it runs or not, until this is dropped.
///
/// Between the choice of a port and the moment when a server listens on it, and while a server is
/// down for a restart, nobody holds the port itself. So each has a name in Linux's abstract
/// namespace of sockets, which no two processes can hold and which leaves nothing behind.
#[derive(Debug)]
pub(super) struct Lease {
    port: u16,
    _name: net::UnixListener,
}

/// `N` loopback ports that nobody holds.
///
/// They are taken from below the range from which the kernel serves outgoing connections: one of
/// those could take the port of a server that is down for a restart, and a client that dials its
/// own source port even reaches itself.
pub(super) fn lease<const N: usize>() -> Result<[Lease; N]> {
    let range = range();
    let found: Vec<Lease> =
        (0..1_000).filter_map(|_| Lease::of(fastrand::u16(range.clone()))).take(N).collect();
    found.try_into().ok().with_context(|| format!("no {N} free ports in {range:?}"))
}

impl Lease {
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    fn of(port: u16) -> Option<Self> {
        let address = net::SocketAddr::from_abstract_name(format!("nuncio-test-port-{port}"));
        let name = net::UnixListener::bind_addr(&address.ok()?).ok()?;
        // Whoever is no test of ours knows nothing of names.
        TcpListener::bind(("127.0.0.1", port)).ok()?;
        Some(Self { port, _name: name })
    }
}

fn range() -> Range<u16> {
    let lowest = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range")
        .ok()
        .and_then(|text| text.split_whitespace().next()?.parse().ok())
        .unwrap_or(32_768);
    10_000..lowest.max(11_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_differ_and_can_be_bound() -> Result<()> {
        let [one, two] = lease()?;
        assert_ne!(one.port(), two.port());
        for port in [one.port(), two.port()] {
            drop(TcpListener::bind(("127.0.0.1", port))?);
        }
        Ok(())
    }

    #[test]
    fn a_port_is_leased_to_nobody_else() -> Result<()> {
        let [lease] = lease()?;
        assert!(Lease::of(lease.port()).is_none());
        Ok(())
    }
}
