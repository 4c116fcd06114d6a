//! What the tasks say.

use std::fmt;

/// Prints a line, after whatever the programs that ran before have printed.
#[expect(clippy::print_stdout, reason = "a task talks to the person who runs it")]
pub fn print(line: fmt::Arguments<'_>) {
    println!("{line}");
}

/// Prints a line, formatted like `println!`.
#[macro_export]
macro_rules! say {
    ($($text:tt)*) => { $crate::print(format_args!($($text)*)) };
}
