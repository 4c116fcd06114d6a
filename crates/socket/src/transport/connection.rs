//! One connection: its bytes to the session, and what the session wants done.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use nuncio_core::event::{Change, Event, EventKind, Membership, Message, Timing};
use nuncio_core::place::Place;
use smol_str::{SmolStr, format_smolstr};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::Catalogue;
use crate::access::{Fingerprint, Peer, Source};
use crate::listen::Stream;
use crate::names::{ConnId, Names};
use crate::pipe::{FullError, Inlet, Parcel, Ticket, pipe};
use crate::protocol::{RequestId, Response, to_line};
use crate::session::{Heard, House, Person, Progress, Session, Step};

/// How long a client may take nothing of what it is sent. Until then what waits for it counts
/// against what the house has under way on the socket.
const STALL: Duration = Duration::from_secs(3);
/// How many lines go out in one write.
const BATCH: usize = 64;
const READ_BYTES: usize = 8 * 1024;

/// What every connection knows of the house.
#[derive(Clone, Debug)]
pub(super) struct Door {
    pub(super) house: Arc<House>,
    pub(super) names: Names,
    pub(super) catalogue: Arc<dyn Catalogue>,
    pub(super) events: mpsc::Sender<Event>,
    pub(super) hub: mpsc::Sender<Notice>,
    /// The bot closes: nothing more is read, and what waits is written.
    pub(super) closing: CancellationToken,
}

/// What a connection tells the hub.
#[derive(Debug)]
pub(super) enum Notice {
    Open { conn: ConnId, source: Source, person: Person, inlet: Inlet, kill: CancellationToken },
    Heard { conn: ConnId, heard: Heard },
    Join { conn: ConnId, room: SmolStr, id: Option<RequestId> },
    Leave { conn: ConnId, room: SmolStr, id: Option<RequestId> },
    Wrote { conn: ConnId, up_to: Ticket },
    Acked { conn: ConnId, key: SmolStr },
    Leaving { conn: ConnId },
    Closed { conn: ConnId, begun: Option<Ticket> },
}

/// The session is over, or nobody is left to serve it.
struct Over;

impl<T> From<mpsc::error::SendError<T>> for Over {
    fn from(_: mpsc::error::SendError<T>) -> Self {
        Self
    }
}

impl From<FullError> for Over {
    fn from(_: FullError) -> Self {
        Self
    }
}

impl Door {
    /// Serves a connection to its end.
    pub(super) async fn serve(self, stream: Stream, peer: Peer, conn: ConnId) {
        match stream {
            Stream::Unix(stream) => self.converse(stream, peer, conn).await,
            Stream::Plain(stream) => self.converse(stream, peer, conn).await,
            Stream::Tls(stream, acceptor) => {
                let handshake =
                    timeout(self.house.settings.limits.handshake, acceptor.accept(stream));
                let shaken = tokio::select! {
                    biased;
                    () = self.closing.cancelled() => return,
                    shaken = handshake => shaken,
                };
                match shaken {
                    Ok(Ok(stream)) => {
                        let shown = stream.get_ref().1.peer_certificates();
                        let certificate = shown.and_then(<[_]>::first);
                        let certificate = certificate.map(|der| Fingerprint::of(der));
                        let peer = match peer {
                            Peer::Tcp { address, .. } => Peer::Tcp { address, certificate },
                            peer @ Peer::Unix { .. } => peer,
                        };
                        Box::pin(self.converse(stream, peer, conn)).await;
                    }
                    Ok(Err(error)) => tracing::debug!(%conn, %error, "A TLS handshake failed."),
                    Err(_) => tracing::debug!(%conn, "A TLS handshake took too long."),
                }
            }
        }
    }

    async fn converse<S: AsyncRead + AsyncWrite>(self, stream: S, peer: Peer, conn: ConnId) {
        tracing::debug!(%conn, peer = %peer.name(), "A client of the socket came.");
        let (reader, writer) = split(stream);
        let (inlet, outlet) = pipe();
        let kill = CancellationToken::new();
        let mut begun = None;
        let hub = self.hub.clone();
        let reading = {
            let (closing, kill) = (self.closing.clone(), kill.clone());
            let mut conversation = Conversation::new(self, peer, conn, inlet, kill.clone());
            async move {
                tokio::select! {
                    biased;
                    () = kill.cancelled() => {}
                    () = closing.cancelled() => {}
                    () = conversation.read(reader) => {}
                }
                conversation.leave().await;
            }
        };
        let writing = async {
            tokio::select! {
                biased;
                () = kill.cancelled() => {}
                () = write(writer, outlet, &hub, conn, &mut begun) => kill.cancel(),
            }
        };
        tokio::join!(reading, writing);
        tracing::debug!(%conn, "A client of the socket went.");
        // Without a hub there is nobody to tell.
        drop(hub.send(Notice::Closed { conn, begun }).await);
    }
}

/// Writes what comes, as much at once as there is, until the queue is closed and empty.
async fn write<S: AsyncWrite>(
    mut writer: WriteHalf<S>,
    mut outlet: mpsc::Receiver<Parcel>,
    hub: &mpsc::Sender<Notice>,
    conn: ConnId,
    begun: &mut Option<Ticket>,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while outlet.recv_many(&mut batch, BATCH).await > 0 {
        let bytes: String = batch.iter().map(|parcel| &*parcel.line).collect();
        let last = batch.iter().filter_map(|parcel| parcel.ticket).max();
        *begun = last.or(*begun);
        if let Err(error) = write_all(&mut writer, bytes.as_bytes()).await {
            tracing::debug!(%conn, %error, "A client of the socket does not take what it is sent.");
            return;
        }
        batch.clear();
        if let Some(up_to) = last
            && hub.send(Notice::Wrote { conn, up_to }).await.is_err()
        {
            return;
        }
    }
    if !matches!(timeout(STALL, writer.shutdown()).await, Ok(Ok(()))) {
        tracing::debug!(%conn, "A client of the socket did not wait for the end.");
    }
}

/// Writes and flushes everything, as slowly as the client takes it, as long as it takes something.
async fn write_all<W: AsyncWrite + Unpin>(writer: &mut W, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        let count = timeout(STALL, writer.write(bytes)).await??;
        bytes = bytes.get(count..).filter(|_| count > 0).ok_or(io::ErrorKind::WriteZero)?;
    }
    timeout(STALL, writer.flush()).await?
}

/// The reading side of a connection.
struct Conversation {
    door: Door,
    session: Session,
    source: Source,
    conn: ConnId,
    inlet: Inlet,
    kill: CancellationToken,
    person: Option<Person>,
    rooms: Vec<SmolStr>,
    start: Instant,
}

impl Conversation {
    fn new(door: Door, peer: Peer, conn: ConnId, inlet: Inlet, kill: CancellationToken) -> Self {
        let source = peer.source();
        let session = Session::new(Arc::clone(&door.house), peer);
        let (person, rooms, start) = (None, Vec::new(), Instant::now());
        Self { door, session, source, conn, inlet, kill, person, rooms, start }
    }

    /// Reads until the peer, the session or the clock ends it.
    async fn read<S: AsyncRead>(&mut self, mut reader: ReadHalf<S>) {
        let mut buffer = vec![0; READ_BYTES];
        loop {
            // A client that does not read its answers is not read from.
            self.inlet.half_free().await;
            let limits = self.door.house.settings.limits;
            let patience = if self.session.is_open() {
                limits.idle
            } else {
                limits.handshake.saturating_sub(self.start.elapsed())
            };
            let count = match timeout(patience, reader.read(&mut buffer)).await {
                Ok(Ok(0) | Err(_)) => break,
                Ok(Ok(count)) => count,
                Err(_) => {
                    let reason = "you were silent for too long".into();
                    drop(self.send(&Response::Bye { reason }).await);
                    return;
                }
            };
            let mut input = buffer.get(..count).unwrap_or_default();
            loop {
                match self.session.read(&mut input, self.start.elapsed()) {
                    Progress::Hungry => break,
                    Progress::Wait(wait) => sleep(wait).await,
                    Progress::Steps(steps) => {
                        if self.take(steps).await.is_err() {
                            return;
                        }
                    }
                }
            }
        }
        let last = self.session.end();
        // It is over either way.
        drop(self.take(last).await);
    }

    async fn take(&mut self, steps: Vec<Step>) -> Result<(), Over> {
        for step in steps {
            self.step(step).await?;
        }
        Ok(())
    }

    async fn step(&mut self, step: Step) -> Result<(), Over> {
        let conn = self.conn;
        match step {
            Step::Open(person) => {
                self.person = Some(person.clone());
                let (source, inlet, kill) = (self.source, self.inlet.clone(), self.kill.clone());
                let open = Notice::Open { conn, source, person, inlet, kill };
                self.door.hub.send(open).await?;
            }
            Step::Send(response) => self.send(&response).await?,
            Step::Hear(heard) => {
                let message = self.message(&heard);
                let part = format_smolstr!("{}", heard.line);
                // The hub knows of the request before the house can answer it.
                self.door.hub.send(Notice::Heard { conn, heard }).await?;
                if let Some(message) = message {
                    self.say(&part, EventKind::Message(message)).await?;
                }
            }
            Step::Join { id, room } => {
                self.rooms.push(room.clone());
                self.door.hub.send(Notice::Join { conn, room: room.clone(), id }).await?;
                self.moved(&room, Change::Join).await?;
            }
            Step::Leave { id, room } => {
                self.rooms.retain(|other| *other != room);
                self.door.hub.send(Notice::Leave { conn, room: room.clone(), id }).await?;
                self.moved(&room, Change::Leave(None)).await?;
            }
            Step::Commands { id } => {
                let speaker = self.person.as_ref().map(|person| &person.speaker);
                let commands = speaker.map(|speaker| self.door.catalogue.commands(speaker));
                let commands = commands.unwrap_or_default();
                self.send(&Response::Commands { to: id, commands }).await?;
            }
            Step::Ack(key) => self.door.hub.send(Notice::Acked { conn, key }).await?,
            Step::Close => return Err(Over),
        }
        Ok(())
    }

    /// Says that he is gone from his rooms, and lets him have his answers.
    async fn leave(mut self) {
        if self.person.is_none() {
            return;
        }
        // Without a hub there is nobody to tell.
        drop(self.door.hub.send(Notice::Leaving { conn: self.conn }).await);
        for room in std::mem::take(&mut self.rooms) {
            let closing = self.door.closing.clone();
            tokio::select! {
                biased;
                () = closing.cancelled() => return,
                _ = self.moved(&room, Change::Leave(None)) => {}
            }
        }
    }

    async fn send(&self, response: &Response) -> Result<(), Over> {
        Ok(self.inlet.send(to_line(response).into()).await?)
    }

    fn message(&self, heard: &Heard) -> Option<Message> {
        let person = self.person.as_ref()?;
        let settings = &self.door.house.settings;
        let place = match &heard.room {
            Some(room) => Place::Room(settings.rooms.get(room)?.clone()),
            None => Place::private(settings.network.clone(), self.door.names.address(self.conn)),
        };
        Some(Message {
            id: Some(self.door.names.message(self.conn, heard.line)),
            speaker: person.speaker.clone(),
            name: person.name.clone(),
            place,
            reply_to: None,
            form: heard.form.into(),
            own: false,
            text: heard.text.clone(),
            content: None,
            files: Vec::new(),
        })
    }

    async fn moved(&self, room: &SmolStr, change: Change) -> Result<(), Over> {
        let Some(person) = &self.person else { return Ok(()) };
        let went = if change == Change::Join { "in" } else { "out" };
        let part = format_smolstr!("{room}.{went}.{}", self.start.elapsed().as_nanos());
        let membership = Membership {
            who: person.speaker.clone(),
            name: person.name.clone(),
            room: self.door.house.settings.rooms.get(room).cloned(),
            change,
        };
        self.say(&part, EventKind::Membership(membership)).await
    }

    async fn say(&self, part: &str, kind: EventKind) -> Result<(), Over> {
        let event = Event {
            network: self.door.house.settings.network.clone(),
            key: self.door.names.event(self.conn, part),
            at: Timestamp::now(),
            timing: Timing::Live,
            mark: None,
            kind,
        };
        Ok(self.door.events.send(event).await?)
    }
}
