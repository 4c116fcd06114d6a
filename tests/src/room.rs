//! A room on a real server, whose conversation a test writes as a chat log.
//!
//! ```text
//! <ann> !ping
//! <nuncio> Pong!
//! <bob> !restart
//! <nuncio> You may not run `restart` here (*
//! -bob- !ping
//! ```
//!
//! What people say is said; what the bot says must be the very next thing that it says there, so
//! that the answer to one question also shows that nothing was said to what came before. `*` stands
//! for any text, and `-bob-` is a notice, as irssi shows it.

use std::{collections::BTreeMap, net::SocketAddr};

use anyhow::{Context as _, Result, bail, ensure};
use nuncio_testkit::irc::Client;

use crate::pattern::matches;

/// A room with people in it, the bot perhaps among them.
#[derive(Debug)]
pub struct Room {
    name: String,
    bot: String,
    /// Hears everything, and says nothing.
    watcher: Client,
    people: BTreeMap<String, Client>,
}

impl Room {
    /// People enter a room of a server. `bot` is what the bot is called there.
    ///
    /// # Errors
    /// When somebody cannot get in.
    pub async fn open(server: SocketAddr, name: &str, bot: &str, people: &[&str]) -> Result<Self> {
        let watcher = format!("w{}", fastrand::u32(..));
        let watcher = Client::to(server).nick(&watcher).join(name).connect().await?;
        let (name, bot) = (name.to_owned(), bot.to_owned());
        let mut room = Self { name, bot, watcher, people: BTreeMap::new() };
        for nick in people {
            let client = Client::to(server).nick(nick).connect().await?;
            room.enter(client).await?;
        }
        Ok(room)
    }

    /// Somebody enters who was on the server before.
    ///
    /// # Errors
    /// When he cannot get in.
    pub async fn enter(&mut self, mut client: Client) -> Result<()> {
        client.join(&self.name).await?;
        self.people.insert(client.nick().to_owned(), client);
        Ok(())
    }

    /// Somebody of the room.
    ///
    /// # Errors
    /// When nobody is called that.
    pub fn person(&mut self, nick: &str) -> Result<&mut Client> {
        self.people.get_mut(nick).with_context(|| format!("nobody is called `{nick}`"))
    }

    /// Waits until the bot is in the room.
    ///
    /// # Errors
    /// When it does not come in time.
    pub async fn bot_comes(&mut self) -> Result<()> {
        let is_there = format!(" {} H", self.bot);
        self.watcher.send(&format!("WHO {}", self.name)).await?;
        let lines = self.watcher.until(&format!(" 315 *{}", self.name)).await?;
        if lines.iter().any(|line| line.contains(" 352 ") && line.contains(&is_there)) {
            return Ok(());
        }
        self.watcher.expect(&format!(":{}!*JOIN*{}", self.bot, self.name)).await?;
        Ok(())
    }

    /// Waits until the bot has left the server, and returns how it took its leave.
    ///
    /// # Errors
    /// When it does not leave in time.
    pub async fn bot_quits(&mut self) -> Result<String> {
        self.watcher.expect(&format!(":{}!*QUIT", self.bot)).await
    }

    /// Has a conversation in the room.
    ///
    /// # Errors
    /// When the bot says anything else than the log has.
    pub async fn hears(&mut self, log: &str) -> Result<()> {
        let name = self.name.clone();
        for line in log.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (who, words, verb) = read(line)?;
            if who == self.bot {
                let said = answer(&mut self.watcher, &self.bot, &name).await?;
                check(line, words, &said)?;
            } else {
                self.person(who)?.send(&format!("{verb} {name} :{words}")).await?;
            }
        }
        Ok(())
    }

    /// Somebody talks to the bot in private.
    ///
    /// # Errors
    /// When the bot says anything else than the log has.
    pub async fn hears_in_private(&mut self, nick: &str, log: &str) -> Result<()> {
        let bot = self.bot.clone();
        let person = self.person(nick)?;
        for line in log.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (who, words, verb) = read(line)?;
            if who == bot {
                check(line, words, &answer(person, &bot, nick).await?)?;
            } else {
                ensure!(who == nick, "`{line}`: in private there are `{nick}` and `{bot}` alone");
                person.send(&format!("{verb} {bot} :{words}")).await?;
            }
        }
        Ok(())
    }
}

/// Who says it, what, and by which command of the protocol.
fn read(line: &str) -> Result<(&str, &str, &'static str)> {
    for (open, close, verb) in [('<', "> ", "PRIVMSG"), ('-', "- ", "NOTICE")] {
        if let Some((who, words)) = line.strip_prefix(open).and_then(|rest| rest.split_once(close))
        {
            return Ok((who, words, verb));
        }
    }
    bail!("`{line}` is no line of a chat log: write `<nick> words`")
}

/// The next thing that the bot says to `target`.
async fn answer(listener: &mut Client, bot: &str, target: &str) -> Result<String> {
    let line = listener.expect(&format!(":{bot}!* {target} :")).await?;
    let (_, words) = line.split_once(" :").context("it holds the pattern")?;
    Ok(words.to_owned())
}

/// Whether the bot said what the log has.
fn check(line: &str, words: &str, said: &str) -> Result<()> {
    ensure!(matches(words, &plain(said)), "the log has `{line}`, the bot said `{said}`");
    Ok(())
}

/// A line without its colours and its bold and code marks.
fn plain(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).collect()
}
