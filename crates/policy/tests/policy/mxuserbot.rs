//! `MxUserbot`'s access: its table of cases, its gate for event handlers, and the access values of
//! its plugins, as they are meant and not as its code ran them.

use nuncio_policy::{CommandId, Declared, Level, Policy, Registry, Request, decide};

use crate::world::{compile, networks, policy, speaker};

/// The time of the table, 1000 in its seconds.
fn at(second: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_second(second).unwrap()
}

const OWNERS: &str = "owners = [\"u:matrix:@bot:hs\"]\n";

/// The commands of the table; `z` and handlers are what a row makes of them.
fn level(command: &str) -> Level {
    match command {
        "shell.sh" => Level::Owner,
        "public.pub" => Level::Everyone,
        "ping-pong.ping" => Level::Sudo,
        // A command without a level, and a handler or watcher without one.
        _ => Level::default(),
    }
}

/// Whether somebody may run a command at a second, under a table `[policy]`.
fn may(declared: &str, who: &str, command: &str, second: i64) -> bool {
    let policy = policy(&format!("{OWNERS}{declared}"));
    asked(&policy, who, command, level(command), second)
}

fn asked(policy: &Policy, who: &str, command: &str, level: Level, second: i64) -> bool {
    let who = who.split(' ').map(full).collect::<Vec<_>>().join(" ");
    let command: CommandId = command.parse().unwrap();
    let request = Request::new(speaker(&who), command, at(second)).at_level(level);
    decide(policy, request).is_ok()
}

/// `@x` is `u:matrix:@x:hs`.
fn full(who: &str) -> String {
    let mark = if who.starts_with('?') { "?" } else { "" };
    match who.trim_start_matches('?') {
        name if name.starts_with('@') && name.contains(':') => format!("{mark}u:matrix:{name}"),
        name if name.starts_with('@') => format!("{mark}u:matrix:{name}:hs"),
        name => format!("{mark}{name}"),
    }
}

fn grant(what: &str, more: &str) -> String {
    format!("[[grant]]\nto = \"u:matrix:@x:hs\"\nwhat = \"{what}\"\n{more}\n")
}

/// A grant until a second.
fn until(what: &str, second: i64) -> String {
    grant(what, &format!("until = {}", at(second)))
}

fn sudoers(who: &str) -> String {
    format!("sudoers = [\"u:matrix:{who}\"]\n")
}

#[test]
fn the_table_of_cases() {
    let elevated = |what| grant(what, "elevate = true");
    let (ping, sh) = ("ping-pong.ping", "shell.sh");
    let rows: Vec<(&str, String, &str, &str, i64, bool)> = vec![
        ("1", String::new(), "@bot", sh, 0, true),
        ("3", sudoers("@su:hs"), "@su", ping, 0, true),
        ("4", sudoers("@su:hs"), "@su", sh, 0, false),
        ("5", String::new(), "@x", "public.pub", 0, true),
        ("6", String::new(), "@x", ping, 0, false),
        ("7", String::new(), "@x", sh, 0, false),
        ("8", String::new(), "@x", "bare.bare", 0, false),
        ("9", grant(ping, ""), "@x", ping, 0, true),
        ("10", grant(ping, ""), "@x", sh, 0, false),
        ("11", grant(sh, ""), "@x", sh, 0, false),
        ("11 elevated", elevated(sh), "@x", sh, 0, true),
        ("12", grant("ping-pong", ""), "@x", ping, 0, true),
        ("13", grant("shell", ""), "@x", sh, 0, false),
        ("14", grant("Ping-Pong", ""), "@x", ping, 0, true),
        ("17", String::new(), "@x", ping, 0, false),
        ("18", until(ping, 1600), "@x", ping, 1000, true),
        ("19", until(ping, 1600) + &grant("zzz.zzz", ""), "@x", ping, 1000, true),
        ("20", until(ping, 999) + &grant("zzz.zzz", ""), "@x", ping, 1000, false),
        ("21", until(ping, 1000), "@x", ping, 1000, false),
        ("23", until("public.pub2", 1600), "@x", ping, 1000, false),
        ("24", until(sh, 1600), "@x", sh, 1000, false),
        ("24 elevated", until(sh, 1600) + "elevate = true", "@x", sh, 1000, true),
        ("25", until("pingpongmodule", 1600), "@x", ping, 1000, false),
        ("26", until(ping, 5), "@x", ping, 4, true),
        ("26 later", until(ping, 5), "@x", ping, 6, false),
        ("26 in minutes", until(ping, 300), "@x", ping, 6, true),
        ("27", sudoers("@su:hs"), "@SU:hs", ping, 0, false),
        ("30", until(ping, 991) + &until(ping, 1009), "@x", ping, 1000, true),
        ("35", String::new(), "@x", "greeter.watch-hello", 0, false),
        ("35 a sudoer", sudoers("@su:hs"), "@su", "greeter.watch-hello", 0, true),
        ("37", sudoers("@su:hs"), "@x", ping, 0, false),
        ("38", String::new(), "@x", ping, 0, false),
        ("38 for everyone", String::new(), "@x", "public.pub", 0, true),
    ];
    for (row, declared, who, command, second, allowed) in rows {
        assert_eq!(may(&declared, who, command, second), allowed, "row {row}");
    }
}

#[test]
fn owners_are_added_beside_the_bot() {
    // Row 2.
    let policy = policy("owners = [\"u:matrix:@bot:hs\", \"u:matrix:@own:hs\"]");
    assert!(asked(&policy, "@own", "shell.sh", Level::Owner, 0));
}

#[test]
fn an_alias_is_its_command_before_anything_is_asked() {
    // Rows 15 and 16.
    let ping: CommandId = "ping-pong.ping".parse().unwrap();
    let registry = Registry::of([ping.clone()]).with_alias("ping-pong.p".parse().unwrap(), ping);
    let command = registry.aliased("p").unwrap().as_str();
    for what in ["ping-pong.ping", "ping-pong"] {
        assert!(may(&grant(what, ""), "@x", command, 0), "{what}");
    }
}

#[test]
fn a_network_says_whether_case_tells_people_apart() {
    // Row 27 beyond Matrix.
    for id in ["u:xmpp:su@hs", "u:irc:su"] {
        let sudoers = format!("sudoers = [\"{id}\"]\n");
        let loud = id.replace("su", "SU");
        assert!(may(&sudoers, &loud, "ping-pong.ping", 0), "{loud}");
    }
}

#[test]
fn what_is_malformed_is_refused_when_it_is_read() {
    // Rows 22, 28, 29 and 31: a time that is none, texts for lists, a key that is not one.
    let time = compile(&grant("ping-pong.ping", "until = \"never\""));
    assert!(time.is_err());
    for text in ["sudoers = \"u:matrix:@x:hs\"", "grant = \"pinging\"", "owner = \"@w\""] {
        assert!(toml::from_str::<Declared>(text).is_err(), "{text}");
    }
}

#[test]
fn a_level_is_one_of_a_few_and_no_set_of_flags() {
    // Row 32: no number is a level, and what looks like one is for whoever holds it.
    let policy = policy(&format!("{OWNERS}{}", sudoers("@su:hs")));
    assert!(!asked(&policy, "@su", "z.z", "0".parse().unwrap(), 0));
    assert!(asked(&policy, "@bot", "z.z", "0".parse().unwrap(), 0));
    // Row 33.
    assert!("owner | everyone".parse::<Level>().is_err());
}

#[test]
fn nobody_runs_nothing() {
    // Row 34, and the gate's event without a sender.
    assert!(networks().parse_user("u:matrix:").is_err());
    let policy = policy(OWNERS);
    for level in [Level::Everyone, Level::Owner] {
        let nobody = nuncio_policy::Speaker::claimed([]);
        let request = Request::new(nobody, "public.pub".parse().unwrap(), at(0)).at_level(level);
        let refusal = decide(&policy, request).unwrap_err();
        let explanation = refusal.explanation().to_string();
        assert!(explanation.starts_with("deny by access: nothing is known of who speaks"));
    }
}

#[test]
fn a_step_that_waits_is_decided_again_by_the_policy_of_its_time() {
    // Row 36.
    let before = policy(&format!("{OWNERS}{}", sudoers("@x:hs")));
    let request = Request::new(speaker("u:matrix:@x:hs"), "ping-pong.ping".parse().unwrap(), at(0));
    let permit = decide(&before, request).unwrap();
    let after = policy(OWNERS);
    assert!(decide(&after, permit.into_request(at(1))).is_err());
}

#[test]
fn whoever_only_claims_to_be_the_owner_is_not() {
    // Rows 39 and 40.
    let policy = policy("owners = [\"u:irc:own\", \"u:xmpp:own@hs\"]");
    for who in ["?u:irc:own", "?u:irc:own u:irc:own!o@host", "u:xmpp:room@muc.hs/own"] {
        assert!(!asked(&policy, who, "shell.sh", Level::Owner, 0), "{who}");
    }
    assert!(asked(&policy, "u:irc:own", "shell.sh", Level::Owner, 0));
}

#[test]
fn the_gate_for_event_handlers_is_the_same_decision() {
    let handler = "greeter.on-invite";
    let handle = |declared: &str, who: &str, level: Level, second| {
        asked(&policy(&format!("{OWNERS}{declared}")), who, handler, level, second)
    };
    let sudo = sudoers("@su:hs");
    let default = Level::default;
    assert!(handle("", "@bot", Level::Owner, 0), "owner");
    assert!(handle(&sudo, "@su", default(), 0), "sudo, handler default");
    assert!(!handle(&sudo, "@su", Level::Owner, 0), "sudo, handler owner");
    assert!(!handle("", "@x", default(), 0), "stranger, default");
    assert!(handle("", "@x", Level::Everyone, 0), "stranger, everyone");
    let tsec = until(handler, 1600);
    assert!(handle(&tsec, "@x", default(), 1000), "stranger with a temporary grant");
    // There a temporary grant reached a handler for owners, and a lasting one no handler at all.
    assert!(!handle(&tsec, "@x", Level::Owner, 1000), "a temporary grant, handler owner");
    assert!(handle(&(tsec + "elevate = true"), "@x", Level::Owner, 1000), "elevated");
    assert!(handle(&grant(handler, ""), "@x", default(), 0), "stranger with a grant");
    let expired = until("ping-pong.ping", 999);
    assert!(!handle(&expired, "@x", default(), 1000), "stranger with an expired grant");
}

#[test]
fn the_access_value_of_a_plugin() {
    let sudoers = sudoers("@su:hs");
    let list = "[\"u:matrix:@a:hs\", \"u:matrix:@b:hs\", \"u:matrix:@c:hs\"]";
    let rows = [
        ("\"all\"", "@x", true),
        ("\"everyone\"", "@x", true),
        ("\"owner\"", "@bot", true),
        ("\"owner\"", "@su", false),
        ("\"sudo\"", "@su", true),
        ("\"sudo\"", "@bot", true),
        ("\"sudo\"", "@x", false),
        (list, "@c", true),
        (list, "@d", false),
        // An owner need not be listed, and case is as the network has it.
        (list, "@bot", true),
        ("[\"u:matrix:@Abc:hs\"]", "@Abc:hs", true),
        ("[\"u:matrix:@Abc:hs\"]", "@abc:hs", false),
    ];
    for (access, who, allowed) in rows {
        let policy = policy(&format!("{OWNERS}{sudoers}[access]\nnotes = {access}"));
        // Whatever the command declares.
        for level in [Level::Everyone, Level::Sudo, Level::Owner] {
            let may = asked(&policy, who, "notes.read", level, 0);
            assert_eq!(may, allowed, "{who} with {access}");
        }
    }
    assert!(compile("[access]\nnotes = \"\"").is_err());
}
