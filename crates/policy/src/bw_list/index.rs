//! The rules, so laid out that a decision looks up what it needs and walks none of them.

use rustc_hash::FxHashMap;

use super::{Colour, Rule, Who};
use crate::command::{CommandPattern, PatternTable};
use crate::outlines::Outlines;
use crate::policy::List;
use crate::{CommandId, Identity};

/// The number of `*` among senders.
pub(crate) const ANYONE: u32 = 0;

/// The rules by whom they name, and by which commands they name beside them.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    /// Whom rules name, by number.
    senders: List<Sender>,
    /// For each pair of a sender and a command that rules name, by the numbers of both.
    cells: FxHashMap<(u32, u32), Cell>,
    patterns: PatternTable,
    rules: Vec<Rule>,
}

/// Somebody, or something, whom rules name.
#[derive(Clone, Copy, Debug, Default)]
struct Sender {
    /// Of the rules that name `*` beside it.
    any: Cell,
    /// What other rules name beside it: hardly ever the command in question.
    reach: Outlines,
}

/// The last rule of each colour, by its number; 0 is the implicit `w * *`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cell {
    pub(crate) black: u32,
    white: u32,
}

impl Index {
    /// Adds a rule after all others; `number` says the number of each sender that it names, the
    /// given one where it had none.
    pub(crate) fn push(&mut self, rule: Rule, mut number: impl FnMut(&Identity, u32) -> u32) {
        let Ok(rule_number) = u32::try_from(self.rules.len() + 1) else { return };
        for from in &rule.from {
            let fresh = self.senders.next();
            let number = match from {
                Who::Anyone => ANYONE,
                Who::Named(identity) => number(identity, fresh),
            };
            if number == fresh {
                self.senders.push(Sender::default());
            }
            let Some(sender) = self.senders.get_mut(number) else { continue };
            for command in &rule.commands {
                let cell = match command {
                    CommandPattern::Any => &mut sender.any,
                    CommandPattern::Plugin(name) | CommandPattern::Path(name) => {
                        sender.reach = sender.reach.and(Outlines::of(name.as_bytes()));
                        let command = self.patterns.number(command);
                        self.cells.entry((number, command)).or_default()
                    }
                };
                match rule.colour {
                    Colour::Black => cell.black = rule_number,
                    Colour::White => cell.white = rule_number,
                }
            }
        }
        self.rules.push(rule);
    }

    /// The last rules that name a sender beside a command.
    pub(crate) fn last(&self, number: u32, command: &CommandId) -> Cell {
        let Some(sender) = self.senders.get(number) else { return Cell::default() };
        let mut last = sender.any;
        if sender.reach.meet(command.outlines()) {
            for pattern in self.patterns.numbers(command) {
                if let Some(cell) = self.cells.get(&(number, pattern)) {
                    last.black = last.black.max(cell.black);
                    last.white = last.white.max(cell.white);
                }
            }
        }
        last
    }

    /// The rule of a number; none for the implicit one.
    pub(crate) fn rule(&self, number: u32) -> Option<&Rule> {
        self.rules.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    /// How many rules there are.
    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.rules.len()).unwrap_or(u32::MAX)
    }

    /// Every rule, in order.
    pub(crate) fn rules(&self) -> &[Rule] {
        &self.rules
    }
}

impl Cell {
    /// The last rule of either colour.
    pub(crate) fn either(self) -> u32 {
        self.black.max(self.white)
    }
}

impl Default for Index {
    fn default() -> Self {
        let mut senders = List::default();
        senders.push(Sender::default()); // `ANYONE`
        Self {
            senders,
            cells: FxHashMap::default(),
            patterns: PatternTable::default(),
            rules: Vec::new(),
        }
    }
}
