//! `docs/policy.md` says by which commands the policy is managed, and who may use each.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up has failed")]

use std::collections::BTreeMap;

use nuncio_plugins::standard;

/// The plugins by which the policy is managed: all their commands are in the table.
const MANAGING: [&str; 11] = [
    "admin",
    "alias",
    "bw",
    "channel",
    "modaccess",
    "owner",
    "policy",
    "role",
    "sudo",
    "tsec",
    "user",
];

/// Every command, by the words that are typed, with its plugin and its level.
fn commands() -> BTreeMap<String, (String, String)> {
    let mut commands = BTreeMap::new();
    for plugin in standard() {
        for (id, level) in plugin.commands() {
            let (name, path) = (id.plugin(), id.path());
            let said = (name.to_owned(), level.to_string());
            // These are said without their plugin; others could be, where no two are alike.
            if ["info", "policy"].contains(&name) || path == name {
                commands.insert(path.replace('.', " "), said.clone());
            }
            commands.insert(format!("{name} {}", path.replace('.', " ")), said);
        }
    }
    commands
}

#[test]
fn the_guide_lists_each_command_with_its_level() {
    let commands = commands();
    let page = include_str!("../../../docs/policy.md");
    let (_, table) = page.split_once("| command | level |\n|---|---|\n").unwrap();
    let mut listed = Vec::new();
    for row in table.lines().take_while(|line| line.starts_with('|')) {
        let row = row.replace("\\|", "\u{0}");
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [what, level] = cells.as_slice() else { panic!("{row}") };
        for name in names(what, &commands) {
            let (_, declared) = &commands[&name];
            assert_eq!(level.trim_matches('`'), declared, "`{name}`");
            listed.push(name);
        }
    }
    for (name, (plugin, _)) in &commands {
        let words = name.strip_prefix(&format!("{plugin} ")).unwrap_or(name);
        let full = format!("{plugin} {words}");
        let is_listed = listed.iter().any(|listed| listed == words || *listed == full);
        assert!(is_listed || !MANAGING.contains(&plugin.as_str()), "`{full}` is not listed");
    }
}

/// The commands of a cell. What stands after the first of them may leave out the words that they
/// share: `` `sudo add|rm WHO`, `list` ``. What stands in brackets says more of what is before it.
fn names(cell: &str, commands: &BTreeMap<String, (String, String)>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut before: Vec<Vec<String>> = Vec::new();
    let outside: String = cell.split('(').map(|part| part.rsplit(')').next().unwrap()).collect();
    for code in outside.split('`').skip(1).step_by(2) {
        let spelled = spelled(code);
        // An option, say, is no command.
        if spelled.iter().all(Vec::is_empty) {
            continue;
        }
        let is_whole = spelled.iter().all(|words| commands.contains_key(&words.join(" ")));
        if is_whole {
            before = spelled;
            names.extend(before.iter().map(|words| words.join(" ")));
            continue;
        }
        for words in &spelled {
            for base in &before {
                let shared = (0..base.len()).rev().map(|length| {
                    let all: Vec<&str> =
                        base.iter().take(length).chain(words).map(String::as_str).collect();
                    all.join(" ")
                });
                let known = shared.into_iter().find(|name| commands.contains_key(name));
                let known = known.unwrap_or_else(|| panic!("there is no command `{code}`"));
                if !names.contains(&known) {
                    names.push(known);
                }
            }
        }
        assert!(!before.is_empty(), "there is no command `{code}`");
    }
    assert!(!names.is_empty(), "{cell} names no command");
    names
}

/// The words before the arguments, in each way that `|` allows.
fn spelled(code: &str) -> Vec<Vec<String>> {
    let words =
        code.split(' ').take_while(|word| word.starts_with(|sign: char| sign.is_ascii_lowercase()));
    words.fold(vec![Vec::new()], |ways, word| {
        let more = |way: &Vec<String>| {
            let way = way.clone();
            word.split('\u{0}').map(move |word| [way.clone(), vec![word.to_owned()]].concat())
        };
        ways.iter().flat_map(more).collect()
    })
}
