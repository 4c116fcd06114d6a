//! What whoever holds `op` in a room manages there.

mod ban;
mod capability;
mod ignore;
mod lobotomy;

use nuncio_sdk::prelude::*;

plugin! {
    /// Manages a room: capabilities in it, whom I ignore there, and whether I listen at all.
    channel: capability::add, capability::remove, capability::set, capability::unset,
        capability::setdefault, capability::list, ignore::add, ignore::remove, ignore::list,
        ban::add, ban::remove, ban::list, lobotomy::add, lobotomy::remove, lobotomy::list
}
