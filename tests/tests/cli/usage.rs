//! The command line as such.

use anyhow::Result;
use insta::assert_snapshot;

use crate::tells;

#[test]
fn a_word_that_is_not_known_is_told() -> Result<()> {
    assert_snapshot!(tells("", &["rnu"])?, @"
    stderr:
    error: unrecognized subcommand 'rnu'

    Usage: nuncio [COMMAND]

    For more information, try '--help'.
    exit code 2
    ");
    Ok(())
}

#[test]
fn without_a_bot_there_are_no_records() -> Result<()> {
    let told = tells("", &["outbox", "."])?;
    assert!(told.ends_with("exit code 74"), "{told}");
    let told = tells("", &["audit", "."])?;
    assert!(told.ends_with("exit code 74"), "{told}");
    Ok(())
}

#[test]
fn every_value_says_where_it_comes_from() -> Result<()> {
    let config = "[bot]\nname = \"herald\"\n\n[room.\"r:irc:#herald\"]\nprefix = \"+\"\n";
    let shown = tells(config, &["config", "show", "--origin", "."])?;
    assert!(shown.contains("bot.name = \"herald\""), "{shown}");
    assert!(shown.contains("nuncio.toml:2:8"), "{shown}");
    let shown = tells(config, &["config", "show", "--origin", "--room", "r:irc:#herald", "."])?;
    assert!(shown.contains("nuncio.toml:5:10"), "{shown}");
    Ok(())
}
