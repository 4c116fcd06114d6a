//! Where a domain's server is: SRV records for STARTTLS and direct TLS as one list (RFC 2782,
//! RFC 6120 §3.2, XEP-0368).

use hickory_resolver::{TokioResolver, proto::rr::RData};

use super::{Address, LoginError, Step};

/// The port of a server that has no SRV records.
const PORT: u16 = 5222;

/// How a server speaks TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// The stream turns to TLS (RFC 6120 §5).
    StartTls,
    /// TLS from the first byte (XEP-0368).
    Direct,
}

/// A record, as it says where.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Record {
    priority: u16,
    weight: u16,
    address: Address,
}

/// The places to try, in this order.
pub(super) async fn targets(domain: &str) -> Result<Vec<Address>, LoginError> {
    let fallback = || Address { host: domain.into(), port: PORT, security: Security::StartTls };
    if domain.parse::<std::net::IpAddr>().is_ok() {
        return Ok(vec![fallback()]);
    }
    let resolver = TokioResolver::builder_tokio()
        .and_then(hickory_resolver::ResolverBuilder::build)
        .map_err(|error| LoginError::io(Step::Connect)(std::io::Error::other(error)))?;
    let services =
        [("_xmpps-client._tcp", Security::Direct), ("_xmpp-client._tcp", Security::StartTls)];
    let mut records = Vec::new();
    for (service, security) in services {
        // That there is none is no failure; that none can be found shows when connecting.
        let Ok(found) = resolver.srv_lookup(format!("{service}.{domain}.")).await else { continue };
        for record in found.answers() {
            let RData::SRV(srv) = &record.data else { continue };
            let host = srv.target.to_ascii().trim_end_matches('.').to_owned();
            let address = Address { host, port: srv.port, security };
            records.push(Record { priority: srv.priority, weight: srv.weight, address });
        }
    }
    if records.is_empty() {
        return Ok(vec![fallback()]);
    }
    let served = order(records, &mut |below| fastrand::u32(0..below));
    if served.is_empty() {
        return Err(LoginError::NotServed { domain: domain.into() });
    }
    Ok(served)
}

/// Puts records in the order of their priority, and those of one priority at random by weight;
/// `draw` gives a number below another. A target of `.` is a service that there is not.
fn order(mut records: Vec<Record>, draw: &mut dyn FnMut(u32) -> u32) -> Vec<Address> {
    records.retain(|record| !record.address.host.is_empty());
    // Those without weight first, as RFC 2782 has it, so that they have a chance at all.
    records.sort_by_key(|record| (record.priority, record.weight));
    let mut ordered = Vec::with_capacity(records.len());
    while let Some(first) = records.first() {
        let priority = first.priority;
        let same = records.iter().take_while(|record| record.priority == priority);
        let total: u32 = same.clone().map(|record| u32::from(record.weight)).sum();
        let drawn = draw(total.saturating_add(1));
        let mut sum = 0;
        let place = same
            .map(|record| {
                sum += u32::from(record.weight);
                sum
            })
            .position(|sum| sum >= drawn)
            .unwrap_or_default();
        ordered.push(records.remove(place).address);
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(priority: u16, weight: u16, host: &str) -> Record {
        let address = Address { host: host.into(), port: 1, security: Security::Direct };
        Record { priority, weight, address }
    }

    fn ordered(records: &[Record], mut draws: impl Iterator<Item = u32>) -> String {
        let mut draw = |below: u32| draws.next().map_or(0, |draw| draw.min(below - 1));
        let addresses = order(records.to_vec(), &mut draw);
        addresses.into_iter().map(|address| address.host).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_lower_priority_comes_first_and_weight_decides_among_equals() {
        let records = [
            record(20, 9, "last"),
            record(5, 10, "light"),
            record(5, 90, "heavy"),
            record(5, 0, "none"),
        ];
        assert_eq!(ordered(&records, [0, 0, 0, 0].into_iter()), "none light heavy last");
        assert_eq!(ordered(&records, [50, 0, 0, 0].into_iter()), "heavy none light last");
        assert_eq!(ordered(&records, [u32::MAX; 4].into_iter()), "heavy light none last");
    }

    #[test]
    fn a_target_that_is_the_root_is_no_service() {
        assert_eq!(ordered(&[record(0, 0, "")], [0].into_iter()), "");
    }
}
