//! The network in memory, on which plugins are tested, rich and poor.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use nuncio_core::action::Action;
use nuncio_core::event::{EventKind, Form, Message, MessageId, Reaction, Retraction, Timing};
use nuncio_core::features::{Features, Support};
use nuncio_core::place::{Address, Place};
use nuncio_core::transport::Transport;
use nuncio_policy::{CaseMapping, RoomId, Speaker};
use nuncio_sdk::test::{Memory, Received, What};
use nuncio_testkit::DEADLINE;
use nuncio_testkit::conformance::{Mark, Party, Subject};
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
    /// Where he spoke last, and how often.
    place: Option<Place>,
    said: u32,
    /// The bot's last message.
    bots: Option<MessageId>,
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
        let (memory, ears) = (self.0.clone(), self.0.listen());
        Ok(Person { memory, name, ears, place: None, said: 0, bots: None })
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

    /// What his last message is called.
    fn own(&self) -> MessageId {
        MessageId::new(format!("{}-{}", self.name, self.said))
    }

    fn there(&self) -> Result<Place> {
        self.place.clone().context("he spoke somewhere")
    }

    /// His last message, with these words.
    fn message(&self, text: &str, reply_to: Option<MessageId>) -> Result<Message> {
        Ok(Message {
            id: Some(self.own()),
            speaker: Speaker::claimed([]),
            name: self.name.as_str().into(),
            place: self.there()?,
            reply_to,
            form: Form::Text,
            own: false,
            text: text.to_owned(),
            content: None,
            files: Vec::new(),
        })
    }

    async fn happen(&self, kind: EventKind) -> Result<()> {
        drop(timeout(DEADLINE, self.memory.happen(kind, Timing::Live)).await?);
        Ok(())
    }

    async fn speak(&mut self, place: Place, text: &str) -> Result<()> {
        self.place = Some(place);
        self.said += 1;
        let message = self.message(text, None)?;
        self.happen(EventKind::Message(message)).await
    }

    /// The next thing that concerns him.
    async fn received(&mut self) -> Result<Received> {
        let mine = self.alone();
        loop {
            let received = timeout(DEADLINE, self.ears.recv()).await.context("it is silent")?;
            let received = received.context("the network is gone")?;
            if received.place == mine || !received.place.is_private() {
                self.bots = received.id.clone().or(self.bots.take());
                return Ok(received);
            }
        }
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
        loop {
            if let What::Message { text, .. } = self.received().await?.what {
                return Ok(text);
            }
        }
    }

    async fn mark(&mut self, mark: &Mark) -> Result<()> {
        let (speaker, name) = (Speaker::claimed([]), self.name.as_str().into());
        let (place, bots) = (self.there()?, self.bots.clone().context("the bot spoke"));
        let kind = match mark {
            Mark::Reply(text) => {
                self.said += 1;
                EventKind::Message(self.message(text, Some(bots?))?)
            }
            Mark::Edit(text) => EventKind::Edit(self.message(text, None)?),
            Mark::Reaction(emoji) => {
                let (target, emoji) = (bots?, emoji.into());
                EventKind::Reaction(Reaction { speaker, place, target, emoji })
            }
            Mark::Retraction => {
                let (target, moderated, reason) = (self.own(), false, None);
                let retraction = Retraction { speaker, name, place, target, moderated, reason };
                EventKind::Retraction(retraction)
            }
        };
        self.happen(kind).await
    }

    async fn marked(&mut self) -> Result<Mark> {
        let bots = self.bots.clone();
        let Received { what, about, .. } = self.received().await?;
        let (of, mark) = match what {
            What::Message { text, .. } => (about == Some(self.own()), Mark::Reply(text)),
            What::Action(Action::Edit { target, content }) => {
                (Some(target) == bots, Mark::Edit(content.to_plain()))
            }
            What::Action(Action::React { target, emoji }) => {
                (target == self.own(), Mark::Reaction(emoji.into()))
            }
            What::Action(Action::Retract { target }) => (Some(target) == bots, Mark::Retraction),
            What::Action(other) => bail!("it is no mark: {other:?}"),
        };
        ensure!(of, "{mark:?} is to another message");
        Ok(mark)
    }

    async fn typing(&mut self) -> Result<bool> {
        match self.received().await?.what {
            What::Action(Action::Typing { on }) => Ok(on),
            other => bail!("it is no typing: {other:?}"),
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
