//! Power that is worth something where nobody has any, or everybody.

use crate::diagnostic::{Problem, Report};
use crate::identity::{Identity, Trust};
use crate::policy::Worth;
use crate::{KeyPath, Network, Policy};

pub(super) fn lint(policy: &Policy, report: &mut Report) {
    let powers = &policy.compiled().powers;
    for (place, numbers) in powers.places() {
        let network = match place {
            Identity::Room(room) => room.network(),
            Identity::Network(network) => network,
            Identity::User(_) | Identity::Account(_) => continue,
        };
        let path = KeyPath::root("policy").key("power").key(&place.to_string());
        let mut worths = numbers.iter().filter_map(|number| powers.get(*number));
        if worths.clone().next().is_none() {
            let problem = Problem::warning(format!("power is worth nothing in `{place}`"));
            report.say(&path, None, problem);
        } else if network.is_reserved() {
            let problem = Problem::warning(format!("nobody has power on `{network}`"));
            report.say(&path, None, problem.help("remove the table"));
        } else if worths.any(|worth: &Worth| worth.positive) && is_anybodys(policy, network) {
            let problem = Problem::warning(format!("on `{network}`, power may be anybody's"));
            let help = "nothing vouches for accounts there, and where no services keep a channel, \
                        whoever enters it first is its op; remove the table, or be sure";
            report.say(&path, None, problem.help(help));
        }
    }
}

/// Whether a network has no services that would keep power with those to whom it was given, as far
/// as its `trust` tells.
fn is_anybodys(policy: &Policy, network: &Network) -> bool {
    policy.networks().trust(network) != Trust::Account
}
