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
    lines.extend(ctx.status().networks().iter().map(network));
    Reply::from(words::lines(lines))
}

fn network(status: &NetworkStatus) -> String {
    let NetworkStatus { network, state, rooms, .. } = status;
    match state {
        LinkState::Online => format!("{network} is online, with {}.", count(rooms.len(), "room")),
        LinkState::Connecting => format!("{network} is connecting."),
        LinkState::Offline { why } => format!("{network} is offline: {why}."),
        LinkState::Failed { why } => format!("{network} has failed: {why}."),
    }
}
