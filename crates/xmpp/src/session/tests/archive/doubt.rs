//! What was open when a stream was lost, and what an archive knows of it.

use super::{IN, check, given, ours};

/// A stream on which both archives are heard, and another after it was cut; `before` is done on the
/// first. The room is asked as `q10` then, our account was as `q7`.
fn cut(before: &str) -> String {
    let heard = "
        has{bot@example.org q1}
        ?? bot@example.org q5 after 6
        ends{bot@example.org q5}
        -- heard our account, 0 late
        has{MUC q4}
        ?? MUC q6 after 6
        ends{MUC q6}
        -- heard r:xmpp:a@muc.example.org, 0 late
    ";
    let again = IN.replace("'q4'", "'q10'");
    format!("{IN}{heard}{before}\ncut gone\n-- offline: gone\n{again}")
}

const SAID: &str = "do say MUC hi
    >> <message id='k1' to='MUC' type='groupchat'><body>hi</body><origin-id xmlns='urn:xmpp:sid:0' id='k1'/></message>";

#[test]
fn what_a_room_has_arrived() {
    let found = given("MUC", "q11", "7", &ours("MUC/bot", "k1"));
    let log = format!(
        "
        has{{MUC q10}}
        ?? MUC q11 after 6
        << {found}
        -- delivery 1: confirmed as 7 (k1)
        -- late: we, bot? says in r:xmpp:a@muc.example.org: hi [a@muc.example.org/7] up to 7
        ends{{MUC q11 7}}
        -- heard r:xmpp:a@muc.example.org, 1 late
        "
    );
    check(&[("MUC", "6"), ("bot@example.org", "6")], &(cut(SAID) + &log));
}

#[test]
fn what_a_room_does_not_have_stays_in_doubt_whoever_takes_its_name() {
    let forged = given("MUC", "q11", "7", &ours("MUC/eve", "k1"));
    let log = format!(
        "
        has{{MUC q10}}
        ?? MUC q11 after 6
        << {forged}
        -- late: eve? says in r:xmpp:a@muc.example.org: hi [a@muc.example.org/7] up to 7
        ends{{MUC q11 7}}
        -- delivery 1: in doubt: the connection was cut, and the archive does not have it
        -- heard r:xmpp:a@muc.example.org, 1 late
        "
    );
    check(&[("MUC", "6"), ("bot@example.org", "6")], &(cut(SAID) + &log));
}

#[test]
fn our_own_archive_is_asked_from_where_it_ended_when_it_was_sent() {
    let before = "
        do say ann@example.org hi
        >> <message id='k1' to='ann@example.org' type='chat'><body>hi</body><origin-id xmlns='urn:xmpp:sid:0' id='k1'/></message>
        live{ann@example.org/1 8 meanwhile}
        -- ann=u:xmpp:ann@example.org says in ann@example.org in private on xmpp: meanwhile [bot@example.org/8] up to 6
    ";
    let found = given("bot@example.org", "q11", "7", &ours("bot@example.org/x", "k1"));
    let log = format!(
        "
        has{{bot@example.org q7}}
        ?? bot@example.org q11 after 6
        << {found}
        gives{{bot@example.org q11 8 ann@example.org/1 meanwhile}}
        ends{{bot@example.org q11 8}}
        -- delivery 1: confirmed as k1
        -- heard our account, 0 late up to 6
        "
    );
    check(&[("MUC", "6"), ("bot@example.org", "6")], &(cut(before) + &log));
}

#[test]
fn nobody_waits_for_ever_for_what_is_in_doubt() {
    let log = "
        ++ 60
        -- no archive of r:xmpp:a@muc.example.org: it does not answer
        -- delivery 1: in doubt: the connection was cut, and there is no archive to ask whether it arrived
        -- no archive of our account: it does not answer
    ";
    check(&[("MUC", "6"), ("bot@example.org", "6")], &(cut(SAID) + log));
}
