//! Rate and latency of a read-only command through a real Prosody, and what a room's people cost.
//!
//! The bots take turns as on IRC. Each turn has rooms of its own: for Prosody, a bot that was ended
//! may come back to its old ones for some minutes.

use std::time::Duration;

use anyhow::{Context as _, Result};
use nuncio_testkit::{
    load::{Crowd, Load},
    server::{
        Prosody,
        xmpp::{MUC, PEOPLE, SECRET},
    },
    xmpp::{Component, Person},
};
use tokio::time::sleep;

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

const ROUNDS: usize = 5;

/// How many people come to the room.
const OCCUPANTS: usize = 1_000;

/// Measures all shapes.
pub(crate) async fn measure(pace: Pace, print: fn(&Row)) -> Result<()> {
    let server = Prosody::start_for_load().await?;
    for (clients, in_flight) in SHAPES {
        let load = Load {
            clients,
            in_flight,
            warm_up: pace.time(Duration::from_millis(500)),
            count: pace.time(Duration::from_secs(2)),
        };
        let mut all = BOTS.map(|_| Turns::default());
        for _ in 0..pace.rounds(ROUNDS) {
            for (number, (bot, turns)) in BOTS.into_iter().zip(&mut all).enumerate() {
                let nick = format!("bot{number}");
                turn(turns, bot, &nick, &server, load).await.with_context(|| bot.name())?;
            }
        }
        let [bare, ..] = &all;
        for (bot, turns) in BOTS.into_iter().zip(&all) {
            let row = turns.row(bot, load, bare);
            print(&Row { work: format!("XMPP: {}", row.work), ..row });
        }
    }
    Ok(())
}

async fn turn(turns: &mut Turns, bot: Bot, nick: &str, server: &Prosody, load: Load) -> Result<()> {
    let mut crowd = Crowd::gather(server, load.clients).await?;
    let running = bot.start(&at(server, nick)?, nick, &crowd.rooms(), load.in_flight)?;
    crowd.meet(nick).await?;
    let before = running.worked()?;
    let outcome = crowd.press(nick, load).await?;
    turns.add(&outcome, running.worked()?.saturating_sub(before));
    Ok(())
}

/// Measures what the bot's memory grows by when many people are in one of its rooms, who show who
/// they are.
pub(crate) async fn occupants(pace: Pace, print: fn(&Row)) -> Result<()> {
    let server = Prosody::start_for_load().await?;
    let room = format!("crowd@{MUC}");
    server.add_user("ann", PASSWORD)?;
    let mut ann = Person::login(server.tls_addr(), server.authority(), "ann", PASSWORD).await?;
    ann.enter(&room, "ann").await?;
    ann.unmask(&room).await?;
    let bot = Bot::Nuncio { durability: "process" };
    let running = bot.start(&at(&server, "bot")?, "bot", std::slice::from_ref(&room), 1)?;
    ann.meets(&format!("{room}/bot")).await?;
    let settle = || sleep(pace.time(Duration::from_secs(10)));
    settle().await;
    let before = running.resident()?.all;
    let mut people = Component::connect(server.component_addr(), PEOPLE, SECRET).await?;
    let count = pace.rounds(OCCUPANTS);
    let last = format!("{room}/u{}", count - 1);
    let come = async {
        ann.meets(&last).await?;
        // Whoever answers has heard all that was said before.
        ann.say(&room, "!echo all").await?;
        ann.hear(&format!("{room}/bot")).await
    };
    tokio::select! {
        ended = people.crowd(&room, count) => ended.context("the people")?,
        come = come => drop(come?),
    }
    settle().await;
    let grown = running.resident()?.all.saturating_sub(before) / 1024;
    print(&Row {
        work: format!("resident memory for {count} people in a room of XMPP"),
        result: format!("{grown} KiB"),
        ratio: String::new(),
        aim: "",
    });
    Ok(())
}

fn at(server: &Prosody, nick: &str) -> Result<At> {
    server.add_user(nick, PASSWORD)?;
    Ok(At::Xmpp { addr: server.tls_addr(), authority: server.authority().pem() })
}
