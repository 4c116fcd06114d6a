//! What a plugin's file begins with: `use nuncio_sdk::prelude::*;`.

pub use std::time::Duration;

pub use crate::argument::Secret;
pub use crate::config::{Key, Type};
pub use crate::content::Content;
#[cfg(feature = "test")]
pub use crate::test::Bot;
pub use crate::{
    Choice, CommandId, Context, Error, File, IntoReply, Reply, Result, RoomId, Speaker, Spoken,
    Text, UserId, command, plugin, refuse, reply, text,
};
