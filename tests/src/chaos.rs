//! What the fault harness asks of a bot, and how it keeps the books.
//!
//! Askers send numbered commands through a real server, and the bot is killed in between. The
//! server names each message; that name is the key under which the bot's journal has the command,
//! so that the books of both sides can be compared line by line.

mod asker;
mod audit;

pub use self::{
    asker::Asker,
    audit::{Audit, Report},
};

/// What a numbered command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Writes nothing, and may be run again: its answer leaves while its journal row is written.
    Echo,
    /// Must not be run again: it is journalled before it runs, and after a crash somebody is told.
    Say,
    /// Writes: answer, journal row and what it wrote are one transaction.
    Set,
}

/// One numbered command, as the asker saw it.
#[derive(Debug)]
pub struct Command {
    /// Its number.
    pub number: usize,
    /// What it does.
    pub kind: Kind,
    /// In which life of the bot it was asked.
    pub life: usize,
    /// What the server calls its message; none if the server never confirmed it.
    pub key: Option<String>,
    /// How many answers came.
    pub answers: usize,
    /// How often the asker was told that it was cut off.
    pub cut_offs: usize,
}

impl Command {
    fn new(number: usize, life: usize) -> Self {
        let kind = match number % 10 {
            0 => Kind::Set,
            1..=3 => Kind::Say,
            _ => Kind::Echo,
        };
        Self { number, kind, life, key: None, answers: 0, cut_offs: 0 }
    }

    /// What the asker says.
    fn words(&self) -> String {
        match self.kind {
            Kind::Echo => format!("!echo {}", self.mark()),
            Kind::Say => format!("!say {}", self.mark()),
            Kind::Set => format!("!config set {} +", self.setting()),
        }
    }

    /// The key of the configuration that a [`Kind::Set`] sets: its own, and of no effect.
    pub fn setting(&self) -> String {
        format!("room.\"r:irc:#{}\".prefix", self.mark())
    }

    /// What stands in the command and in its answer, and in no other.
    fn mark(&self) -> String {
        format!("number-{}-", self.number)
    }
}

/// The number in a line that holds a mark.
fn marked(line: &str) -> Option<usize> {
    line.split_once("number-")?.1.split_once('-')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_its_answer_bear_its_number() {
        for number in [0, 1, 7, 1000] {
            assert_eq!(marked(&Command::new(number, 0).words()), Some(number));
        }
        assert_eq!(marked("I was stopped while I was at say."), None);
    }
}
