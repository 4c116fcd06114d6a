//! What the policy crate promises, from outside.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up has failed")]

mod access;
mod bw_list;
mod cli;
mod decide;
mod identity;
mod layers;
mod limnoria;
mod permit;
mod sibyl;
mod world;
