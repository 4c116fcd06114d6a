//! What a network shows to a person, who is to say what he sees.

use std::fmt;

use jiff::Timestamp;
use nuncio_policy::{Speaker, UserId};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::place::Place;

/// Whether somebody's device is his: both sides are shown the same, and a person of each says
/// whether it is.
///
/// A network tells it anew each time that its state changes. The last of them is
/// [`QuestionState::Ended`], unless nobody took it up or the network is given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// By what name it is answered.
    pub id: QuestionId,
    /// Who wants to know, with what evidence: whoever had us ask, or else whoever asks us.
    pub by: Speaker,
    /// Where he is told of it; `None` where his device asks us, and he did not.
    pub place: Option<Place>,
    /// Whose device it is about.
    pub about: UserId,
    /// Which one, once one has answered: what its network calls it, which nobody else's is called.
    pub device: Option<SmolStr>,
    /// How far it has come.
    pub state: QuestionState,
}

/// The name of a question: never given again on its network while somebody may remember it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct QuestionId(SmolStr);

impl QuestionId {
    /// Wraps a text: one word, short enough to be typed.
    pub fn new(text: impl Into<SmolStr>) -> Self {
        Self(text.into())
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for QuestionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How far a question has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuestionState {
    /// A device asks us. Nothing is answered until somebody has it [taken up](Verdict::TakeUp).
    Requested,
    /// It is asked, and its device has yet to show something.
    Asked,
    /// A person is to compare.
    Open {
        /// What is shown.
        shown: Shown,
        /// Until when he may answer.
        until: Timestamp,
    },
    /// We have said that it is the same; the other side has yet to.
    Confirmed,
    /// It is over.
    Ended(Outcome),
}

/// What is shown on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Signs in their order; none where the other side cannot show them.
    pub symbols: Vec<Symbol>,
    /// Numbers in their order, which say the same.
    pub numbers: Vec<u16>,
}

/// A sign, and what one calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// The sign.
    pub sign: SmolStr,
    /// Its name, for whoever hears of it or cannot see it.
    pub word: SmolStr,
}

/// How a question ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Both sides say that it is the same: his device and his name are his, and signed as such.
    Person,
    /// The same, but of that device alone: of his name nothing was proven, or it is our own.
    Device,
    /// One side says that it is not the same: somebody stands between.
    Differs,
    /// Nobody answered in time.
    Unanswered,
    /// It was given up, or could not be asked.
    Cancelled {
        /// Why, in words for whoever asked.
        why: String,
    },
}

/// What is said to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// We answer the device that asks.
    TakeUp,
    /// Both sides show the same.
    Same,
    /// They do not.
    Differs,
    /// It is not to be asked any more.
    Cancel,
}

/// `🐶 Dog, 🔒 Lock (1234 5678 9012)`.
impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut comma = "";
        for Symbol { sign, word } in &self.symbols {
            write!(f, "{comma}{sign} {word}")?;
            comma = ", ";
        }
        let numbers: Vec<_> = self.numbers.iter().map(ToString::to_string).collect();
        let numbers = numbers.join(" ");
        if self.symbols.is_empty() { f.write_str(&numbers) } else { write!(f, " ({numbers})") }
    }
}

/// What is said of it: half a sentence.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person => f.write_str("both sides saw the same, and his keys are signed"),
            Self::Device => {
                f.write_str("both sides saw the same; that device is signed, and nothing beyond it")
            }
            Self::Differs => f.write_str(
                "the two sides did not see the same, and nothing is signed: somebody may stand \
                 between them",
            ),
            Self::Unanswered => f.write_str("nobody answered in time, and nothing is signed"),
            Self::Cancelled { why } => write!(f, "given up, and nothing is signed: {why}"),
        }
    }
}
