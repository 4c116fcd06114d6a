//! What the policy crate promises, from outside.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up has failed"
)]

mod access;
mod bw_list;
mod cli;
mod decide;
mod deviations;
mod guide;
mod identity;
mod laws;
mod layers;
mod managed;
mod mxuserbot;
mod newcomer;
mod permit;
mod power;
mod reference;
mod sibyl;
mod world;
