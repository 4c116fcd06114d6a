//! The transport on real servers.

mod bookmarks;
mod conflict;
mod conformance;
mod cut;
mod files;
mod ghost;
mod login;
mod moderation;
mod profile;
mod silence;
mod somebody;
