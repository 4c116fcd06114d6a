//! The archive of a room.
#![expect(clippy::format_push_string, reason = "a log is written line by line")]

use super::{IN, check, given};

#[test]
fn what_came_after_the_cursor_is_late_and_comes_before_what_is_said_now() {
    let log = "
        live{MUC/annie 9 now}
        has{MUC q4}
        ?? MUC q5 after 6
        gives{MUC q5 7 MUC/annie !first}
        -- late: annie? says in r:xmpp:a@muc.example.org: !first [a@muc.example.org/7] up to 7
        live{MUC/annie 10 now too}
        goes on{MUC q5 7}
        ?? MUC q6 after 7
        gives{MUC q6 8 MUC/gone !second}
        -- late: gone? says in r:xmpp:a@muc.example.org: !second [a@muc.example.org/8] up to 8
        gives{MUC q6 9 MUC/annie now}
        ends{MUC q6 9}
        -- heard r:xmpp:a@muc.example.org, 2 late
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: now [a@muc.example.org/9] up to 9
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: now too [a@muc.example.org/10] up to 10
        live{MUC/annie 11 after that}
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: after that [a@muc.example.org/11] up to 11
        << <message type='groupchat' from='MUC/annie'><body>not archived</body></message>
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: not archived
    ";
    check(&[("MUC", "6")], &(IN.to_owned() + log));
}

#[test]
fn where_we_never_were_nothing_is_late() {
    let log = "
        live{MUC/annie 3 before it is known}
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: before it is known
        has{MUC q4}
        ?? MUC q5 newest
        live{MUC/annie 4 meanwhile}
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: meanwhile [a@muc.example.org/4]
        gives{MUC q5 3 MUC/annie before it is known}
        ends{MUC q5 3}
        -- heard r:xmpp:a@muc.example.org, 0 late up to 3
        live{MUC/annie 5 now}
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: now [a@muc.example.org/5] up to 5
    ";
    check(&[], &(IN.to_owned() + log));
}

#[test]
fn where_nothing_was_said_yet_time_is_the_cursor() {
    let log = "
        has{MUC q4}
        ?? MUC q5 newest
        ends{MUC q5}
        -- heard r:xmpp:a@muc.example.org, 0 late up to -
        cut gone
        -- offline: gone
    ";
    check(&[], &(IN.to_owned() + log));
    let log = "
        has{MUC q4}
        ?? MUC q5 since 2026-11-22T07:59:00Z
        gives{MUC q5 1 MUC/annie !first}
        -- late: annie? says in r:xmpp:a@muc.example.org: !first [a@muc.example.org/1] up to 1
        goes on{MUC q5 1}
        ?? MUC q6 since 2026-11-22T07:59:00Z after 1
        ends{MUC q6}
        -- heard r:xmpp:a@muc.example.org, 1 late
    ";
    check(&[("MUC", "-")], &(IN.to_owned() + log));
}

#[test]
fn what_the_archive_has_forgotten_is_asked_for_by_time() {
    let log = "
        has{MUC q4}
        ?? MUC q5 after 6
        << <iq type='error' from='MUC' id='q5'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
        ?? MUC q6 since 2026-11-22T07:59:00Z
        gives{MUC q6 9 MUC/annie !ping}
        -- late: annie? says in r:xmpp:a@muc.example.org: !ping [a@muc.example.org/9] up to 9
        ends{MUC q6 9}
        -- heard r:xmpp:a@muc.example.org, 1 late
    ";
    check(&[("MUC", "6")], &(IN.to_owned() + log));
}

#[test]
fn what_lies_beyond_so_many_pages_is_left_out_and_said_to_be() {
    let mut log = IN.to_owned() + "has{MUC q4}\n?? MUC q5 after 0\n";
    for page in 1..20 {
        let (question, next) = (page + 4, page + 5);
        log += &format!("goes on{{MUC q{question} {page}}}\n?? MUC q{next} after {page}\n");
    }
    log += "
        goes on{MUC q24 20}
        ?? MUC q25 newest
        gives{MUC q25 4711 MUC/annie !skipped}
        ends{MUC q25 4711}
        -- heard r:xmpp:a@muc.example.org, 0 late and no more up to 4711
    ";
    check(&[("MUC", "0")], &log);
}

#[test]
fn a_room_without_an_archive_can_lose_what_is_said() {
    let log = "
        live{MUC/annie 1 held}
        << <iq type='result' from='MUC' id='q4'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>
        -- no archive of r:xmpp:a@muc.example.org: its server keeps none (XEP-0313)
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: held
        live{MUC/annie 2 named by annie herself}
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: named by annie herself
    ";
    check(&[("MUC", "6")], &(IN.to_owned() + log));
    let log = "
        << <iq type='result' from='MUC' id='q4'><query xmlns='http://jabber.org/protocol/disco#info'><feature var='urn:xmpp:mam:2'/></query></iq>
        -- no archive of r:xmpp:a@muc.example.org: its server does not vouch for its names (XEP-0359)
        live{MUC/annie 2 named by annie herself}
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: named by annie herself
    ";
    check(&[("MUC", "6")], &(IN.to_owned() + log));
}

#[test]
fn an_archive_that_fails_half_way_is_asked_again_next_time() {
    let log = "
        has{MUC q4}
        ?? MUC q5 after 6
        gives{MUC q5 7 MUC/annie !ping}
        -- late: annie? says in r:xmpp:a@muc.example.org: !ping [a@muc.example.org/7] up to 7
        live{MUC/annie 9 now}
        << <iq type='error' from='MUC' id='q5'><error type='wait'><internal-server-error xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
        -- no archive of r:xmpp:a@muc.example.org: it was refused
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: now [a@muc.example.org/9]
        live{MUC/annie 10 more}
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: more [a@muc.example.org/10]
    ";
    check(&[("MUC", "6")], &(IN.to_owned() + log));
}

#[test]
fn nobody_waits_for_an_archive_for_ever() {
    let log = "
        live{MUC/annie 9 now}
        ++ 60
        -- no archive of r:xmpp:a@muc.example.org: it does not answer
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: now
        -- no archive of our account: it does not answer
    ";
    check(&[("bot@example.org", "-"), ("MUC", "-")], &(IN.to_owned() + log));
}

#[test]
fn what_we_said_ourselves_is_never_late() {
    let log = "
        has{MUC q4}
        ?? MUC q5 after 6
        gives{MUC q5 7 MUC/bot !ping}
        -- late: we, bot? says in r:xmpp:a@muc.example.org: !ping [a@muc.example.org/7] up to 7
        << <message from='MUC'><result xmlns='urn:xmpp:mam:2' queryid='q5' id='8'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-11-22T09:00:00Z'/><message xmlns='jabber:client' type='groupchat' from='MUC/bot_' id='xmpp/a@muc.example.org/5#0'><body>!ping</body></message></forwarded></result></message>
        -- late: we, bot_? says in r:xmpp:a@muc.example.org: !ping [a@muc.example.org/8] up to 8
        ends{MUC q5 8}
        -- heard r:xmpp:a@muc.example.org, 2 late
    ";
    check(&[("MUC", "6")], &(IN.to_owned() + log));
}

#[test]
fn a_late_correction_is_no_command() {
    let log = "
        has{MUC q4}
        ?? MUC q5 after 6
        << <message from='MUC'><result xmlns='urn:xmpp:mam:2' queryid='q5' id='7'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-11-22T09:00:00Z'/><message xmlns='jabber:client' type='groupchat' from='MUC/annie'><body>!ping</body><replace xmlns='urn:xmpp:message-correct:0' id='1'/></message></forwarded></result></message>
        -- late: unknown: a correction of what he is not known to have said [a@muc.example.org/7] up to 7
    ";
    check(&[("MUC", "6")], &(IN.to_owned() + log));
}

#[test]
fn what_waits_when_we_are_thrown_out_was_said_while_we_were_in() {
    let log = "
        has{MUC q4}
        ?? MUC q5 after 6
        live{MUC/annie 9 now}
        << <presence type='unavailable' from='MUC/bot'>X{none none 110 307}</presence>
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: now [a@muc.example.org/9]
        -- we are not in r:xmpp:a@muc.example.org: we were kicked
    ";
    check(&[("MUC", "6")], &(IN.to_owned() + log));
}

#[test]
fn what_changes_something_in_the_archive_is_whose_the_room_says() {
    let ours = "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='o1'/>";
    let named_in = |id: &str| {
        let presence = "<< <presence from='MUC/bot'>X{none participant 110}";
        IN.replace(presence, &format!("{presence}{id}"))
    };
    let said = |at: &str, nick: &str, who: &str, what: &str| {
        let who = format!("<occupant-id xmlns='urn:xmpp:occupant-id:0' id='{who}'/>");
        let message = format!(
            "<message xmlns='jabber:client' type='groupchat' from='MUC/{nick}' id='m{at}'>{what}{who}</message>"
        );
        format!("<< {}", given("MUC", "q5", at, &message))
    };
    let corrects = "<body>other</body><replace xmlns='urn:xmpp:message-correct:0' id='m7'/>";
    let [first, his, anothers] = [
        said("7", "annie", "o2", "<body>one</body>"),
        said("8", "anne", "o2", corrects),
        said("9", "annie", "o3", corrects),
    ];
    let log = |edit: &str, unknown: &str| {
        format!(
            "has{{MUC q4}}
            ?? MUC q5 after 6
            {first}
            -- late: annie? says in r:xmpp:a@muc.example.org: one [a@muc.example.org/7] up to 7
            {his}
            {edit}
            {anothers}
            {unknown}
            ends{{MUC q5 9}}
            -- heard r:xmpp:a@muc.example.org, 3 late
            "
        )
    };
    let unknown = |at| {
        format!(
            "-- late: unknown: a correction of what he is not known to have said [a@muc.example.org/{at}] up to {at}"
        )
    };
    let edit = "-- late: anne? corrects 7 in r:xmpp:a@muc.example.org: other [a@muc.example.org/8] up to 8";
    check(&[("MUC", "6")], &(named_in(ours) + &log(edit, &unknown(9))));
    check(&[("MUC", "6")], &(named_in("") + &log(&unknown(8), &unknown(9))));
}
