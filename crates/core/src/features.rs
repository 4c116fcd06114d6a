//! What a network can do, as data.

/// How far a network goes in one respect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Support {
    /// The network has it.
    Native,
    /// The transport makes do: the receipt says what was lost.
    Emulated,
    /// It cannot be had: asking for it is answered `Unsupported`, and nothing is sent.
    #[default]
    Absent,
}

impl Support {
    /// Whether asking makes sense at all.
    pub fn is_present(self) -> bool {
        self != Self::Absent
    }
}

/// What a network, or one room of it, can do now.
///
/// A flat value: the conformance suite proves each claim on a real server, and the shared code
/// over a transport degrades what is not claimed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// Places that several people share.
    pub rooms: Support,
    /// Conversations with one peer.
    pub private: Support,
    /// Bold, italics, underline and the like.
    pub styling: Support,
    /// Links with a label of their own.
    pub links: Support,
    /// Blocks of code.
    pub code: Support,
    /// Mentions that call the person.
    pub mentions: Support,
    /// Several lines in one message.
    pub multiline: Support,
    /// `/me`.
    pub emotes: Support,
    /// What bots use to answer.
    pub notices: Support,
    /// Changing what was said.
    pub edits: Support,
    /// Taking back what was said.
    pub retractions: Support,
    /// Reactions to messages.
    pub reactions: Support,
    /// Answers that show what they answer.
    pub replies: Support,
    /// Threads.
    pub threads: Support,
    /// Typing notices.
    pub typing: Support,
    /// Files.
    pub files: Support,
    /// Removing people, setting topics.
    pub moderation: Support,
    /// The network says that a delivery arrived; else a receipt ends at `Sent`.
    pub confirms: Support,
    /// A repeat under the same output key is recognised, so that a delivery in doubt may be repeated.
    pub deduplicates: Support,
    /// The address of a private conversation means the same peer when the connection, or the bot,
    /// comes back; elsewhere what waited for one through a restart is listed as dead.
    pub lasting_peers: Support,
    /// The longest text of one message, in bytes as encoded for the network; `None`: no limit known.
    pub max_text_bytes: Option<usize>,
}
