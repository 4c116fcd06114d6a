//! What came of the turns that bots took under load.

use std::time::Duration;

use nuncio_testkit::load::{Load, Outcome};

use crate::{bot::Bot, row::Row};

/// What came of a bot's turns.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    /// In answers a second.
    rates: Vec<f64>,
    /// In seconds, one for each turn.
    medians: Vec<f64>,
    /// In seconds: what 99 % of a turn's answers kept within.
    worst: Vec<f64>,
    /// In seconds of the bot's processor time for each answer.
    work: Vec<f64>,
}

impl Turns {
    /// Adds one, in which the bot worked so long.
    #[expect(clippy::cast_precision_loss, reason = "nobody counts 2^52 answers")]
    pub(crate) fn add(&mut self, outcome: &Outcome, work: Duration) {
        self.rates.push(outcome.rate());
        self.medians.push(outcome.latency(50).as_secs_f64());
        self.worst.push(outcome.latency(99).as_secs_f64());
        self.work.push(work.as_secs_f64() / outcome.all.max(1) as f64);
    }

    /// The row of a bot, beside what it is compared with.
    pub(crate) fn row(&self, bot: Bot, load: Load, bare: &Self) -> Row {
        let (rate, latency) = (median(&self.rates), median(&self.medians));
        let ratio = if bot == Bot::Bare {
            String::new()
        } else {
            let rate = 100.0 * rate / median(&bare.rates);
            let latency = latency / median(&bare.medians);
            format!("{rate:.0} % of the rate, {latency:.2}× the latency")
        };
        Row {
            work: format!("{}, {}×{}", bot.name(), load.clients, load.in_flight),
            result: format!(
                "{rate:.0}/s; median {:.0} µs, 99 % within {:.0} µs; {:.1} µs of processor time each",
                1e6 * latency,
                1e6 * median(&self.worst),
                1e6 * median(&self.work)
            ),
            ratio,
            aim: "",
        }
    }
}

fn median(figures: &[f64]) -> f64 {
    let mut figures = figures.to_vec();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}
