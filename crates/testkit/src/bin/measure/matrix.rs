//! Rate and latency of a read-only command through a real Synapse, in rooms that are not encrypted
//! and in rooms that are.
//!
//! The bots take turns as on XMPP: each has an account and rooms of its own. A homeserver writes
//! every message to its database, so the figures are small, and mostly the server's.

use std::{env, time::Duration};

use anyhow::{Context as _, Result};
use nuncio_testkit::{
    load::{Confidants, Load, Neighbours},
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

/// Whether what is said in the rooms is encrypted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rooms {
    Plain,
    Encrypted,
}

/// Measures all shapes.
pub(crate) async fn measure(pace: Pace, print: fn(&Row)) -> Result<()> {
    let server = Synapse::start().await?;
    let mut turns = 0;
    for (rooms, network) in [(Rooms::Plain, "Matrix"), (Rooms::Encrypted, "Matrix, encrypted")] {
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
                    let turn = turn(so_far, bot, &name, &server, load, rooms);
                    turn.await.with_context(|| format!("{network}: {}", bot.name()))?;
                }
            }
            let [bare, ..] = &all;
            for (bot, turns) in BOTS.into_iter().zip(&all) {
                let row = turns.row(bot, load, bare);
                print(&Row { work: format!("{network}: {}", row.work), ..row });
            }
        }
    }
    Ok(())
}

async fn turn(
    turns: &mut Turns,
    bot: Bot,
    name: &str,
    server: &Synapse,
    load: Load,
    rooms: Rooms,
) -> Result<()> {
    server.add_user(name, PASSWORD).await?;
    let id = format!("@{name}:{}", Synapse::DOMAIN);
    let at = At::Matrix(server.addr());
    let (outcome, work) = match rooms {
        Rooms::Plain => {
            let mut people = Neighbours::gather(server, load.clients).await?;
            let running = bot.start(&at, name, &people.rooms(), load.in_flight)?;
            people.meet(&id).await?;
            let before = running.worked()?;
            let outcome = people.press(&id, load).await?;
            (outcome, running.worked()?.saturating_sub(before))
        }
        Rooms::Encrypted => {
            let program = env::current_exe()?.with_file_name("examples/load_matrix");
            let mut people = Confidants::gather(&program, server, &id, load).await?;
            let running = bot.start(&at, name, people.rooms(), load.in_flight)?;
            people.meet().await?;
            let before = running.worked()?;
            let outcome = people.press().await?;
            (outcome, running.worked()?.saturating_sub(before))
        }
    };
    turns.add(&outcome, work);
    Ok(())
}
