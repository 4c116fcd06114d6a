//! Somebody who asks a bot numbered commands on XMPP, and writes down what came of them.
//!
//! A message of the bot bears the name of its output, which holds the key of the event that it
//! answers: so each is put down to its command, whatever it says.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use nuncio_testkit::xmpp::{Person, attribute, body};

/// How many commands are in flight at once.
const IN_FLIGHT: usize = 3;

/// One numbered command.
#[derive(Debug, Default)]
pub struct Asked {
    /// In which life of the bot it was asked.
    pub life: usize,
    /// The key of its event, where that is known: the room tells it, else the answer.
    pub key: Option<String>,
    /// What the bot said to it.
    pub told: Vec<Told>,
}

/// Something that the bot said.
#[derive(Debug)]
pub struct Told {
    /// The name of its output.
    pub id: String,
    /// What it said.
    pub words: String,
}

/// Somebody who talks to a bot in one place.
#[derive(Debug)]
pub struct Talker {
    person: Person,
    /// A room, or the bot's address.
    place: String,
    /// The bot's address there, or its beginning.
    bot: String,
    is_room: bool,
    /// How often the bot was killed.
    life: usize,
    next: usize,
    /// Asked of this life, and not answered yet.
    open: usize,
    asked: BTreeMap<usize, Asked>,
}

impl Talker {
    /// In a room in which the person is, and the bot under this nick.
    pub fn in_room(person: Person, room: &str, nick: &str) -> Self {
        let bot = format!("{room}/{nick}");
        Self::new(person, room, bot, true)
    }

    /// In private with a bot.
    pub fn in_private(person: Person, bot: &str) -> Self {
        Self::new(person, bot, bot.to_owned(), false)
    }

    fn new(person: Person, place: &str, bot: String, is_room: bool) -> Self {
        let (place, asked) = (place.to_owned(), BTreeMap::new());
        Self { person, place, bot, is_room, life: 0, next: 0, open: 0, asked }
    }

    /// The place, by which the bot calls its archive.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What was asked, by number.
    pub fn asked(&self) -> impl Iterator<Item = &Asked> {
        self.asked.values()
    }

    /// Asks a command, which may be run again or not.
    ///
    /// # Errors
    /// When the server is gone.
    pub async fn ask_one(&mut self) -> Result<usize> {
        let number = self.next;
        self.next += 1;
        let asked = Asked { life: self.life, ..Asked::default() };
        self.asked.insert(number, asked);
        self.open += 1;
        // What must not be run again is told of otherwise, and without its number: a room's key of
        // it tells which it was.
        let command = if self.is_room && number % 4 == 3 { "say" } else { "echo" };
        let words = format!("{command} number-{number}-");
        if self.is_room {
            self.person.say(&self.place, &format!("!{words}")).await?;
        } else {
            self.person.whisper(&self.place, &words).await?;
        }
        Ok(number)
    }

    /// Asks commands, some at a time, until so many of this life are answered.
    ///
    /// # Errors
    /// When the server is gone, or an answer does not come.
    ///
    /// # Cancel safety
    /// What was heard is written down, and what was asked: a loopback server whose queue is empty
    /// takes a stanza at once.
    pub async fn ask(&mut self, mut answers: usize) -> Result<()> {
        while answers > 0 {
            while self.open < IN_FLIGHT {
                self.ask_one().await?;
            }
            if self.hear().await? {
                answers -= 1;
            }
        }
        Ok(())
    }

    /// Waits until a room shows a command, and so all that the bot said before that.
    ///
    /// # Errors
    /// When that does not happen in time.
    pub async fn is_shown(&mut self, number: usize) -> Result<()> {
        while self.is_room && self.asked.get(&number).is_some_and(|asked| asked.key.is_none()) {
            self.hear().await?;
        }
        Ok(())
    }

    /// Waits until a command is answered. Whoever asks in one place is answered in order.
    ///
    /// # Errors
    /// When that does not happen in time.
    pub async fn is_told(&mut self, number: usize) -> Result<()> {
        while self.asked.get(&number).is_some_and(|asked| asked.told.is_empty()) {
            self.hear().await?;
        }
        Ok(())
    }

    /// The bot was killed.
    pub fn outlives(&mut self) {
        self.life += 1;
        self.open = 0;
    }

    /// Hears one stanza. Whether it answers a command of this life of the bot.
    async fn hear(&mut self) -> Result<bool> {
        let stanza = self.person.next().await;
        let stanza = stanza.with_context(|| format!("nothing more from {}", self.bot))?;
        let (Some(from), Some(words)) = (attribute(&stanza, "from"), body(&stanza)) else {
            return Ok(false);
        };
        if !stanza.starts_with("<message") || !from.starts_with(&self.place) {
            return Ok(false);
        }
        let number = words.split_once("number-").and_then(|(_, rest)| rest.split_once('-'));
        let number: Option<usize> = number.and_then(|(number, _)| number.parse().ok());
        if self.is_room && !from.starts_with(&self.bot) {
            let named = stanza.split_once("<stanza-id").and_then(|(_, rest)| {
                let id = attribute(&format!("<stanza-id{rest}"), "id")?;
                Some(format!("{}/{id}", self.place))
            });
            if let Some(asked) = number.and_then(|number| self.asked.get_mut(&number)) {
                asked.key = named;
            }
            return Ok(false);
        }
        let id = attribute(&stanza, "id");
        let key = id.as_deref().and_then(event_of).map(str::to_owned);
        let asked = match number {
            Some(number) => self.asked.get_mut(&number),
            None => self.asked.values_mut().find(|asked| key.is_some() && asked.key == key),
        };
        let asked = asked.with_context(|| format!("nobody asked for `{words}`"))?;
        asked.key = asked.key.take().or(key);
        asked.told.push(Told { id: id.unwrap_or_default(), words });
        let is_of_now = asked.life == self.life;
        self.open = self.open.saturating_sub(usize::from(is_of_now));
        Ok(is_of_now)
    }
}

/// The key of the event that an output of a network called `xmpp` answers, by the output's name.
fn event_of(output: &str) -> Option<&str> {
    let (event, _) = output.strip_prefix("xmpp/")?.split_once('#')?;
    Some(event.strip_suffix("/interrupted").unwrap_or(event))
}

#[cfg(test)]
mod tests {
    use super::event_of;

    #[test]
    fn an_output_tells_what_it_answers() {
        assert_eq!(event_of("xmpp/a@muc.localhost/7#0"), Some("a@muc.localhost/7"));
        assert_eq!(event_of("xmpp/b@localhost/7/interrupted#0"), Some("b@localhost/7"));
        assert_eq!(event_of("7"), None);
    }
}
