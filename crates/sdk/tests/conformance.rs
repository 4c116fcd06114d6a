//! The network in memory, on which plugins are tested, rich and poor.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use nuncio_core::event::{EventKind, Timing};
use nuncio_core::features::{Features, Support};
use nuncio_core::place::{Address, Place};
use nuncio_core::transport::Transport;
use nuncio_policy::{CaseMapping, RoomId, Speaker};
use nuncio_sdk::test::{Memory, Received, What};
use nuncio_testkit::DEADLINE;
use nuncio_testkit::conformance::{Party, Subject};
use nuncio_testkit::transport_conformance;
use tokio::sync::mpsc::Receiver;
use tokio::time::timeout;

/// A network that can do everything.
struct Rich(Memory, usize);

/// A network of short lines that can do hardly anything.
struct Poor(Rich);

struct Person {
    memory: Memory,
    name: String,
    ears: Receiver<Received>,
}

mod rich {
    use super::*;

    transport_conformance!(Rich);
}

mod poor {
    use super::*;

    transport_conformance!(Poor);
}

impl Subject for Rich {
    type Peer = Person;
    const PAUSED: bool = true;

    async fn start() -> Result<Self> {
        Ok(Self(Memory::new("memory".parse()?), 0))
    }

    fn transport(&self) -> Result<Box<dyn Transport>> {
        Ok(self.0.transport())
    }

    fn paced(&self, per_second: u32) -> Result<Box<dyn Transport>> {
        self.0.pace(Duration::from_secs(1) / per_second);
        Ok(self.0.transport())
    }

    async fn peer(&mut self) -> Result<Person> {
        self.1 += 1;
        let name = format!("peer{}", self.1);
        Ok(Person { memory: self.0.clone(), name, ears: self.0.listen() })
    }

    async fn cut(&mut self) -> Result<()> {
        self.0.cut();
        Ok(())
    }

    async fn mend(&mut self) -> Result<()> {
        self.0.mend();
        Ok(())
    }
}

impl Subject for Poor {
    type Peer = Person;
    const PAUSED: bool = true;

    async fn start() -> Result<Self> {
        let rich = Rich::start().await?;
        rich.0.offer(Features {
            rooms: Support::Native,
            private: Support::Native,
            max_text_bytes: Some(120),
            ..Features::default()
        });
        Ok(Self(rich))
    }

    fn transport(&self) -> Result<Box<dyn Transport>> {
        self.0.transport()
    }

    fn paced(&self, per_second: u32) -> Result<Box<dyn Transport>> {
        self.0.paced(per_second)
    }

    async fn peer(&mut self) -> Result<Person> {
        self.0.peer().await
    }

    async fn cut(&mut self) -> Result<()> {
        self.0.cut().await
    }

    async fn mend(&mut self) -> Result<()> {
        self.0.mend().await
    }
}

impl Person {
    fn alone(&self) -> Place {
        Place::private(self.memory.network().clone(), Address::new(self.name.as_str()))
    }

    async fn speak(&self, place: Place, text: &str) -> Result<()> {
        let speak = self.memory.say(Speaker::claimed([]), &self.name, place, text);
        drop(timeout(DEADLINE, speak).await?);
        Ok(())
    }
}

impl Party for Person {
    async fn say(&mut self, text: &str) -> Result<()> {
        let room = RoomId::new(self.memory.network(), "#room", CaseMapping::Bytes)?;
        self.speak(Place::Room(room), text).await
    }

    async fn whisper(&mut self, text: &str) -> Result<()> {
        self.speak(self.alone(), text).await
    }

    async fn hear(&mut self) -> Result<String> {
        let mine = self.alone();
        loop {
            let received = timeout(DEADLINE, self.ears.recv()).await.context("it is silent")?;
            match received {
                Some(Received { place, what: What::Message { text, .. } })
                    if place == mine || !place.is_private() =>
                {
                    return Ok(text);
                }
                Some(_) => {}
                None => bail!("the network is gone"),
            }
        }
    }

    async fn garble(&mut self) -> Result<()> {
        let garbage = EventKind::Unknown { what: "garbage".into() };
        self.memory.happen(garbage, Timing::Live).await.taken().await;
        Ok(())
    }

    async fn misses(&mut self) -> Result<()> {
        Ok(timeout(DEADLINE, self.memory.sees_bot(false)).await?)
    }
}
