use nuncio_sdk::prelude::*;

#[command]
fn hello() -> &'static str {
    "Hello!"
}

plugin!(greet: hello);

fn main() {}
