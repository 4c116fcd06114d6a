//! `stats`.

use nuncio_sdk::event::LinkState;
use nuncio_sdk::prelude::*;
use nuncio_sdk::services::NetworkStatus;

use crate::words::{self, count};

/// Shows my networks, and what I have counted since I started.
///
/// ```chat
/// > stats
/// Since … I heard 1 message and ran 1 command; I refused 0, and 0 failed.
/// I delivered 0 answers; 0 are waiting, and 0 never arrived.
/// memory is online, with 0 rooms.
/// ```
#[command(level = "everyone", repeat = "safe", late = "skip")]
pub(super) fn stats(ctx: &Context) -> Reply {
    let counters = ctx.status().counters();
    let since = words::time(ctx.status().started());
    let messages = count(counters.messages, "message");
    let commands = count(counters.commands, "command");
    let delivered = count(counters.delivered, "answer");
    let (refusals, failures) = (counters.refusals, counters.failures);
    let (waiting, dead) = (counters.waiting, counters.dead);
    let mut lines = vec![
        format!(
            "Since {since} I heard {messages} and ran {commands}; I refused {refusals}, and {failures} failed."
        ),
        format!("I delivered {delivered}; {waiting} are waiting, and {dead} never arrived."),
    ];
    let networks = ctx.status().networks();
    lines.extend(networks.iter().map(network));
    lines.extend(networks.iter().filter_map(counted));
    Reply::from(words::lines(lines))
}

fn network(status: &NetworkStatus) -> String {
    let NetworkStatus { network, state, rooms, unarchived, .. } = status;
    match state {
        LinkState::Online => {
            let rooms = count(rooms.len(), "room");
            format!(
                "{network} is online, with {rooms}.{}",
                lost(unarchived.private, unarchived.rooms.len())
            )
        }
        LinkState::Connecting => format!("{network} is connecting."),
        LinkState::Offline { why } => format!("{network} is offline: {why}."),
        LinkState::Failed { why } => format!("{network} has failed: {why}."),
    }
}

/// What a network counts of its own.
fn counted(status: &NetworkStatus) -> Option<String> {
    let counts: Vec<String> =
        status.counts.iter().map(|(what, count)| format!("{what} {count}")).collect();
    (!counts.is_empty()).then(|| format!("{} counts: {}.", status.network, counts.join(", ")))
}

/// Where nobody keeps what I miss. Not everybody need know of each room.
fn lost(private: bool, rooms: usize) -> String {
    let rooms = (rooms > 0).then(|| format!("in {rooms} of them"));
    let places: Vec<_> = rooms.into_iter().chain(private.then(|| "in private".into())).collect();
    match places.join(" and ") {
        nowhere if nowhere.is_empty() => nowhere,
        places => format!(" What is said {places} while I am away is lost."),
    }
}

#[cfg(test)]
mod tests {
    use super::lost;

    #[test]
    fn where_nobody_keeps_what_is_said_is_told() {
        assert_eq!(lost(false, 0), "");
        assert_eq!(lost(true, 0), " What is said in private while I am away is lost.");
        assert_eq!(lost(false, 1), " What is said in 1 of them while I am away is lost.");
        assert_eq!(
            lost(true, 2),
            " What is said in 2 of them and in private while I am away is lost."
        );
    }
}
