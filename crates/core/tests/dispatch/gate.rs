//! Every way in which something runs asks the one gate.

use std::sync::Arc;

use insta::assert_debug_snapshot as assert_log;
use nuncio_core::action::{Action, Output};
use nuncio_core::catalogue::Catalogue;
use nuncio_core::command::{Arguments, Command, CommandTree};
use nuncio_core::content::Content;
use nuncio_core::dispatch::{Impulse, Input};
use nuncio_core::event::{
    Change, EventKey, EventKind, Membership, MessageId, QuestionId, Timing, Verdict,
};
use nuncio_core::file::File;
use nuncio_core::gate::Attempt;
use nuncio_core::plugin::{Cause, Effects};
use nuncio_core::trigger::Trigger;
use nuncio_policy::{CommandId, Level, Power, Speaker};

use crate::desk::{Desk, catalogue, private, room, speaker, user};

/// Every variant of the enum, set off by a stranger.
fn triggers() -> Vec<Trigger> {
    let (eve, ann) = (|| speaker("eve"), || speaker("ann"));
    let all = vec![
        Trigger::Typed(eve()),
        alias(&["ann"], eve()),
        alias(&["eve"], ann()),
        alias(&["ann", "eve"], ann()),
        alias(&["ann", ""], ann()),
        Trigger::Redo(eve()),
        Trigger::Nested(eve()),
        Trigger::Button(eve()),
        Trigger::Reaction(eve()),
        Trigger::Dialog(eve()),
        Trigger::Watcher(eve()),
        Trigger::Handler(eve()),
        Trigger::Schedule { author: eve() },
        Trigger::Webhook { runs_as: user("eve") },
        Trigger::Plugin { plugin: "other".into(), caller: eve() },
        Trigger::Socket(eve()),
    ];
    // A new variant does not compile here until it is listed above.
    for trigger in &all {
        match trigger {
            Trigger::Typed(_)
            | Trigger::Alias { .. }
            | Trigger::Redo(_)
            | Trigger::Nested(_)
            | Trigger::Button(_)
            | Trigger::Reaction(_)
            | Trigger::Dialog(_)
            | Trigger::Watcher(_)
            | Trigger::Handler(_)
            | Trigger::Schedule { .. }
            | Trigger::Webhook { .. }
            | Trigger::Plugin { .. }
            | Trigger::Socket(_) => {}
        }
    }
    all
}

/// A use of aliases, each by an author; of one who is no more, where he has no name.
fn alias(authors: &[&str], caller: Speaker) -> Trigger {
    let used = authors.iter().map(|name| {
        let author = (!name.is_empty()).then(|| serde_json::json!({ "person": user(name) }));
        serde_json::from_value(serde_json::json!({ "name": "hi", "author": author })).unwrap()
    });
    Trigger::Alias { used: used.collect(), caller, socket: false }
}

fn impulse(trigger: Trigger, key: &str) -> Input {
    let command = CommandId::new("test", "shell").unwrap();
    let attempt = Attempt { trigger, command, level: Level::Sudo, room: None, target: None };
    Input::Attempt(Box::new(Impulse {
        attempt,
        key: EventKey::new(key),
        place: private("eve"),
        name: "eve".into(),
        cause: Cause::Command(Arguments::default()),
    }))
}

#[test]
fn every_trigger_refuses_a_stranger() {
    for trigger in triggers() {
        let mut desk = Desk::new();
        let name = trigger.name();
        let log = desk.tell(impulse(trigger, "k"));
        assert!(desk.calls.is_empty(), "{name}: {log:?}");
        let audit = &desk.commits[0].1.audit;
        assert_eq!((audit.len(), audit[0].outcome.as_str()), (1, "deny"), "{name}");
        assert!(audit[0].because.starts_with(name), "{name}: {}", audit[0].because);
    }
}

#[test]
fn every_trigger_runs_for_a_sudoer() {
    let ann = || speaker("ann");
    for trigger in [
        Trigger::Typed(ann()),
        Trigger::Webhook { runs_as: user("ann") },
        alias(&["ann", "ann"], ann()),
    ] {
        let mut desk = Desk::new();
        // A command that may not be repeated is written down before it begins.
        assert_eq!(desk.tell(impulse(trigger, "k")), ["commit test.shell started"]);
        assert_eq!(desk.commit(), ["run test.shell for u:irc:ann"]);
    }
}

#[test]
fn a_refusal_is_told_once_it_is_written() {
    let mut desk = Desk::new();
    assert_log!(desk.says("eve", room("#a"), "!shell"), @r#"
    [
        "commit test.shell done, output handed, audit u:irc:eve deny test.shell",
    ]
    "#);
    assert_log!(desk.commit(), @r#"
    [
        "deliver to r:irc:#a: You may not run shell here (nothing allows a command of level `sudo`). Ask why shell for the reasons.",
    ]
    "#);
}

#[test]
fn a_refusal_names_what_means_that_command_alone() {
    let mut desk = Desk::new();
    let named = |full: &str| Command::new(full.parse().unwrap(), "For tests.");
    let commands = ["tea.list", "cake.list", "cake.bake", "bread.knead"].map(named);
    let commands = Arc::new(CommandTree::build(commands, []).unwrap());
    desk.tell(Input::Catalogue(Arc::new(Catalogue { commands, ..catalogue() })));
    for (said, name) in [
        ("tea list", "tea list"),
        ("cake.list", "cake list"),
        // As it is told beside `cake list`.
        ("bake", "cake bake"),
        ("bread knead", "knead"),
    ] {
        desk.says("eve", private("eve"), said);
        let refused = format!("deliver to eve in private on irc: You may not run {name} here");
        let log = desk.commit_all();
        assert!(log[0].starts_with(&refused), "{said}: {log:?}");
        assert!(log[0].ends_with(&format!("Ask why {name} for the reasons.")), "{said}: {log:?}");
    }
}

#[test]
fn what_is_no_command_is_refused_without_a_name_to_ask_by() {
    let mut desk = Desk::new();
    desk.rules("b * *");
    desk.says("eve", private("eve"), "dance");
    assert_log!(desk.commit_all(), @r#"
    [
        "deliver to eve in private on irc: You may not run that here (rule `b * *` (policy.bw_list)).",
    ]
    "#);
}

#[test]
fn watchers_and_handlers_refuse_in_silence() {
    let mut desk = Desk::new();
    assert_log!(desk.says("eve", room("#a"), "rust++"), @r#"
    [
        "commit test.karma done, audit u:irc:eve deny test.karma",
    ]
    "#);
    assert!(desk.commit_all().is_empty());
    let join = EventKind::Membership(Membership {
        who: speaker("eve"),
        name: "eve".into(),
        room: room("#a").room().cloned(),
        change: Change::Join,
    });
    assert_log!(desk.event(Timing::Live, join), @r#"
    [
        "commit test.greet done, audit u:irc:eve deny test.greet",
    ]
    "#);
    assert!(desk.commit_all().is_empty());
    desk.says("ann", room("#a"), "rust++");
    assert_eq!(desk.commit_all(), ["run test.karma for u:irc:ann"]);
}

#[test]
fn an_action_is_decided_under_its_own_name_where_it_acts() {
    let mut desk = Desk::new();
    desk.rules("b r:irc:#secret action.send");
    let say = |name| Output::say(room(name), "psst".into());
    let run = |desk: &mut Desk, name| {
        desk.says("ann", room("#a"), "!shell");
        desk.commit_all();
        let outputs = vec![say(name)];
        let done = desk.ends(Ok(Effects { outputs, ..Effects::default() }));
        [done, desk.commit_all()].concat()
    };
    assert_log!(run(&mut desk, "#open"), @r#"
    [
        "commit test.shell done, output handed",
        "deliver to r:irc:#open: psst",
    ]
    "#);
    assert_log!(run(&mut desk, "#secret"), @r#"
    [
        "commit test.shell done, output handed, audit u:irc:ann deny action.send",
        "deliver to r:irc:#a: I may not action.send in r:irc:#secret for you (rule `b r:irc:#secret action.send` (policy.bw_list)). Nothing was done.",
    ]
    "#);
}

#[test]
fn who_keeps_a_room_in_order_is_asked_for_each_act_by_its_name_and_in_that_room() {
    let (who, reason) = (|| "eve".into(), || Some("why".to_owned()));
    let target = || MessageId::new("m1");
    let file = File::new("a.txt", "text/plain", *b"a").expect("a file");
    let acts = [
        (Action::Kick { who: who(), reason: reason() }, "action.kick"),
        (Action::File { file, caption: "c".into() }, "action.file"),
        (Action::Topic { text: "t".into() }, "action.topic"),
        (Action::Ban { who: who(), reason: reason() }, "action.ban"),
        (Action::Unban { who: who() }, "action.unban"),
        (Action::Promote { who: who(), power: Power::Op }, "action.promote"),
        (Action::Demote { who: who(), power: Power::Voice }, "action.demote"),
        (Action::Redact { target: target(), reason: reason() }, "action.redact"),
        (Action::Invite { who: who(), reason: reason() }, "action.invite"),
        (Action::Pin { target: target() }, "action.pin"),
        (Action::Unpin { target: target() }, "action.unpin"),
        (Action::Verify { who: user("eve"), tell: room("#a") }, "action.verify"),
        (
            Action::Judge { question: QuestionId::new("k7f2"), verdict: Verdict::Same },
            "action.judge",
        ),
    ];
    for (action, name) in acts {
        assert!(Action::COMMANDS.contains(&action.command()), "{name}");
        let mut desk = Desk::new();
        desk.rules(&format!("b r:irc:#secret {name}"));
        // What was asked in one room acts on another, and even where it was asked it is no answer.
        for (asked, acts_in, permitted) in
            [("#a", "#open", true), ("#a", "#secret", false), ("#secret", "#secret", false)]
        {
            desk.says("ann", room(asked), "!shell");
            desk.commit_all();
            let output = Output { action: action.clone(), ..Output::say(room(acts_in), "".into()) };
            let outputs = vec![output];
            let mut log = desk.ends(Ok(Effects { outputs, ..Effects::default() }));
            log.extend(desk.commit_all());
            let log = log.join("\n");
            assert_eq!(log.contains(&format!("deny {name}")), !permitted, "{log}");
            assert_eq!(log.contains(&format!("deliver to r:irc:{acts_in}: {action:?}")), permitted);
        }
    }
}

#[test]
fn what_waits_across_a_change_of_policy_is_decided_again() {
    let mut desk = Desk::new();
    desk.says("ann", room("#a"), "!ping");
    desk.says("ann", room("#a"), "!ping");
    desk.rules("b u:irc:ann ping");
    let log = desk.answers("pong");
    assert!(log.iter().any(|line| line.contains("audit u:irc:ann deny test.ping")), "{log:?}");
    assert!(desk.calls.is_empty());
}

#[test]
fn what_began_has_ended_however_often_its_speaker_was_refused() {
    let mut desk = Desk::new();
    desk.says("ann", room("#a"), "!shell");
    desk.commit_all();
    // Ten times within the minute; beyond that he is told no more.
    desk.rules("b u:irc:ann ping");
    for _ in 0..10 {
        desk.says("ann", room("#a"), "!ping");
    }
    desk.rules("b u:irc:ann *");
    let act = Effects {
        outputs: vec![Output::say(room("#b"), Content::text("hello"))],
        ..Effects::default()
    };
    desk.ends(Ok(act));
    let mut log = desk.commit_all();
    desk.rules("");
    desk.says("ann", room("#a"), "!shell");
    desk.rules("b u:irc:ann *");
    let refused = desk.commit();
    log.extend(refused.clone());
    assert_eq!(refused, ["commit test.shell done"], "{log:?}");
}

#[test]
fn an_answer_stays_when_its_speaker_may_no_longer_ask() {
    let mut desk = Desk::new();
    desk.says("ann", room("#a"), "!ping");
    desk.rules("b u:irc:ann ping");
    assert_log!(desk.answers("pong"), @r#"
    [
        "commit test.ping done, output handed",
        "report undelivered: refused when it was to leave: rule `b u:irc:ann ping` (policy.bw_list)",
        "commit moved to dead (refused when it was to leave: rule `b u:irc:ann ping` (policy.bw_list))",
    ]
    "#);
}
