//! A person's own account: its identities, and what it holds.

mod account;
mod capabilities;
mod code;
mod identify;
mod link;
mod open;
mod password;
mod proof;
mod set;
mod whoami;

use nuncio_sdk::prelude::*;

plugin! {
    /// Knows you on every network by one account.
    user: account::register, account::unregister, account::unlink, account::list,
        link::link, link::confirm,
        identify::identify, identify::unidentify, set::password, set::no_password,
        capabilities::capabilities, capabilities::others, set::secure, set::ignored,
        whoami::whoami
}
