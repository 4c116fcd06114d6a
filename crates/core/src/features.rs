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

/// Declares [`Features`] and [`Features::respects`] by the same lines, so that docs/features.md, which
/// is made of these, says what the code says.
macro_rules! features {
    ($($(#[doc = $doc:literal])+ $respect:ident,)+) => {
        /// What a network, or one room of it, can do now.
        ///
        /// A flat value: the conformance suite proves each claim on a real server, and the shared code
        /// over a transport degrades what is not claimed.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct Features {
            $($(#[doc = $doc])+ pub $respect: Support,)+
            /// The longest text of one message, in bytes as encoded for the network; `None`: no limit
            /// known.
            pub max_text_bytes: Option<usize>,
        }

        impl Features {
            /// Each respect: its name, what it is, and how far the network goes in it.
            pub fn respects(&self) -> impl Iterator<Item = (&'static str, &'static str, Support)> {
                [$((stringify!($respect), concat!($($doc),+).trim_ascii(), self.$respect),)+].into_iter()
            }
        }
    };
}

features! {
    /// Places that several people share.
    rooms,
    /// Conversations with one peer.
    private,
    /// Bold, italics, underline and the like.
    styling,
    /// Links with a label of their own.
    links,
    /// Blocks of code.
    code,
    /// Mentions that call the person.
    mentions,
    /// Several lines in one message.
    multiline,
    /// `/me`.
    emotes,
    /// What bots use to answer.
    notices,
    /// Changing what was said.
    edits,
    /// Taking back what was said.
    retractions,
    /// Reactions to messages.
    reactions,
    /// Answers that show what they answer.
    replies,
    /// Threads.
    threads,
    /// Typing notices.
    typing,
    /// Files.
    files,
    /// Fetching what is in a file that somebody sent.
    fetches,
    /// Removing people, setting topics.
    moderation,
    /// Keeping people out for good, and letting them in again.
    bans,
    /// Giving people power in a room, and taking it.
    powers,
    /// Taking back what others said.
    redactions,
    /// Asking people into rooms.
    invites,
    /// Showing a message where everybody in the room finds it.
    pins,
    /// Saying who is in a room.
    members,
    /// Listing the rooms of a space.
    spaces,
    /// Listing the rooms that are there for everybody.
    directory,
    /// Having devices prove whose they are, by what a person compares.
    verifications,
    /// The network says that a delivery arrived; else a receipt ends at `Sent`.
    confirms,
    /// A repeat under the same output key is recognised, so that a delivery in doubt may be repeated.
    deduplicates,
    /// The address of a private conversation means the same peer when the connection, or the bot,
    /// comes back; elsewhere what waited for one through a restart is listed as dead.
    lasting_peers,
}
