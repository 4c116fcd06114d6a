use nuncio_sdk::prelude::*;

/// Adds numbers.
#[command]
fn add(left: i64, right: i64) -> i64 {
    left + right
}

plugin!(math: add);

fn main() {}
