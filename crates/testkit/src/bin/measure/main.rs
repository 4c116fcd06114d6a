//! Measures of a whole bot: `measure irc`, `measure xmpp`, `measure matrix`, `measure memory`,
//! `measure crowded`, `measure occupants`, `measure start`; with `quick` behind it a measure only
//! shows that it works.
//!
//! Each prints rows as lines of JSON, from which `cargo xtask bench` makes its table. The bot under
//! test is the `nuncio` beside this program, so that both are built alike; so are the bare loops
//! of XMPP and Matrix, the examples `echo` of their transports.

#![expect(clippy::print_stdout, reason = "its output is its purpose")]

mod bot;
mod crowded;
mod irc;
mod matrix;
mod memory;
mod pace;
mod row;
mod start;
mod turns;
mod xmpp;

use std::env;

use anyhow::{Context as _, Result, bail};
use nuncio_testkit::load;

use crate::{pace::Pace, row::Row};

const USAGE: &str = "measure irc [CLIENTSxIN_FLIGHT] | xmpp | matrix | memory | crowded | occupants | start, [quick]";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        // The bare loop as a process of its own, as the bot that it is compared with is one.
        [bot::BARE, server, nick, rooms @ ..] => {
            let rooms: Vec<String> = rooms.iter().map(|room| (*room).to_owned()).collect();
            load::echo(server.parse().context("an address")?, nick, &rooms)
        }
        [measure] => run(measure, None, Pace::Full).await,
        [measure, "quick"] => run(measure, None, Pace::Quick).await,
        ["irc", shape] => run("irc", Some(shape), Pace::Full).await,
        _ => bail!(USAGE),
    }
}

/// Prints each row when it is there: what comes later may fail.
async fn run(measure: &str, shape: Option<&str>, pace: Pace) -> Result<()> {
    let print = |row: &Row| println!("{}", row.to_json());
    match measure {
        "irc" => irc::measure(pace, shape, print).await,
        "xmpp" => xmpp::measure(pace, print).await,
        "matrix" => matrix::measure(pace, print).await,
        "crowded" => crowded::measure(pace, print).await,
        "occupants" => xmpp::occupants(pace, print).await,
        "memory" => memory::measure(pace, print).await,
        "start" => start::measure(pace, print).await,
        _ => bail!(USAGE),
    }
}
