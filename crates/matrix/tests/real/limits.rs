//! A homeserver that asks us to be slower.

use std::{collections::VecDeque, time::Duration};

use anyhow::{Context as _, Result, bail, ensure};
use nuncio_core::{
    action::Action,
    content::Content,
    event::{EventKind, Form, RoomState},
    place::Place,
    receipt::{Retry, Stage},
    transport::Transport,
};
use nuncio_policy::{CaseMapping, RoomId};
use nuncio_testkit::{
    conformance::{House, Subject},
    matrix::Person,
    server::Synapse,
};
use tempfile::TempDir;

use crate::{bot::Bot, conformance::Somebody};

/// One that takes a message or two, and then no more for minutes.
struct OnSlowSynapse {
    bot: Bot,
    room: String,
}

impl Subject for OnSlowSynapse {
    type Peer = Somebody;

    async fn start() -> Result<Self> {
        let limit = "rc_message: { per_second: 0.01, burst_count: 2 }";
        let server = Synapse::start_with(limit).await?;
        for name in ["bot", "host"] {
            server.add_user(name, "secret").await?;
        }
        let host = Person::login(server.addr(), "host", "secret").await?;
        let room = host.open_room("test").await?;
        Ok(Self { bot: Bot { server, folder: TempDir::new()?, more: "" }, room })
    }

    fn transport(&self) -> Result<Box<dyn Transport>> {
        self.bot.configured("flood = { per_second = 0 }")
    }

    fn paced(&self, _: u32) -> Result<Box<dyn Transport>> {
        self.transport()
    }

    async fn peer(&mut self) -> Result<Somebody> {
        bail!("nobody talks here")
    }

    async fn cut(&mut self) -> Result<()> {
        self.bot.server.kill9()
    }

    async fn mend(&mut self) -> Result<()> {
        self.bot.server.restart().await
    }
}

/// What met the limit is given back with the server's own delay; what comes after it does not meet
/// the limit as well, but waits until the server takes it.
#[tokio::test]
async fn only_one_message_meets_a_limit() -> Result<()> {
    let mut house = House::<OnSlowSynapse>::open().await?;
    let room = RoomId::new(&"matrix".parse()?, &house.subject.room, CaseMapping::Bytes)?;
    let is_there = |event: nuncio_core::event::Event| match event.kind {
        EventKind::Room { state: RoomState::Joined, .. } => Some(()),
        _ => None,
    };
    house.event("it is in the room", is_there).await?;
    let place = Place::Room(room);
    let mut keys = VecDeque::new();
    for number in 0..5 {
        let content = Content::text(format!("message {number}"));
        keys.push_back(house.act(&place, Action::Say { content, form: Form::Text }).await?);
    }
    let delay = loop {
        let key = keys.pop_front().context("no message met the limit")?;
        match house.receipt(&key).await?.stage {
            Stage::Confirmed { .. } => {}
            Stage::Failed { retry: Retry::Later(delay), .. } => break delay,
            other => bail!("{other:?}"),
        }
    };
    ensure!(delay.is_some_and(|delay| delay >= Duration::from_secs(30)), "{delay:?}");
    // What is asked of the server now would be answered by the same.
    house.cancel().await?;
    ensure!(!keys.is_empty(), "nothing was left to wait");
    for key in keys {
        let stage = house.receipt(&key).await?.stage;
        let is_untried = matches!(stage, Stage::Failed { retry: Retry::Untried(_), .. });
        ensure!(is_untried, "it was asked of the server: {stage:?}");
    }
    Ok(())
}
