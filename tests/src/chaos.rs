//! What the fault harness asks of a bot, and how it keeps the books.
//!
//! Askers send numbered commands through a real server, and the bot is killed in between. The
//! server names each message; that name is the key under which the bot's journal has the command,
//! so that the books of both sides can be compared line by line.

mod asker;
mod audit;
mod ledger;

pub use self::{
    asker::Asker,
    audit::{Audit, Report},
    ledger::Ledger,
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

impl Kind {
    /// What a number asks for: much that only answers, some of the others.
    pub fn of(number: usize) -> Self {
        match number % 10 {
            0 => Self::Set,
            1..=3 => Self::Say,
            _ => Self::Echo,
        }
    }

    /// What is said to ask for it, with what stands in the command and in its answer, and in no
    /// other. `setting` is what a [`Kind::Set`] sets.
    pub fn words(self, number: usize, setting: &str) -> String {
        match self {
            Self::Echo => format!("!echo {}", mark(number)),
            Self::Say => format!("!say {}", mark(number)),
            Self::Set => format!("!config set {setting} +"),
        }
    }
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
        let kind = Kind::of(number);
        Self { number, kind, life, key: None, answers: 0, cut_offs: 0 }
    }

    /// What the asker says.
    fn words(&self) -> String {
        self.kind.words(self.number, &self.setting())
    }

    /// The key of the configuration that a [`Kind::Set`] sets: its own, and of no effect.
    pub fn setting(&self) -> String {
        format!("room.\"r:irc:#{}\".prefix", mark(self.number))
    }
}

/// How the bot begins to tell of a command that was cut off.
const CUT_OFF: &str = "I was stopped while I was at";

/// What stands in a command and in its answer, and in no other.
fn mark(number: usize) -> String {
    format!("number-{number}-")
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
