//! The rules, so laid out that a decision looks up what it needs and walks none of them.

use rustc_hash::FxHashMap;

use super::{Colour, Rule, Who};
use crate::command::PatternTable;
use crate::{CommandId, Identity};

/// The number of `*` among senders.
const ANYONE: u32 = 0;

/// For each pair of a sender and a command that rules name, the last rule of each colour.
#[derive(Debug, Default)]
pub(crate) struct Index {
    cells: FxHashMap<(u32, u32), Cell>,
    patterns: PatternTable,
    senders: u32,
    /// Whether a rule names anyone at all.
    names_anyone: bool,
    rules: Vec<Rule>,
}

/// The last rule of each colour, by its number; 0 is the implicit `w * *`.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    black: u32,
    white: u32,
}

/// The numbers of what a speaker is, among the senders that rules name.
#[derive(Debug, Default)]
pub(crate) struct Senders {
    /// What the speaker is beyond doubt: counts for both colours.
    pub(crate) verified: [Option<u32>; 4],
    /// What the speaker is said to be as well: counts for `b` rules alone.
    pub(crate) claimed: Vec<u32>,
}

impl Index {
    /// Adds a rule after all others; `number` says the number of each sender that it names, a
    /// fresh one where it had none.
    pub(crate) fn push(&mut self, rule: Rule, mut number: impl FnMut(&Identity, u32) -> u32) {
        let Ok(rule_number) = u32::try_from(self.rules.len() + 1) else { return };
        let commands: Vec<u32> = rule.commands.iter().map(|id| self.patterns.number(id)).collect();
        for from in &rule.from {
            let sender = match from {
                Who::Anyone => {
                    self.names_anyone = true;
                    ANYONE
                }
                Who::Named(identity) => {
                    let fresh = self.senders + 1;
                    let sender = number(identity, fresh);
                    self.senders = self.senders.max(sender);
                    sender
                }
            };
            for &command in &commands {
                let cell = self.cells.entry((sender, command)).or_default();
                match rule.colour {
                    Colour::Black => cell.black = rule_number,
                    Colour::White => cell.white = rule_number,
                }
            }
        }
        self.rules.push(rule);
    }

    /// The number of the last rule that matches; 0 is the implicit `w * *`.
    pub(crate) fn last_match(&self, senders: &Senders, command: &CommandId) -> u32 {
        let anyone = self.names_anyone.then_some(ANYONE);
        let verified = senders.verified.iter().copied().chain([anyone]).flatten();
        if verified.clone().next().is_none() && senders.claimed.is_empty() {
            return 0;
        }
        let mut last = 0;
        for command in self.patterns.numbers(command) {
            for sender in verified.clone() {
                if let Some(cell) = self.cells.get(&(sender, command)) {
                    last = last.max(cell.black).max(cell.white);
                }
            }
            for &sender in &senders.claimed {
                last = last.max(self.cells.get(&(sender, command)).map_or(0, |cell| cell.black));
            }
        }
        last
    }

    /// The rule of a number; none for the implicit one.
    pub(crate) fn rule(&self, number: u32) -> Option<&Rule> {
        self.rules.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    /// Every declared rule, in order.
    pub(crate) fn rules(&self) -> &[Rule] {
        &self.rules
    }
}
