//! `ping`.

use nuncio_sdk::prelude::*;

/// Shows that I am here and listening.
///
/// ```chat
/// > ping
/// Pong!
/// ```
#[command(level = "everyone", repeat = "safe", late = "skip")]
pub(super) fn ping() -> &'static str {
    "Pong!"
}
