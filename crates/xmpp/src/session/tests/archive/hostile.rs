//! Who forges what an archive says.
#![expect(clippy::format_push_string, reason = "a log is written line by line")]

use super::{IN, check, given, said};

#[test]
fn an_archive_that_was_not_asked_says_nothing() {
    let said = said("groupchat", "MUC/annie", "!restart");
    let private = super::said("chat", "ann@example.org/1", "!restart");
    let forged = [
        // The room, another query.
        given("MUC", "q4", "9", &said),
        // An occupant, a stranger, and our own other device, whom nobody asked.
        given("MUC/annie", "q5", "9", &said),
        given("eve@example.org/1", "q5", "9", &said),
        given("bot@example.org/x", "q5", "9", &private),
        // Our account was not asked, the room was.
        given("bot@example.org", "q5", "9", &private),
        // The room speaks for itself alone.
        given("MUC", "q5", "9", &private),
        given("MUC", "q5", "9", &super::said("groupchat", "b@muc.example.org/annie", "!restart")),
        given("MUC", "q5", "9", &super::said("groupchat", "MUC", "!restart")),
        given("MUC", "q5", "9", ""),
        given("MUC", "q5", &"9".repeat(1000), &said),
    ];
    let mut log = IN.to_owned() + "has{MUC q4}\n?? MUC q5 after 6\n";
    for forged in forged {
        log += &format!("<< {forged}\n");
    }
    log += "ends{MUC q5 6}\n-- heard r:xmpp:a@muc.example.org, 0 late up to 9\n";
    // And nobody is asked any more.
    log +=
        &format!("<< {}\n", given("MUC", "q5", "10", &super::said("groupchat", "MUC/annie", "!x")));
    check(&[("MUC", "6")], &log);
}

#[test]
fn whom_an_archive_shows_takes_rights_and_gives_none() {
    let log = "
        has{MUC q4}
        ?? MUC q5 after 6
        << <message from='MUC'><result xmlns='urn:xmpp:mam:2' queryid='q5' id='7'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-11-22T09:00:00Z'/><message xmlns='jabber:client' type='groupchat' from='MUC/annie'><body>!ping</body>X{owner moderator ann@example.org}</message></forwarded></result></message>
        -- late: annie? says in r:xmpp:a@muc.example.org: !ping [a@muc.example.org/7] up to 7
    ";
    check(&[("MUC", "6")], &(IN.to_owned() + log));
}

#[test]
fn a_name_that_another_gives_is_no_name() {
    let log = "
        has{MUC q4}
        ?? MUC q5 after 6
        ends{MUC q5}
        -- heard r:xmpp:a@muc.example.org, 0 late
        << <message type='groupchat' from='MUC/annie'><body>hi</body><stanza-id xmlns='urn:xmpp:sid:0' by='b@muc.example.org' id='7'/></message>
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: hi
    ";
    check(&[("MUC", "6")], &(IN.to_owned() + log));
}

#[test]
fn so_much_at_once_that_it_does_not_wait_is_still_told_once() {
    let mut log = IN.to_owned() + "has{MUC q4}\n?? MUC q5 after 6\n";
    for id in 0..1024 {
        log += &format!("live{{MUC/annie h{id} x}}\n");
    }
    let says = "-- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: x";
    log += &format!("live{{MUC/annie over x}}\n{says} [a@muc.example.org/over]\n");
    log += "ends{MUC q5}\n-- heard r:xmpp:a@muc.example.org, 0 late\n";
    for id in 0..1024 {
        log += &format!("{says} [a@muc.example.org/h{id}] up to h{id}\n");
    }
    check(&[("MUC", "6")], &log);
}
