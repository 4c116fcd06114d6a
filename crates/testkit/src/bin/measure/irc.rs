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

use crate::{bot::Bot, pace::Pace, row::Row};

/// Clients, and commands in flight for each.
const SHAPES: [(usize, usize); 3] = [(1, 1), (4, 8), (8, 64)];

/// The first is what the others are compared with.
const BOTS: [Bot; 3] =
    [Bot::Bare, Bot::Nuncio { durability: "process" }, Bot::Nuncio { durability: "power" }];

const ROUNDS: usize = 5;

/// What came of a bot's turns.
#[derive(Debug, Default)]
struct Turns {
    /// In answers a second.
    rates: Vec<f64>,
    /// In seconds, one for each turn.
    medians: Vec<f64>,
    /// In seconds: what 99 % of a turn's answers kept within.
    worst: Vec<f64>,
    /// In seconds of the bot's processor time for each answer.
    work: Vec<f64>,
}

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
        let mut turns = BOTS.map(|_| Turns::default());
        for _ in 0..pace.rounds(ROUNDS) {
            for (number, (bot, turns)) in BOTS.into_iter().zip(&mut turns).enumerate() {
                turns.take(bot, &format!("bot{number}"), &server, load)?;
            }
        }
        let [bare, ..] = &turns;
        for (bot, turns) in BOTS.into_iter().zip(&turns) {
            print(&row(bot, load, turns, bare));
        }
    }
    Ok(())
}

impl Turns {
    #[expect(clippy::cast_precision_loss, reason = "nobody counts 2^52 answers")]
    fn take(&mut self, bot: Bot, nick: &str, server: &InspIrcd, load: Load) -> Result<()> {
        let rooms: Vec<String> = (0..load.clients).map(room).collect();
        let running = bot.start(server.addr(), nick, &rooms, load.in_flight)?;
        let before = running.worked()?;
        let outcome = drive(server.addr(), nick, load).with_context(|| bot.name())?;
        let work = running.worked()?.saturating_sub(before);
        drop(running);
        self.rates.push(outcome.rate());
        self.medians.push(outcome.latency(50).as_secs_f64());
        self.worst.push(outcome.latency(99).as_secs_f64());
        self.work.push(work.as_secs_f64() / outcome.all.max(1) as f64);
        Ok(())
    }
}

fn median(figures: &[f64]) -> f64 {
    let mut figures = figures.to_vec();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

fn row(bot: Bot, load: Load, turns: &Turns, bare: &Turns) -> Row {
    let (rate, latency) = (median(&turns.rates), median(&turns.medians));
    let mut row = Row {
        work: format!("{}, {}×{}", bot.name(), load.clients, load.in_flight),
        result: format!(
            "{rate:.0}/s; median {:.0} µs, 99 % within {:.0} µs; {:.1} µs of processor time each",
            1e6 * latency,
            1e6 * median(&turns.worst),
            1e6 * median(&turns.work)
        ),
        ratio: String::new(),
        aim: "",
    };
    if bot != Bot::Bare {
        let rate = 100.0 * rate / median(&bare.rates);
        let latency = latency / median(&bare.medians);
        row.ratio = format!("{rate:.0} % of the rate, {latency:.2}× the latency");
        if (bot == Bot::Nuncio { durability: "process" }) && load.in_flight < 64 {
            row.aim = "at least 80 %, at most 1.5×";
        }
    }
    row
}
