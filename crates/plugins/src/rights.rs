//! What the commands share by which the policy is managed: how they read whom and what is meant,
//! and how they show what there is.
//!
//! None of them asks who may: a command returns the change, and the house says whether whoever
//! asks may make it, makes it, and says how to undo it.

mod read;
mod show;

pub(crate) use read::{
    End, Switch, account, capability, command, granted, in_room, named_or_own, pattern, person,
    refused, role, room, room_capability, scope, wrong,
};
pub(crate) use show::{entries, entry, given, list, page_length, shown};
