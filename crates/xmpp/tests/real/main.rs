//! The transport on real servers.

mod bookmarks;
mod conflict;
mod conformance;
mod cut;
mod files;
mod ghost;
mod login;
mod moderation;
mod silence;
mod somebody;
