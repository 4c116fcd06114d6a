//! The bot's side of the network in memory.

use std::{fmt, future, marker::PhantomData, time::Duration};

use anyhow::Result;
use futures_util::{FutureExt as _, future::BoxFuture};
use jiff::Timestamp;
use nuncio_core::{
    action::Action,
    content::{Content, Limits, Palette, Utf8, fit},
    delivery::Delivery,
    event::{Event, EventKey, EventKind, Form, LinkState, Message, Timing},
    features::{Features, Support},
    place::{Address, Place},
    receipt::Receipt,
    transport::{Link, Transport, TransportError},
};
use nuncio_policy::{Networks, RoomId, Speaker};
use tokio::{
    select,
    sync::{mpsc, watch},
    time::{Interval, MissedTickBehavior, interval},
};

use super::{Faults, Heard, MAX_LINE, Network, Said};

/// What the network holds for a bot that does not read, as a server's and TCP's buffers do.
const HELD: usize = 1024;

/// The bot's side of the network in memory.
pub(super) struct MemoryTransport<F> {
    network: Network,
    room: RoomId,
    pace: Option<Duration>,
    faults: PhantomData<F>,
}

impl<F> fmt::Debug for MemoryTransport<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryTransport").field("room", &self.room).finish_non_exhaustive()
    }
}

impl<F> MemoryTransport<F> {
    pub(super) fn new(network: Network, per_second: Option<u32>) -> Result<Self> {
        let room = Networks::new().parse_room("r:memory:room")?;
        let pace = per_second.and_then(|rate| Duration::from_secs(1).checked_div(rate));
        Ok(Self { network, room, pace, faults: PhantomData })
    }
}

impl<F: Faults> Transport for MemoryTransport<F> {
    fn network(&self) -> &nuncio_policy::Network {
        self.room.network()
    }

    fn kind(&self) -> &'static str {
        "memory"
    }

    fn features(&self) -> Features {
        Features {
            rooms: Support::Native,
            private: Support::Native,
            notices: Support::Emulated,
            multiline: Support::Emulated,
            max_text_bytes: Some(MAX_LINE),
            ..Features::default()
        }
    }

    fn run(self: Box<Self>, link: Link) -> BoxFuture<'static, Result<(), TransportError>> {
        let pace = self.pace.map(|pace| {
            let mut pace = interval(pace);
            pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
            pace
        });
        Session::<F> {
            network: self.network,
            room: self.room,
            link,
            pace,
            count: 0,
            lost: Vec::new(),
            faults: PhantomData,
        }
        .run()
        .map(Ok)
        .boxed()
    }
}

struct Session<F> {
    network: Network,
    room: RoomId,
    link: Link,
    pace: Option<Interval>,
    count: usize,
    lost: Vec<Delivery>,
    faults: PhantomData<F>,
}

/// The house has cancelled us, or is gone.
struct Ended;

/// Waits for the network to be up, or down.
async fn is(network: &mut watch::Receiver<bool>, up: bool) -> Result<(), Ended> {
    network.wait_for(|now| *now == up).await.map(drop).map_err(|_| Ended)
}

impl<F: Faults> Session<F> {
    async fn run(mut self) {
        while let Ok(()) = self.connect().await {}
        for ears in self.network.ears(None) {
            ears.try_send(Heard::BotLeft).ok();
        }
        self.network.seats(|seats| seats.bot = None);
    }

    /// One connection, from the first attempt to the cut.
    async fn connect(&mut self) -> Result<(), Ended> {
        let cancelled = self.link.cancel.clone();
        let mut up = self.network.up.subscribe();
        self.tell(LinkState::Connecting).await?;
        select! {
            biased;
            () = cancelled.cancelled() => return Err(Ended),
            up = is(&mut up, true) => up?,
        }
        let (voice, mut said) = mpsc::channel(HELD);
        self.network.seats(|seats| seats.bot = Some(voice));
        self.tell(LinkState::Online).await?;
        loop {
            let cancelled = async {
                if F::IGNORES_CANCEL {
                    future::pending::<()>().await;
                } else {
                    cancelled.cancelled().await;
                }
            };
            select! {
                biased;
                () = cancelled => return Err(Ended),
                cut = is(&mut up, false) => {
                    cut?;
                    return self.tell(LinkState::Offline { why: "the network is cut".into() }).await;
                }
                Some(said) = said.recv() => self.hear(said).await?,
                delivery = self.link.deliveries.next() => {
                    let delivery = delivery.ok_or(Ended)?;
                    self.deliver(delivery).await;
                }
            }
        }
    }

    async fn tell(&mut self, state: LinkState) -> Result<(), Ended> {
        self.emit(EventKind::Link(state)).await
    }

    async fn emit(&mut self, kind: EventKind) -> Result<(), Ended> {
        self.count += 1;
        let event = Event {
            network: self.room.network().clone(),
            key: EventKey::new(format!("memory-{}", self.count)),
            at: Timestamp::now(),
            timing: Timing::Live,
            mark: None,
            kind,
        };
        select! {
            biased;
            () = self.link.cancel.cancelled() => Err(Ended),
            sent = self.link.events.send(event) => sent.map_err(|_| Ended),
        }
    }

    async fn hear(&mut self, said: Said) -> Result<(), Ended> {
        let Said::Words { name, private, text } = said else {
            return self.emit(EventKind::Unknown { what: "garbage".into() }).await;
        };
        let network = self.room.network().clone();
        let address = Address::new(name.to_string());
        let place =
            if private { Place::private(network, address) } else { Place::Room(self.room.clone()) };
        self.emit(EventKind::Message(Message {
            id: None,
            speaker: Speaker::claimed([]),
            name: name.to_string().into(),
            place,
            reply_to: None,
            form: Form::Text,
            own: false,
            text,
            content: None,
            files: Vec::new(),
        }))
        .await
    }

    async fn deliver(&mut self, delivery: Delivery) {
        self.count += 1;
        let receipt = match &delivery.output().action {
            Action::Say { content, form: Form::Text | Form::Notice } => {
                self.say(&delivery.output().to, content).await
            }
            _ if F::CLAIMS_EVERYTHING => Receipt::sent(),
            _ => Receipt::unsupported("such thing"),
        };
        if F::LOSES_RECEIPTS && self.count.is_multiple_of(3) {
            self.lost.push(delivery);
            return;
        }
        delivery.settle(receipt);
    }

    async fn say(&mut self, to: &Place, content: &Content) -> Receipt {
        let max_parts = if F::TRUNCATES { 1 } else { usize::MAX };
        let limits = Limits { max_bytes: MAX_LINE, max_lines: 1, max_parts };
        let parts = fit(content.lines(Palette::PLAIN), &limits, &Utf8);
        let to = match to {
            Place::Room(_) => None,
            Place::Private { peer, .. } => peer.as_str().parse().ok(),
        };
        for part in parts.output {
            let text: String = part.spans().map(|span| span.text.as_str()).collect();
            self.count += 1;
            let times = if F::DOUBLES && self.count.is_multiple_of(3) { 2 } else { 1 };
            for _ in 0..times {
                self.line(to, &text).await;
            }
        }
        if F::TRUNCATES { Receipt::sent() } else { Receipt::sent().with_losses(parts.losses) }
    }

    async fn line(&mut self, to: Option<usize>, text: &str) {
        if let Some(pace) = &mut self.pace {
            pace.tick().await;
        }
        for ears in self.network.ears(to) {
            // A person who does not listen does not stop the bot.
            ears.try_send(Heard::Words(text.to_owned())).ok();
        }
    }
}
