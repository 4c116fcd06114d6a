//! End-to-end scenarios over real servers, with the real program.
//!
//! - [`home`]: a bot's folder, its state and its sockets, in a place of their own.
//! - [`bot`]: the running program, with its log: killed, ended, told to reload.
//! - [`errand`]: the program where it does something else for a person, who reads and answers.
//! - [`terminal`]: what a person at the bot's console types and sees.
//! - [`room`]: a room on a real server, whose conversation a test writes as a chat log.
//! - [`server`]: an XMPP server, whichever.
//! - [`socket`]: a client of the bot's socket.
//! - [`homeserver`]: Synapse, the accounts on it, and what a bot's configuration says of it.
//! - [`confidant`]: somebody on Matrix who talks to nobody whose device its owner has not signed.
//! - [`prover`]: somebody on Matrix whose device proves that it is his.
//! - [`chaos`]: what the fault harness asks and counts on IRC.
//! - [`talker`]: what it does on XMPP.
//!
//! Nothing here sleeps: all waits are for an event, and end at the testkit's deadline.

pub mod bot;
pub mod chaos;
pub mod confidant;
pub mod errand;
pub mod home;
pub mod homeserver;
pub mod prover;
pub mod room;
pub mod server;
pub mod socket;
pub mod talker;
pub mod terminal;

mod output;
mod pattern;
