//! `uptime`.

use nuncio_sdk::prelude::*;

use crate::words;

/// Says how long I have been up.
///
/// ```chat
/// > uptime
/// Up for … since ….
/// ```
#[command(level = "everyone", repeat = "safe", late = "skip")]
pub(super) fn uptime(ctx: &Context) -> Reply {
    let length = words::length(ctx.status().uptime());
    let since = words::time(ctx.status().started());
    reply!["Up for {length}, since {since}."]
}
