use nuncio_sdk::prelude::*;

struct Dice;

/// Rolls dice.
#[command]
fn roll(dice: Dice) -> &'static str {
    "4"
}

plugin!(games: roll);

fn main() {}
