//! People who speak to the bot.

use nuncio_core::event::EventKind;
use nuncio_core::place::{Address, Place};
use nuncio_policy::{CaseMapping, Network, Networks, RoomId, Speaker, UserId};

use super::{Bot, Heard, Memory, fail};

/// Somebody who can speak, in private or in a room.
#[derive(Clone, Debug)]
pub struct Person<'a> {
    bot: &'a Bot,
    network: &'a Memory,
    name: String,
    claimed: bool,
    observed: Vec<String>,
    room: Option<String>,
    address: Option<String>,
    files: Vec<(String, String, Vec<u8>)>,
}

impl<'a> Person<'a> {
    pub(super) fn new(bot: &'a Bot, name: &str) -> Self {
        Self {
            bot,
            network: bot.memory(),
            name: name.to_owned(),
            claimed: false,
            observed: Vec::new(),
            room: None,
            address: None,
            files: Vec::new(),
        }
    }

    /// The same name, on another of the bot's networks.
    #[must_use]
    #[track_caller]
    pub fn on(self, network: &str) -> Self {
        Self { network: self.bot.other(network), ..self }
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

    /// The same person, who sends a file with what he says.
    #[must_use]
    pub fn with_file(mut self, name: &str, media_type: &str, bytes: &[u8]) -> Self {
        self.files.push((name.to_owned(), media_type.to_owned(), bytes.to_vec()));
        self
    }

    /// Leaves his address. Whoever comes to it later is somebody else.
    pub async fn leaves(&self) {
        if let Some(address) = &self.address {
            self.bot.sees_leave(self.network, address).await;
        }
    }

    /// Says something, and hears what comes of it. In a room, the bot is addressed by `!`.
    pub async fn asks(&self, text: &str) -> Heard {
        let sent = |(name, media_type, bytes): &(String, String, Vec<u8>)| {
            self.network.keep(self.place(), name, media_type, bytes)
        };
        let files = self.files.iter().map(sent).collect();
        let place = self.place();
        self.bot.hear(self.network, self.speaker(), &self.name, (place, files), text).await
    }

    /// Something happens on the network `memory`; hears what comes of it where he is.
    pub async fn sees(&self, kind: EventKind) -> Heard {
        self.bot.sees(kind, self.place()).await
    }

    /// Who speaks, with what evidence.
    pub fn speaker(&self) -> Speaker {
        let id = self.user(&self.name);
        let speaker = if self.claimed { Speaker::claimed([id]) } else { Speaker::verified(id) };
        let speaker =
            self.observed.iter().fold(speaker, |speaker, name| speaker.observing(self.user(name)));
        match &self.address {
            Some(address) => speaker.at(self.network.presence(address)),
            None => speaker,
        }
    }

    /// Where the person speaks.
    pub fn place(&self) -> Place {
        match &self.room {
            Some(room) => Place::Room(self.room(room)),
            None => {
                Place::private(self.network.network().clone(), Address::new(self.name.as_str()))
            }
        }
    }

    #[track_caller]
    fn user(&self, name: &str) -> UserId {
        let (network, mapping) = self.names();
        UserId::new(network, name, mapping).unwrap_or_else(|error| fail(error))
    }

    #[track_caller]
    fn room(&self, name: &str) -> RoomId {
        let (network, mapping) = self.names();
        RoomId::new(network, name, mapping).unwrap_or_else(|error| fail(error))
    }

    /// The network, and how it compares names.
    fn names(&self) -> (&Network, CaseMapping) {
        let network = self.network.network();
        (network, Networks::new().case_mapping(network))
    }
}
