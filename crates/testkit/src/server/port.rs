//! Free ports.

use std::{fs, net::TcpListener, ops::Range};

use anyhow::{Context as _, Result};

/// `N` loopback ports that nobody holds.
///
/// They are taken from below the range from which the kernel serves outgoing connections: one of
/// those could take the port of a server that is down for a restart, and a client that dials its
/// own source port even reaches itself.
pub(super) fn free<const N: usize>() -> Result<[u16; N]> {
    let range = range();
    // All are held until all are found, so that they differ.
    let mut held = Vec::with_capacity(N);
    for _ in 0..1_000 {
        if held.len() == N {
            break;
        }
        held.extend(TcpListener::bind(("127.0.0.1", fastrand::u16(range.clone()))));
    }
    let ports: Vec<u16> = held
        .iter()
        .map(|listener| listener.local_addr().map(|addr| addr.port()))
        .collect::<Result<_, _>>()?;
    ports.try_into().ok().with_context(|| format!("no {N} free ports in {range:?}"))
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
        let [one, two] = free()?;
        assert_ne!(one, two);
        for port in [one, two] {
            drop(TcpListener::bind(("127.0.0.1", port))?);
        }
        Ok(())
    }
}
