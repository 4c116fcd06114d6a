//! Rate and latency of a read-only command through a real InspIRCd.

use std::time::Duration;

use anyhow::{Context as _, Result};
use nuncio_testkit::{
    load::{Load, Outcome, drive, room},
    server::{InspIrcd, Options},
};

use crate::{bot::Bot, row::Row};

/// Clients, and commands in flight for each.
const SHAPES: [(usize, usize); 3] = [(1, 1), (4, 8), (8, 64)];

const BOTS: [Bot; 3] =
    [Bot::Bare, Bot::Nuncio { durability: "process" }, Bot::Nuncio { durability: "power" }];

pub(crate) async fn measure(print: fn(&Row)) -> Result<()> {
    let server = InspIrcd::start(Options::default()).await?;
    for (clients, in_flight) in SHAPES {
        let load = Load {
            clients,
            in_flight,
            warm_up: Duration::from_secs(2),
            count: Duration::from_secs(5),
        };
        let mut bare = None;
        for (number, bot) in BOTS.into_iter().enumerate() {
            let nick = format!("bot{number}");
            let rooms: Vec<String> = (0..clients).map(room).collect();
            let running = bot.start(server.addr(), &nick, &rooms, in_flight)?;
            let outcome = drive(server.addr(), &nick, load).with_context(|| bot.name())?;
            drop(running);
            let bare = bare.get_or_insert_with(|| outcome.clone());
            print(&row(bot, load, &outcome, bare));
        }
    }
    Ok(())
}

fn row(bot: Bot, load: Load, outcome: &Outcome, bare: &Outcome) -> Row {
    let micros = |percent| outcome.latency(percent).as_micros();
    let mut row = Row {
        work: format!("{}, {}×{}", bot.name(), load.clients, load.in_flight),
        result: format!(
            "{:.0}/s; median {} µs, 99 % within {} µs",
            outcome.rate(),
            micros(50),
            micros(99)
        ),
        ratio: String::new(),
        aim: "",
    };
    if bot != Bot::Bare {
        let latency = outcome.latency(50).as_secs_f64() / bare.latency(50).as_secs_f64();
        let rate = 100.0 * outcome.rate() / bare.rate();
        row.ratio = format!("{rate:.0} % of the rate, {latency:.2}× the latency");
        if (bot == Bot::Nuncio { durability: "process" }) && load.in_flight < 64 {
            row.aim = "at least 80 %, at most 1.5×";
        }
    }
    row
}
