//! What each fuzz target asks of its parser.
//!
//! A check takes any bytes and panics where a promise is broken. The targets in `fuzz_targets/` feed
//! it what libFuzzer finds; the test `corpus` in `tests/` feeds it the corpora again, in every run.

pub mod bw_list;
pub mod command_line;
pub mod identity;
pub mod irc_session;
pub mod matrix_content;
pub mod socket_frame;
pub mod xmpp_session;
