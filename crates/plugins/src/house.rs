//! The running of the bot: its configuration, its log, its outbox, and its life.

mod config;
mod life;
mod log;
mod outbox;

use nuncio_sdk::prelude::*;

plugin! {
    /// Runs the bot: its configuration, log and outbox, and its end.
    house: config::show, config::set, config::reset, config::diff, log::tail, log::level,
        outbox::list, outbox::resend, outbox::discard, life::reload, life::restart, life::stop
}
