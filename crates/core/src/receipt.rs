//! What became of a delivery.

use std::time::Duration;

use crate::content::Losses;
use crate::event::MessageId;

/// What became of a delivery: how far it came, and how well.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// How far it came.
    pub stage: Stage,
    /// How well.
    pub fidelity: Fidelity,
}

/// How far a delivery came.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// Handed to the network in full.
    Sent,
    /// The network says that it has it.
    Confirmed {
        /// The network's name of it, where it has one.
        id: Option<MessageId>,
    },
    /// It did not go out.
    Failed {
        /// Why, and what to do, in words for the operator.
        why: String,
        /// Whether trying again may help.
        retry: Retry,
    },
    /// It may or may not have arrived: the connection was cut under it.
    InDoubt {
        /// Why, in words for the operator.
        why: String,
    },
}

/// How well a delivery came through.
#[derive(Clone, Debug, PartialEq)]
pub enum Fidelity {
    /// As it was meant.
    Whole,
    /// Something was lost on the way.
    Degraded(Losses),
    /// The network has no such thing; nothing was sent.
    Unsupported,
}

/// Whether trying again may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// No.
    Never,
    /// Later: after the network's own delay where it named one.
    Later(Option<Duration>),
    /// At once.
    Now,
    /// It was not tried: after so long it may be, and this counts for nothing.
    Untried(Duration),
}

impl Receipt {
    /// How long a network may take to say that it is gone, before what it did not take is offered
    /// to it again.
    pub const A_MOMENT: Duration = Duration::from_secs(1);

    /// Handed to the network whole.
    pub fn sent() -> Self {
        Self { stage: Stage::Sent, fidelity: Fidelity::Whole }
    }

    /// Confirmed by the network, whole.
    pub fn confirmed(id: Option<MessageId>) -> Self {
        Self { stage: Stage::Confirmed { id }, fidelity: Fidelity::Whole }
    }

    /// The network has no such thing.
    pub fn unsupported(what: &str) -> Self {
        let why = format!("this network has no {what}");
        Self { stage: Stage::Failed { why, retry: Retry::Never }, fidelity: Fidelity::Unsupported }
    }

    /// It did not go out.
    pub fn failed(why: impl Into<String>, retry: Retry) -> Self {
        Self { stage: Stage::Failed { why: why.into(), retry }, fidelity: Fidelity::Whole }
    }

    /// Nobody knows.
    pub fn in_doubt(why: impl Into<String>) -> Self {
        Self { stage: Stage::InDoubt { why: why.into() }, fidelity: Fidelity::Whole }
    }

    /// The same, with what was lost on the way.
    #[must_use]
    pub fn with_losses(mut self, losses: Losses) -> Self {
        if !losses.is_empty() {
            self.fidelity = Fidelity::Degraded(losses);
        }
        self
    }

    /// Whether the network has it, as far as one can know.
    pub fn is_delivered(&self) -> bool {
        matches!(self.stage, Stage::Sent | Stage::Confirmed { .. })
    }
}
