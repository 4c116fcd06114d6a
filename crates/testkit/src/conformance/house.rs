//! The house's side of a transport under test.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use jiff::Timestamp;
use nuncio_core::{
    action::{Action, Output},
    content::Content,
    delivery::{Authority, Deliveries, Delivery, OutputKey, Settled},
    event::{Event, EventKey, EventKind, Form, LinkState, Message},
    place::Place,
    query::{Answer, Query, QueryError, Question, Questions},
    receipt::Receipt,
    store::{Draft, OutboxRow, OutboxState},
    transport::{Link, Transport, TransportError},
};
use nuncio_policy::{
    CommandId, Declared, Level, Network, Networks, Policy, Registry, Request, Speaker, decide,
};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinSet,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{Party as _, Subject};
use crate::DEADLINE;

/// A running transport, and the ends of its channels that the house holds.
#[derive(Debug)]
pub struct House<S> {
    /// The network under test.
    pub subject: S,
    network: Network,
    events: mpsc::Receiver<Event>,
    deliveries: mpsc::Sender<Delivery>,
    questions: mpsc::Sender<Question>,
    slots: mpsc::Sender<Settled>,
    settled: mpsc::Receiver<Settled>,
    receipts: HashMap<OutputKey, Receipt>,
    cancel: CancellationToken,
    running: JoinSet<Result<(), TransportError>>,
    policy: Policy,
    speaker: Speaker,
    next: u32,
}

impl<S: Subject> House<S> {
    /// Starts the network and its transport, and waits until it is online.
    ///
    /// # Errors
    /// When either does not come up.
    pub async fn open() -> Result<Self> {
        let subject = S::start().await?;
        let transport = subject.transport()?;
        Self::with(subject, transport, 1024).await
    }

    /// The same with this transport, and room for `events` events.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn with(subject: S, transport: Box<dyn Transport>, events: usize) -> Result<Self> {
        let network = transport.network().clone();
        let (events, received) = mpsc::channel(events);
        let (deliveries, queue) = mpsc::channel(256);
        let (slots, settled) = mpsc::channel(1024);
        let cancel = CancellationToken::new();
        let generation = Arc::new(AtomicU64::new(1));
        let deliveries_in = Deliveries::new(queue, Arc::clone(&generation));
        let (questions, asked) = Questions::new(generation);
        let link = Link {
            events,
            deliveries: deliveries_in,
            questions: asked,
            cursors: Vec::new(),
            cancel: cancel.clone(),
        };
        let mut running = JoinSet::new();
        running.spawn(transport.run(link));
        let (policy, speaker) = policy(&network)?;
        let mut house = Self {
            subject,
            network,
            events: received,
            deliveries,
            questions,
            slots,
            settled,
            receipts: HashMap::new(),
            cancel,
            running,
            policy,
            speaker,
            next: 0,
        };
        house.online().await?;
        Ok(house)
    }

    /// Waits until the transport says that it is online.
    pub(super) async fn online(&mut self) -> Result<()> {
        self.event("it is online", |event| match event.kind {
            EventKind::Link(LinkState::Online) => Some(Ok(())),
            EventKind::Link(LinkState::Failed { why }) => Some(Err(anyhow!("it gave up: {why}"))),
            _ => None,
        })
        .await?
    }

    /// The first event of which `pick` makes something; those before it are dropped.
    ///
    /// # Errors
    /// When there is none in time.
    pub async fn event<T>(
        &mut self,
        what: &str,
        mut pick: impl FnMut(Event) -> Option<T>,
    ) -> Result<T> {
        let found = timeout(DEADLINE, async {
            while let Some(event) = self.events.recv().await {
                if let Some(found) = pick(event) {
                    return Some(found);
                }
            }
            None
        });
        match found.await {
            Ok(Some(found)) => Ok(found),
            Ok(None) => bail!("the transport ended, and never said that {what}"),
            Err(_) => bail!("the transport did not say in time that {what}"),
        }
    }

    /// The next message that somebody else said.
    pub(super) async fn message(&mut self) -> Result<Message> {
        self.event("somebody spoke", |event| match event.kind {
            EventKind::Message(message) if !message.own => Some(message),
            _ => None,
        })
        .await
    }

    /// Waits for the message with this text, and returns where an answer to it goes.
    pub(super) async fn hears(&mut self, text: &str) -> Result<Place> {
        let what = format!("somebody said `{text}`");
        self.event(&what, |event| match event.kind {
            EventKind::Message(message) if message.text == text => Some(message.place),
            _ => None,
        })
        .await
    }

    /// Somebody to talk with, and where.
    pub(super) async fn meet(&mut self) -> Result<(S::Peer, Place)> {
        let mut peer = self.subject.peer().await?;
        peer.say("hello").await?;
        let place = self.hears("hello").await?;
        Ok((peer, place))
    }

    /// Hands over plain text to be said; its receipt comes by [`receipt`](Self::receipt).
    pub(super) async fn say(&mut self, place: &Place, text: &str) -> Result<OutputKey> {
        self.speak(place, text, Form::Text).await
    }

    /// Hands over plain text to be said in some form.
    pub(super) async fn speak(
        &mut self,
        place: &Place,
        text: &str,
        form: Form,
    ) -> Result<OutputKey> {
        let content = Content::text(text);
        self.act(place, Action::Say { content, form }).await
    }

    /// Hands over an action, with a permit that policy gave for it.
    ///
    /// # Errors
    /// When policy or the transport does not take it.
    pub async fn act(&mut self, place: &Place, action: Action) -> Result<OutputKey> {
        self.hand_over(Output { action, ..Output::say(place.clone(), Content::default()) }).await
    }

    /// Hands over an output, with a permit that policy gave for it.
    pub(super) async fn hand_over(&mut self, output: Output) -> Result<OutputKey> {
        let (key, delivery) = self.delivery(output).await?;
        let handed = timeout(DEADLINE, self.deliveries.send(delivery)).await;
        handed.context("the transport takes no deliveries")?.context("the transport is gone")?;
        Ok(key)
    }

    async fn delivery(&mut self, output: Output) -> Result<(OutputKey, Delivery)> {
        let Output { to, action, .. } = &output;
        let said = matches!(action, Action::Say { .. });
        let command = if said { CommandId::new("conformance", "say")? } else { action.command() };
        let room = to.room().cloned();
        let target = action.room().cloned().or_else(|| room.clone());
        let level = Level::Everyone;
        let request = Request {
            speaker: self.speaker.clone(),
            room: room.clone(),
            target: target.clone(),
            command: command.clone(),
            level: level.clone(),
            at: Timestamp::now(),
        };
        let permit = decide(&self.policy, request).map_err(|refusal| anyhow!("{refusal:?}"))?;
        let key = OutputKey::of(&self.network, &EventKey::new("conformance"), self.next);
        self.next += 1;
        let draft = Draft {
            output: Output { last: true, ..output },
            speaker: self.speaker.clone(),
            room,
            target,
            command,
            level,
            refusal: false,
            keep_as: None,
            used: Vec::new(),
        };
        let row = OutboxRow {
            key: key.clone(),
            draft,
            at: Timestamp::now(),
            state: OutboxState::Handed,
            attempts: 1,
        };
        let slot = self.slots.clone().reserve_owned().await?;
        Ok((key, Delivery::new(Arc::new(row), Authority::Permit(permit), slot)?))
    }

    /// Asks the network something, with a permit that policy gave for it, and waits for the answer.
    ///
    /// # Errors
    /// When it gets none in time; the inner error is the network's answer.
    pub async fn ask(&self, query: Query) -> Result<Result<Answer, QueryError>> {
        let request = Request {
            speaker: self.speaker.clone(),
            room: query.room().cloned(),
            target: query.room().cloned(),
            command: query.command(),
            level: Level::Everyone,
            at: Timestamp::now(),
        };
        let permit = decide(&self.policy, request).map_err(|refusal| anyhow!("{refusal:?}"))?;
        let (answer, answered) = oneshot::channel();
        let question = Question::new(permit, query, answer).context("the permit is for it")?;
        self.questions.send(question).await.map_err(|_| anyhow!("the transport is gone"))?;
        let answered = timeout(DEADLINE, answered).await.context("there is no answer in time")?;
        answered.context("the question was dropped")
    }

    /// Waits for the receipt of a delivery.
    ///
    /// # Errors
    /// When it gets none in time, or two.
    pub async fn receipt(&mut self, key: &OutputKey) -> Result<Receipt> {
        loop {
            if let Some(receipt) = self.receipts.remove(key) {
                return Ok(receipt);
            }
            let settled = timeout(DEADLINE, self.settled.recv()).await;
            let settled = settled.with_context(|| format!("`{key}` got no receipt in time"))?;
            let Settled { key, receipt } = settled.context("we hold a sender ourselves")?;
            let before = self.receipts.insert(key.clone(), receipt);
            ensure!(before.is_none(), "`{key}` got two receipts");
        }
    }

    /// Says a text, waits for its receipt, which must say that it arrived, and returns it.
    pub(super) async fn tell(&mut self, place: &Place, text: &str) -> Result<Receipt> {
        let key = self.say(place, text).await?;
        let receipt = self.receipt(&key).await?;
        ensure!(receipt.is_delivered(), "a text did not go out: {receipt:?}");
        Ok(receipt)
    }

    /// Cancels the transport, and returns how long it took to end.
    ///
    /// # Errors
    /// When it does not end, or fails.
    pub async fn cancel(&mut self) -> Result<Duration> {
        let begun = Instant::now();
        self.cancel.cancel();
        let ended = timeout(DEADLINE, self.running.join_next()).await;
        let ended = ended.context("it was cancelled and did not end")?.context("it was running")?;
        ended?.context("it was cancelled, which is no error")?;
        Ok(begun.elapsed())
    }

    /// Whether the transport still runs.
    pub(super) fn is_running(&mut self) -> bool {
        self.running.try_join_next().is_none()
    }
}

/// A policy under which a speaker of the network may do what the suite asks.
fn policy(network: &Network) -> Result<(Policy, Speaker)> {
    let networks = Networks::new();
    let compiled = Policy::compile(&Declared::default(), &networks, &Registry::unknown(), 1);
    let (policy, _) = compiled.map_err(|errors| anyhow!("{errors:?}"))?;
    let user = networks.parse_user(&format!("u:{network}:tester"))?;
    Ok((policy, Speaker::verified(user)))
}
