//! The standard plugins, written against the sdk like anybody's.
//!
//! - [`info`]: what anybody may ask: `help`, `ping`, `echo`, `about`, `uptime`, `stats`, `whoami`,
//!   `why`.
//! - [`rooms`]: where the bot is and what it says there: `say`, `join`, `leave`.
//! - [`house`]: the running of the bot: `config`, `log`, `outbox`, `reload`, `restart`, `stop`.

pub mod house;
pub mod info;
pub mod rooms;
mod words;

use nuncio_sdk::Native;

/// Every standard plugin.
pub fn standard() -> Vec<Native> {
    vec![info::plugin(), rooms::plugin(), house::plugin()]
}
