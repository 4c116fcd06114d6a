use nuncio_sdk::prelude::*;

/// Says hello.
#[command]
fn hello() {}

/// Says hello, too.
#[command(path = "hello")]
fn welcome() {}

/// Says good day.
#[command(aliases = ["hello"])]
fn good_day() {}

plugin!(greet: hello, welcome, good_day);

fn main() {}
