use nuncio_sdk::prelude::*;

/// Has a level that is none.
#[command(level = "-admin")]
fn level() {}

/// Has ownership as a term.
#[command(level = "admin | owner")]
fn owner() {}

/// Has a path that is none.
#[command(path = "Capability Add")]
fn path() {}

/// Has a cooldown without a unit.
#[command(cooldown = "5")]
fn cooldown() {}

/// Is repeated for no reason.
#[command(repeat = "always")]
fn repeat() {}

/// Is late in its own way.
#[command(late = "never")]
fn late() {}

/// Is said twice.
#[command(level = "sudo", level = "owner")]
fn twice() {}

fn main() {}
