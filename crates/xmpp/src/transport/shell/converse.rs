//! One connection: what is read, what is sent, and what is waited for.

use std::{ops::ControlFlow, pin::pin, time::Duration};

use futures_util::StreamExt as _;
use nuncio_core::event::Event;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};
use tokio_xmpp::stanzastream::{self, StreamEvent};

use super::{Next, Shell, broken, left};
use crate::{
    session::Input,
    transport::wire::{Broken, Heard, Wire},
};

/// What we say when we go.
const BYE: &str = "nuncio";

/// How long the server may take to confirm what is open when we go.
const FAREWELL: Duration = Duration::from_secs(3);

impl Shell {
    /// A connection from its first stanza to its last.
    pub(super) async fn converse(&mut self, wire: &mut Wire) -> Next {
        let (cancel, events) = (self.link.cancel.clone(), self.link.events.clone());
        let mut alarm = pin!(sleep_until(Instant::now()));
        let mut farewell: Option<Instant> = None;
        loop {
            if self.take_waiting(wire).await.is_err() {
                return Next::End(broken());
            }
            self.link.pass(&mut self.events);
            if farewell.is_some() {
                // What the house does not take now it will not take at all.
                self.events.clear();
                if !self.session.is_online() || (self.session.is_idle() && wire.is_flushed()) {
                    return Next::End(left());
                }
            }
            let wake = farewell.into_iter().chain(self.wake()).min();
            if let Some(wake) = wake.filter(|wake| *wake < alarm.deadline() || alarm.is_elapsed()) {
                alarm.as_mut().reset(wake);
            }
            let takes = farewell.is_none() && self.takes_deliveries(wire);
            let reads = self.events.is_empty() && self.session.takes_stanzas();
            tokio::select! {
                biased;
                () = cancel.cancelled(), if farewell.is_none() => {
                    farewell = Some(Instant::now() + FAREWELL);
                    self.step(Input::Leave(BYE));
                }
                () = &mut alarm, if wake.is_some() => {
                    if farewell.is_some_and(|at| Instant::now() >= at) {
                        return Next::End(left());
                    }
                    self.step(Input::Tick);
                }
                slot = events.reserve(), if !self.events.is_empty() => match slot {
                    Ok(slot) => self.pass_event(slot),
                    Err(_) => cancel.cancel(),
                },
                Some((ticket, outcome)) = self.puts.next(), if !self.puts.is_empty() => {
                    self.step(Input::Put(ticket, outcome));
                }
                delivery = self.link.deliveries.next(), if takes => match delivery {
                    Some(delivery) => self.deliver(delivery),
                    None => cancel.cancel(),
                },
                Some(question) = self.link.questions.next() => {
                    let answer = self.session.answer_query(question.query());
                    question.answer(answer);
                }
                heard = wire.next(reads) => match heard {
                    Ok(heard) => {
                        if self.hear(heard).is_break() {
                            return Next::Cut;
                        }
                    }
                    Err(Broken) => return Next::End(broken()),
                },
            }
        }
    }

    /// Takes what the stream says. Breaks where its connection is cut.
    fn hear(&mut self, heard: Heard) -> ControlFlow<()> {
        match heard {
            Heard::Room => {}
            Heard::Followed(name, way) => self.step(Input::Followed(&name, way)),
            Heard::Event(stanzastream::Event::Stanza(stanza)) => self.step(Input::Stanza(stanza)),
            Heard::Event(stanzastream::Event::Stream(event)) => match event {
                StreamEvent::Reset { bound_jid, features } => {
                    tracing::debug!(network = %self.network, %bound_jid, "The stream is bound.");
                    self.online = Some(Instant::now());
                    self.puts.clear();
                    let acks = features.stream_management.is_some();
                    let nonce = fastrand::u64(..);
                    self.step(Input::Online { nonce, acks });
                }
                StreamEvent::Resumed => {
                    self.online = Some(Instant::now());
                    self.step(Input::Resumed);
                }
                StreamEvent::Suspended => {
                    let why = self.why_cut();
                    tracing::info!(network = %self.network, %why, "The stream is cut.");
                    self.step(Input::Suspended(&why));
                    return ControlFlow::Break(());
                }
            },
        }
        ControlFlow::Continue(())
    }

    /// Takes every delivery that waits already and can go out at once.
    async fn take_waiting(&mut self, wire: &mut Wire) -> Result<(), Broken> {
        self.fill(wire).await?;
        while self.takes_deliveries(wire)
            && !self.link.cancel.is_cancelled()
            && let Some(delivery) = self.link.deliveries.try_next()
        {
            self.deliver(delivery);
            self.fill(wire).await?;
        }
        Ok(())
    }

    /// Hands over stanzas, as many as the flood limit lets pass.
    async fn fill(&mut self, wire: &mut Wire) -> Result<(), Broken> {
        let now = self.began.elapsed();
        while self.session.is_online()
            && wire.has_room()
            && self.flood.ready_at(now) <= now
            && let Some(outgoing) = self.session.next_stanza()
            && self.flood.take(now).is_ok()
        {
            wire.send(outgoing, self.session.is_acked()).await?;
        }
        Ok(())
    }

    /// Whether a delivery that is taken now can go out now.
    fn takes_deliveries(&self, wire: &Wire) -> bool {
        let now = self.began.elapsed();
        self.session.takes_deliveries() && wire.has_room() && self.flood.ready_at(now) <= now
    }

    /// When something is to be done even if nothing comes.
    fn wake(&self) -> Option<Instant> {
        let now = self.began.elapsed();
        let flood = Some(self.flood.ready_at(now)).filter(|at| *at > now);
        let next = self.session.deadline().into_iter().chain(flood).min()?;
        Some(self.began + next)
    }

    /// Passes on an event that the house has room for now.
    fn pass_event(&mut self, slot: mpsc::Permit<'_, Event>) {
        if let Some(event) = self.events.pop_front() {
            slot.send(event);
        }
    }
}
