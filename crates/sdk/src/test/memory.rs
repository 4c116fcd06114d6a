//! A network in memory: the Transport contract in full, and people who speak on it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use nuncio_core::action::{Action, Output};
use nuncio_core::backoff::Backoff;
use nuncio_core::content::{Content, Limits, Line, Palette, Style, Utf8, fit};
use nuncio_core::delivery::Delivery;
use nuncio_core::event::{
    Event, EventKey, EventKind, Form, LinkState, Message, MessageId, RoomState, Timing,
};
use nuncio_core::features::{Features, Support};
use nuncio_core::place::Place;
use nuncio_core::receipt::Receipt;
use nuncio_core::transport::{Link, Transport, TransportError};
use nuncio_policy::{Network, RoomId, Speaker};
use smol_str::format_smolstr;
use tokio::sync::{mpsc, oneshot, watch};

/// How many things may happen before the transport has taken them; whoever speaks then waits.
const WIRE: usize = 64;

/// How many messages a long text may become.
const PARTS: usize = 16;

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
    wire: mpsc::Sender<Stimulus>,
    // Held by the transport that runs; one that is made anew takes it over.
    other_end: tokio::sync::Mutex<mpsc::Receiver<Stimulus>>,
    connected: watch::Sender<bool>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    features: Features,
    refuses: bool,
    rooms: BTreeSet<RoomId>,
    received: Vec<Received>,
    events: u64,
    messages: u64,
}

/// What happens on the wire. The sender learns when the house has it.
#[derive(Debug)]
enum Stimulus {
    Happens(Box<EventKind>, Timing, oneshot::Sender<()>),
    Breaks(oneshot::Sender<()>),
}

/// What somebody's client on the network received.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// Where.
    pub place: Place,
    /// What.
    pub what: What,
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

impl Memory {
    /// A network of this name that can do everything.
    pub fn new(network: Network) -> Self {
        let (wire, other_end) = mpsc::channel(WIRE);
        let state = State {
            features: everything(),
            refuses: false,
            rooms: BTreeSet::new(),
            received: Vec::new(),
            events: 0,
            messages: 0,
        };
        let other_end = tokio::sync::Mutex::new(other_end);
        let connected = watch::Sender::new(false);
        Self(Arc::new(Shared { network, wire, other_end, connected, state: Mutex::new(state) }))
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
        self.state().features
    }

    /// Says what it can do, before anybody connects.
    pub fn offer(&self, features: Features) {
        self.state().features = features;
    }

    /// Changes what it can do, and tells the house.
    pub async fn set_features(&self, features: Features) {
        self.offer(features);
        self.happen(EventKind::Features { room: None, features }).await;
    }

    /// Somebody says something. Comes back when the house has it.
    pub async fn say(&self, speaker: Speaker, name: &str, place: Place, text: &str) {
        let id = self.state().message_id();
        self.happen(EventKind::Message(Message {
            id: Some(id),
            speaker,
            name: name.into(),
            place,
            form: Form::Text,
            own: false,
            text: text.to_owned(),
            content: None,
        }))
        .await;
    }

    /// Something happens now. Comes back when the house has it.
    pub async fn happen(&self, kind: EventKind) {
        self.happen_at(kind, Timing::Live).await;
    }

    /// Something happens, or is heard of late. Comes back when the house has it.
    pub async fn happen_at(&self, kind: EventKind, timing: Timing) {
        let (tx, taken) = oneshot::channel();
        self.stimulate(Stimulus::Happens(Box::new(kind), timing, tx), taken).await;
    }

    /// Cuts the connection. The transport comes back by itself, after its backoff.
    pub async fn cut(&self) {
        let (tx, taken) = oneshot::channel();
        self.stimulate(Stimulus::Breaks(tx), taken).await;
    }

    /// Waits until the bot is connected.
    pub async fn connected(&self) {
        let mut connected = self.0.connected.subscribe();
        if connected.wait_for(|is_connected| *is_connected).await.is_err() {
            tracing::debug!("The network is gone.");
        }
    }

    /// Refuses every connection from now on, or no longer.
    pub fn refuse(&self, refuses: bool) {
        self.state().refuses = refuses;
    }

    /// The rooms that the bot is in.
    pub fn rooms(&self) -> Vec<RoomId> {
        self.state().rooms.iter().cloned().collect()
    }

    /// What was received since the last time, in order.
    pub fn take_received(&self) -> Vec<Received> {
        std::mem::take(&mut self.state().received)
    }

    async fn stimulate(&self, stimulus: Stimulus, taken: oneshot::Receiver<()>) {
        if self.0.wire.send(stimulus).await.is_err() || taken.await.is_err() {
            tracing::debug!("The transport ended before it took what happened.");
        }
    }

    // A panic elsewhere leaves the state whole: each change is one assignment.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn message_id(&mut self) -> MessageId {
        self.messages += 1;
        MessageId::new(format_smolstr!("m{}", self.messages))
    }

    fn event_key(&mut self) -> EventKey {
        self.events += 1;
        EventKey::new(format_smolstr!("e{}", self.events))
    }

    /// Shows an output to those whom it concerns.
    fn receive(&mut self, output: &Output) -> Receipt {
        let features = self.features;
        let place = &output.to;
        let missing = match place {
            Place::Room(_) if !features.rooms.is_present() => Some("rooms"),
            Place::Private { .. } if !features.private.is_present() => Some("private messages"),
            _ => missing(&features, &output.action),
        };
        if let Some(what) = missing {
            return Receipt::unsupported(what);
        }
        match &output.action {
            Action::Say { content, form } => return self.receive_text(place, content, *form),
            Action::Join { room, .. } => {
                self.rooms.insert(room.clone());
            }
            Action::Leave { room, .. } => {
                self.rooms.remove(room);
            }
            _ => {}
        }
        let what = What::Action(output.action.clone());
        self.received.push(Received { place: place.clone(), what });
        self.receipt()
    }

    fn receive_text(&mut self, place: &Place, content: &Content, form: Form) -> Receipt {
        let native = |support| support == Support::Native;
        let palette = Palette {
            styles: if native(self.features.styling) { Style::ALL } else { Style::PLAIN },
            mentions: native(self.features.mentions),
        };
        let limits = Limits {
            max_bytes: self.features.max_text_bytes.unwrap_or(usize::MAX),
            max_lines: if native(self.features.multiline) { usize::MAX } else { 1 },
            max_parts: PARTS,
        };
        let parts = fit(content.lines(palette), &limits, &Utf8);
        for part in &parts.output {
            let lines: Vec<String> = part.lines.iter().map(Line::text).collect();
            let what = What::Message { text: lines.join("\n"), form };
            self.received.push(Received { place: place.clone(), what });
        }
        self.receipt().with_losses(parts.losses)
    }

    fn receipt(&mut self) -> Receipt {
        if self.features.confirms.is_present() {
            Receipt::confirmed(Some(self.message_id()))
        } else {
            Receipt::sent()
        }
    }
}

/// What an action needs that the network does not have.
fn missing(features: &Features, action: &Action) -> Option<&'static str> {
    let (support, what) = match action {
        Action::Say { form: Form::Emote, .. } => (features.emotes, "emotes"),
        Action::React { .. } => (features.reactions, "reactions"),
        Action::Edit { .. } => (features.edits, "edits"),
        Action::Retract { .. } => (features.retractions, "retractions"),
        Action::Typing { .. } => (features.typing, "typing notices"),
        Action::Join { .. } | Action::Leave { .. } => (features.rooms, "rooms"),
        Action::Kick { .. } | Action::Topic { .. } => (features.moderation, "moderation"),
        _ => return None,
    };
    (!support.is_present()).then_some(what)
}

fn everything() -> Features {
    let all = Support::Native;
    Features {
        rooms: all,
        private: all,
        styling: all,
        links: all,
        code: all,
        mentions: all,
        multiline: all,
        emotes: all,
        notices: all,
        edits: all,
        retractions: all,
        reactions: all,
        replies: all,
        threads: all,
        typing: all,
        files: Support::Absent,
        moderation: all,
        confirms: all,
        deduplicates: all,
        max_text_bytes: None,
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
        self.state().features
    }

    fn run(self: Box<Self>, link: Link) -> BoxFuture<'static, Result<(), TransportError>> {
        async move {
            self.live(link).await;
            Ok(())
        }
        .boxed()
    }
}

/// How a session ended.
enum End {
    Cancelled,
    Cut,
}

impl Memory {
    async fn live(&self, mut link: Link) {
        let mut wire = self.0.other_end.lock().await;
        let mut backoff = Backoff::default();
        loop {
            let refuses = self.state().refuses;
            let end = if refuses { End::Cut } else { self.session(&mut link, &mut wire).await };
            self.0.connected.send_replace(false);
            if let End::Cancelled = end {
                return;
            }
            self.state().rooms.clear();
            let why = "the network cut the connection".to_owned();
            self.tell(&link, EventKind::Link(LinkState::Offline { why })).await;
            tokio::select! {
                biased;
                () = link.cancel.cancelled() => return,
                () = tokio::time::sleep(backoff.next(1.0)) => {}
            }
        }
    }

    async fn session(&self, link: &mut Link, wire: &mut mpsc::Receiver<Stimulus>) -> End {
        self.tell(link, EventKind::Link(LinkState::Online)).await;
        self.0.connected.send_replace(true);
        loop {
            tokio::select! {
                biased;
                () = link.cancel.cancelled() => return End::Cancelled,
                stimulus = wire.recv() => match stimulus {
                    Some(Stimulus::Happens(kind, timing, taken)) => {
                        self.tell_at(link, *kind, timing).await;
                        answer(taken);
                    }
                    Some(Stimulus::Breaks(taken)) => {
                        answer(taken);
                        return End::Cut;
                    }
                    None => return End::Cancelled,
                },
                delivery = link.deliveries.next() => match delivery {
                    Some(delivery) => self.deliver(link, delivery).await,
                    None => return End::Cancelled,
                },
            }
        }
    }

    async fn deliver(&self, link: &Link, delivery: Delivery) {
        let receipt = self.state().receive(delivery.output());
        let moved = receipt.is_delivered().then(|| match &delivery.output().action {
            Action::Join { room, .. } => Some((room.clone(), RoomState::Joined)),
            Action::Leave { room, .. } => {
                Some((room.clone(), RoomState::Left { why: "we left".to_owned() }))
            }
            _ => None,
        });
        delivery.settle(receipt);
        if let Some((room, state)) = moved.flatten() {
            self.tell(link, EventKind::Room { room, state }).await;
        }
    }

    async fn tell(&self, link: &Link, kind: EventKind) {
        self.tell_at(link, kind, Timing::Live).await;
    }

    async fn tell_at(&self, link: &Link, kind: EventKind, timing: Timing) {
        let key = self.state().event_key();
        let network = self.0.network.clone();
        let event = Event { network, key, at: Timestamp::UNIX_EPOCH, timing, kind };
        tokio::select! {
            biased;
            () = link.cancel.cancelled() => {}
            sent = link.events.send(event) => if sent.is_err() {
                tracing::debug!("The house has closed.");
            }
        }
    }
}

/// Tells whoever waits, if he still does.
fn answer(taken: oneshot::Sender<()>) {
    if taken.send(()).is_err() {
        tracing::trace!("Nobody waits any more.");
    }
}
