//! Answers that a process which was killed may have given already.

use super::{IN, check, given, ours};

const CURSORS: [(&str, &str); 2] = [("MUC", "6"), ("bot@example.org", "6")];

const HI: &str = ">> <message id='k1' to='MUC' type='groupchat'><body>hi</body><origin-id xmlns='urn:xmpp:sid:0' id='k1'/></message>";

/// We are in the room, whose archive is being heard: somebody asked for something late, and the
/// answer is on its way.
fn asked(rest: &str) -> String {
    format!(
        "{IN}
        has{{MUC q4}}
        ?? MUC q5 after 6
        gives{{MUC q5 7 MUC/annie !hi}}
        -- late: annie? says in r:xmpp:a@muc.example.org: !hi [a@muc.example.org/7] up to 7
        do say MUC hi
        {rest}"
    )
}

#[test]
fn an_answer_that_is_there_is_not_said_again() {
    let found = given("MUC", "q5", "8", &ours("MUC/bot", "k1"));
    let log = asked(&format!(
        "<< {found}
        -- late: we, bot? says in r:xmpp:a@muc.example.org: hi [a@muc.example.org/8] up to 8
        ends{{MUC q5 8}}
        -- heard r:xmpp:a@muc.example.org, 2 late
        -- delivery 1: confirmed as 8 (k1)
        "
    ));
    check(&CURSORS, &log);
}

#[test]
fn an_answer_that_comes_when_all_is_heard_is_known_all_the_same() {
    let found = given("MUC", "q5", "8", &ours("MUC/bot", "k1"));
    let log = format!(
        "{IN}
        has{{MUC q4}}
        ?? MUC q5 after 6
        gives{{MUC q5 7 MUC/annie !hi}}
        -- late: annie? says in r:xmpp:a@muc.example.org: !hi [a@muc.example.org/7] up to 7
        << {found}
        -- late: we, bot? says in r:xmpp:a@muc.example.org: hi [a@muc.example.org/8] up to 8
        ends{{MUC q5 8}}
        -- heard r:xmpp:a@muc.example.org, 2 late
        do say MUC hi
        -- delivery 1: confirmed as 8 (k1)
        do say MUC hi
        {}
        ",
        HI.replace("k1", "k2")
    );
    check(&CURSORS, &log);
}

#[test]
fn an_answer_of_which_a_part_is_there_is_not_said_again() {
    let found = given("MUC", "q5", "8", &ours("MUC/bot", "k1"));
    let log = format!(
        "{IN}
        has{{MUC q4}}
        ?? MUC q5 after 6
        << {found}
        -- late: we, bot? says in r:xmpp:a@muc.example.org: hi [a@muc.example.org/8] up to 8
        ends{{MUC q5 8}}
        -- heard r:xmpp:a@muc.example.org, 1 late
        do say MUC {}
        -- delivery 1: in doubt: the bot was killed while it said this, and a part of it is there
        ",
        "hi ".repeat(8_000)
    );
    check(&CURSORS, &log);
}

#[test]
fn an_answer_that_is_not_there_is_said_when_all_is_heard() {
    let forged = given("MUC", "q5", "8", &ours("MUC/eve", "k1"));
    let log = asked(&format!(
        "<< {forged}
        -- late: eve? says in r:xmpp:a@muc.example.org: hi [a@muc.example.org/8] up to 8
        ends{{MUC q5 8}}
        {HI}
        -- heard r:xmpp:a@muc.example.org, 2 late
        do say MUC hi
        {}
        ",
        HI.replace("k1", "k2")
    ));
    check(&CURSORS, &log);
}

#[test]
fn what_goes_elsewhere_does_not_wait() {
    let elsewhere = HI.replace("to='MUC' type='groupchat'", "to='ann@example.org' type='chat'");
    let log =
        asked("ends{MUC q5 7}\n")
            + HI
            + "
        -- heard r:xmpp:a@muc.example.org, 1 late
        has{bot@example.org q1}
        ?? bot@example.org q6 after 6
        do say MUC hi
        " + &HI.replace("k1", "k2")
            + "
        do say ann@example.org hi
        ends{bot@example.org q6}
        " + &elsewhere.replace("k1", "k3")
            + "
        -- heard our account, 0 late
        ";
    check(&CURSORS, &log);
}

#[test]
fn an_archive_that_does_not_answer_keeps_nothing_waiting_for_ever() {
    let log = asked(&format!(
        "++ 60
        {HI}
        -- no archive of r:xmpp:a@muc.example.org: it does not answer
        "
    ));
    check(&CURSORS, &log);
}

#[test]
fn what_waits_when_the_stream_ends_was_not_tried() {
    let log = asked(
        "cut gone
        -- delivery 1: not tried: the connection ended before it was sent
        -- offline: gone
        ",
    );
    check(&CURSORS, &log);
}
