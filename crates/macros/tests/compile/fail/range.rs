use nuncio_sdk::prelude::*;

/// Has a range of words.
#[command]
fn words(#[range(1..=6)] word: String) {}

/// Has a range of nothing.
#[command]
fn nothing(#[range(6..=1)] number: i64) {}

/// Has half a range.
#[command]
fn half(#[range(1..6)] number: i64) {}

plugin!(games: words, nothing);

fn main() {}
