//! What people see of a running bot, on real servers.

mod abuse;
mod access;
mod away;
mod both;
mod community;
mod encrypted;
mod encrypted_bot;
mod everywhere;
mod life;
mod linking;
mod login;
mod matrix;
mod places;
mod power;
mod reload;
mod rights;
mod sessions;
mod settings;
mod speech;
mod verify;
mod world;
