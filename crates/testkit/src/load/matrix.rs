//! The same load through a homeserver: people, each in a room of his own.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use futures_util::future::try_join_all;

use super::{Load, Outcome};
use crate::{matrix::Person, server::Synapse};

/// People who wait for a bot on Matrix, each in a room of his own.
#[derive(Debug)]
pub struct Neighbours {
    people: Vec<(Person, String)>,
}

impl Neighbours {
    /// Lets so many people in. No two gatherings share a person or a room.
    ///
    /// # Errors
    /// When one does not get in.
    pub async fn gather(server: &Synapse, people: usize) -> Result<Self> {
        let gathering = fastrand::u64(..);
        let mut gathered = Vec::with_capacity(people);
        for number in 0..people {
            let name = format!("load{gathering:x}-{number}");
            server.add_user(&name, "secret").await?;
            let person = Person::login(server.addr(), &name, "secret").await?;
            let room = person.open_room(&name).await?;
            gathered.push((person, room));
        }
        Ok(Self { people: gathered })
    }

    /// Where they are.
    pub fn rooms(&self) -> Vec<String> {
        self.people.iter().map(|(_, room)| room.clone()).collect()
    }

    /// Waits until the bot is with each of them.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn meet(&mut self, bot: &str) -> Result<()> {
        for (person, room) in &mut self.people {
            person.meets(room, bot).await?;
        }
        Ok(())
    }

    /// Presses on the bot, which must answer `!echo N` with words that end in `N`.
    ///
    /// # Errors
    /// When an answer is not the one that is due.
    pub async fn press(self, bot: &str, load: Load) -> Result<Outcome> {
        let begun = Instant::now();
        let pressing = self.people.into_iter().map(|(person, room)| async move {
            press(person, &room, bot, load, begun).await.context(room)
        });
        let (mut latencies, mut all) = (Vec::new(), 0);
        for (counted, answers) in try_join_all(pressing).await? {
            latencies.extend(counted);
            all += answers;
        }
        latencies.sort_unstable();
        Ok(Outcome { answers: latencies.len(), elapsed: load.count, all, latencies })
    }
}

async fn press(
    mut person: Person,
    room: &str,
    bot: &str,
    load: Load,
    begun: Instant,
) -> Result<(Vec<Duration>, u64)> {
    let (mut latencies, mut asked) = (Vec::new(), VecDeque::new());
    let (mut next, mut due) = (0_u64, 0_u64);
    loop {
        while asked.len() < load.in_flight {
            asked.push_back(Instant::now());
            person.say(room, &format!("!echo {next}")).await?;
            next += 1;
        }
        let answer = person.hear(bot).await?;
        let number = answer.rsplit(' ').next().and_then(|number| number.parse().ok());
        ensure!(number == Some(due), "`{answer}` came where the answer to {due} was due");
        due += 1;
        let now = Instant::now();
        let pressed = now.duration_since(begun);
        if let Some(asked) = asked.pop_front().filter(|_| pressed >= load.warm_up) {
            latencies.push(now.duration_since(asked));
        }
        if pressed >= load.warm_up + load.count {
            return Ok((latencies, due));
        }
    }
}
