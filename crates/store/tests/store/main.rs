//! What the store promises, from outside.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up has failed"
)]

mod claims;
mod contract;
mod damage;
mod durability;
mod folder;
mod kill;
mod model;
mod policy;
mod samples;
