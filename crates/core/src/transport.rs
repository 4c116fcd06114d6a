//! The contract between the house and a network.

use std::collections::VecDeque;
use std::error::Error as _;
use std::fmt;
use std::pin::pin;

use futures_util::future::BoxFuture;
use nuncio_policy::Network;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::cursor::Cursor;
use crate::delivery::{Deliveries, Doubtful};
use crate::event::Event;
use crate::features::Features;
use crate::query::{QueryError, Questions};
use crate::receipt::{Receipt, Retry};

/// A network, as an actor: one long future, events out, deliveries in, a token that ends it.
///
/// # Contract
///
/// Each claim is a case of the conformance suite (`nuncio_testkit::conformance`).
///
/// - **Life.** `run` lasts as long as its network is configured. It reconnects by itself, by
///   [`Backoff`](crate::backoff::Backoff), and says each change of the connection as
///   [`EventKind::Link`](crate::event::EventKind::Link). It returns only when it is cancelled, or
///   with an error that no retry can mend.
/// - **Cancel.** When the token is cancelled it takes leave of the network, settles every
///   delivery that it holds, and returns within five seconds.
/// - **Delivery.** Every delivery gets exactly one receipt. Deliveries to one place go out in the
///   order in which they came. While it is offline it takes none that it cannot hold: the queue is
///   bounded, and the house keeps what does not fit.
/// - **Questions.** Each is answered once, or dropped, which says that the connection was cut. What is
///   begun for one is left when nobody waits for it any more.
/// - **Fidelity.** `Whole` means that the peer's client got all of it. What the network cannot
///   show is degraded by the shared code and named in the receipt; what it does not have is
///   `Unsupported`, and nothing goes out. Nothing longer than the live limit is handed to the
///   server: it is split at words, then at characters, and never truncated by the server.
/// - **Identity.** A speaker is verified only by what the network itself vouches for. A name that
///   people choose is an observation.
/// - **Archives.** Messages of one archive come in its order, the late ones before the live ones; a
///   message has the same key whether it comes late or live, and its mark is the archive's.
/// - **Own words.** What we sent ourselves is marked `own`.
/// - **Limits.** One token bucket stands before the socket, and every line passes it.
/// - **Hostile input.** No input ends `run`, wedges it, or makes it hold memory without bound.
pub trait Transport: fmt::Debug + Send + 'static {
    /// The network's name in the configuration.
    fn network(&self) -> &Network;

    /// The network's kind: `irc`, `socket`, ….
    fn kind(&self) -> &'static str;

    /// What the network can do as far as one knows before connecting; what is learnt later comes
    /// as [`EventKind::Features`](crate::event::EventKind::Features).
    fn features(&self) -> Features;

    /// Takes, before it runs, what was on its way when the process was killed. A network that keeps
    /// what was said under its output's key says which of it arrived, once it can; nothing is sent
    /// again, for what an archive does not have yet may still be on its way. Any other gives up at
    /// once.
    fn look_for(&mut self, doubtful: Vec<Doubtful>) {
        doubtful.into_iter().for_each(Doubtful::give_up);
    }

    /// Connects, and stays connected until cancelled.
    ///
    /// # Errors
    /// Only what no retry can mend; the supervisor then reports it and starts again by its own
    /// backoff.
    fn run(self: Box<Self>, link: Link) -> BoxFuture<'static, Result<(), TransportError>>;
}

/// A transport's side of the house.
#[derive(Debug)]
pub struct Link {
    /// What happened. Bounded: a transport that waits here stops reading from its server, and the
    /// server's own flow control slows the peer down.
    pub events: mpsc::Sender<Event>,
    /// What is to go out. Bounded: what does not fit stays in the outbox.
    pub deliveries: Deliveries,
    /// What is asked of it: only what its [`Features`] say that it answers, and only while it is
    /// online. Bounded: what does not fit is answered as too much.
    pub questions: Questions,
    /// How far the network's archives were heard when the transport was started; from there on it
    /// keeps count itself.
    pub cursors: Vec<Cursor>,
    /// Ends the transport.
    pub cancel: CancellationToken,
}

impl Link {
    /// Passes on as many events as the house has room for, the oldest first; the others stay.
    pub fn pass(&self, events: &mut VecDeque<Event>) {
        while !events.is_empty() {
            let Ok(slot) = self.events.try_reserve() else { return };
            if let Some(event) = events.pop_front() {
                slot.send(event);
            }
        }
    }

    /// Does something that needs no connection, passes on the events that the house had no room
    /// for, and refuses what is to go out or is asked: what waited here would neither age nor make
    /// room. `None` when the transport is to end.
    pub async fn meanwhile<T>(
        &mut self,
        events: &mut VecDeque<Event>,
        work: impl Future<Output = T>,
    ) -> Option<T> {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                biased;
                () = self.cancel.cancelled() => return None,
                slot = self.events.reserve(), if !events.is_empty() => {
                    // Given back, it could go to and fro between networks that wait for one.
                    let slot = slot.ok()?;
                    if let Some(event) = events.pop_front() {
                        slot.send(event);
                    }
                }
                delivery = self.deliveries.next() => delivery?.settle(Receipt::failed(
                    "there is no connection",
                    Retry::Untried(Receipt::A_MOMENT),
                )),
                Some(question) = self.questions.next() => {
                    let network = question.query().network().clone();
                    question.answer(Err(QueryError::Offline(network)));
                }
                done = &mut work => return Some(done),
            }
        }
    }
}

/// Why a transport gave up.
#[derive(Debug, thiserror::Error)]
#[error("network `{network}`: {why}")]
pub struct TransportError {
    /// The network's name.
    pub network: Network,
    /// Why, and what to do.
    pub why: String,
    /// What lies behind it.
    #[source]
    pub source: Option<std::io::Error>,
}

impl TransportError {
    /// Why, and behind it all that lies behind it, in one line for the operator.
    pub fn whole(&self) -> String {
        let mut whole = self.why.clone();
        let mut source = self.source();
        while let Some(error) = source {
            whole = format!("{whole}: {error}");
            source = error.source();
        }
        whole
    }
}
