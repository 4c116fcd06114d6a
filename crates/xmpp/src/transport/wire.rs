//! The stream of tokio-xmpp, held so that nothing of it can wait for ever or end the process.
//!
//! It is one task of the library's behind two bounded queues. It asks for a connection whenever it
//! has none; what it asks with comes to us as a [`Slot`], and we log in in our own time. The stream
//! is never split: a half of it can lose its wake-up.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures_util::{FutureExt as _, StreamExt as _, stream::FuturesUnordered};
use smol_str::SmolStr;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, BufStream, duplex},
    sync::{mpsc, oneshot},
    time::timeout,
};
use tokio_xmpp::{
    Stanza,
    stanzastream::{Connection, Event, StanzaStage, StanzaState, StanzaStream, StanzaToken},
    xmlstream::{StreamHeader, Timeouts, initiate_stream},
};
use xmpp_parsers::{ns, stream_features::StreamFeatures};

use crate::session::{Outgoing, Way};

/// How many stanzas the library's queues hold.
const DEPTH: usize = 64;

/// How many of ours may wait in it: fewer than it holds, so that handing one over never waits.
const MOST_WAITING: usize = 32;

/// How long the server may take to close the stream with us.
const FAREWELL: Duration = Duration::from_secs(1);

/// Where a connection goes that the stream asks for.
pub(super) type Slot = oneshot::Sender<Connection>;

/// The library's task is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken;

/// Something of the stream.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "most are stanzas, and live for one call")]
pub(super) enum Heard {
    /// It says something.
    Event(Event),
    /// A stanza that was followed came so far.
    Followed(SmolStr, Way),
    /// There is room for a stanza again.
    Room,
}

/// A stream and what is on its way through it.
pub(super) struct Wire {
    stream: StanzaStream,
    slots: mpsc::Receiver<Slot>,
    /// The stanzas that the library has not written yet, and then those that are followed.
    waiting: FuturesUnordered<futures_util::future::BoxFuture<'static, ()>>,
    followed: FuturesUnordered<futures_util::future::BoxFuture<'static, Option<(SmolStr, Way)>>>,
}

impl Wire {
    /// A stream over a connection that is logged in.
    pub(super) fn new(connection: Connection) -> Self {
        let (asks, slots) = mpsc::channel(1);
        let mut first = Some(connection);
        let connector = move |_location: Option<String>, slot: Slot| match first.take() {
            // The task holds the other end, and waits for it.
            Some(connection) => drop(slot.send(connection)),
            // It asks for one at a time, and each is taken before it can ask again.
            None => drop(asks.try_send(slot)),
        };
        Self {
            stream: StanzaStream::new(Box::new(connector), DEPTH),
            slots,
            waiting: FuturesUnordered::new(),
            followed: FuturesUnordered::new(),
        }
    }

    /// Whether a stanza can be sent without waiting.
    pub(super) fn has_room(&self) -> bool {
        self.waiting.len() < MOST_WAITING
    }

    /// Whether everything is written.
    pub(super) fn is_flushed(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Hands over a stanza; `acked`: what is followed is followed until the server has it.
    pub(super) async fn send(&mut self, outgoing: Outgoing, acked: bool) -> Result<(), Broken> {
        let Outgoing { stanza, follow } = outgoing;
        let token = hand_over(&self.stream, stanza).await?;
        if let Some(name) = follow {
            self.followed.push(follow_up(token.clone(), name, acked).boxed());
        }
        let mut token = token;
        let written = async move { drop(token.wait_for(StanzaStage::Sent).await) };
        self.waiting.push(written.boxed());
        Ok(())
    }

    /// What happens next; `reads`: the stream may be read.
    ///
    /// # Cancel safety
    /// Nothing is lost.
    pub(super) async fn next(&mut self, reads: bool) -> Result<Heard, Broken> {
        loop {
            tokio::select! {
                biased;
                Some(found) = self.followed.next() => {
                    if let Some((name, way)) = found {
                        return Ok(Heard::Followed(name, way));
                    }
                }
                Some(()) = self.waiting.next() => return Ok(Heard::Room),
                event = self.stream.next(), if reads => {
                    return event.map(Heard::Event).ok_or(Broken);
                }
                // Without anything to wait for: until it is asked otherwise.
                () = std::future::pending() => {}
            }
        }
    }

    /// The place for the connection that the stream asks for.
    pub(super) async fn slot(&mut self) -> Result<Slot, Broken> {
        self.slots.recv().await.ok_or(Broken)
    }

    /// Takes leave of the server.
    pub(super) async fn close(self) {
        // What it could not say in that time it does not say.
        timeout(FAREWELL, self.stream.close()).await.ok();
    }
}

/// The library panics where its task is gone.
async fn hand_over(stream: &StanzaStream, stanza: Stanza) -> Result<StanzaToken, Broken> {
    let sent = AssertUnwindSafe(stream.send(Box::new(stanza))).catch_unwind().await;
    sent.map_err(|_| Broken)
}

/// Tells how far a stanza came. Nothing, where the stream began anew under it.
async fn follow_up(mut token: StanzaToken, name: SmolStr, acked: bool) -> Option<(SmolStr, Way)> {
    let stage = if acked { StanzaStage::Acked } else { StanzaStage::Sent };
    let way = match token.wait_for(stage).await? {
        StanzaState::Queued | StanzaState::Sent { .. } => Way::Written,
        StanzaState::Acked { .. } => Way::Acked,
        StanzaState::Failed { error } => Way::Lost(error.to_string()),
        StanzaState::Dropped => Way::Lost("the stream broke".to_owned()),
    };
    Some((name, way))
}

/// Ends a stream that waits for a connection which will never come.
///
/// Its task knows no other end than that of a connection (without one it panics), so it gets one
/// that has ended already.
pub(super) async fn retire(slot: Slot) {
    if let Some(connection) = ended().await {
        drop(slot.send(connection));
    }
}

/// A connection that is over.
async fn ended() -> Option<Connection> {
    const HELLO: &[u8] = b"<?xml version='1.0'?><stream:stream xmlns='jabber:client' \
        xmlns:stream='http://etherx.jabber.org/streams' version='1.0'><stream:features>\
        <bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>";
    let (ours, mut theirs) = duplex(4096);
    theirs.write_all(HELLO).await.ok()?;
    let header = StreamHeader::default();
    let timeouts = Timeouts::tight();
    let stream = initiate_stream(BufStream::new(ours), ns::JABBER_CLIENT, header, timeouts);
    let (features, stream): (StreamFeatures, tokio_xmpp::xmlstream::XmppStream<_>) =
        stream.await.ok()?.recv_features().await.ok()?;
    // Our own hello is read, so that nothing but the end is left.
    theirs.read_buf(&mut Vec::with_capacity(512)).await.ok()?;
    let identity = jid::BareJid::new("nobody.invalid").ok()?.into();
    Some(Connection { stream: stream.box_stream(), features, identity })
}
