//! Rate and latency of a read-only command through a real InspIRCd.
//!
//! All bots take turns, several times around, so that whatever else the machine does falls on all of
//! them; what counts is the median of the rounds.

use std::time::Duration;

use anyhow::{Context as _, Result};
use nuncio_testkit::{
    load::{Load, drive, room},
    server::{InspIrcd, Options},
};

use crate::{
    bot::{At, Bot},
    pace::Pace,
    row::Row,
    turns::Turns,
};

/// Clients, and commands in flight for each.
const SHAPES: [(usize, usize); 3] = [(1, 1), (4, 8), (8, 64)];

/// The first is what the others are compared with.
const BOTS: [Bot; 3] =
    [Bot::Bare, Bot::Nuncio { durability: "process" }, Bot::Nuncio { durability: "power" }];

const ROUNDS: usize = 5;

/// Measures one of the shapes, by its name (`4×8`, or `4x8`), or all of them.
pub(crate) async fn measure(pace: Pace, only: Option<&str>, print: fn(&Row)) -> Result<()> {
    let server = InspIrcd::start(Options::default()).await?;
    let wanted = only.map(|name| name.replace('x', "×"));
    let is_wanted = |shape: &String| wanted.as_ref().is_none_or(|wanted| wanted == shape);
    for (clients, in_flight) in SHAPES {
        if !is_wanted(&format!("{clients}×{in_flight}")) {
            continue;
        }
        let load = Load {
            clients,
            in_flight,
            warm_up: pace.time(Duration::from_millis(500)),
            count: pace.time(Duration::from_secs(2)),
        };
        let mut all = BOTS.map(|_| Turns::default());
        for _ in 0..pace.rounds(ROUNDS) {
            for (number, (bot, turns)) in BOTS.into_iter().zip(&mut all).enumerate() {
                turn(turns, bot, &format!("bot{number}"), &server, load)?;
            }
        }
        let [bare, ..] = &all;
        for (bot, turns) in BOTS.into_iter().zip(&all) {
            let has_aim = bot == Bot::Nuncio { durability: "process" } && in_flight < 64;
            let aim = if has_aim { "at least 80 %, at most 1.5×" } else { "" };
            print(&Row { aim, ..turns.row(bot, load, bare) });
        }
    }
    Ok(())
}

fn turn(turns: &mut Turns, bot: Bot, nick: &str, server: &InspIrcd, load: Load) -> Result<()> {
    let rooms: Vec<String> = (0..load.clients).map(room).collect();
    let running = bot.start(&At::Irc(server.addr()), nick, &rooms, load.in_flight)?;
    let before = running.worked()?;
    let outcome = drive(server.addr(), nick, load).with_context(|| bot.name())?;
    turns.add(&outcome, running.worked()?.saturating_sub(before));
    Ok(())
}
