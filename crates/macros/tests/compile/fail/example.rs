use nuncio_sdk::prelude::*;

/// Says hello.
///
/// ```chat
/// Hello!
/// ```
#[command]
fn hello() {}

/// Says goodbye.
///
/// ```chat
/// > goodbye
#[command]
fn goodbye() {}

fn main() {}
