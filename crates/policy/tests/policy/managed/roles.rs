//! Roles: sets of capabilities that accounts are given as one.

use crate::managed::house::House;

const OWNER: &str = "u:console:local";

const PEOPLE: &str = r#"
[account.ann]
identities = ["u:irc:ann"]
capabilities = ["admin", "music"]
[account.bob]
identities = ["u:irc:bob"]
"#;

fn hold(role: &str, capability: &str) -> String {
    format!(r#"{{"add_to_role":{{"role":"{role}","capability":"{capability}"}}}}"#)
}

fn give(account: &str, role: &str) -> String {
    format!(r#"{{"give_role":{{"account":"{account}","role":"{role}"}}}}"#)
}

#[test]
fn a_role_is_an_owners_to_make_and_to_give() {
    let mut house = House::new(PEOPLE);
    insta::assert_snapshot!(house.ask("u:irc:ann", &hold("dj", "music")), @"no: only an owner may do that");
    insta::assert_snapshot!(house.ask(OWNER, &give("a:bob", "dj")), @"no: there is no role `dj`; let it hold something first");
    insta::assert_snapshot!(house.ask(OWNER, &hold("DJ", "music")), @"the role `dj` holds `music` [role capability remove dj music]");
    insta::assert_snapshot!(house.ask(OWNER, &hold("dj", "r:irc:#a,op")), @"the role `dj` holds `r:irc:#a,op` [role capability remove dj r:irc:#a,op]");
    insta::assert_snapshot!(house.ask(OWNER, &hold("dj", "owner")), @"no: owners are named in files, never from chat; add the person to `policy.owners`");
    insta::assert_snapshot!(house.ask("u:irc:ann", &give("a:bob", "dj")), @"no: only an owner may do that");
    insta::assert_snapshot!(house.ask(OWNER, &give("a:bob", "dj")), @"a:bob has the role `dj` [role remove a:bob dj]");
    insta::assert_snapshot!(house.decide("u:irc:bob", "x.y", None, "music"), @"allow by access: the speaker holds `music`");
    insta::assert_snapshot!(house.decide("u:irc:bob", "x.y", Some("r:irc:#a"), "room:voice"), @"allow by access: the speaker holds `room:voice`");
    insta::assert_snapshot!(house.ask(OWNER, r#"{"take_role":{"account":"a:bob","role":"dj"}}"#), @"a:bob has not the role `dj` any more [role add a:bob dj]");
    insta::assert_snapshot!(house.decide("u:irc:bob", "x.y", None, "music"), @"deny by access: nothing allows a command of level `music`");
}

#[test]
fn an_account_goes_before_its_roles_and_of_those_one_that_denies() {
    let mut house = House::new(PEOPLE);
    for change in [
        hold("dj", "music"),
        hold("dj", "games"),
        hold("mute", "-music"),
        hold("mute", "-shell"),
        give("a:bob", "dj"),
        give("a:bob", "mute"),
        give("a:ann", "mute"),
    ] {
        assert!(!house.ask(OWNER, &change).starts_with("no"), "{change}");
    }
    insta::assert_snapshot!(house.decide("u:irc:bob", "music.play", None, "everyone"), @"deny by capability: anticapability `-music` (audit row 3)");
    insta::assert_snapshot!(house.decide("u:irc:bob", "x.y", None, "games"), @"allow by access: the speaker holds `games`");
    insta::assert_snapshot!(house.decide("u:irc:ann", "x.y", None, "music"), @"allow by access: the speaker holds `music`");
    let drop = r#"{"remove_capability":{"account":"a:bob","capability":"-music"}}"#;
    insta::assert_snapshot!(house.ask(OWNER, drop), @"no: `-music` comes from the role `mute`; take the role, or give the account `music`");
    let own = |account: &str, name: &str| {
        format!(r#"{{"add_capability":{{"account":"{account}","capability":"{name}"}}}}"#)
    };
    insta::assert_snapshot!(house.ask("u:irc:ann", &own("a:ann", "shell")), @"no: you do not hold `shell` in writing, and give or take only what you hold");
    insta::assert_snapshot!(house.ask("u:irc:ann", &own("a:bob", "music")), @"a:bob holds `music` [admin capability remove a:bob music]");
    insta::assert_snapshot!(house.decide("u:irc:bob", "x.y", None, "music"), @"allow by access: the speaker holds `music`");
    insta::assert_snapshot!(house.ask("u:irc:bob", r#"{"unlink":{"identity":"u:irc:bob"}}"#), @"no: `u:irc:bob` stands in a file, at `policy.account.bob.identities`; change it there");
    assert_eq!(house.said(), "");
}

const IN_FILES: &str = r#"
[role.Mods]
capabilities = ["games", "r:irc:#a,op", "-shell"]
[role.mute]
capabilities = ["-music", "-games.dice"]
[account.ann]
identities = ["u:irc:ann"]
capabilities = ["admin", "music"]
roles = ["mute", "mods"]
[account.bob]
identities = ["u:irc:bob"]
"#;

fn add(account: &str, capability: &str) -> String {
    format!(r#"{{"add_capability":{{"account":"{account}","capability":"{capability}"}}}}"#)
}

fn remove(account: &str, capability: &str) -> String {
    format!(r#"{{"remove_capability":{{"account":"{account}","capability":"{capability}"}}}}"#)
}

#[test]
fn a_role_of_a_file_says_where_it_stands_and_chat_replaces_none_of_it() {
    let mut house = House::new(IN_FILES);
    insta::assert_snapshot!(house.decide("u:irc:ann", "x.y", Some("r:irc:#a"), "room:op"), @"allow by access: the speaker holds `room:op`");
    insta::assert_snapshot!(house.decide("u:irc:ann", "shell.run", None, "everyone"), @"deny by capability: anticapability `-shell` (policy.role.Mods.capabilities[2])");
    insta::assert_snapshot!(house.decide("u:irc:ann", "music.play", None, "everyone"), @"allow by access: the command is for everyone");
    insta::assert_snapshot!(house.ask(OWNER, &add("a:ann", "shell")), @"no: `-shell` stands in a file, at `policy.role.Mods.capabilities[2]`; change it there");
    insta::assert_snapshot!(house.ask(OWNER, &remove("a:ann", "games")), @"no: `games` stands in a file, at `policy.role.Mods.capabilities[0]`; change it there");
    insta::assert_snapshot!(house.ask(OWNER, &hold("mods", "shell")), @"no: `-shell` stands in a file, at `policy.role.Mods.capabilities[2]`; change it there");
    insta::assert_snapshot!(house.ask(OWNER, &hold("mods", "-shell")), @"no: that is so already: `-shell` (policy.role.Mods.capabilities[2])");
    insta::assert_snapshot!(house.ask(OWNER, r#"{"remove_from_role":{"role":"mods","capability":"-shell"}}"#), @"no: `-shell` stands in a file, at `policy.role.Mods.capabilities[2]`; change it there");
    insta::assert_snapshot!(house.ask(OWNER, r#"{"take_role":{"account":"a:ann","role":"mods"}}"#), @"no: `mods` stands in a file, at `policy.account.ann.roles[1]`; change it there");
    insta::assert_snapshot!(house.ask(OWNER, &give("a:ann", "mods")), @"no: that is so already: `mods` (policy.account.ann.roles[1])");
}

#[test]
fn chat_adds_to_a_role_of_a_file_and_gives_it() {
    let mut house = House::new(IN_FILES);
    insta::assert_snapshot!(house.ask(OWNER, &hold("mods", "notes")), @"the role `mods` holds `notes` [role capability remove mods notes]");
    insta::assert_snapshot!(house.ask(OWNER, &give("a:bob", "mods")), @"a:bob has the role `mods` [role remove a:bob mods]");
    for who in ["u:irc:ann", "u:irc:bob"] {
        assert!(house.decide(who, "x.y", None, "notes").starts_with("allow"), "{who}");
        assert!(house.decide(who, "x.y", None, "games").starts_with("allow"), "{who}");
    }
    insta::assert_snapshot!(house.decide("u:irc:bob", "shell.run", None, "everyone"), @"deny by capability: anticapability `-shell` (policy.role.Mods.capabilities[2])");
    insta::assert_snapshot!(house.ask(OWNER, &remove("a:bob", "-shell")), @"no: `-shell` comes from the role `mods`; take the role, or give the account `shell`");
    // What chat says of an account goes before the role that chat gave it.
    insta::assert_snapshot!(house.ask(OWNER, &add("a:bob", "shell")), @"a:bob holds `shell` [admin capability remove a:bob shell]");
    insta::assert_snapshot!(house.decide("u:irc:bob", "shell.run", None, "everyone"), @"allow by access: the command is for everyone");
    let bob = house.policy.account(&"bob".parse().unwrap()).unwrap();
    insta::assert_snapshot!(bob.capabilities.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"), @"
    `games` (policy.role.Mods.capabilities[0])
    `notes` (audit row 1)
    `shell` (audit row 3)
    `r:irc:#a,op` (policy.role.Mods.capabilities[1])
    ");
    let roles = house.policy.roles();
    let shown = roles.iter().map(|role| {
        format!(
            "{}: {:?}; {:?}",
            role.name,
            role.capabilities.iter().map(ToString::to_string).collect::<Vec<_>>(),
            role.members
                .iter()
                .map(|(name, origin)| format!("{name} ({origin})"))
                .collect::<Vec<_>>()
        )
    });
    insta::assert_snapshot!(shown.collect::<Vec<_>>().join("\n"), @r#"
    mods: ["`-shell` (policy.role.Mods.capabilities[2])", "`games` (policy.role.Mods.capabilities[0])", "`notes` (audit row 1)", "`r:irc:#a,op` (policy.role.Mods.capabilities[1])"]; ["a:ann (policy.account.ann.roles[1])", "a:bob (audit row 2)"]
    mute: ["`-games.dice` (policy.role.mute.capabilities[1])", "`-music` (policy.role.mute.capabilities[0])"]; ["a:ann (policy.account.ann.roles[0])"]
    "#);
    let house = house.under(&IN_FILES.replace(r#""-shell""#, r#""-notes", "-shell""#));
    insta::assert_snapshot!(house.said(), @r#"key warning: managed."role mods notes": a file says the opposite of `notes` for `mods`"#);
    let house = house.under(
        &IN_FILES
            .replace("capabilities = [\"admin\", \"music\"]", "")
            .replace("[account.bob]", "[account.bob]\nroles = [\"mods\"]"),
    );
    insta::assert_snapshot!(house.said(), @r#"key warning: managed."held a:bob shell": a file says the opposite of `shell` for `a:bob`"#);
}

#[test]
fn a_role_that_no_file_declares_is_none_of_an_account_in_a_file() {
    insta::assert_snapshot!(crate::world::said(&IN_FILES.replace(r#""mods"]"#, r#""modz", "owners"]"#)), @"
    0..4 error: policy.account.ann.roles[1]: no role `modz` is declared; did you mean `mods`?
    0..6 error: policy.account.ann.roles[2]: no role `owners` is declared; declare it in `[policy.role.owners]`; a role from chat is given there
    ");
    insta::assert_snapshot!(crate::world::said("role.a.capabilities = ['owner', '-Owner', '#a,op']\nrole.A = {}"), @"
    0..5 error: policy.role.a.capabilities[0]: no role makes anybody an owner, or none; name owners in `owners`
    0..6 error: policy.role.a.capabilities[1]: no role makes anybody an owner, or none; name owners in `owners`
    0..5 error: policy.role.a.capabilities[2]: `#a,op` names no network; write `r:NETWORK:ROOM,op`
    key error: policy.role.a: `a` is declared twice; case does not tell roles apart
    ");
}

#[test]
fn a_role_that_says_something_in_vain_is_told() {
    let toml = "
        role.idle.capabilities = ['games']
        role.mods.capabilities = ['games', 'notes', 'music']
        role.mute.capabilities = ['-music']
        [account.ann]
        capabilities = ['games']
        roles = ['mods', 'mute']
    ";
    let said = nuncio_policy::cli::lint(&crate::world::policy(toml));
    insta::assert_snapshot!(crate::world::lines(&said), @"
    key warning: policy.role.idle: nobody has the role `idle`; give it in `roles` of an account, or by `role add ACCOUNT idle`
    key warning: policy.role.mods.capabilities[0]: `games` of the role `mods` never matters; the accounts that have the role hold it, or the opposite, by their own sets or by other roles
    key warning: policy.role.mods.capabilities[2]: `music` of the role `mods` never matters; the accounts that have the role hold it, or the opposite, by their own sets or by other roles
    ");
}
