//! What anybody may ask: what the bot is, what it can do, and what one may do with it.

mod about;
mod echo;
mod help;
mod ping;
mod stats;
mod uptime;
mod why;

use nuncio_sdk::prelude::*;

plugin! {
    /// Says what the bot is and does, and what you may ask of it.
    info: help::help, ping::ping, echo::echo, about::about, uptime::uptime, stats::stats,
        why::why, why::others
}
