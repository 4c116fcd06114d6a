//! The house: the one loop that feeds the dispatcher and carries out what it asks for.
//!
//! It owns the dispatcher, the calls that run and the commit that is under way. Everybody else
//! talks to it through a [`Door`]. Events of all networks share one bounded queue: a transport
//! whose events find it full waits, and so reads no more from its server.

mod asking;
mod calls;
mod carry;
mod clock;
mod commits;
mod supervise;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use nuncio_policy::Network;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

pub use clock::Clock;
pub use supervise::{Attachment, attach};

use crate::cursor::Cursor;
use crate::delivery::{Delivery, Doubtful, Settled};
use crate::dispatch::{Dispatcher, Effect, Input, Notice};
use crate::event::{Event, Timing};
use crate::plugin::{Order, Plugin};
use crate::query::Question;
use crate::rules::{Passwords, Rules};
use crate::services::{Counters, Services};
use crate::store::Store;

/// How many events may wait.
const EVENTS: usize = 1024;
/// How many receipts may wait; more deliveries than this are never out at once.
const RECEIPTS: usize = 4096;
/// How many requests of the house's own people may wait.
const REQUESTS: usize = 256;
/// How many inputs are taken at a time.
const BATCH: usize = 256;

/// What the house is built from.
#[derive(Debug)]
pub struct Parts {
    /// The dispatcher, which has heard nothing yet.
    pub dispatcher: Dispatcher,
    /// The rules that everybody else reads; the same that the dispatcher begins with.
    pub rules: Arc<Rules>,
    /// Durable state.
    pub store: Arc<dyn Store>,
    /// The plugins, by name, each with what it may read.
    pub plugins: Plugins,
    /// Who is told how the house is doing.
    pub overseer: Arc<dyn Overseer>,
    /// What time it is.
    pub clock: Clock,
}

/// Plugins by name, each with what it may read.
pub type Plugins = FxHashMap<SmolStr, (Arc<dyn Plugin>, Services)>;

/// Who is told how the house is doing. Called from the loop: it must not wait.
pub trait Overseer: fmt::Debug + Send + Sync {
    /// Something happened; told before the dispatcher hears of it.
    fn saw(&self, event: &Event);

    /// Something that the operator should know of.
    fn noticed(&self, notice: &Notice);

    /// What the house counted so far.
    fn counted(&self, counters: Counters);

    /// A standard plugin asks the house for something; it is committed already.
    fn ordered(&self, order: Order);
}

/// Where what is for a network goes.
#[derive(Debug)]
pub(crate) struct Outlet {
    pub(crate) deliveries: mpsc::Sender<Delivery>,
    pub(crate) questions: mpsc::Sender<Question>,
}

/// A request of the house's own people.
#[derive(Debug)]
pub(crate) enum Ask {
    Input(Box<Input>),
    Plugins(Plugins),
    Attach(Network, Outlet),
    Detach(Network),
    Cursors(Network, oneshot::Sender<Vec<Cursor>>),
    Doubtful(Network, oneshot::Sender<Vec<Doubtful>>),
    Idle(oneshot::Sender<()>),
}

/// The way into the house. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Door {
    events: mpsc::Sender<Event>,
    asks: mpsc::Sender<Ask>,
    generation: Arc<AtomicU64>,
}

impl Door {
    /// Where transports send what happens.
    pub fn events(&self) -> mpsc::Sender<Event> {
        self.events.clone()
    }

    /// Tells the dispatcher something. Waits while the house is behind.
    pub async fn tell(&self, input: Input) {
        self.ask(Ask::Input(Box::new(input))).await;
    }

    /// Changes the plugins that are there. Calls that run end with the old ones.
    pub async fn change_plugins(&self, plugins: Plugins) {
        self.ask(Ask::Plugins(plugins)).await;
    }

    /// Waits until nothing is waiting, running, being committed or under way to a network.
    pub async fn idle(&self) {
        let (tx, rx) = oneshot::channel();
        self.ask(Ask::Idle(tx)).await;
        if rx.await.is_err() {
            tracing::debug!("The house closed before it was idle.");
        }
    }

    /// How far the archives of a network are settled.
    pub(crate) async fn cursors(&self, network: Network) -> Vec<Cursor> {
        let (tx, rx) = oneshot::channel();
        self.ask(Ask::Cursors(network, tx)).await;
        rx.await.unwrap_or_default()
    }

    /// What was on its way to a network when the process was killed, and is not settled yet.
    pub(crate) async fn doubtful(&self, network: Network) -> Vec<Doubtful> {
        let (tx, rx) = oneshot::channel();
        self.ask(Ask::Doubtful(network, tx)).await;
        rx.await.unwrap_or_default()
    }

    pub(crate) fn generation(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.generation)
    }

    pub(crate) async fn ask(&self, ask: Ask) {
        if self.asks.send(ask).await.is_err() {
            tracing::debug!("The house has closed; a request went unheard.");
        }
    }
}

/// The house. [`House::run`] it, and talk to it through its [`Door`].
#[derive(Debug)]
pub struct House {
    dispatcher: Dispatcher,
    store: Arc<dyn Store>,
    plugins: Plugins,
    overseer: Arc<dyn Overseer>,
    clock: Clock,
    rules: Arc<Rules>,
    passwords: Passwords,
    generation: Arc<AtomicU64>,
    events: mpsc::Receiver<Event>,
    asks: mpsc::Receiver<Ask>,
    receipts: (mpsc::Sender<Settled>, mpsc::Receiver<Settled>),
    outlets: FxHashMap<Network, Outlet>,
    asking: asking::Asking,
    calls: calls::Calls,
    commits: commits::Commits,
    /// Empty between steps; kept for its room.
    effects: Vec<Effect>,
    idlers: Vec<oneshot::Sender<()>>,
    cancel: CancellationToken,
}

impl House {
    /// How long a closing house waits for what runs.
    pub const GRACE: Duration = Duration::from_secs(5);

    /// A house that has not opened, and the way in.
    pub fn new(parts: Parts, cancel: CancellationToken) -> (Self, Door) {
        let Parts { dispatcher, rules, store, plugins, overseer, clock } = parts;
        let (events_tx, events) = mpsc::channel(EVENTS);
        let (asks_tx, asks) = mpsc::channel(REQUESTS);
        let generation = Arc::new(AtomicU64::new(dispatcher.policy().generation()));
        let door = Door { events: events_tx, asks: asks_tx, generation: Arc::clone(&generation) };
        let passwords = Passwords::new(dispatcher.policy().clone());
        let house = Self {
            dispatcher,
            store,
            plugins,
            overseer,
            clock,
            rules,
            passwords,
            generation,
            events,
            asks,
            receipts: mpsc::channel(RECEIPTS),
            outlets: FxHashMap::default(),
            asking: asking::Asking::new(),
            calls: calls::Calls::default(),
            commits: commits::Commits::default(),
            effects: Vec::new(),
            idlers: Vec::new(),
            cancel,
        };
        (house, door)
    }

    /// Runs until cancelled, then takes no more events and waits at most [`House::GRACE`] for what
    /// is under way; its effects are committed, or it did nothing.
    pub async fn run(mut self) {
        let mut events = Vec::with_capacity(BATCH);
        let mut receipts = Vec::with_capacity(BATCH);
        let mut closing = None;
        let mut flush = std::pin::pin!(tokio::time::sleep_until(tokio::time::Instant::now()));
        loop {
            self.carry_on();
            let due = self.commits.due();
            if let Some(due) = due.filter(|due| *due != flush.deadline()) {
                flush.as_mut().reset(due);
            }
            if closing.is_some() && self.is_idle() {
                break;
            }
            let wake = self.clock.at(self.dispatcher.wake_at());
            // What cannot be written yet waits where it came from, and not here.
            let takes_events = closing.is_none() && self.commits.have_room();
            tokio::select! {
                biased;
                () = self.cancel.cancelled(), if closing.is_none() => {
                    closing = Some(tokio::time::Instant::now() + Self::GRACE);
                    self.events.close();
                }
                () = until(closing), if closing.is_some() => break,
                _ = self.receipts.1.recv_many(&mut receipts, BATCH) => {
                    for settled in receipts.drain(..) {
                        self.step(Input::Settled(settled));
                    }
                }
                results = self.commits.done(), if self.commits.is_busy() => {
                    for (commit, result) in results {
                        self.step(Input::Committed { commit, result });
                    }
                }
                Some((call, result)) = self.calls.next(), if !self.calls.is_empty() => {
                    self.step(Input::Finished { call, result });
                }
                // The next turn begins the commit.
                () = &mut flush, if due.is_some() => {}
                Some(ask) = self.asks.recv() => self.heed(ask),
                inquiry = self.asking.next() => self.inquire(inquiry),
                // Before the events: they may never end, and a tick is short and makes way.
                () = until(wake), if wake.is_some() => self.step(Input::Tick),
                count = self.events.recv_many(&mut events, BATCH), if takes_events => {
                    if count == 0 {
                        self.cancel.cancel();
                    }
                    for event in events.drain(..) {
                        self.hear(event).await;
                    }
                }
            }
        }
        self.calls.abort();
        self.step(Input::Close);
        self.commits.finish(&*self.store).await;
    }

    async fn hear(&mut self, event: Event) {
        self.overseer.saw(&event);
        if event.timing != Timing::Late {
            return self.step(Input::Event(event));
        }
        let mut handled = Vec::new();
        for key in self.dispatcher.keys(&event) {
            match self.store.journalled(&event.network, &key).await {
                Ok(None) => {}
                Ok(Some(_)) => handled.push(key),
                Err(error) => {
                    tracing::error!(%error, network = %event.network, "A late event was left out: the journal cannot be read.");
                    return self.step(Input::Unheard(event));
                }
            }
        }
        self.step(Input::Late { event, handled });
    }

    fn is_idle(&self) -> bool {
        let heard = self.events.is_closed() || self.events.is_empty();
        self.dispatcher.is_idle() && !self.commits.is_busy() && heard
    }

    fn heed(&mut self, ask: Ask) {
        match ask {
            Ask::Input(input) => {
                if let Input::Catalogue(catalogue) = &*input {
                    self.rules.set_catalogue(Arc::clone(catalogue));
                }
                self.step(*input);
            }
            Ask::Plugins(plugins) => self.plugins = plugins,
            Ask::Attach(network, outlet) => {
                self.outlets.insert(network, outlet);
            }
            Ask::Detach(network) => {
                self.outlets.remove(&network);
            }
            Ask::Cursors(network, tx) => {
                if tx.send(self.dispatcher.cursors(&network)).is_err() {
                    tracing::debug!(%network, "A transport that asked for its cursors is gone.");
                }
            }
            Ask::Doubtful(network, tx) => {
                if tx.send(self.doubtful(&network)).is_err() {
                    tracing::debug!(%network, "A transport that asked what is in doubt is gone.");
                }
            }
            Ask::Idle(tx) => self.idlers.push(tx),
        }
    }
}

/// Waits until an instant; for ever without one.
async fn until(instant: Option<tokio::time::Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant).await,
        None => std::future::pending().await,
    }
}
