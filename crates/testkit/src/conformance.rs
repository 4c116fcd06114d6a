//! What every transport must do, as named tests.
//!
//! The claims are those of [`Transport`]. A network joins in by
//! implementing [`Subject`] and [`Party`]; then
//!
//! ```ignore
//! nuncio_testkit::transport_conformance!(MyNetwork);
//! ```
//!
//! expands to one test for each claim, in one module for each group. What a receipt says is
//! compared with what the peer's client really received, never with what the transport believes.

pub mod cancel;
pub mod delivery;
pub mod features;
pub mod flow;
pub mod hostile;
pub mod marks;
pub mod memory;
pub mod order;
pub mod rate;
pub mod reconnect;

mod house;
mod text;

use std::future::{self, Future};

use anyhow::{Result, anyhow};
use nuncio_core::transport::Transport;

pub use self::house::House;

/// A network under test: its server, a transport that is configured for it, and its people.
pub trait Subject: Sized {
    /// Somebody on the network who is not the bot.
    type Peer: Party;

    /// Whether nothing here waits for the real world, so that time can be made to pass at once.
    const PAUSED: bool = false;

    /// Starts the network's server, if it has one.
    fn start() -> impl Future<Output = Result<Self>>;

    /// A transport for this network, without a limit on its rate.
    ///
    /// # Errors
    /// When it cannot be configured.
    fn transport(&self) -> Result<Box<dyn Transport>>;

    /// A transport that sends one line at once and after that `per_second` lines a second.
    ///
    /// # Errors
    /// When it cannot be configured.
    fn paced(&self, per_second: u32) -> Result<Box<dyn Transport>>;

    /// Somebody who can talk with the bot: both are where they hear each other.
    fn peer(&mut self) -> impl Future<Output = Result<Self::Peer>>;

    /// Ends the network without a goodbye.
    fn cut(&mut self) -> impl Future<Output = Result<()>>;

    /// Brings it back at the same address. Whoever was on it is not.
    fn mend(&mut self) -> impl Future<Output = Result<()>>;
}

/// Somebody on the network, speaking through a client that shares nothing with the transport.
pub trait Party {
    /// Says something where the bot and others hear it.
    fn say(&mut self, text: &str) -> impl Future<Output = Result<()>>;

    /// Says something to the bot alone.
    fn whisper(&mut self, text: &str) -> impl Future<Output = Result<()>>;

    /// The text of the next message that the bot says to this peer or where this peer is, without
    /// the network's codes for styles.
    fn hear(&mut self) -> impl Future<Output = Result<String>>;

    /// Sends what no honest client sends: bytes that are no text, lines without an end, frames
    /// without a sense, as far as the server between them lets it.
    fn garble(&mut self) -> impl Future<Output = Result<()>>;

    /// Waits until this peer sees that the bot is gone.
    fn misses(&mut self) -> impl Future<Output = Result<()>>;

    /// Does something to a message, there where this peer spoke last: to what the bot said last (a
    /// reply, a reaction) or to its own last words. Only for networks that claim to have it.
    fn mark(&mut self, mark: &Mark) -> impl Future<Output = Result<()>> {
        future::ready(Err(anyhow!("{mark:?} is claimed, and this peer cannot do it")))
    }

    /// The next thing that the bot does to a message: to this peer's last words (a reply, a
    /// reaction) or to its own. What it does to any other is an error. Only for networks that claim
    /// to have it.
    fn marked(&mut self) -> impl Future<Output = Result<Mark>> {
        future::ready(Err(anyhow!("marks are claimed, and this peer cannot see them")))
    }

    /// Waits until this peer sees that the bot writes, or no longer does, and returns which. Only for
    /// networks that claim to have it.
    fn typing(&mut self) -> impl Future<Output = Result<bool>> {
        future::ready(Err(anyhow!("typing is claimed, and this peer cannot see it")))
    }
}

/// Something that is done to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// It is answered in these words.
    Reply(String),
    /// It has these words now.
    Edit(String),
    /// It is reacted to.
    Reaction(String),
    /// It is taken back.
    Retraction,
}

/// What a case comes to: nothing, or what it found.
pub type Outcome = Result<()>;

/// Runs one case on a runtime of its own; what the generated tests call.
///
/// # Errors
/// What the case found.
pub fn run<S: Subject>(case: impl Future<Output = Result<()>>) -> Result<()> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().start_paused(S::PAUSED).build()?.block_on(case)
}

/// Expands to the tests of all claims about a [`Subject`], or of those of some groups.
///
/// ```ignore
/// transport_conformance!(Irc);
/// transport_conformance!(Socket: delivery, order, cancel, features, flow, hostile);
/// ```
#[macro_export]
macro_rules! transport_conformance {
    ($subject:ty) => {
        $crate::transport_conformance!(
            $subject: delivery, order, cancel, features, marks, rate, flow, reconnect, hostile
        );
    };
    ($subject:ty: $($group:ident),+ $(,)?) => {
        $($crate::conformance_group!($group $subject);)+
    };
}

/// Expands to the tests of one group; used by [`transport_conformance!`](crate::transport_conformance).
#[doc(hidden)]
#[macro_export]
macro_rules! conformance_group {
    (delivery $subject:ty) => {
        $crate::conformance_group!(@ delivery $subject:
            a_message_arrives_whole_in_a_room_and_in_private,
            a_long_text_arrives_whole,
            a_word_longer_than_a_line_arrives_whole,
            a_whole_text_is_never_text_that_lost_something,
            every_delivery_gets_exactly_one_receipt,
        );
    };
    (order $subject:ty) => {
        $crate::conformance_group!(@ order $subject:
            deliveries_to_one_place_arrive_once_and_in_order,
            what_a_peer_says_arrives_once_and_in_order,
            events_have_keys_of_their_own,
        );
    };
    (cancel $subject:ty) => {
        $crate::conformance_group!(@ cancel $subject:
            it_ends_within_five_seconds_and_takes_leave,
            it_ends_while_the_house_does_not_listen,
            what_it_holds_is_settled,
        );
    };
    (features $subject:ty) => {
        $crate::conformance_group!(@ features $subject:
            what_is_absent_is_unsupported_and_nothing_goes_out,
            forms_that_are_present_arrive,
            own_words_are_marked,
        );
    };
    (marks $subject:ty) => {
        $crate::conformance_group!(@ marks $subject:
            a_reply_shows_what_it_answers,
            an_edit_changes_what_was_said,
            a_retraction_takes_it_back,
            a_reaction_is_to_what_was_said,
            typing_is_shown,
        );
    };
    (rate $subject:ty) => {
        $crate::conformance_group!(@ rate $subject: every_line_passes_the_bucket,);
    };
    (flow $subject:ty) => {
        $crate::conformance_group!(@ flow $subject: a_house_that_does_not_listen_loses_nothing,);
    };
    (reconnect $subject:ty) => {
        $crate::conformance_group!(@ reconnect $subject:
            a_cut_is_said_and_mended,
            a_delivery_in_a_cut_gets_its_receipt,
            it_can_be_cancelled_while_the_network_is_down,
        );
    };
    (hostile $subject:ty) => {
        $crate::conformance_group!(@ hostile $subject:
            garbage_ends_nothing,
            text_cannot_become_protocol,
        );
    };
    (@ $group:ident $subject:ty: $($case:ident,)+) => {
        mod $group {
            use super::*;

            $(
                #[test]
                fn $case() -> $crate::conformance::Outcome {
                    $crate::conformance::run::<$subject>(
                        $crate::conformance::$group::$case::<$subject>(),
                    )
                }
            )+
        }
    };
}
