use nuncio_sdk::prelude::*;

/// Says hello.
#[command(lvl = "everyone")]
fn hello() -> &'static str {
    "Hello!"
}

fn main() {}
