//! Rate and latency of a read-only command through a real Synapse, in rooms that are not encrypted.
//!
//! The bots take turns as on XMPP: each has an account and rooms of its own. A homeserver writes
//! every message to its database, so the figures are small, and mostly the server's.

use std::time::Duration;

use anyhow::{Context as _, Result};
use nuncio_testkit::{
    load::{Load, Neighbours},
    server::Synapse,
};

use crate::{
    bot::{At, Bot, PASSWORD},
    pace::Pace,
    row::Row,
    turns::Turns,
};

/// Clients, and commands in flight for each.
const SHAPES: [(usize, usize); 2] = [(1, 1), (4, 8)];

/// The first is what the other is compared with.
const BOTS: [Bot; 2] = [Bot::Bare, Bot::Nuncio { durability: "process" }];

const ROUNDS: usize = 3;

/// Measures all shapes.
pub(crate) async fn measure(pace: Pace, print: fn(&Row)) -> Result<()> {
    let server = Synapse::start().await?;
    let mut turns = 0;
    for (clients, in_flight) in SHAPES {
        let load = Load {
            clients,
            in_flight,
            warm_up: pace.time(Duration::from_secs(1)),
            count: pace.time(Duration::from_secs(5)),
        };
        let mut all = BOTS.map(|_| Turns::default());
        for _ in 0..pace.rounds(ROUNDS) {
            for (bot, so_far) in BOTS.into_iter().zip(&mut all) {
                turns += 1;
                let name = format!("bot{turns}");
                turn(so_far, bot, &name, &server, load).await.with_context(|| bot.name())?;
            }
        }
        let [bare, ..] = &all;
        for (bot, turns) in BOTS.into_iter().zip(&all) {
            let row = turns.row(bot, load, bare);
            print(&Row { work: format!("Matrix: {}", row.work), ..row });
        }
    }
    Ok(())
}

async fn turn(turns: &mut Turns, bot: Bot, name: &str, server: &Synapse, load: Load) -> Result<()> {
    server.add_user(name, PASSWORD).await?;
    let mut people = Neighbours::gather(server, load.clients).await?;
    let at = At::Matrix(server.addr());
    let running = bot.start(&at, name, &people.rooms(), load.in_flight)?;
    let id = format!("@{name}:{}", Synapse::DOMAIN);
    people.meet(&id).await?;
    let before = running.worked()?;
    let outcome = people.press(&id, load).await?;
    turns.add(&outcome, running.worked()?.saturating_sub(before));
    Ok(())
}
