//! A network in memory: the Transport contract in full, and people who speak on it.

mod server;
mod session;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use nuncio_core::action::Action;
use nuncio_core::event::{EventKind, Form, Message, MessageId, Timing};
use nuncio_core::features::Features;
use nuncio_core::file::Attached;
use nuncio_core::place::Place;
use nuncio_core::query::{Listing, Member, Within};
use nuncio_core::transport::{Link, Transport, TransportError};
use nuncio_policy::{CommandId, Network, Presence, RoomId, Speaker};
use tokio::sync::{mpsc, oneshot, watch};

use super::fail;
use server::Server;
use session::Happening;

/// How many things may happen before the transport has taken them; whoever speaks then waits.
const WIRE: usize = 1024;

/// How much somebody who listens may be behind; what comes then, he misses.
const EARS: usize = 1024;

/// A network in memory.
///
/// What is said on it reaches the house as events; what the house delivers is kept as what the
/// people there [received](Memory::take_received). Its [`Features`] are what one tells it, and its
/// connection can be [cut](Memory::cut). Clones are the same network.
#[derive(Clone, Debug)]
pub struct Memory(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    network: Network,
    wire: mpsc::Sender<Happening>,
    // Held by the transport that runs; one that is made anew takes it over.
    other_end: tokio::sync::Mutex<mpsc::Receiver<Happening>>,
    up: watch::Sender<bool>,
    connected: watch::Sender<bool>,
    server: Mutex<Server>,
}

/// What somebody's client on the network received.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// Where.
    pub place: Place,
    /// What.
    pub what: What,
    /// The network's name of it, where it has one.
    pub id: Option<MessageId>,
    /// The message that it answers, where the network can show it.
    pub about: Option<MessageId>,
}

/// What a client can receive.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A message.
    Message {
        /// Its text, styles aside; a line end where the network shows one.
        text: String,
        /// How it was said.
        form: Form,
    },
    /// Anything else.
    Action(Action),
}

/// Something that happened and is on its way to the house.
#[derive(Debug)]
#[must_use = "wait until it is taken, or drop it"]
pub struct OnItsWay(oneshot::Receiver<()>);

impl OnItsWay {
    /// Waits until the house has it, or never will.
    pub async fn taken(self) {
        if self.0.await.is_err() {
            tracing::debug!("The connection was cut before the house had it.");
        }
    }
}

impl Memory {
    /// A network of this name that can do everything but files.
    pub fn new(network: Network) -> Self {
        let (wire, other_end) = mpsc::channel(WIRE);
        Self(Arc::new(Shared {
            network,
            wire,
            other_end: tokio::sync::Mutex::new(other_end),
            up: watch::Sender::new(true),
            connected: watch::Sender::new(false),
            server: Mutex::default(),
        }))
    }

    /// Its name.
    pub fn network(&self) -> &Network {
        &self.0.network
    }

    /// A transport to it, of which one runs at a time.
    pub fn transport(&self) -> Box<dyn Transport> {
        Box::new(self.clone())
    }

    /// What it can do.
    pub fn features(&self) -> Features {
        self.server().features
    }

    /// Says what it can do, before anybody connects.
    pub fn offer(&self, features: Features) {
        self.server().features = features;
    }

    /// Changes what it can do, and tells the house.
    pub async fn change(&self, features: Features) {
        self.offer(features);
        self.happen(EventKind::Features { room: None, features }, Timing::Live).await.taken().await;
    }

    /// Lets one line through at once, and after that one in each period.
    pub fn pace(&self, period: Duration) {
        self.server().pace = Some(period);
    }

    /// Keeps what is in a file that somebody is about to send: `image/png`, at a place.
    #[track_caller]
    pub fn keep(&self, place: Place, name: &str, media_type: &str, bytes: &[u8]) -> Attached {
        let mut server = self.server();
        let reference = format!("f{}", server.kept.len());
        server.kept.insert(reference.clone(), bytes.to_vec());
        let size = u64::try_from(bytes.len()).ok();
        let attached = Attached::new(place, name, media_type, size, reference);
        attached.unwrap_or_else(|| fail("the reference is too long"))
    }

    /// Says who is in a room, for whoever asks.
    pub fn seat(&self, room: RoomId, members: Vec<Member>) {
        self.server().members.insert(room, members);
    }

    /// Says which rooms there are, for whoever asks.
    pub fn list(&self, within: Within, listing: Listing) {
        self.server().listings.push((within, listing));
    }

    /// Answers no question from now on; those that come are dropped when the connection is cut.
    pub fn keep_silent(&self) {
        self.server().unanswered = Some(Vec::new());
    }

    /// What it was asked, in order.
    pub fn asked(&self) -> Vec<CommandId> {
        self.server().asked.clone()
    }

    /// Somebody says something. Waits while [`WIRE`] things are on their way already.
    pub async fn say(&self, speaker: Speaker, name: &str, place: Place, text: &str) -> OnItsWay {
        self.show(speaker, name, place, text, Vec::new()).await
    }

    /// Somebody says something, with files that were [kept](Memory::keep). Waits while [`WIRE`]
    /// things are on their way already.
    pub async fn show(
        &self,
        speaker: Speaker,
        name: &str,
        place: Place,
        text: &str,
        files: Vec<Attached>,
    ) -> OnItsWay {
        let message = Message {
            id: Some(self.server().message_id()),
            speaker,
            name: name.into(),
            place,
            reply_to: None,
            form: Form::Text,
            own: false,
            text: text.to_owned(),
            content: None,
            files,
        };
        self.happen(EventKind::Message(message), Timing::Live).await
    }

    /// Somebody's stay at an address, until he [leaves](Memory::leave) or the connection is cut: for
    /// [`Speaker::at`].
    pub fn presence(&self, address: &str) -> Presence {
        let network = self.network().clone();
        Presence::new(network, self.server().stay(address))
    }

    /// Whoever stays at an address leaves it, and the house hears of it. Waits while [`WIRE`] things
    /// are on their way already.
    pub async fn leave(&self, address: &str) -> OnItsWay {
        let gone = self.presence(address);
        self.server().stays.remove(address);
        self.happen(EventKind::Gone(vec![gone]), Timing::Live).await
    }

    /// Something happens. Waits while [`WIRE`] things are on their way already.
    pub async fn happen(&self, kind: EventKind, timing: Timing) -> OnItsWay {
        let (taken, is_taken) = oneshot::channel();
        if self.0.wire.send(Happening { kind, timing, taken }).await.is_err() {
            tracing::debug!("The network is gone.");
        }
        OnItsWay(is_taken)
    }

    /// Cuts the connection, and refuses others until it is [mended](Memory::mend).
    pub fn cut(&self) {
        self.0.up.send_replace(false);
    }

    /// Lets the transport connect again, which it does by itself.
    pub fn mend(&self) {
        self.0.up.send_replace(true);
    }

    /// Waits until the bot is connected, or is not.
    pub async fn sees_bot(&self, is_there: bool) {
        let mut connected = self.0.connected.subscribe();
        if connected.wait_for(|now| *now == is_there).await.is_err() {
            tracing::debug!("The network is gone.");
        }
    }

    /// The rooms that the bot is in.
    pub fn rooms(&self) -> Vec<RoomId> {
        self.server().rooms.iter().cloned().collect()
    }

    /// What was received since the last time, in order.
    pub fn take_received(&self) -> Vec<Received> {
        std::mem::take(&mut self.server().received)
    }

    /// What is received from now on, as it comes; what one does not take in time, one misses.
    pub fn listen(&self) -> mpsc::Receiver<Received> {
        let (ears, received) = mpsc::channel(EARS);
        self.server().ears.push(ears);
        received
    }

    // A panic elsewhere leaves the server whole: each change is one assignment.
    fn server(&self) -> MutexGuard<'_, Server> {
        self.0.server.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Memory {
    fn network(&self) -> &Network {
        &self.0.network
    }

    fn kind(&self) -> &'static str {
        "memory"
    }

    fn features(&self) -> Features {
        self.server().features
    }

    fn run(self: Box<Self>, link: Link) -> BoxFuture<'static, Result<(), TransportError>> {
        session::run(*self, link).map(Ok).boxed()
    }
}
