//! A bot in memory, for tests: the real dispatcher, the real policy, and a network of our own.
//!
//! ```
//! use nuncio_sdk::prelude::*;
//!
//! /// Says hello.
//! #[command(level = "everyone")]
//! fn hello() -> &'static str { "Hello, world!" }
//!
//! plugin!(greet: hello);
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! Bot::with(plugin()).ann("hello").await.says("Hello, world!");
//! # }
//! ```
//!
//! Time stands still until the bot waits for it ([`Bot::wait`]): no test sleeps.
//!
//! What is wrong ends the test with a panic that shows what was said and what was answered.

mod bot;
mod example;
mod heard;
mod memory;
mod pattern;
mod person;
mod views;

pub use bot::Bot;
pub use example::examples;
pub use heard::Heard;
pub use memory::{Memory, OnItsWay, Received, What};
pub use person::Person;

/// Ends the test.
#[track_caller]
#[expect(clippy::panic, reason = "this is how a test fails")]
fn fail(why: impl std::fmt::Display) -> ! {
    panic!("{why}")
}
