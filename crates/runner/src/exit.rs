//! How the process ends.

use std::process::ExitCode;

/// How the process ends. The numbers are a promise: scripts and service managers read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// All is well.
    Fine = 0,
    /// What was asked was answered with no: a command refused, a line unreadable, a test failed.
    No = 1,
    /// The command line is wrong. (clap's own number.)
    Usage = 2,
    /// The configuration or the policy is wrong; the message says where.
    Config = 78,
    /// The state cannot be opened or read.
    Store = 74,
    /// Nobody answers: no bot behind the socket, no homeserver, or none that answered in time.
    #[cfg_attr(
        not(any(feature = "matrix", feature = "socket")),
        expect(dead_code, reason = "nobody else is called")
    )]
    Unavailable = 69,
    /// Something inside broke.
    Broken = 70,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
