//! Power: what a network lets somebody do in a room, and what that is worth.

use nuncio_policy::cli::{eval_line, lint, who_can};
use nuncio_policy::{
    CaseMapping, Change, Networks, Policy, Power, Registry, Request, Speaker, Trust,
};

use crate::managed::house::{House, change, noon};
use crate::world::{answer, lines, networks, policy, request, said, speaker};

const A: &str = "r:irc:#a";

const POWER: &str = r#"
[account.bob]
identities = ["u:irc:bob"]
capabilities = ["r:irc:#a,-games"]
[account.eve]
identities = ["u:irc:eve"]
ignore = true
[power."r:irc:#a"]
op = ["op"]
voice = ["voice", "games", "-shell"]
[power."p:irc"]
admin = ["op"]
"#;

fn in_power(who: &str, power: Power, room: &str) -> Speaker {
    speaker(who).with_power(networks().parse_room(room).unwrap(), power)
}

/// What is answered to somebody with power in `#a`.
fn decide(who: &str, power: Power, command: &str, room: &str, level: &str) -> String {
    let request = request(who, command, Some(room), level);
    answer(&policy(POWER), Request { speaker: in_power(who, power, A), ..request })
}

#[test]
fn a_claimed_op_holds_what_power_is_worth_in_that_room() {
    insta::assert_snapshot!(decide("?u:irc:x", Power::Op, "x.y", A, "room:op"), @r#"allow by access: the speaker holds `room:op`, being op of `r:irc:#a`, which gives `op` (policy.power."r:irc:#a".op[0])"#);
    insta::assert_snapshot!(decide("?u:irc:x", Power::Owner, "x.y", A, "room:halfop"), @r#"allow by access: the speaker holds `room:halfop`, being owner of `r:irc:#a`, which gives `op` (policy.power."r:irc:#a".op[0])"#);
    insta::assert_snapshot!(decide("?u:irc:x", Power::Voice, "x.y", A, "room:games"), @r#"allow by access: the speaker holds `room:games`, being voice of `r:irc:#a`, which gives `games` (policy.power."r:irc:#a".voice[1])"#);
    insta::assert_snapshot!(decide("?u:irc:x", Power::Voice, "x.y", A, "room:op"), @"deny by access: nothing allows a command of level `room:op`");
    insta::assert_snapshot!(decide("?u:irc:x", Power::Op, "x.y", A, "op"), @"deny by access: nothing allows a command of level `op`");
    insta::assert_snapshot!(decide("?u:irc:x", Power::Op, "x.y", A, "sudo"), @"deny by access: nothing allows a command of level `sudo`");
    insta::assert_snapshot!(decide("?u:irc:x", Power::Op, "x.y", "r:irc:#b", "room:op"), @"deny by access: nothing allows a command of level `room:op`");
    // What a power takes, it takes from those of a higher one as well.
    insta::assert_snapshot!(decide("?u:irc:x", Power::Op, "shell.run", A, "everyone"), @r#"deny by capability: anticapability `r:irc:#a,-shell of each voice` (policy.power."r:irc:#a".voice[2])"#);
}

#[test]
fn the_account_goes_before_power_and_an_ignored_one_has_none() {
    insta::assert_snapshot!(decide("u:irc:bob", Power::Op, "games.dice", A, "everyone"), @"deny by capability: anticapability `r:irc:#a,-games` (policy.account.bob.capabilities)");
    insta::assert_snapshot!(decide("u:irc:x u:irc:bob", Power::Op, "games.dice", A, "everyone"), @"deny by capability: anticapability `r:irc:#a,-games` (policy.account.bob.capabilities)");
    insta::assert_snapshot!(decide("u:irc:bob", Power::Op, "x.y", A, "room:op"), @r#"allow by access: the speaker holds `room:op`, being op of `r:irc:#a`, which gives `op` (policy.power."r:irc:#a".op[0])"#);
    insta::assert_snapshot!(decide("?u:irc:eve", Power::Op, "x.y", A, "room:op"), @"ignore by ignored: account `a:eve` is ignored (policy.account.eve.ignore)");
}

#[test]
fn the_table_of_a_room_stands_in_place_of_its_networks() {
    let ask = |power, room| {
        let request = request("?u:irc:x", "x.y", Some(room), "room:op");
        let speaker = in_power("?u:irc:x", power, room);
        answer(&policy(POWER), Request { speaker, ..request })
    };
    insta::assert_snapshot!(ask(Power::Admin, "r:irc:#b"), @r#"allow by access: the speaker holds `room:op`, being admin of `r:irc:#b`, which gives `op` (policy.power."p:irc".admin[0])"#);
    insta::assert_snapshot!(ask(Power::Op, "r:irc:#b"), @"deny by access: nothing allows a command of level `room:op`");
    insta::assert_snapshot!(ask(Power::Admin, A), @r#"allow by access: the speaker holds `room:op`, being admin of `r:irc:#a`, which gives `op` (policy.power."r:irc:#a".op[0])"#);
}

#[test]
fn an_op_by_power_may_give_anything_of_that_room_and_nothing_else() {
    let house = House::new(POWER);
    let op = in_power("?u:irc:x", Power::Op, A);
    let ask = |speaker: &Speaker, json: &str| {
        let plan = house.policy.plan(speaker, change(json), noon());
        plan.map_or_else(|error| format!("no: {error}"), |plan| plan.outcome().to_string())
    };
    let give =
        |room: &str| format!(r#"{{"add_capability":{{"account":"bob","capability":"{room}op"}}}}"#);
    insta::assert_snapshot!(ask(&op, &give("r:irc:#a,")), @"a:bob holds `r:irc:#a,op`");
    insta::assert_snapshot!(ask(&op, &give("r:irc:#b,")), @"no: nothing vouches for who you are; identify first");
    insta::assert_snapshot!(ask(&op, &give("")), @"no: nothing vouches for who you are; identify first");
    insta::assert_snapshot!(ask(&op, r#"{"lobotomize":{"room":"r:irc:#a"}}"#), @"all is ignored that is said in r:irc:#a");
    insta::assert_snapshot!(ask(&op, r#"{"add_sudoer":{"who":"u:irc:x"}}"#), @"no: nothing vouches for who you are; identify first");
    insta::assert_snapshot!(ask(&op, r#"{"link":{"identity":"u:irc:x","account":"bob"}}"#), @"no: nothing vouches for who you are; identify first");
    let voice = in_power("?u:irc:x", Power::Voice, A);
    insta::assert_snapshot!(ask(&voice, &give("r:irc:#a,")), @"no: that takes the capability `r:irc:#a,op`, which you do not hold in writing");
    insta::assert_snapshot!(ask(&speaker("?u:irc:x"), &give("r:irc:#a,")), @"no: nothing vouches for who you are; identify first");
    // Where everybody is op who is somebody, power elsewhere makes nobody somebody.
    let house = House::new(&format!("{POWER}[room.\"r:irc:#c\"]\ncapabilities = [\"op\"]"));
    let ban = change(r#"{"ban":{"who":"u:irc:y","room":"r:irc:#c"}}"#);
    assert!(house.policy.plan(&speaker("u:irc:x"), ban.clone(), noon()).is_ok());
    assert!(house.policy.plan(&op, ban, noon()).is_err());
    let deaf = Change::Lobotomize { room: networks().parse_room("r:irc:#b").unwrap() };
    assert!(house.policy.plan(&op, deaf, noon()).is_err());
}

#[test]
fn power_is_of_one_room_and_of_the_moment() {
    let op = in_power("?u:irc:x", Power::Op, A);
    let stored = serde_json::to_string(&op).unwrap();
    assert_eq!(serde_json::from_str::<Speaker>(&stored).unwrap(), speaker("?u:irc:x"));
    let b = networks().parse_room("r:irc:#b").unwrap();
    assert_eq!(op.with_power(b.clone(), Power::Voice).power(), Some((&b, Power::Voice)));
}

#[test]
fn what_power_is_worth_is_read_and_doubted() {
    insta::assert_snapshot!(said(r##"
        [power."u:irc:x"]
        [power."#a"]
        [power."r:irc:#a"]
        op = ["admin", "-Owner", "r:irc:#b,op"]
        [power."r:irc:#A"]
        [power."p:nowhere"]
        op = ["op"]
    "##), @r##"
    key error: policy.power."#a": `#a` is not an identity; write `u:NETWORK:USER`, `r:NETWORK:ROOM`, `p:NETWORK` or `a:ACCOUNT`
    key warning: policy.power."p:nowhere": no network `nowhere` is configured
    0..5 error: policy.power."r:irc:#a".op[0]: `admin` is held everywhere or not at all, and power counts in one room; give it to accounts
    0..6 error: policy.power."r:irc:#a".op[1]: `-owner` is held everywhere or not at all, and power counts in one room; give it to accounts
    0..11 error: policy.power."r:irc:#a".op[2]: `r:irc:#b,op` names a room, and power counts in the room where somebody has it; write it without the room
    key error: policy.power."r:irc:#a": `r:irc:#a` is declared twice
    key error: policy.power."u:irc:x": `u:irc:x` does not name a room, `r:NETWORK:ROOM`, or a network, `p:NETWORK`
    "##);
    let irc = Networks::new().with("irc".parse().unwrap(), CaseMapping::Rfc1459, Trust::Nick);
    let more = "[power.\"p:socket\"]\nop = [\"op\"]\n[power.\"r:irc:#c\"]";
    let declared = toml::from_str(&format!("{POWER}{more}")).unwrap();
    let (doubtful, _) = Policy::compile(&declared, &irc, &Registry::unknown(), 1).unwrap();
    let mut doubts = lint(&doubtful);
    doubts.sort_by_key(ToString::to_string);
    insta::assert_snapshot!(lines(&doubts), @r#"
    key warning: policy.power."p:irc": on `irc`, power may be anybody's; nothing vouches for accounts there, and where no services keep a channel, whoever enters it first is its op; remove the table, or be sure
    key warning: policy.power."p:socket": nobody has power on `socket`; remove the table
    key warning: policy.power."r:irc:#a": on `irc`, power may be anybody's; nothing vouches for accounts there, and where no services keep a channel, whoever enters it first is its op; remove the table, or be sure
    key warning: policy.power."r:irc:#c": power is worth nothing in `r:irc:#c`
    "#);
    assert_eq!(lines(&lint(&policy(POWER))), "");
}

#[test]
fn the_command_line_knows_of_power() {
    let policy = policy(POWER);
    let eval = |fields: &str| {
        let line = format!(
            r#"{{"user":"u:irc:x","verified":false,"plugin":"x","command":"y","requires":"room:op",{fields}}}"#
        );
        eval_line(&policy, &line, noon()).unwrap_or_else(|error| error)
    };
    insta::assert_snapshot!(eval(r#""room":"r:irc:#a","power":"op""#), @r#"{"id":null,"decision":"allow","layer":"access","because":"the speaker holds `room:op`, being op of `r:irc:#a`, which gives `op` (policy.power.\"r:irc:#a\".op[0])"}"#);
    insta::assert_snapshot!(eval(r#""room":"r:irc:#a","power":"god""#), @r#"{"id":null,"error":"`power`: `god` is none of `owner`, `admin`, `op`, `halfop` and `voice`"}"#);
    insta::assert_snapshot!(eval(r#""power":"op""#), @r#"{"id":null,"error":"`power`: nobody has power in private; name the `room`"}"#);
    let who = |level| who_can(&policy, &request("u:irc:x", "x.y", Some(A), level)).to_string();
    insta::assert_snapshot!(who("room:op"), @r#"whoever is op of r:irc:#a: the speaker holds `room:op`, being op of `r:irc:#a`, which gives `op` (policy.power."r:irc:#a".op[0])"#);
    insta::assert_snapshot!(who("room:voice"), @r#"whoever is voice of r:irc:#a: the speaker holds `room:voice`, being voice of `r:irc:#a`, which gives `voice` (policy.power."r:irc:#a".voice[0])"#);
}
