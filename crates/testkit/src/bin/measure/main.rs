//! Measures of a whole bot: `measure irc`, `measure memory`, `measure start`.
//!
//! Each prints rows as lines of JSON, from which `cargo xtask bench` makes its table. The bot under
//! test is the `nuncio` beside this program, so that both are built alike.

mod bot;
mod irc;
mod memory;
mod row;
mod start;

use std::env;

use anyhow::{Context as _, Result, bail};
use nuncio_testkit::load;

use self::row::Row;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["irc"] => irc::measure(print).await,
        ["memory"] => memory::measure(print).await,
        ["start"] => start::measure(print).await,
        // The bare loop as a process of its own, as the bot that it is compared with is one.
        [bot::BARE, server, nick, rooms @ ..] => {
            let rooms: Vec<String> = rooms.iter().map(|room| (*room).to_owned()).collect();
            load::echo(server.parse().context("an address")?, nick, &rooms)
        }
        _ => bail!("measure irc | memory | start"),
    }
}

#[expect(clippy::print_stdout, reason = "its output is its purpose")]
fn print(row: &Row) {
    println!("{}", row.to_json());
}
