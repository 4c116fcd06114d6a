//! The loop around the session: it reads, writes, waits, and decides nothing.

use std::{collections::VecDeque, pin::pin, time::Duration};

use jiff::Timestamp;
use nuncio_core::{
    backoff::Backoff, bucket::Bucket, delivery::Delivery, event::Event, moment::Moment,
    query::Question, transport::Link,
};
use nuncio_policy::Network;
use rustc_hash::FxHashMap;
use tokio::{
    io::AsyncReadExt as _,
    sync::mpsc,
    time::{Instant, sleep_until},
};

use super::{FAREWELL, outgoing::Outgoing};
use crate::{
    config::Settings,
    connect::{Dial, Stream},
    session::{Effect, Ending, Input, Session, Ticket},
    wire::{Framer, Received},
};

/// What is read at once.
const CHUNK: usize = 16 * 1024;

/// What we say when we go.
const BYE: &str = "nuncio";

/// Everything that one network needs to live.
#[derive(Debug)]
pub(super) struct Shell {
    session: Session,
    flood: Bucket,
    link: Link,
    began: Instant,
    framer: Framer,
    outgoing: Outgoing,
    /// Events that the house has no room for yet. While there are any, the server is not read.
    events: VecDeque<Event>,
    under_way: FxHashMap<Ticket, Delivery>,
    tickets: Ticket,
    ending: Option<Ending>,
}

impl Shell {
    pub(super) fn new(network: Network, settings: Settings, flood: Bucket, link: Link) -> Self {
        let began = Instant::now();
        let now = Moment { wall: Timestamp::now(), uptime: Duration::ZERO };
        Self {
            session: Session::new(network, settings, now),
            flood,
            link,
            began,
            framer: Framer::default(),
            outgoing: Outgoing::default(),
            events: VecDeque::new(),
            under_way: FxHashMap::default(),
            tickets: 0,
            ending: None,
        }
    }

    /// Connects again and again until cancelled, or until only a person can help.
    pub(super) async fn live(mut self, dialer: &impl Dial) -> Result<(), String> {
        let cancel = self.link.cancel.clone();
        let mut backoff = Backoff::default();
        loop {
            self.step(Input::Connecting);
            let dialled = tokio::select! {
                biased;
                () = cancel.cancelled() => return Ok(()),
                dialled = dialer.dial() => dialled,
            };
            let began = Instant::now();
            let ending = match dialled {
                Ok(stream) => self.serve(stream).await,
                Err(ending) => ending,
            };
            self.step(Input::Closed(&ending));
            self.outgoing.clear();
            self.link.pass(&mut self.events);
            if cancel.is_cancelled() {
                return Ok(());
            }
            if let Ending::Refused(why) = ending {
                return Err(why);
            }
            backoff.session_lasted(began.elapsed());
            let until = Instant::now() + backoff.next(fastrand::f64());
            if self.link.meanwhile(&mut self.events, sleep_until(until)).await.is_none() {
                return Ok(());
            }
        }
    }

    /// One connection from its first byte to its last.
    pub(super) async fn serve(&mut self, stream: impl Stream) -> Ending {
        let (mut reader, mut writer) = tokio::io::split(stream);
        let (cancel, events) = (self.link.cancel.clone(), self.link.events.clone());
        let mut chunk = vec![0; CHUNK];
        let mut alarm = pin!(sleep_until(Instant::now()));
        let mut farewell: Option<Instant> = None;
        self.framer = Framer::default();
        self.ending = None;
        self.step(Input::Connected { nonce: fastrand::u64(..) });
        loop {
            self.take_waiting();
            self.link.pass(&mut self.events);
            if let Some(ending) = self.ending.take() {
                return ending;
            }
            let wake = farewell.into_iter().chain(self.wake()).min();
            if let Some(wake) = wake.filter(|wake| *wake < alarm.deadline() || alarm.is_elapsed()) {
                alarm.as_mut().reset(wake);
            }
            let takes = farewell.is_none() && self.takes_deliveries();
            if farewell.is_some() {
                // What the house does not take now it will not take at all.
                self.events.clear();
            }
            let reads = self.events.is_empty() && self.session.takes_lines();
            tokio::select! {
                biased;
                () = cancel.cancelled(), if farewell.is_none() => {
                    farewell = Some(Instant::now() + FAREWELL);
                    self.step(Input::Leave(BYE));
                }
                () = &mut alarm, if wake.is_some() => {
                    if farewell.is_some_and(|at| Instant::now() >= at) {
                        return Ending::Again("we left".to_owned());
                    }
                    self.step(Input::Tick);
                }
                written = self.outgoing.drain(&mut writer), if !self.outgoing.is_empty() => {
                    match written {
                        Ok(()) => self.step(Input::Flushed),
                        Err(error) => return Ending::Again(format!("writing failed: {error}")),
                    }
                }
                slot = events.reserve(), if !self.events.is_empty() => match slot {
                    Ok(slot) => self.pass_event(slot),
                    Err(_) => cancel.cancel(),
                },
                delivery = self.link.deliveries.next(), if takes => match delivery {
                    Some(delivery) => self.deliver(delivery),
                    None => cancel.cancel(),
                },
                Some(question) = self.link.questions.next() => self.answer(question),
                count = reader.read(&mut chunk), if reads => match count {
                    Ok(0) => return Ending::Again("the server closed the connection".to_owned()),
                    Ok(count) => self.read(chunk.get(..count).unwrap_or_default()),
                    Err(error) => return Ending::Again(format!("reading failed: {error}")),
                },
            }
        }
    }

    /// Takes every delivery that waits already and can go out at once, so that all of them leave
    /// with one write.
    fn take_waiting(&mut self) {
        self.fill();
        while self.takes_deliveries()
            && !self.link.cancel.is_cancelled()
            && let Some(delivery) = self.link.deliveries.try_next()
        {
            self.deliver(delivery);
            self.fill();
        }
    }

    /// Moves lines into the buffer, as many as the flood limit lets pass.
    fn fill(&mut self) {
        let now = self.began.elapsed();
        while !self.outgoing.is_full()
            && self.flood.ready_at(now) <= now
            && let Some(line) = self.session.next_line()
            && self.flood.take(now).is_ok()
        {
            self.outgoing.push(line.as_bytes());
        }
        self.collect();
    }

    /// Whether a delivery that is taken now can go out now.
    fn takes_deliveries(&self) -> bool {
        let now = self.began.elapsed();
        self.session.takes_deliveries()
            && !self.session.has_line()
            && !self.outgoing.is_full()
            && self.flood.ready_at(now) <= now
    }

    /// When something is to be done even if nothing comes.
    fn wake(&self) -> Option<Instant> {
        let now = self.began.elapsed();
        let flood = Some(self.flood.ready_at(now)).filter(|at| *at > now);
        let next = self.session.deadline().into_iter().chain(flood).min()?;
        Some(self.began + next)
    }

    fn deliver(&mut self, delivery: Delivery) {
        self.tickets += 1;
        let now = self.now();
        self.session.step(Input::Act(self.tickets, delivery.output()), now);
        self.under_way.insert(self.tickets, delivery);
        self.collect();
    }

    /// Answers a question from what is known.
    fn answer(&self, question: Question) {
        let answer = self.session.answer_query(question.query());
        question.answer(answer);
    }

    fn read(&mut self, bytes: &[u8]) {
        let now = self.now();
        let session = &mut self.session;
        self.framer.feed(bytes, |framer, line| {
            session.step(Input::Line(Received::parse(line)), now);
            framer.limit_body(session.line_limit());
        });
        self.collect();
    }

    fn step(&mut self, input: Input<'_>) {
        let now = self.now();
        self.session.step(input, now);
        self.collect();
    }

    /// Does what the session wants done.
    fn collect(&mut self) {
        for effect in self.session.effects() {
            match effect {
                Effect::Event(event) => self.events.push_back(event),
                Effect::Settle(ticket, receipt) => {
                    if let Some(delivery) = self.under_way.remove(&ticket) {
                        delivery.settle(receipt);
                    }
                }
                Effect::Close(ending) => self.ending = self.ending.take().or(Some(ending)),
            }
        }
    }

    /// Passes on an event that the house has room for now.
    fn pass_event(&mut self, slot: mpsc::Permit<'_, Event>) {
        if let Some(event) = self.events.pop_front() {
            slot.send(event);
        }
    }

    fn now(&self) -> Moment {
        Moment { wall: Timestamp::now(), uptime: self.began.elapsed() }
    }
}
