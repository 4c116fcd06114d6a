//! People who speak to the bot.

use nuncio_core::place::{Address, Place};
use nuncio_policy::Speaker;

use super::{Bot, Heard};

/// Somebody who can speak, in private or in a room.
#[derive(Clone, Debug)]
pub struct Person<'a> {
    bot: &'a Bot,
    name: String,
    claimed: bool,
    observed: Vec<String>,
    room: Option<String>,
    address: Option<String>,
}

impl<'a> Person<'a> {
    pub(super) fn new(bot: &'a Bot, name: &str) -> Self {
        Self {
            bot,
            name: name.to_owned(),
            claimed: false,
            observed: Vec::new(),
            room: None,
            address: None,
        }
    }

    /// The same person, for whom nothing vouches: the name is only claimed.
    #[must_use]
    pub fn claimed(self) -> Self {
        Self { claimed: true, ..self }
    }

    /// The same person, who was also seen under another name, which is claimed only.
    #[must_use]
    pub fn also(mut self, name: &str) -> Self {
        self.observed.push(name.to_owned());
        self
    }

    /// The same person, in a room.
    #[must_use]
    pub fn in_room(self, room: &str) -> Self {
        Self { room: Some(room.to_owned()), ..self }
    }

    /// The same person, at an address that the bot would see him leave: he can be in session there.
    #[must_use]
    pub fn at(self, address: &str) -> Self {
        Self { address: Some(address.to_owned()), ..self }
    }

    /// Leaves his address. Whoever comes to it later is somebody else.
    pub async fn leaves(&self) {
        if let Some(address) = &self.address {
            self.bot.sees_leave(address).await;
        }
    }

    /// Says something, and hears what comes of it. In a room, the bot is addressed by `!`.
    pub async fn asks(&self, text: &str) -> Heard {
        self.bot.hear(self.speaker(), &self.name, self.place(), text).await
    }

    /// Who speaks, with what evidence.
    pub fn speaker(&self) -> Speaker {
        let id = self.bot.user(&self.name);
        let speaker = if self.claimed { Speaker::claimed([id]) } else { Speaker::verified(id) };
        let speaker = self
            .observed
            .iter()
            .fold(speaker, |speaker, name| speaker.observing(self.bot.user(name)));
        match &self.address {
            Some(address) => speaker.at(self.bot.memory().presence(address)),
            None => speaker,
        }
    }

    /// Where the person speaks.
    pub fn place(&self) -> Place {
        match &self.room {
            Some(room) => Place::Room(self.bot.room(room)),
            None => Place::private(self.bot.network().clone(), Address::new(self.name.as_str())),
        }
    }
}
