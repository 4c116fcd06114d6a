//! What the policy crate promises, from outside.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod decide;
mod identity;
mod permit;
