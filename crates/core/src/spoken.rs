//! What we said, kept so that it can be changed or taken back.

use serde::{Deserialize, Serialize};

use crate::event::MessageId;
use crate::place::Place;
use crate::receipt::{Receipt, Stage};

/// A message of ours that arrived, by which it can be changed or taken back, after a restart too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spoken {
    /// Where we said it.
    pub place: Place,
    /// The network's name of it.
    pub id: MessageId,
}

impl Spoken {
    /// What a receipt says that was said there; nothing where the network named nothing.
    pub fn of(receipt: &Receipt, place: &Place) -> Option<Self> {
        match &receipt.stage {
            Stage::Confirmed { id: Some(id) } => {
                Some(Self { place: place.clone(), id: id.clone() })
            }
            _ => None,
        }
    }
}
