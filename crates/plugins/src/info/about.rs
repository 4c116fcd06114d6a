//! `about`.

use nuncio_sdk::prelude::*;

/// Says what I am.
///
/// ```chat
/// > about
/// I am nuncio, a bot at home on 1 network. I run nuncio …; help lists what you may ask of me.
/// ```
#[command(level = "everyone", repeat = "safe")]
pub(super) fn about(ctx: &Context) -> Reply {
    let name = ctx.status().name();
    let networks = crate::words::count(ctx.status().networks().len(), "network");
    let version = env!("CARGO_PKG_VERSION");
    reply![
        "I am **{name}**, a bot at home on {networks}. I run nuncio {version}; \
         `help` lists what you may ask of me."
    ]
}
