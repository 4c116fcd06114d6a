//! A homeserver that asks us to be slower.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
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

/// One that takes two messages at once, and then one a second.
struct OnSlowSynapse {
    bot: Bot,
    room: String,
}

impl Subject for OnSlowSynapse {
    type Peer = Somebody;

    async fn start() -> Result<Self> {
        let limit = "rc_message: { per_second: 1, burst_count: 2 }";
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
        anyhow::bail!("nobody talks here")
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
    let mut keys = Vec::new();
    for number in 0..4 {
        let content = Content::text(format!("message {number}"));
        keys.push(house.act(&place, Action::Say { content, form: Form::Text }).await?);
    }
    let mut limited = Vec::new();
    for key in &keys {
        match house.receipt(key).await?.stage {
            Stage::Confirmed { .. } => {}
            Stage::Failed { retry, .. } => limited.push(retry),
            other => anyhow::bail!("{other:?}"),
        }
    }
    let [Retry::Later(delay)] = limited.as_slice() else {
        anyhow::bail!("not one message met the limit: {limited:?}")
    };
    let delay = delay.context("the server says how long")?;
    ensure!(delay <= Duration::from_secs(2), "{delay:?}");
    Ok(())
}
