use proptest::prelude::*;

use super::{command, commands, id, may_run, tree};
use crate::command::{Command, CommandTree, TreeError};

fn check(line: &str, expect: &str) {
    let tree = tree();
    let found = match tree.resolve(line, 0, may_run) {
        Ok(resolved) => format!("{} | {}", resolved.command.id, line.split_at(resolved.name.end).1),
        Err(error) => format!("{error} @ {:?}", error.span().of(line)),
    };
    assert_eq!(found, expect, "{line:?}");
}

#[test]
fn names_are_found_in_every_form() {
    check("admin capability add ann", "admin.capability.add |  ann");
    check("Admin.Capability.ADD ann", "admin.capability.add |  ann");
    check("admin.capability add ann", "admin.capability.add |  ann");
    check("capability  add", "admin.capability.add | ");
    check("remove ann", "admin.capability.remove |  ann");
    check("stop", "admin.stop | ");
    check("flush", "owner.flush | ");
    check("cheat", "games.cheat | ");
    check("games dice", "games.dice | ");
    check("roll", "games.dice | ");
    check("dnd dice 3", "dnd.dice |  3");
    check("echo echo echo", "echo.echo |  echo");
    check("ping\nping", "net.ping | \nping");
}

#[test]
fn the_best_name_wins() {
    // A whole path goes before the end of another one, a full name before both.
    check("add ann", "bw.add |  ann");
    check("bw add", "bw.add | ");
    // What one may not see, one cannot mean: `owner.ping` is left out.
    check("ping", "net.ping | ");
    check("owner ping", "owner.ping | ");
}

#[test]
fn errors_say_what_else_there_is() {
    check("dice 3", "`dice` may be several commands: `dnd dice` or `games dice`? @ \"dice\"");
    check(
        "admin capability",
        "`admin capability` goes on: `capability add` or `capability remove` @ \"admin capability\"",
    );
    check(
        "Capability x",
        "`Capability` goes on: `capability add` or `capability remove` @ \"Capability\"",
    );
    check("stpo", "there is no command `stpo`; did you mean `stop`? @ \"stpo\"");
    check(
        "capabilty ad x",
        "there is no command `capabilty`; did you mean `capability add`? @ \"capabilty\"",
    );
    check("rolll", "there is no command `rolll`; did you mean `games dice`? @ \"rolll\"");
    check("xyzzy", "there is no command `xyzzy` @ \"xyzzy\"");
    check("", "there is no command `` @ \"\"");
    check("…", "there is no command `…` @ \"…\"");
}

#[test]
fn what_there_is_to_choose_from_is_a_list() {
    let named = |plugin: &str| command(&format!("{plugin}.dice"), Vec::new());
    let tree = CommandTree::build(["dnd", "games", "risk"].map(named), []).unwrap();
    let error = tree.resolve("dice", 0, may_run).unwrap_err();
    assert!(error.is_ambiguous());
    let all = "`dice` may be several commands: `dnd dice`, `games dice` or `risk dice`?";
    assert_eq!(error.to_string(), all);
}

#[test]
fn nobody_learns_what_he_may_not_run() {
    check("flsh", "there is no command `flsh` @ \"flsh\"");
    check("owner", "there is no command `owner` @ \"owner\"");
    check("chaet", "there is no command `chaet` @ \"chaet\"");
    let nobody = |_: &Command| false;
    let error = tree().resolve("dice", 0, nobody).unwrap_err();
    assert_eq!(error.to_string(), "there is no command `dice`");
}

#[test]
fn renames_change_the_path() {
    let rename = |old: &str, new: &str| {
        CommandTree::build(commands(), [(id(old), id(new))]).map_err(|error| error.to_string())
    };
    let tree = rename("games.dice", "games.throw").unwrap();
    assert_eq!(tree.resolve("dice", 0, may_run).unwrap().command.id, id("dnd.dice"));
    assert_eq!(tree.resolve("roll", 0, may_run).unwrap().command.id, id("games.throw"));
    assert!(tree.get(&id("games.dice")).is_none());
    assert_eq!(tree.get(&id("games.roll")).unwrap().id, id("games.throw"));
    assert_eq!(tree.registry().renames().count(), 1);
    for (old, new, error) in [
        (
            "games.dice",
            "dnd.dice",
            "`dnd.dice` is not in the plugin of `games.dice`; a name stays in its plugin",
        ),
        (
            "games.dyce",
            "games.x",
            "`[rename]` names `games.dyce`, which no plugin has; did you mean `games.dice`?",
        ),
        (
            "games.dice",
            "games.cheat",
            "two commands are named `games.cheat`; rename one of them in `[rename]`",
        ),
        (
            "games.dice",
            "games.roll",
            "two commands are named `games.roll`; rename one of them in `[rename]`",
        ),
    ] {
        assert_eq!(rename(old, new).unwrap_err(), error);
    }
}

#[test]
fn names_are_taken_once() {
    let alias =
        |full: &str, alias: &str| Command { aliases: vec![id(alias)], ..command(full, vec![]) };
    let build = |commands: Vec<Command>| CommandTree::build(commands, []).map(|_| ());
    assert_eq!(
        build(vec![command("a.b", vec![]), command("a.b", vec![])]),
        Err(TreeError::Twice(id("a.b")))
    );
    assert_eq!(
        build(vec![alias("a.b", "a.c"), alias("a.d", "a.c")]),
        Err(TreeError::Twice(id("a.c")))
    );
    assert_eq!(
        build(vec![alias("a.b", "a.c"), command("a.c", vec![])]),
        Err(TreeError::Twice(id("a.c")))
    );
    assert!(matches!(build(vec![alias("a.b", "c.b")]), Err(TreeError::Plugin { .. })));
}

#[test]
fn every_command_can_be_spoken() {
    let tree = tree();
    for command in tree.iter() {
        let spoken = tree.spoken(&command.id);
        let resolved = tree.resolve(&spoken, 0, may_run).unwrap();
        assert_eq!(resolved.command.id, command.id, "{spoken}");
    }
    assert_eq!(tree.spoken(&id("dnd.dice")), "dnd dice");
    assert_eq!(tree.spoken(&id("admin.capability.add")), "capability add");
}

proptest! {
    #[test]
    fn any_line_has_an_answer(line in "(admin|capability|add|dice|[a-z]{0,3}|\\PC|[. \n]){0,8}", at in 0usize..9) {
        match tree().resolve(&line, at, may_run) {
            Ok(resolved) => prop_assert!(resolved.name.start >= at && !resolved.name.of(&line).is_empty()),
            Err(error) => prop_assert!(!error.to_string().contains("flush")),
        }
    }
}
