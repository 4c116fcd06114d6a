//! The network in memory on which plugins are tested keeps the contract that real ones keep.

use std::collections::VecDeque;

use anyhow::{Context as _, Result};
use nuncio_core::{
    features::{Features, Support},
    place::{Address, Place},
    transport::Transport,
};
use nuncio_policy::{Network, Networks, Speaker};
use nuncio_sdk::test::{Memory, What};
use nuncio_testkit::{
    conformance::{Party, Subject},
    transport_conformance,
};

// It has no server to leave, no writer to slow down, and no bytes to garble.
transport_conformance!(InMemory: delivery, order, features);

/// How often a listener lets others work before it gives up.
const PATIENCE: usize = 10_000;

struct InMemory {
    memory: Memory,
    people: usize,
}

struct Person {
    memory: Memory,
    speaker: Speaker,
    name: String,
    heard: VecDeque<String>,
}

impl Subject for InMemory {
    type Peer = Person;
    const PAUSED: bool = true;

    async fn start() -> Result<Self> {
        let network: Network = "memory".parse()?;
        let memory = Memory::new(network);
        memory.offer(Features {
            reactions: Support::Absent,
            moderation: Support::Absent,
            multiline: Support::Absent,
            max_text_bytes: Some(120),
            ..memory.features()
        });
        Ok(Self { memory, people: 0 })
    }

    fn transport(&self) -> Result<Box<dyn Transport>> {
        Ok(self.memory.transport())
    }

    fn paced(&self, _per_second: u32) -> Result<Box<dyn Transport>> {
        anyhow::bail!("it has no writer to slow down")
    }

    async fn peer(&mut self) -> Result<Person> {
        self.people += 1;
        let name = format!("person{}", self.people);
        let user = Networks::new().parse_user(&format!("u:memory:{name}"))?;
        let speaker = Speaker::verified(user);
        Ok(Person { memory: self.memory.clone(), speaker, name, heard: VecDeque::new() })
    }

    async fn cut(&mut self) -> Result<()> {
        self.memory.refuse(true);
        self.memory.cut().await;
        Ok(())
    }

    async fn mend(&mut self) -> Result<()> {
        self.memory.refuse(false);
        Ok(())
    }
}

impl Party for Person {
    async fn say(&mut self, text: &str) -> Result<()> {
        let room = Networks::new().parse_room("r:memory:room")?;
        self.memory.say(self.speaker.clone(), &self.name, Place::Room(room), text).await;
        Ok(())
    }

    async fn whisper(&mut self, text: &str) -> Result<()> {
        let peer = Address::new(self.name.as_str());
        let place = Place::private(self.memory.network().clone(), peer);
        self.memory.say(self.speaker.clone(), &self.name, place, text).await;
        Ok(())
    }

    async fn hear(&mut self) -> Result<String> {
        for _ in 0..PATIENCE {
            let received = self.memory.take_received().into_iter();
            self.heard.extend(received.map(|received| match received.what {
                What::Message { text, .. } => text,
                What::Action(action) => format!("{action:?}"),
            }));
            if let Some(heard) = self.heard.pop_front() {
                return Ok(heard);
            }
            tokio::task::yield_now().await;
        }
        None.context("there is nothing to hear")
    }

    async fn garble(&mut self) -> Result<()> {
        anyhow::bail!("there are no bytes")
    }

    async fn misses(&mut self) -> Result<()> {
        anyhow::bail!("nobody sees the bot leave")
    }
}
