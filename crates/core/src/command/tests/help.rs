use std::time::Duration;

use insta::assert_snapshot;

use super::{commands, id, may_run, tree};
use crate::command::Command;

#[test]
fn the_list_holds_what_one_may_run() {
    assert_snapshot!(tree().help(may_run, []).to_plain(), @"
    - admin: capability add, capability remove, stop
    - bw: add
    - dnd: dice
    - echo: echo
    - games: dice
    - net: ping

    Say help PLUGIN COMMAND to read more about one.
    ");
    assert_snapshot!(tree().help(|_| false, []).to_plain(), @"There is nothing here that you may run.");
}

#[test]
fn a_command_explains_itself() {
    let dice = commands().into_iter().find(|command| command.id == id("games.dice")).unwrap();
    let dice = Command { cooldown: Some(Duration::from_secs(5)), ..dice };
    assert_snapshot!(dice.help(&tree().usage(&dice)).to_plain(), @"
    games dice [sides=6] [--quiet]: Rolls dice.

    All dice are fair.

    - sides: a whole number from 2 to 1000. How many sides a die has. `6` unless said otherwise.
    - --quiet: Rolls in private.

    Also: roll. Level: everyone. Again after 5 s.

    For example:

    dice 20
    ");
}
