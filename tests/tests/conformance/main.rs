//! The contract of a transport, on the networks that need no server of their own.

mod memory;
mod socket;
