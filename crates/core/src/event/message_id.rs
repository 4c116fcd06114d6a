//! By which name a message is spoken of.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// The network's name of a message, by which replies, reactions and edits refer to it.
///
/// Some networks name a message when they have it, and want it changed under the name that it left
/// under: an id of what we said holds that one too. Two ids are equal if the network's names are.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct MessageId {
    name: SmolStr,
    sent_as: Option<SmolStr>,
}

/// An id as it is stored.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Name(SmolStr),
    Both { name: SmolStr, sent_as: SmolStr },
}

impl MessageId {
    /// Wraps the network's text.
    pub fn new(text: impl Into<SmolStr>) -> Self {
        Self { name: text.into(), sent_as: None }
    }

    /// The same of a message of ours, which left under another name.
    #[must_use]
    pub fn sent_as(self, name: impl Into<SmolStr>) -> Self {
        Self { sent_as: Some(name.into()), ..self }
    }

    /// The network's text.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// The name under which it left, where it is ours and that is another.
    pub fn left_as(&self) -> Option<&str> {
        self.sent_as.as_deref()
    }
}

impl PartialEq for MessageId {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for MessageId {}

impl Hash for MessageId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl PartialOrd for MessageId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for MessageId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name.cmp(&other.name)
    }
}

impl From<Written> for MessageId {
    fn from(written: Written) -> Self {
        match written {
            Written::Name(name) => Self::new(name),
            Written::Both { name, sent_as } => Self::new(name).sent_as(sent_as),
        }
    }
}

impl From<MessageId> for Written {
    fn from(MessageId { name, sent_as }: MessageId) -> Self {
        match sent_as {
            Some(sent_as) => Self::Both { name, sent_as },
            None => Self::Name(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::MessageId;

    #[test]
    fn an_id_is_the_networks_name_of_it_and_keeps_the_one_that_it_left_under() {
        let plain = MessageId::new("9");
        let ours = MessageId::new("9").sent_as("k1");
        assert_eq!(plain, ours);
        for (id, json) in [(plain, r#""9""#), (ours, r#"{"name":"9","sent_as":"k1"}"#)] {
            assert_eq!(serde_json::to_string(&id).unwrap(), json);
            let read: MessageId = serde_json::from_str(json).unwrap();
            assert_eq!((read.as_str(), read.left_as()), (id.as_str(), id.left_as()));
        }
    }
}
