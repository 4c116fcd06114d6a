//! The `bw_list`: rules in Sibyl's syntax, `b|w FROM[,FROM] ID[,ID]`, of which the last that
//! matches decides.
//!
//! `w * *` stands first. A `b` rule forbids; a `w` rule lifts the rules before it and grants
//! nothing.
//! Who a `w` rule names must be verified; who a `b` rule names may be claimed.

mod expand;
mod index;
mod overlap;
mod parse;
mod said;

use std::fmt;

use crate::command::CommandPattern;
use crate::explanation::Entry;
use crate::identity::Identity;

pub(crate) use expand::Defines;
pub(crate) use index::{ANYONE, Index};
pub(crate) use parse::Parser;
pub use said::SaidRule;

/// One rule as it was written.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) colour: Colour,
    // INVARIANT: neither list is empty.
    pub(crate) from: Vec<Who>,
    pub(crate) commands: Vec<CommandPattern>,
    pub(crate) entry: Entry,
}

/// Whether a rule forbids or lifts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colour {
    Black,
    White,
}

/// Whom a rule names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    Anyone,
    Named(Identity),
}

impl fmt::Display for Who {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anyone => formatter.write_str("*"),
            Self::Named(identity) => identity.fmt(formatter),
        }
    }
}
