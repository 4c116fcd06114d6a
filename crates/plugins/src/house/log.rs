//! `log tail` and `log level`.

use nuncio_sdk::prelude::*;
use nuncio_sdk::services::Order;

/// How much is logged, from little to much.
#[derive(Clone, Copy, Debug, Choice)]
pub(super) enum Verbosity {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

/// Shows the latest lines of my log.
///
/// ```chat
/// > log tail
/// The log is empty.
/// ```
#[command(path = "log.tail", late = "skip")]
pub(super) fn tail(ctx: &Context, #[range(1..=50)] lines: Option<usize>) -> Reply {
    let lines = ctx.records().log_tail(lines.unwrap_or(10));
    if lines.is_empty() {
        return Reply::text("The log is empty.");
    }
    Reply::from(Content::code(lines.join("\n")))
}

/// Shows how much I log, or changes it until I am restarted.
///
/// ```chat
/// > log level debug
/// I log at level debug now.
/// ```
#[command(path = "log.level", level = "owner", late = "skip")]
pub(super) fn level(ctx: &Context, level: Option<Verbosity>) -> Reply {
    let Some(level) = level else {
        let level = ctx.records().log_level();
        return reply!["I log at level {level}."];
    };
    reply!["I log at level {level} now."].order(Order::LogLevel(level.to_string()))
}
