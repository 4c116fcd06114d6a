//! The transport on a real homeserver.

mod again;
mod bot;
mod conformance;
mod encrypted;
mod files;
mod hostile;
mod keys;
mod knocks;
mod late;
mod liar;
mod limits;
mod pins;
mod queries;
mod requests;
mod rooms;
mod sliding;
mod sso;
mod verify;
