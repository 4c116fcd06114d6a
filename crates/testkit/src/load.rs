//! Load on a server and a bot, with as little as possible between: [`drive`] on IRC, [`Crowd`] on
//! XMPP, [`Neighbours`] on Matrix, [`Confidants`] in encrypted rooms there.
//!
//! Plain threads and blocking sockets, one for each client. Each client has a room with the bot,
//! keeps a number of commands in flight there, and checks that each answer is the one that is due.
//!
//! Servers use Nagle's algorithm: they hold a small segment back while an earlier one is not
//! acknowledged, and a peer that delays its acknowledgements then sees steps of 40 ms. So every
//! socket here acknowledges at once.

mod client;
mod confidants;
mod echo;
mod matrix;
mod socket;
mod xmpp;

use std::{
    net::SocketAddr,
    sync::{Arc, Barrier},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow, ensure};

pub use self::{confidants::Confidants, echo::run as echo, matrix::Neighbours, xmpp::Crowd};

/// How hard to press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// How many clients there are, each in a room of its own.
    pub clients: usize,
    /// How many commands each keeps in flight.
    pub in_flight: usize,
    /// How long to press before anything is counted.
    pub warm_up: Duration,
    /// How long to count.
    pub count: Duration,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Answers that came while it was counted.
    pub answers: usize,
    /// How long that was.
    pub elapsed: Duration,
    /// All answers, those before it was counted too.
    pub all: u64,
    // INVARIANT: sorted.
    latencies: Vec<Duration>,
}

impl Outcome {
    /// Answers in a second.
    #[expect(clippy::cast_precision_loss, reason = "nobody counts 2^52 answers")]
    pub fn rate(&self) -> f64 {
        self.answers as f64 / self.elapsed.as_secs_f64()
    }

    /// The latency that `percent` of the answers kept within.
    pub fn latency(&self, percent: usize) -> Duration {
        let last = self.latencies.len().saturating_sub(1);
        self.latencies.get(last * percent.min(100) / 100).copied().unwrap_or_default()
    }
}

/// The room of the `number`th client.
pub fn room(number: usize) -> String {
    format!("#load{number}")
}

/// Presses on the bot called `bot`, which must answer `!echo N` with a line that ends in `N`, and
/// be in, or come to, the [`room`] of each client.
///
/// # Errors
/// When a client cannot get in, the bot does not come, or an answer is not the one that is due.
pub fn drive(server: SocketAddr, bot: &str, load: Load) -> Result<Outcome> {
    ensure!(load.clients > 0 && load.in_flight > 0, "there is nothing to drive");
    let ready = Arc::new(Barrier::new(load.clients));
    let clients: Vec<_> = (0..load.clients)
        .map(|number| {
            let (ready, bot) = (Arc::clone(&ready), bot.to_owned());
            thread::spawn(move || {
                let entered = client::enter(server, &bot, number);
                // Whoever fails must not keep the others waiting.
                ready.wait();
                client::press(entered?, load, Instant::now())
            })
        })
        .collect();
    let (mut latencies, mut all) = (Vec::new(), 0);
    for (number, client) in clients.into_iter().enumerate() {
        let pressed = client.join().map_err(|_| anyhow!("a client panicked"))?;
        let (counted, answers) = pressed.with_context(|| format!("client {number}"))?;
        latencies.extend(counted);
        all += answers;
    }
    latencies.sort_unstable();
    Ok(Outcome { answers: latencies.len(), elapsed: load.count, all, latencies })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_taken_from_the_sorted_answers() {
        let latencies: Vec<_> = (1..=100).map(Duration::from_micros).collect();
        let outcome =
            Outcome { answers: 100, elapsed: Duration::from_secs(2), all: 100, latencies };
        assert_eq!(outcome.latency(50), Duration::from_micros(50));
        assert_eq!(outcome.latency(99), Duration::from_micros(99));
        assert_eq!(outcome.latency(100), Duration::from_micros(100));
        assert!((outcome.rate() - 50.0).abs() < f64::EPSILON);
    }
}
