//! Whether two rules may both match.

use super::{Rule, Who};
use crate::command::CommandPattern;
use crate::identity::Identity;

impl Rule {
    /// Whether some speaker and some command may be named by both; in doubt, yes.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let who = |one: &Who| other.from.iter().any(|other| one.meets(other));
        let id = |one: &CommandPattern| other.commands.iter().any(|other| one.meets(other));
        self.from.iter().any(who) && self.commands.iter().any(id)
    }
}

impl Who {
    fn meets(&self, other: &Self) -> bool {
        use Identity::{Account, Network, Room, User};
        let (Self::Named(one), Self::Named(other)) = (self, other) else { return true };
        match (one, other) {
            (User(one), User(other)) => one == other,
            (Room(one), Room(other)) => one == other,
            (Network(one), Network(other)) => one == other,
            (Account(one), Account(other)) => one == other,
            (User(user), Room(room)) | (Room(room), User(user)) => user.network() == room.network(),
            (User(user), Network(network)) | (Network(network), User(user)) => {
                user.network() == network
            }
            (Room(room), Network(network)) | (Network(network), Room(room)) => {
                room.network() == network
            }
            (Account(_), _) | (_, Account(_)) => true,
        }
    }
}

impl CommandPattern {
    fn meets(&self, other: &Self) -> bool {
        let below = |one: &str, other: &str| {
            one.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        // A path stands in any plugin, or has its plugin before it.
        let tail =
            |path: &str| path.split_once('.').map_or_else(String::new, |(_, tail)| tail.into());
        match (self, other) {
            (Self::Plugin(one), Self::Plugin(other)) => one == other,
            (Self::Path(one), Self::Path(other)) => [
                (one.clone().into(), other.clone().into()),
                (tail(one), other.clone().into()),
                (one.clone().into(), tail(other)),
            ]
            .iter()
            .any(|(one, other): &(String, String)| {
                !one.is_empty() && !other.is_empty() && (below(one, other) || below(other, one))
            }),
            _ => true,
        }
    }
}
