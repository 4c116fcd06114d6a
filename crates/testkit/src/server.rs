//! Real servers as child processes on loopback.
//!
//! Each has ports and a folder of its own. A server lives as long as its value, and dies with the
//! test process however that ends. What it printed is printed when its value is dropped, where a
//! test runner shows it for a test that failed. Processes never run as root: for a root user they
//! run as `nobody`.

mod anope;
mod daemon;
mod ejabberd;
mod inspircd;
mod ngircd;
mod port;
mod prosody;
mod synapse;
pub mod xmpp;

pub use self::{
    ejabberd::Ejabberd,
    inspircd::{InspIrcd, Options},
    ngircd::NgIrcd,
    prosody::Prosody,
    synapse::Synapse,
};
