//! What chat manages: who may change what, what it says then, and what becomes of it.

mod accounts;
mod aliases;
mod capabilities;
pub(crate) mod drawn;
pub(crate) mod house;
mod laws;
mod layers;
mod lists;
mod parts;
mod places;
mod rights;
mod roles;
mod stored;
