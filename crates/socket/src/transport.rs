//! The socket as a transport: the task that owns the hub, and the tasks of its connections.

mod connection;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use nuncio_core::bucket::Bucket;
use nuncio_core::event::{Event, EventKind, LinkState, RoomState, Timing};
use nuncio_core::features::{Features, Support};
use nuncio_core::receipt::{Receipt, Retry};
use nuncio_core::transport::{Link, Transport, TransportError};
use nuncio_policy::{Network, Speaker};
use smol_str::SmolStr;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use self::connection::{Door, Notice};
use crate::access::Attempts;
use crate::config::{Limits, Settings};
use crate::hub::Hub;
use crate::listen::{Arrival, Gates};
use crate::names::{ConnId, Names};
use crate::protocol::{Code, CommandInfo, Problem, Response, to_line};
use crate::session::House;

/// How long a client may take to read its last lines when the bot closes.
const LINGER: Duration = Duration::from_secs(2);

/// Which commands there are, for completion.
pub trait Catalogue: std::fmt::Debug + Send + Sync {
    /// The commands that a speaker may run in private, by name.
    fn commands(&self, speaker: &Speaker) -> Vec<CommandInfo>;
}

/// The socket's name, which is the same in every house.
pub fn network() -> Network {
    Network::socket()
}

/// The socket, as a transport.
///
/// A bounded queue stands before each client (1,024 lines, 1 MiB): one that does not read is
/// disconnected, and the house never waits for it.
#[derive(Debug)]
pub struct Socket {
    house: Arc<House>,
    catalogue: Arc<dyn Catalogue>,
}

impl Socket {
    /// The socket of the bot of this name.
    pub fn new(settings: Settings, bot: SmolStr, catalogue: Arc<dyn Catalogue>) -> Self {
        Self { house: Arc::new(House { settings, bot }), catalogue }
    }
}

impl Transport for Socket {
    fn network(&self) -> &Network {
        &self.house.settings.network
    }

    fn kind(&self) -> &'static str {
        "socket"
    }

    fn features(&self) -> Features {
        let rooms = !self.house.settings.rooms.is_empty();
        Features {
            rooms: if rooms { Support::Native } else { Support::Absent },
            private: Support::Native,
            styling: Support::Native,
            links: Support::Native,
            code: Support::Native,
            multiline: Support::Native,
            emotes: Support::Native,
            notices: Support::Native,
            replies: Support::Native,
            ..Features::default()
        }
    }

    fn run(self: Box<Self>, link: Link) -> BoxFuture<'static, Result<(), TransportError>> {
        Box::pin(async move {
            let gates = Gates::open(&self.house.settings).await.map_err(|error| {
                let network = self.house.settings.network.clone();
                TransportError { network, why: error.to_string(), source: None }
            })?;
            tracing::info!(path = %gates.path().display(), "The socket is open.");
            Running::new(*self, gates, link).run().await;
            Ok(())
        })
    }
}

/// The socket while it is open.
struct Running {
    hub: Hub,
    link: Link,
    door: Door,
    attempts: Attempts,
    pace: Pace,
    /// The listeners' tasks and those of the connections.
    tasks: JoinSet<()>,
    listeners: usize,
    arrivals: mpsc::Receiver<Arrival>,
    notices: mpsc::Receiver<Notice>,
    last: ConnId,
    start: Instant,
}

impl Running {
    fn new(socket: Socket, gates: Gates, link: Link) -> Self {
        let Socket { house, catalogue } = socket;
        let (arrive, arrivals) = mpsc::channel(16);
        let (notify, notices) = mpsc::channel(256);
        let names = Names::new();
        let hub = Hub::new(names.clone(), house.bot.clone());
        let mut tasks = JoinSet::new();
        tasks.spawn(gates.unix.watch(arrive.clone()));
        if let Some(tcp) = gates.tcp {
            tasks.spawn(tcp.watch(arrive));
        }
        let listeners = tasks.len();
        let pace = Pace::new(&house.settings.limits);
        let closing = link.cancel.clone();
        let events = link.events.clone();
        let door = Door { house, names, catalogue, events, hub: notify, closing };
        Self {
            hub,
            link,
            door,
            attempts: Attempts::new(),
            pace,
            tasks,
            listeners,
            arrivals,
            notices,
            last: ConnId::NONE,
            start: Instant::now(),
        }
    }

    async fn run(mut self) {
        self.announce().await;
        let cancel = self.link.cancel.clone();
        loop {
            let due = self.hub.next_due().map(|due| self.start + due);
            let pause = self.pace.pause(self.now());
            // What clients did comes before what goes to them: a request is known before its
            // answer. Every future is cancel-safe.
            tokio::select! {
                biased;
                () = cancel.cancelled() => break,
                Some(notice) = self.notices.recv() => self.heed(notice),
                () = at(due) => self.hub.tick(self.now()),
                Some(done) = self.tasks.join_next() => report(done),
                delivery = self.link.deliveries.next(), if pause.is_zero() => match delivery {
                    Some(delivery) => {
                        self.pace.spend();
                        self.hub.deliver(delivery, self.now());
                    }
                    None => break,
                },
                () = sleep(pause), if !pause.is_zero() => {}
                Some(arrival) = self.arrivals.recv() => self.admit(arrival),
            }
        }
        self.close().await;
    }

    /// Says that the socket is open, and its rooms with it.
    async fn announce(&self) {
        let rooms = self.door.house.settings.rooms.values();
        let joined =
            rooms.map(|room| EventKind::Room { room: room.clone(), state: RoomState::Joined });
        let events = std::iter::once(EventKind::Link(LinkState::Online)).chain(joined);
        for (number, kind) in events.enumerate() {
            let event = Event {
                network: self.door.house.settings.network.clone(),
                key: self.door.names.event(ConnId::NONE, number),
                at: Timestamp::now(),
                timing: Timing::Live,
                mark: None,
                kind,
            };
            tokio::select! {
                biased;
                () = self.link.cancel.cancelled() => return,
                _ = self.link.events.send(event) => {}
            }
        }
    }

    fn admit(&mut self, arrival: Arrival) {
        let Arrival { stream, peer } = arrival;
        let full =
            self.tasks.len() - self.listeners >= self.door.house.settings.limits.max_connections;
        let known = !peer.is_remote() && self.door.house.settings.access.vouches_for(&peer);
        let wait = if known { Ok(()) } else { self.attempts.begin(peer.source(), self.now()) };
        let reason = match wait {
            Err(wait) => format!("too many attempts: try again in {} s", wait.as_secs() + 1),
            Ok(()) if full => "too many are connected: try again later".into(),
            Ok(()) => {
                self.last = self.last.next();
                self.tasks.spawn(self.door.clone().serve(stream, peer, self.last));
                return;
            }
        };
        tracing::debug!(peer = %peer.name(), reason, "Sent a client of the socket away.");
        let problem = Problem { to: None, code: Code::Busy, reason, line: None, column: None };
        stream.try_say(&to_line(&Response::Error(problem)));
    }

    fn heed(&mut self, notice: Notice) {
        match notice {
            Notice::Open { conn, source, person, inlet, kill } => {
                self.attempts.succeeded(source);
                self.hub.open(conn, person, inlet, kill);
            }
            Notice::Heard { conn, heard } => self.hub.heard(conn, &heard, self.now()),
            Notice::Join { conn, room, id } => self.hub.join(conn, &room, id),
            Notice::Leave { conn, room, id } => self.hub.leave(conn, &room, id),
            Notice::Wrote { conn, up_to } => self.hub.wrote(conn, up_to, self.now()),
            Notice::Acked { conn, key } => self.hub.acked(conn, &key),
            Notice::Leaving { conn } => self.hub.leaving(conn),
            Notice::Closed { conn, begun } => self.hub.closed(conn, begun),
        }
    }

    /// Takes leave of everybody, and settles what is under way.
    async fn close(mut self) {
        self.link.cancel.cancel();
        while let Some(delivery) = self.link.deliveries.try_next() {
            delivery
                .settle(Receipt::failed("the socket closes", Retry::Untried(Receipt::A_MOMENT)));
        }
        self.hub.close("the bot closes");
        self.arrivals.close();
        let lingered = timeout(LINGER, async {
            while self.tasks.len() > self.listeners {
                tokio::select! {
                    biased;
                    Some(notice) = self.notices.recv() => self.heed(notice),
                    Some(done) = self.tasks.join_next() => report(done),
                    else => break,
                }
            }
        });
        if lingered.await.is_err() {
            tracing::debug!("Some clients of the socket did not read its farewell.");
        }
        self.tasks.shutdown().await;
        while let Ok(notice) = self.notices.try_recv() {
            self.heed(notice);
        }
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }
}

/// How fast the bot may speak: a token is taken before a delivery is, so that what must wait waits
/// in the house.
struct Pace {
    bucket: Bucket,
    has_token: bool,
}

impl Pace {
    fn new(limits: &Limits) -> Self {
        Self { bucket: limits.flood.bucket(), has_token: false }
    }

    /// How long it has to be silent from now on.
    fn pause(&mut self, now: Duration) -> Duration {
        if self.has_token {
            return Duration::ZERO;
        }
        let taken = self.bucket.take(now);
        self.has_token = taken.is_ok();
        taken.err().map_or(Duration::ZERO, |ready| ready.saturating_sub(now))
    }

    /// It has spoken.
    fn spend(&mut self) {
        self.has_token = false;
    }
}

async fn at(due: Option<Instant>) {
    match due {
        Some(due) => sleep_until(due).await,
        None => std::future::pending().await,
    }
}

fn report(done: Result<(), tokio::task::JoinError>) {
    if let Err(error) = done.and(Ok(())) {
        tracing::error!(%error, "A task of the socket broke off.");
    }
}

#[cfg(test)]
mod tests;
