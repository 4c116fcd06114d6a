//! The loop around the session: it reads, writes, waits, and decides nothing.

mod converse;

use std::{collections::VecDeque, sync::Arc, time::Duration};

use futures_util::{future::BoxFuture, stream::FuturesUnordered};
use jiff::Timestamp;
use nuncio_core::{
    backoff::Backoff,
    bucket::Bucket,
    delivery::{Delivery, Doubtful},
    event::Event,
    moment::Moment,
    transport::Link,
};
use nuncio_policy::Network;
use rustc_hash::FxHashMap;
use tokio::{sync::oneshot, time::Instant};
use tokio_xmpp::stanzastream::Connection;

use super::{
    Xmpp,
    put::{Done, put},
    rest::Tried,
    wire::{Wire, retire},
};
use crate::{
    login::{self, Login},
    session::{Effect, Ending, Input, Session, Ticket},
};

/// What was online for less was so in vain, if it happens so many times in a row.
const BRIEF: Duration = Duration::from_secs(10);
const MOST_BRIEF: u32 = 3;

/// Everything that one network needs to live.
#[derive(Debug)]
pub(super) struct Shell {
    pub(super) network: Network,
    pub(super) login: Login,
    pub(super) link: Link,
    pub(super) backoff: Backoff,
    /// Events that the house has no room for yet. While there are any, the server is not read.
    pub(super) events: VecDeque<Event>,
    /// The stream error with which the server ends this connection, if it does.
    pub(super) last_words: Option<oneshot::Receiver<Vec<u8>>>,
    session: Session,
    flood: Bucket,
    began: Instant,
    /// Since when we are online.
    online: Option<Instant>,
    under_way: FxHashMap<Ticket, Delivery>,
    /// What a process that was killed had handed over, which the session looks for.
    doubtful: FxHashMap<Ticket, Doubtful>,
    tickets: Ticket,
    /// The files that are being put somewhere; the session bounds them, and they end by themselves.
    puts: FuturesUnordered<BoxFuture<'static, Done>>,
}

/// How a stream goes on.
enum Next {
    /// Over another connection: this one is cut.
    Cut,
    /// Not at all.
    End(Ending),
}

impl Shell {
    pub(super) fn new(xmpp: Xmpp, mut link: Link) -> Self {
        let Xmpp { network, settings, flood, login, doubtful } = xmpp;
        let now = Moment { wall: Timestamp::now(), uptime: Duration::ZERO };
        let mut session = Session::new(network.clone(), settings, now);
        session.recall(std::mem::take(&mut link.cursors));
        let doubtful = (1..).zip(doubtful).map(|(ticket, doubtful): (Ticket, Doubtful)| {
            session.look_for(ticket, doubtful.key(), doubtful.made(), doubtful.output());
            (ticket, doubtful)
        });
        let doubtful: FxHashMap<_, _> = doubtful.collect();
        Self {
            tickets: doubtful.keys().copied().max().unwrap_or_default(),
            doubtful,
            session,
            network,
            login,
            link,
            backoff: Backoff::default(),
            events: VecDeque::new(),
            last_words: None,
            flood,
            began: Instant::now(),
            online: None,
            under_way: FxHashMap::default(),
            puts: FuturesUnordered::new(),
        }
    }

    /// Connects again and again until cancelled, or until only a person can help.
    pub(super) async fn live(mut self) -> Result<(), String> {
        loop {
            let ending = match self.connect().await {
                Tried::Cancelled => return Ok(()),
                Tried::Failed(ending) => ending,
                Tried::Connected(connection) => self.serve(*connection).await,
            };
            self.puts.clear();
            self.step(Input::Closed(&ending));
            self.link.pass(&mut self.events);
            if self.link.cancel.is_cancelled() {
                return Ok(());
            }
            if let Ending::Refused(why) = ending {
                return Err(why);
            }
            self.forget_session();
            if !self.rest().await {
                return Ok(());
            }
        }
    }

    /// One stream, over one connection after another.
    ///
    /// A stream gets one try to go on where it was. tokio-xmpp 6.0 cannot read that it may not
    /// (`<failed/>` without `h`), and would ask in vain for ever; so the next try is a new stream.
    /// And what is cut again and again as soon as it goes on may be so by what the server sends us
    /// each time; that ends with a new stream too.
    async fn serve(&mut self, connection: Connection) -> Ending {
        let mut wire = Wire::new(connection);
        let (mut brief, mut resumes) = (0, false);
        loop {
            if let Next::End(ending) = self.converse(&mut wire).await {
                wire.close().await;
                return ending;
            }
            let lasted = self.forget_session();
            brief = if lasted.is_some_and(|lasted| lasted < BRIEF) { brief + 1 } else { 0 };
            let Ok(slot) = wire.slot().await else { return broken() };
            // A server that does not know the stream any more is asked for a new one at once.
            let rests = lasted.is_some() || !resumes;
            let connection = match self.reconnect(rests).await {
                Ok(connection) => connection,
                Err(ending) => {
                    retire(slot).await;
                    return ending;
                }
            };
            resumes = lasted.is_some() && brief < MOST_BRIEF;
            if resumes {
                // Where the library's task is gone, its end is what is read next.
                drop(slot.send(connection));
            } else {
                retire(slot).await;
                wire = Wire::new(connection);
                brief = 0;
            }
        }
    }

    /// Gets another connection, after a rest or at once; why we end, where there is none to be had.
    async fn reconnect(&mut self, mut rests: bool) -> Result<Connection, Ending> {
        loop {
            if rests && !self.rest().await {
                return Err(left());
            }
            rests = true;
            match self.connect().await {
                Tried::Connected(connection) => return Ok(*connection),
                Tried::Cancelled => return Err(left()),
                Tried::Failed(ending @ Ending::Refused(_)) => return Err(ending),
                Tried::Failed(Ending::Again(why)) => {
                    tracing::info!(network = %self.network, %why, "There is no connection yet.");
                }
            }
        }
    }

    /// Why the connection ended, by the server's own words where it had any.
    fn why_cut(&mut self) -> String {
        let words = self.last_words.take().and_then(|mut words| words.try_recv().ok());
        let words = words.and_then(|words| login::explain(&words));
        words.unwrap_or_else(|| "the connection was cut".to_owned())
    }

    /// Tells the backoff how long we were online: short sessions look like a conflict with another
    /// client that wants the same resource. None where we were not.
    fn forget_session(&mut self) -> Option<Duration> {
        let lasted = self.online.take().map(|since| since.elapsed());
        self.backoff.session_lasted(lasted.unwrap_or_default());
        lasted
    }

    fn deliver(&mut self, delivery: Delivery) {
        self.tickets += 1;
        let now = self.now();
        self.session.step(Input::Act(self.tickets, delivery.key(), delivery.output()), now);
        self.under_way.insert(self.tickets, delivery);
        self.collect();
    }

    pub(super) fn step(&mut self, input: Input<'_>) {
        let now = self.now();
        self.session.step(input, now);
        self.collect();
    }

    /// Does what the session wants done.
    fn collect(&mut self) {
        for effect in self.session.effects() {
            match effect {
                Effect::Event(event) => self.events.push_back(event),
                Effect::Put(file) => {
                    self.puts.push(Box::pin(put(file, Arc::clone(&self.login.tls))));
                }
                Effect::Settle(ticket, receipt) => {
                    if let Some(delivery) = self.under_way.remove(&ticket) {
                        delivery.settle(receipt);
                    } else if let Some(doubtful) = self.doubtful.remove(&ticket) {
                        doubtful.settle(receipt);
                    }
                }
            }
        }
    }

    fn now(&self) -> Moment {
        Moment { wall: Timestamp::now(), uptime: self.began.elapsed() }
    }
}

fn left() -> Ending {
    Ending::Again("we left".to_owned())
}

fn broken() -> Ending {
    Ending::Again("the stream broke within the XMPP library".to_owned())
}
