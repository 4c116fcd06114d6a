//! The archive of our own account, and what our server keeps without one.

use super::{IN, check};

#[test]
fn who_wrote_in_private_is_verified_as_if_he_did_now() {
    let log = "
        has{bot@example.org q1}
        ?? bot@example.org q5 after 6
        gives{bot@example.org q5 7 ann@example.org/1 !ping}
        gives{bot@example.org q5 8 bot@example.org/x answer}
        gives{bot@example.org q5 9 MUC/annie psst}
        ends{bot@example.org q5 9}
        -- late: ann=u:xmpp:ann@example.org says in ann@example.org in private on xmpp: !ping [bot@example.org/7] up to 6
        -- heard our account, 1 late up to 6
        live{ann@example.org/1 10 now}
        -- ann=u:xmpp:ann@example.org says in ann@example.org in private on xmpp: now [bot@example.org/10] up to 6
    ";
    check(&[("bot@example.org", "6")], &(IN.to_owned() + log));
}

#[test]
fn a_page_waits_until_the_domains_on_it_say_what_they_are() {
    let log = "
        has{bot@example.org q1}
        ?? bot@example.org q5 after 6
        gives{bot@example.org q5 7 bob@other.net/1 !ping}
        gives{bot@example.org q5 8 ann@example.org/1 !ping}
        ends{bot@example.org q5 8}
        >> <iq id='q6' to='other.net' type='get'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>
        << <iq type='result' from='other.net' id='q6'><query xmlns='http://jabber.org/protocol/disco#info'><identity category='server' type='im'/></query></iq>
        -- late: bob=u:xmpp:bob@other.net says in bob@other.net in private on xmpp: !ping [bot@example.org/7] up to 6
        -- late: ann=u:xmpp:ann@example.org says in ann@example.org in private on xmpp: !ping [bot@example.org/8] up to 6
        -- heard our account, 2 late
    ";
    check(&[("bot@example.org", "6")], &(IN.to_owned() + log));
}

#[test]
fn what_waits_for_its_domain_keeps_the_cursor_before_it() {
    let log = "
        has{bot@example.org q1}
        ?? bot@example.org q5 after 6
        ends{bot@example.org q5}
        -- heard our account, 0 late
        live{bob@other.net/1 7 who knows}
        >> <iq id='q6' to='other.net' type='get'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>
        live{ann@example.org/1 8 now}
        -- ann=u:xmpp:ann@example.org says in ann@example.org in private on xmpp: now [bot@example.org/8]
        ++ 3
        -- bob? says in bob@other.net in private on xmpp: who knows [bot@example.org/7] up to 6
    ";
    check(&[("bot@example.org", "6")], &(IN.to_owned() + log));
}

const CAUGHT_UP: &str = "
    has{bot@example.org q1}
    ?? bot@example.org q5 after 6
    gives{bot@example.org q5 8 ann@example.org/1 !ping}
    ends{bot@example.org q5 8}
    -- late: ann=u:xmpp:ann@example.org says in ann@example.org in private on xmpp: !ping [bot@example.org/8] up to 6
    -- heard our account, 1 late
";

#[test]
fn what_was_written_down_later_is_found_on_a_second_look() {
    let log = "
        live{ann@example.org/1 9 now}
        -- ann=u:xmpp:ann@example.org says in ann@example.org in private on xmpp: now [bot@example.org/9] up to 6
        ++ 10
        ?? bot@example.org q6 after 6
        live{ann@example.org/1 10 and now}
        gives{bot@example.org q6 7 bob@example.org/1 before}
        gives{bot@example.org q6 8 ann@example.org/1 !ping}
        gives{bot@example.org q6 9 ann@example.org/1 now}
        gives{bot@example.org q6 10 ann@example.org/1 and now}
        ends{bot@example.org q6 10}
        -- late: bob=u:xmpp:bob@example.org says in bob@example.org in private on xmpp: before [bot@example.org/7] up to 6
        -- heard our account, 1 late
        -- ann=u:xmpp:ann@example.org says in ann@example.org in private on xmpp: and now [bot@example.org/10] up to 6
        ++ 20
        -- heard our account, 0 late up to 10
        ++ 20
    ";
    check(&[("bot@example.org", "6")], &(IN.to_owned() + CAUGHT_UP + log));
}

#[test]
fn a_second_look_that_finds_nothing_is_not_told_of() {
    let log = "
        ++ 10
        ?? bot@example.org q6 after 6
        gives{bot@example.org q6 8 ann@example.org/1 !ping}
        gives{bot@example.org q6 9 bot@example.org/x answer}
        ends{bot@example.org q6 9}
        -- heard our account, 0 late up to 6
        ++ 20
        -- heard our account, 0 late up to 9
        ++ 20
        live{ann@example.org/1 10 now}
        -- ann=u:xmpp:ann@example.org says in ann@example.org in private on xmpp: now [bot@example.org/10] up to 9
    ";
    check(&[("bot@example.org", "6")], &(IN.to_owned() + CAUGHT_UP + log));
}

#[test]
fn the_cursor_stays_behind_what_somebody_may_still_be_written_down_before() {
    let log = "
        live{ann@example.org/1 9 one}
        -- ann=u:xmpp:ann@example.org says in ann@example.org in private on xmpp: one [bot@example.org/9] up to 6
        ++ 25
        ?? bot@example.org q6 after 6
        ends{bot@example.org q6}
        -- heard our account, 0 late up to 9
        live{ann@example.org/1 10 two}
        -- ann=u:xmpp:ann@example.org says in ann@example.org in private on xmpp: two [bot@example.org/10] up to 9
    ";
    check(&[("bot@example.org", "6")], &(IN.to_owned() + CAUGHT_UP + log));
}

const STORED: &str = "<message type='chat' from='ann@example.org/1'><body>!ping</body><delay xmlns='urn:xmpp:delay' from='example.org' stamp='2026-11-22T09:00:00Z'/>";

#[test]
fn what_the_server_kept_for_us_is_late_once() {
    let log = format!(
        "
        << {STORED}<stanza-id xmlns='urn:xmpp:sid:0' by='bot@example.org' id='7'/></message>
        << {STORED}</message>
        has{{bot@example.org q1}}
        ?? bot@example.org q5 after 6
        gives{{bot@example.org q5 7 ann@example.org/1 !ping}}
        ends{{bot@example.org q5 7}}
        -- late: ann=u:xmpp:ann@example.org says in ann@example.org in private on xmpp: !ping [bot@example.org/7] up to 6
        -- heard our account, 1 late
        -- late: ann=u:xmpp:ann@example.org says in ann@example.org in private on xmpp: !ping
    "
    );
    check(&[("bot@example.org", "6")], &(IN.to_owned() + &log));
}

#[test]
fn without_an_archive_what_the_server_kept_is_late_where_we_were_before() {
    let none = "<< <iq type='result' from='bot@example.org' id='q1'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>";
    let log = format!(
        "
        << {STORED}</message>
        -- history: ann=u:xmpp:ann@example.org says in ann@example.org in private on xmpp: !ping
        {none}
        -- no archive of our account: its server keeps none (XEP-0313) up to -
    "
    );
    check(&[], &(IN.to_owned() + &log));
    let log = format!(
        "
        << {STORED}</message>
        {none}
        -- no archive of our account: its server keeps none (XEP-0313)
        -- late: ann=u:xmpp:ann@example.org says in ann@example.org in private on xmpp: !ping
    "
    );
    check(&[("bot@example.org", "-")], &(IN.to_owned() + &log));
}
