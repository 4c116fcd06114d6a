//! `reload`, `restart` and `stop`.

use nuncio_sdk::prelude::*;
use nuncio_sdk::services::Order;

/// Reads the configuration again and applies what changed.
///
/// ```chat
/// > reload
/// Reading my configuration again.
/// ```
#[command(level = "owner", late = "skip")]
pub(super) fn reload() -> Reply {
    Reply::text("Reading my configuration again.").order(Order::Reload)
}

/// Ends me in good order and starts me again.
///
/// ```chat
/// > restart
/// Back in a moment.
/// ```
#[command(level = "owner", late = "skip")]
pub(super) fn restart() -> Reply {
    Reply::text("Back in a moment.").order(Order::Restart)
}

/// Ends me in good order.
///
/// ```chat
/// > stop
/// Goodbye.
/// ```
#[command(level = "owner", late = "skip")]
pub(super) fn stop() -> Reply {
    Reply::text("Goodbye.").order(Order::Stop)
}
