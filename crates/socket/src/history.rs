//! What a prompt's history keeps.

use crate::protocol::CommandInfo;

/// How many words before its arguments a command has at most: the bot's name, a plugin, a path.
const MAX_NAME: usize = 5;

/// Whether a line may be kept: not where it may hold a password, or where it is not known yet which
/// commands take one.
///
/// The last word of a command's name is enough to run it, so one that takes what is confidential is
/// suspected wherever that stands near the beginning: a question about it is lost, too.
pub(crate) fn is_kept(line: &str, commands: &[CommandInfo]) -> bool {
    let begins =
        |word: &str| word.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let said: Vec<String> = words(line).take(MAX_NAME).map(begins).collect();
    let is_said = |command: &CommandInfo| {
        words(&command.name).last().is_some_and(|last| said.iter().any(|word| word == last))
    };
    !commands.is_empty() && !commands.iter().any(|command| command.confidential && is_said(command))
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| c.is_whitespace() || c == '.').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_a_password_is_not_kept() {
        let info = |name: &str, confidential| CommandInfo {
            name: name.into(),
            about: String::new(),
            confidential,
        };
        let commands =
            [info("identify", true), info("user set password", true), info("config set", false)];
        for line in [
            "identify ann hunter2",
            "!identify ann hunter2",
            "  nuncio: USER.Identify ann hunter2",
            "nuncio, user set password hunter2",
            "password hunter2",
            "user set.password hunter2",
        ] {
            assert!(!is_kept(line, &commands), "{line}");
        }
        for line in ["config set bot.prefix .", "ping", "", "say I set it and need no password"] {
            assert!(is_kept(line, &commands), "{line}");
        }
        assert!(!is_kept("ping", &[]));
    }
}
