//! The transport on real servers.

mod bot;
mod conformance;
mod connection;
mod evidence;
mod login;
mod moderation;
mod nick;
