//! What a process that was killed had handed over, and what an archive knows of it.

use super::{IN, check, given, ours};

const CURSORS: [(&str, &str); 2] = [("MUC", "6"), ("bot@example.org", "6")];

/// Where the cursor is, something else stands: it may have passed what is looked for.
#[test]
fn what_a_room_has_arrived_wherever_the_cursor_is() {
    let found = given("MUC", "q5", "4", &ours("MUC/bot", "k1"));
    let log = format!(
        "left 11:30 say MUC hi
        {IN}
        has{{MUC q4}}
        ?? MUC q5 since 2026-11-22T11:29:00Z
        gives{{MUC q5 3 MUC/annie before}}
        << {found}
        -- delivery 1: confirmed as 4 (k1)
        goes on{{MUC q5 4}}
        ?? MUC q6 after 6
        gives{{MUC q6 7 MUC/annie meanwhile}}
        -- late: annie? says in r:xmpp:a@muc.example.org: meanwhile [a@muc.example.org/7] up to 7
        ends{{MUC q6 7}}
        -- heard r:xmpp:a@muc.example.org, 1 late
        "
    );
    check(&CURSORS, &log);
}

#[test]
fn what_a_room_does_not_have_is_in_doubt_and_never_sent() {
    let forged = given("MUC", "q5", "4", &ours("MUC/eve", "k1"));
    let log = format!(
        "left 11:30 say MUC hi
        {IN}
        has{{MUC q4}}
        ?? MUC q5 since 2026-11-22T11:29:00Z
        << {forged}
        goes on{{MUC q5 4}}
        ?? MUC q6 since 2026-11-22T11:29:00Z after 4
        ends{{MUC q6}}
        ?? MUC q7 after 6
        ends{{MUC q7}}
        -- delivery 1: in doubt: the bot ended while it was being sent, and the archive does not have it
        -- heard r:xmpp:a@muc.example.org, 0 late
        "
    );
    check(&CURSORS, &log);
}

#[test]
fn it_is_found_where_we_are_new_too() {
    let found = given("MUC", "q5", "4", &ours("MUC/bot", "k1"));
    let log = format!(
        "left 11:30 say MUC hi
        {IN}
        has{{MUC q4}}
        ?? MUC q5 since 2026-11-22T11:29:00Z
        << {found}
        -- delivery 1: confirmed as 4 (k1)
        ends{{MUC q5 4}}
        ?? MUC q6 newest
        ends{{MUC q6 4}}
        -- heard r:xmpp:a@muc.example.org, 0 late up to -
        "
    );
    check(&[], &log);
}

#[test]
fn all_parts_of_it_are_to_be_there() {
    let long = "hi ".repeat(8_000);
    let [first, second] = [("4", "k1"), ("5", "k1/1")]
        .map(|(at, name)| given("MUC", "q5", at, &ours("MUC/bot", name)));
    let log = |found: &str, settled: [&str; 2]| {
        let [early, late] = settled;
        format!(
            "left 11:30 say MUC {long}
            {IN}
            has{{MUC q4}}
            ?? MUC q5 since 2026-11-22T11:29:00Z
            << {first}
            {found}
            {early}
            ends{{MUC q5 5}}
            ?? MUC q6 after 6
            ends{{MUC q6}}
            {late}
            -- heard r:xmpp:a@muc.example.org, 0 late
            "
        )
    };
    check(&CURSORS, &log(&format!("<< {second}"), ["-- delivery 1: confirmed as 4 (k1)", ""]));
    let why = "-- delivery 1: in doubt: the bot ended while it was being sent, and the archive does not have it";
    check(&CURSORS, &log("", ["", why]));
}

#[test]
fn what_was_said_to_one_peer_is_in_our_own_archive() {
    let found = given("bot@example.org", "q5", "5", &ours("bot@example.org/x", "k1"));
    let log = format!(
        "left 11:30 edit ann@example.org k0 hello
        {IN}
        has{{bot@example.org q1}}
        ?? bot@example.org q5 since 2026-11-22T11:29:00Z
        << {found}
        -- delivery 1: confirmed as k0
        ends{{bot@example.org q5 5}}
        ?? bot@example.org q6 after 6
        ends{{bot@example.org q6}}
        -- heard our account, 0 late
        "
    );
    check(&CURSORS, &log);
}

#[test]
fn what_no_archive_keeps_is_in_doubt_at_once() {
    let nowhere = "the bot ended while it was being sent, and no archive keeps such a thing";
    let log = format!(
        "left 11:30 kick MUC eve spam
        -- delivery 1: in doubt: {nowhere}
        left 11:30 say MUC/annie_(7.1) psst
        -- delivery 2: in doubt: {nowhere}
        "
    );
    check(&CURSORS, &log);
}

#[test]
fn it_waits_for_a_stream_and_then_not_for_ever() {
    let log = format!(
        "left 11:30 say b@muc.example.org hi
        ++ 3600
        {IN}
        has{{MUC q4}}
        ?? MUC q5 after 6
        ends{{MUC q5}}
        -- heard r:xmpp:a@muc.example.org, 0 late
        ++ 60
        -- no archive of our account: it does not answer
        ++ 240
        -- delivery 1: in doubt: the bot ended while it was being sent, and no archive could be asked whether it arrived
        "
    );
    check(&CURSORS, &log);
}

#[test]
fn a_room_that_says_who_speaks_is_believed_whatever_we_are_called() {
    let named = |nick: &str, id: &str| {
        let message = ours(&format!("MUC/{nick}"), "k1");
        let id = format!("<occupant-id xmlns='urn:xmpp:occupant-id:0' id='{id}'/></message>");
        given("MUC", "q5", "4", &message.replace("</message>", &id))
    };
    let named_in = IN.replace(
        "<< <presence from='MUC/bot'>X{none participant 110}</presence>",
        "<< <presence from='MUC/bot'>X{none participant 110}<occupant-id xmlns='urn:xmpp:occupant-id:0' id='o1'/></presence>",
    );
    let log = |given: &str, settled: [&str; 2]| {
        let [early, late] = settled;
        format!(
            "left 11:30 say MUC hi
            {named_in}
            has{{MUC q4}}
            ?? MUC q5 since 2026-11-22T11:29:00Z
            << {given}
            {early}
            ends{{MUC q5 4}}
            ?? MUC q6 after 6
            ends{{MUC q6}}
            {late}
            -- heard r:xmpp:a@muc.example.org, 0 late
            "
        )
    };
    check(&CURSORS, &log(&named("bot_", "o1"), ["-- delivery 1: confirmed as 4 (k1)", ""]));
    let why = "-- delivery 1: in doubt: the bot ended while it was being sent, and the archive does not have it";
    check(&CURSORS, &log(&named("bot", "o2"), ["", why]));
}
