use nuncio_sdk::prelude::*;

/// Says hello to somebody.
#[command]
fn hello(who: UserId, ctx: &Context) {}

fn main() {}
