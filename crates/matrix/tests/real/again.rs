//! What a bot finds when it comes back: its device, and what was said meanwhile.

use std::sync::{Arc, atomic::AtomicU64};

use anyhow::{Context as _, Result, ensure};
use nuncio_core::{
    cursor::Cursor,
    delivery::{Deliveries, Delivery},
    event::{ArchiveState, Event, EventKind, LinkState, Timing},
    query::Questions,
    transport::{Link, Transport, TransportError},
};
use nuncio_testkit::{DEADLINE, matrix::Person};
use tokio::{sync::mpsc, task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;

use crate::bot::{BOT, Bot};

/// A transport that runs, and what the house hears of it.
pub(crate) struct Running {
    events: mpsc::Receiver<Event>,
    _deliveries: mpsc::Sender<Delivery>,
    cancel: CancellationToken,
    task: JoinSet<Result<(), TransportError>>,
}

impl Running {
    pub(crate) fn start(transport: Box<dyn Transport>, cursors: Vec<Cursor>) -> Self {
        let (events, heard) = mpsc::channel(256);
        let (deliveries, queue) = mpsc::channel(16);
        let queue = Deliveries::new(queue, Arc::new(AtomicU64::new(1)));
        let cancel = CancellationToken::new();
        let mut task = JoinSet::new();
        task.spawn(transport.run(Link {
            events,
            deliveries: queue,
            questions: Questions::none(),
            cursors,
            cancel: cancel.clone(),
        }));
        Self { events: heard, _deliveries: deliveries, cancel, task }
    }

    pub(crate) async fn event<T>(&mut self, mut pick: impl FnMut(Event) -> Option<T>) -> Result<T> {
        let found = timeout(DEADLINE, async {
            loop {
                let event = self.events.recv().await?;
                if let Some(found) = pick(event) {
                    return Some(found);
                }
            }
        });
        found.await.context("it did not happen in time")?.context("the transport ended")
    }

    /// The next thing that somebody says, how it comes, and where that leaves the cursor.
    pub(crate) async fn said(&mut self) -> Result<(String, Timing, Option<Cursor>)> {
        self.event(|event| match event.kind {
            EventKind::Message(said) => {
                let (network, time) = (event.network, event.at);
                let cursor = event.mark.map(|mark| Cursor { network, mark, time });
                Some((said.text, event.timing, cursor))
            }
            _ => None,
        })
        .await
    }

    pub(crate) async fn online(&mut self) -> Result<()> {
        self.event(|event| matches!(event.kind, EventKind::Link(LinkState::Online)).then_some(()))
            .await
    }

    /// Why it has given up.
    pub(crate) async fn failed(mut self) -> Result<String> {
        let failed = self.event(|event| match event.kind {
            EventKind::Link(LinkState::Failed { why }) => Some(why),
            _ => None,
        });
        let why = failed.await?;
        let ended = self.task.join_next().await.context("it was running")??;
        ensure!(ended.is_err(), "it has ended as if all was well");
        Ok(why)
    }

    async fn archive(&mut self) -> Result<ArchiveState> {
        self.event(|event| match event.kind {
            EventKind::Archive { state, .. } => Some(state),
            _ => None,
        })
        .await
    }

    pub(crate) async fn stop(mut self) -> Result<()> {
        self.cancel.cancel();
        Ok(self.task.join_next().await.context("it was running")???)
    }

    /// Ends it the hard way.
    pub(crate) async fn kill(mut self) {
        self.task.shutdown().await;
    }
}

pub(crate) async fn room(bot: &Bot) -> Result<(Person, String)> {
    let mut host = Person::login(bot.server.addr(), "host", "secret").await?;
    let room = host.open_room("test").await?;
    host.say(&room, "!before").await?;
    Ok((host, room))
}

#[tokio::test]
async fn what_was_said_meanwhile_is_late_and_the_device_is_the_same() -> Result<()> {
    meanwhile(Bot::new().await?).await
}

pub(crate) async fn meanwhile(bot: Bot) -> Result<()> {
    let (mut host, room) = room(&bot).await?;
    let mut first = Running::start(bot.configured("")?, Vec::new());
    host.meets(&room, BOT).await?;
    assert_eq!(first.archive().await?, ArchiveState::Heard { late: 0 });
    host.say(&room, "!live").await?;
    let (text, timing, cursor) = first.said().await?;
    assert_eq!((text.as_str(), timing), ("!live", Timing::Live));
    let cursor = cursor.context("it stands somewhere")?;
    // The library has read this and stored that it has; the house has not heard of it.
    host.say(&room, "!unsettled").await?;
    first.said().await?;
    first.kill().await;
    for number in 0..120 {
        host.say(&room, &format!("!away {number}")).await?;
    }

    let mut second = Running::start(bot.configured("")?, vec![cursor]);
    let mut late = Vec::new();
    while late.len() < 121 {
        let (text, timing, _) = second.said().await?;
        assert_eq!(timing, Timing::Late, "{text}");
        late.push(text);
    }
    let wanted = (0..120).map(|number| format!("!away {number}"));
    assert_eq!(late, std::iter::once("!unsettled".to_owned()).chain(wanted).collect::<Vec<_>>());
    second.archive().await?;
    host.say(&room, "!again").await?;
    let (text, timing, cursor) = second.said().await?;
    assert_eq!((text.as_str(), timing), ("!again", Timing::Live));
    second.stop().await?;

    // Nothing was said meanwhile, and so nothing is told.
    let cursors = cursor.into_iter().collect();
    let mut third = Running::start(bot.configured("")?, cursors);
    third.online().await?;
    host.say(&room, "!now").await?;
    let (text, timing, _) = third.said().await?;
    assert_eq!((text.as_str(), timing), ("!now", Timing::Live));
    assert_eq!(host.devices(BOT).await?, 1, "it is one device");
    third.stop().await
}

#[tokio::test]
async fn what_a_sync_leaves_out_is_asked_for() -> Result<()> {
    left_out(Bot::new().await?).await
}

/// The house has no cursor: nothing but what the library's store knows says from where on.
pub(crate) async fn left_out(bot: Bot) -> Result<()> {
    let (mut host, room) = room(&bot).await?;
    let mut first = Running::start(bot.configured("")?, Vec::new());
    host.meets(&room, BOT).await?;
    host.say(&room, "!live").await?;
    while first.said().await?.0 != "!live" {}
    first.stop().await?;
    for number in 0..120 {
        host.say(&room, &format!("!away {number}")).await?;
    }
    let mut second = Running::start(bot.configured("")?, Vec::new());
    for number in 0..120 {
        let (text, timing, _) = second.said().await?;
        assert_eq!((text, timing), (format!("!away {number}"), Timing::Late));
    }
    host.say(&room, "!again").await?;
    let (text, timing, _) = second.said().await?;
    assert_eq!((text.as_str(), timing), ("!again", Timing::Live));
    second.stop().await
}

#[tokio::test]
async fn a_login_that_is_refused_is_not_tried_again() -> Result<()> {
    let bot = Bot::new().await?;
    for (proof, wanted) in [
        ("password = \"wrong\"", "the server refuses the login: "),
        ("token = \"wrong\"", "the server takes the token no more, and there is no `password`"),
    ] {
        let refused = Running::start(bot.proved(proof, "")?, Vec::new());
        let why = refused.failed().await?;
        assert!(why.starts_with(wanted), "{why}");
    }
    Ok(())
}

#[tokio::test]
async fn a_token_that_is_refused_gives_way_to_the_password() -> Result<()> {
    let bot = Bot::new().await?;
    let (mut host, room) = room(&bot).await?;
    let proof = "token = \"wrong\"\npassword = \"secret\"";
    let mut running = Running::start(bot.proved(proof, "")?, Vec::new());
    host.meets(&room, BOT).await?;
    host.say(&room, "!live").await?;
    while running.said().await?.0 != "!live" {}
    // Somebody ends all sessions of the account; the bot comes back as a new device.
    let bots = Person::login(bot.server.addr(), "bot", "secret").await?;
    bots.log_out_all().await?;
    running
        .event(|event| {
            matches!(event.kind, EventKind::Link(LinkState::Offline { .. })).then_some(())
        })
        .await?;
    running.online().await?;
    host.say(&room, "!still here").await?;
    while running.said().await?.0 != "!still here" {}
    running.stop().await
}
