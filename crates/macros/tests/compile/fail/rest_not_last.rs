use nuncio_sdk::prelude::*;

/// Says something to somebody.
#[command]
fn tell(text: Text, who: UserId) -> Reply {
    reply!["{who}: {text}"]
}

/// Counts words.
#[command]
fn count(words: Vec<String>, who: &str) -> Reply {
    let count = words.len();
    reply!["{who}: {count}"]
}

plugin!(talk: tell, count);

fn main() {}
