//! A client that asks numbered commands and writes down what came of them.

use std::{
    collections::{BTreeMap, VecDeque},
    net::SocketAddr,
};

use anyhow::{Context as _, Result, ensure};
use nuncio_testkit::irc::Client;

use super::{CUT_OFF, Command, marked};

/// How many commands are in flight at once.
const IN_FLIGHT: usize = 3;

/// A client in a room with the bot.
#[derive(Debug)]
pub struct Asker {
    client: Client,
    room: String,
    bot: String,
    bot_is_here: bool,
    /// How often the bot has come.
    life: usize,
    /// The numbers of the commands that are still to be asked.
    numbers: VecDeque<usize>,
    commands: BTreeMap<usize, Command>,
    /// Asked of this life of the bot, and not answered yet.
    open: usize,
    /// Times that the bot told of a command cut off, which nobody has accounted for.
    cut_offs: usize,
}

impl Asker {
    /// A client called `nick` who is logged in to an account, alone in a room, with the numbers of
    /// the commands that it is to ask.
    ///
    /// # Errors
    /// When it cannot get in.
    pub async fn enter(
        server: SocketAddr,
        nick: &str,
        (account, password): (&str, &str),
        bot: &str,
        numbers: impl IntoIterator<Item = usize>,
    ) -> Result<Self> {
        let login = Client::to(server).nick(nick).sasl_plain(account, password);
        let login = login.cap("message-tags").cap("echo-message");
        let room = format!("#{nick}");
        let client = login.join(&room).connect().await?;
        Ok(Self {
            client,
            room,
            bot: bot.to_owned(),
            bot_is_here: false,
            life: 0,
            numbers: numbers.into_iter().collect(),
            commands: BTreeMap::new(),
            open: 0,
            cut_offs: 0,
        })
    }

    /// The room that it is in.
    pub fn room(&self) -> &str {
        &self.room
    }

    /// Waits until the bot has come. It is in the room already where this was asked before.
    ///
    /// # Errors
    /// When it does not come in time.
    pub async fn bot_comes(&mut self) -> Result<()> {
        let join = format!(":{}!*JOIN*{}", self.bot, self.room);
        if !self.bot_is_here {
            self.client.expect(&join).await?;
            self.bot_is_here = true;
            self.life += 1;
        }
        Ok(())
    }

    /// Waits until the bot is gone, and with it the last that it said.
    ///
    /// # Errors
    /// When it stays, or the server is gone.
    pub async fn bot_goes(&mut self) -> Result<()> {
        let quit = format!(":{}!", self.bot);
        loop {
            let line = self.next_line().await?;
            self.hear(&line);
            if line.contains(&quit) && line.contains(" QUIT ") {
                self.open = 0;
                self.bot_is_here = false;
                return Ok(());
            }
        }
    }

    /// Asks its commands, some at a time, until all are answered or so many lines have been heard.
    ///
    /// # Errors
    /// When the server is gone, or an answer does not come.
    ///
    /// # Cancel safety
    /// What was heard is written down, and what was asked: a loopback server whose queue is empty
    /// takes a line at once.
    pub async fn ask(&mut self, mut lines: usize) -> Result<()> {
        while lines > 0 {
            while self.open < IN_FLIGHT
                && let Some(number) = self.numbers.pop_front()
            {
                let command = Command::new(number, self.life);
                let words = format!("PRIVMSG {} :{}", self.room, command.words());
                self.commands.insert(number, command);
                self.open += 1;
                self.client.send(&words).await?;
            }
            if self.open == 0 {
                return Ok(());
            }
            let line = self.next_line().await?;
            self.hear(&line);
            lines -= 1;
        }
        Ok(())
    }

    /// How many commands it has still to ask.
    pub fn left(&self) -> usize {
        self.numbers.len()
    }

    /// Waits to be told of one more command that was cut off, which was this one.
    ///
    /// # Errors
    /// When nobody tells, or nothing was asked under this key.
    pub async fn is_told_of(&mut self, key: &str) -> Result<()> {
        while self.cut_offs == 0 {
            let line = self.next_line().await?;
            self.hear(&line);
        }
        self.cut_offs -= 1;
        let command =
            self.commands.values_mut().find(|command| command.key.as_deref() == Some(key));
        command.with_context(|| format!("{} asked nothing called `{key}`", self.room))?.cut_offs +=
            1;
        Ok(())
    }

    /// Whether it asked what the server calls `key`.
    pub fn asked(&self, key: &str) -> bool {
        self.commands.values().any(|command| command.key.as_deref() == Some(key))
    }

    /// Its books. Everything that it was told of commands cut off must be accounted for.
    ///
    /// # Errors
    /// When it is not.
    pub fn commands(&self) -> Result<impl Iterator<Item = &Command>> {
        let Self { room, cut_offs, .. } = self;
        ensure!(
            *cut_offs == 0,
            "{room} was told {cut_offs} times of commands that were not cut off"
        );
        Ok(self.commands.values())
    }

    async fn next_line(&mut self) -> Result<String> {
        let line = tokio::time::timeout(nuncio_testkit::DEADLINE, self.client.next_line()).await;
        let line = line.with_context(|| format!("{} heard nothing more", self.room))??;
        let line = line.context("the server closed the connection")?;
        if let Some(token) = line.strip_prefix("PING ") {
            self.client.send(&format!("PONG {token}")).await?;
        }
        Ok(line)
    }

    /// Writes down what a line says: that the server took a command, or what the bot answered.
    fn hear(&mut self, line: &str) {
        let (tags, line) =
            line.split_once(' ').filter(|_| line.starts_with('@')).unwrap_or(("", line));
        if !line.contains(&format!(" {} :", self.room)) {
            return;
        }
        let is_bot = line.starts_with(&format!(":{}!", self.bot));
        if is_bot && line.contains(CUT_OFF) {
            self.cut_offs += 1;
        }
        let Some(command) = marked(line).and_then(|number| self.commands.get_mut(&number)) else {
            return;
        };
        if is_bot {
            command.answers += 1;
            self.open = self.open.saturating_sub(1);
        } else {
            let id =
                tags.trim_start_matches('@').split(';').find_map(|tag| tag.strip_prefix("msgid="));
            command.key = id.map(str::to_owned);
        }
    }
}
