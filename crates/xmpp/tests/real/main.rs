//! The transport on real servers.

mod conformance;
mod cut;
mod login;
mod silence;
mod somebody;
