//! The transport as the house would run it, without the house.

use std::{
    net::SocketAddr,
    sync::{Arc, atomic::AtomicU64},
};

use anyhow::{Context as _, Result, bail};
use nuncio_core::{
    config::SecretSource,
    delivery::{Deliveries, Delivery},
    event::{Event, EventKind, LinkState, Message, RoomState},
    query::Questions,
    transport::{Link, Transport as _, TransportError},
};
use nuncio_irc::{
    Irc,
    config::{Config, ConfigError},
};
use nuncio_testkit::DEADLINE;
use tokio::{sync::mpsc, task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;

/// A running transport.
pub(crate) struct Bot {
    events: mpsc::Receiver<Event>,
    _deliveries: mpsc::Sender<Delivery>,
    cancel: CancellationToken,
    running: JoinSet<Result<(), TransportError>>,
}

/// A transport for the server at `addr`, with these further keys. There is no limit on its rate
/// unless they set one.
pub(crate) fn transport(addr: SocketAddr, tls: bool, keys: &str) -> Result<Irc> {
    let flood = if keys.contains("flood") { "" } else { "flood = { per_second = 0 }" };
    let server = if tls { "localhost" } else { "127.0.0.1" };
    let config = format!(
        "kind = \"irc\"\nnick = \"bot\"\nserver = \"{server}\"\nport = {}\ntls = {tls}\n{flood}\n{keys}",
        addr.port()
    );
    let config: Config = toml::from_str(&config)?;
    let irc = Irc::new("irc".parse()?, &config, |source| match source {
        SecretSource::Text(secret) => Ok(secret.clone()),
        _ => Err(ConfigError::NoPassword),
    });
    Ok(irc?)
}

impl Bot {
    /// Starts a transport.
    pub(crate) fn start(transport: Irc) -> Self {
        let (events, received) = mpsc::channel(256);
        let (deliveries, queue) = mpsc::channel(16);
        let cancel = CancellationToken::new();
        let deliveries_in = Deliveries::new(queue, Arc::new(AtomicU64::new(1)));
        let link = Link {
            events,
            deliveries: deliveries_in,
            questions: Questions::none(),
            cursors: Vec::new(),
            cancel: cancel.clone(),
        };
        let mut running = JoinSet::new();
        running.spawn(Box::new(transport).run(link));
        Self { events: received, _deliveries: deliveries, cancel, running }
    }

    /// The first event of which `pick` makes something.
    pub(crate) async fn event<T>(
        &mut self,
        what: &str,
        mut pick: impl FnMut(&EventKind) -> Option<T>,
    ) -> Result<T> {
        let mut seen = Vec::new();
        let found = timeout(DEADLINE, async {
            while let Some(event) = self.events.recv().await {
                if let Some(found) = pick(&event.kind) {
                    return Some(found);
                }
                seen.push(format!("{:?}", event.kind));
            }
            None
        });
        match found.await {
            Ok(Some(found)) => Ok(found),
            Ok(None) => bail!("it ended and never said that {what}; it said {seen:#?}"),
            Err(_) => bail!("it did not say in time that {what}; it said {seen:#?}"),
        }
    }

    /// Waits until it is registered.
    pub(crate) async fn online(&mut self) -> Result<()> {
        self.event("it is online", |kind| {
            matches!(kind, EventKind::Link(LinkState::Online)).then_some(())
        })
        .await
    }

    /// Waits until it is in a room.
    pub(crate) async fn joined(&mut self, room: &str) -> Result<()> {
        self.event(&format!("it is in {room}"), |kind| match kind {
            EventKind::Room { room: id, state: RoomState::Joined } if id.room() == room => Some(()),
            _ => None,
        })
        .await
    }

    /// Waits until it is called so.
    pub(crate) async fn called(&mut self, nick: &str) -> Result<()> {
        self.event(&format!("it is called {nick}"), |kind| match kind {
            EventKind::OwnName { name, .. } if name == nick => Some(()),
            _ => None,
        })
        .await
    }

    /// The next message.
    pub(crate) async fn message(&mut self) -> Result<Message> {
        self.event("somebody spoke", |kind| match kind {
            EventKind::Message(message) => Some(message.clone()),
            _ => None,
        })
        .await
    }

    /// Why the connection failed or was given up: whichever is said first.
    pub(crate) async fn trouble(&mut self) -> Result<LinkState> {
        self.event("there is trouble", |kind| match kind {
            EventKind::Link(state @ (LinkState::Offline { .. } | LinkState::Failed { .. })) => {
                Some(state.clone())
            }
            _ => None,
        })
        .await
    }

    /// Waits until the transport ends by itself.
    pub(crate) async fn ended(&mut self) -> Result<Result<(), TransportError>> {
        let ended = timeout(DEADLINE, self.running.join_next()).await;
        Ok(ended.context("it goes on")?.context("it was running")??)
    }

    /// Ends it, and waits for its end.
    pub(crate) async fn stop(mut self) -> Result<()> {
        self.cancel.cancel();
        Ok(self.ended().await??)
    }
}
