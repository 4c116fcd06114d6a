//! Time from the start of the process to its first join.
//!
//! Measured on ngIRCd, which lets a client in at once; InspIRCd does so at the next full second.

use std::time::{Duration, Instant};

use anyhow::Result;
use nuncio_testkit::{irc::Client, load::room, server::NgIrcd};

use crate::{
    bot::{At, Bot},
    pace::Pace,
    row::Row,
};

const ROUNDS: usize = 11;

pub(crate) async fn measure(pace: Pace, print: fn(&Row)) -> Result<()> {
    let server = NgIrcd::start().await?;
    let mut watcher = Client::to(server.addr()).nick("watcher").join(&room(0)).connect().await?;
    let nuncio = Bot::Nuncio { durability: "process" };
    let rounds = pace.rounds(ROUNDS);
    let bare = median(&server, &mut watcher, Bot::Bare, rounds).await?;
    let ours = median(&server, &mut watcher, nuncio, rounds).await?;
    let row = |bot: Bot, time: Duration| Row {
        work: format!("start to the first join, {}", bot.name()),
        result: format!("{:.1} ms", 1e3 * time.as_secs_f64()),
        ratio: String::new(),
        aim: "",
    };
    let beyond = 1e3 * (ours.as_secs_f64() - bare.as_secs_f64());
    let ratio = format!("{beyond:.1} ms beyond the bare loop");
    let aim = "at most 100 ms beyond the server's own time";
    print(&row(Bot::Bare, bare));
    print(&Row { ratio, aim, ..row(nuncio, ours) });
    Ok(())
}

async fn median(
    server: &NgIrcd,
    watcher: &mut Client,
    bot: Bot,
    rounds: usize,
) -> Result<Duration> {
    let mut times = Vec::new();
    for _ in 0..rounds {
        let begun = Instant::now();
        let running = bot.start(&At::Irc(server.addr()), "bot", &[room(0)], 1)?;
        watcher.expect(":bot!*JOIN").await?;
        times.push(begun.elapsed());
        drop(running);
        watcher.expect(":bot!*QUIT").await?;
    }
    times.sort_unstable();
    Ok(times.get(rounds / 2).copied().unwrap_or_default())
}
