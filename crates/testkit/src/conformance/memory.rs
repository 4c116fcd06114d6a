//! A network in memory: the suite's reference, and the ground for its seeded faults.
//!
//! A message is one line of at most [`MAX_LINE`] bytes. There are no edits, reactions, topics, and
//! no emotes; a notice is emulated.

mod transport;

use std::{
    marker::PhantomData,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context as _, Result};
use nuncio_core::transport::Transport;
use tokio::{
    sync::{mpsc, watch},
    time::timeout,
};

use self::transport::MemoryTransport;
use super::{Party, Subject};
use crate::DEADLINE;

/// The longest line, in bytes.
pub const MAX_LINE: usize = 120;

/// What a transport does wrong; by default nothing.
pub trait Faults: Send + 'static {
    /// It does not listen to its cancel token.
    const IGNORES_CANCEL: bool = false;
    /// It claims success for what its network does not have.
    const CLAIMS_EVERYTHING: bool = false;
    /// It cuts long text and claims that it is whole.
    const TRUNCATES: bool = false;
    /// It keeps every third delivery, and says nothing of it.
    const LOSES_RECEIPTS: bool = false;
    /// It says every third line twice.
    const DOUBLES: bool = false;
}

/// Does nothing wrong.
#[derive(Debug)]
pub struct Faithful;

impl Faults for Faithful {}

/// A network in memory, with a transport that has some faults.
#[derive(Debug)]
pub struct Memory<F = Faithful> {
    network: Network,
    people: usize,
    faults: PhantomData<F>,
}

/// Somebody on it.
#[derive(Debug)]
pub struct Person {
    name: usize,
    network: Network,
    heard: mpsc::Receiver<Heard>,
}

/// What the network carries to the bot.
#[derive(Debug)]
enum Said {
    Words { name: usize, private: bool, text: String },
    Garbage,
}

/// What the network carries to a person.
#[derive(Debug)]
enum Heard {
    Words(String),
    BotLeft,
}

/// The network's server, which everybody shares.
#[derive(Debug, Clone)]
struct Network {
    up: watch::Sender<bool>,
    seats: Arc<Mutex<Seats>>,
}

#[derive(Debug, Default)]
struct Seats {
    bot: Option<mpsc::Sender<Said>>,
    people: Vec<(usize, mpsc::Sender<Heard>)>,
}

impl Network {
    /// Whoever panicked under the lock has failed his own test.
    fn seats<T>(&self, f: impl FnOnce(&mut Seats) -> T) -> T {
        f(&mut self.seats.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Where to send what `to` should hear, or everybody.
    fn ears(&self, to: Option<usize>) -> Vec<mpsc::Sender<Heard>> {
        let is_meant = |name: usize| to.is_none_or(|to| to == name);
        self.seats(|seats| {
            let meant = seats.people.iter().filter(|(name, _)| is_meant(*name));
            meant.map(|(_, ears)| ears.clone()).collect()
        })
    }

    async fn carry(&self, said: Said) -> Result<()> {
        let bot = self.seats(|seats| seats.bot.clone()).context("the bot is not there")?;
        timeout(DEADLINE, bot.send(said)).await?.context("the bot is gone")
    }
}

impl<F: Faults> Subject for Memory<F> {
    type Peer = Person;
    const PAUSED: bool = true;

    async fn start() -> Result<Self> {
        let network = Network { up: watch::Sender::new(true), seats: Arc::default() };
        Ok(Self { network, people: 0, faults: PhantomData })
    }

    fn transport(&self) -> Result<Box<dyn Transport>> {
        Ok(Box::new(MemoryTransport::<F>::new(self.network.clone(), None)?))
    }

    fn paced(&self, per_second: u32) -> Result<Box<dyn Transport>> {
        Ok(Box::new(MemoryTransport::<F>::new(self.network.clone(), Some(per_second))?))
    }

    async fn peer(&mut self) -> Result<Person> {
        self.people += 1;
        let name = self.people;
        let (ears, heard) = mpsc::channel(1024);
        self.network.seats(|seats| seats.people.push((name, ears)));
        Ok(Person { name, network: self.network.clone(), heard })
    }

    async fn cut(&mut self) -> Result<()> {
        self.network.seats(|seats| *seats = Seats::default());
        self.network.up.send_replace(false);
        Ok(())
    }

    async fn mend(&mut self) -> Result<()> {
        self.network.up.send_replace(true);
        Ok(())
    }
}

impl Person {
    async fn speak(&self, private: bool, text: &str) -> Result<()> {
        let said = Said::Words { name: self.name, private, text: text.to_owned() };
        self.network.carry(said).await
    }

    async fn next(&mut self) -> Result<Heard> {
        let heard =
            timeout(DEADLINE, self.heard.recv()).await.context("there is nothing to hear")?;
        heard.context("the network is down")
    }
}

impl Party for Person {
    async fn say(&mut self, text: &str) -> Result<()> {
        self.speak(false, text).await
    }

    async fn whisper(&mut self, text: &str) -> Result<()> {
        self.speak(true, text).await
    }

    async fn hear(&mut self) -> Result<String> {
        match self.next().await? {
            Heard::Words(text) => Ok(text),
            Heard::BotLeft => anyhow::bail!("the bot left"),
        }
    }

    async fn garble(&mut self) -> Result<()> {
        self.network.carry(Said::Garbage).await
    }

    async fn misses(&mut self) -> Result<()> {
        while !matches!(self.next().await?, Heard::BotLeft) {}
        Ok(())
    }
}
