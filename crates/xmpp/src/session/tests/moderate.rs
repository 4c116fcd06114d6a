//! Keeping a room in order, and asking people in.

use nuncio_core::{action::Action, event::MessageId};

use super::check;

const ADMIN: &str = "http://jabber.org/protocol/muc#admin";
const REFUSED: &str = "urn:ietf:params:xml:ns:xmpp-stanzas";

/// `ban WHO why`, `unban WHO`, `promote WHO POWER`, `demote WHO POWER`, `redact ID why`,
/// `invite WHO [why]`.
pub(super) fn action(verb: &str, rest: &str) -> Action {
    let (who, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let reason = (!rest.is_empty()).then(|| rest.to_owned());
    let power = || rest.parse().expect("a power");
    match verb {
        "ban" => Action::Ban { who: who.into(), reason },
        "unban" => Action::Unban { who: who.into() },
        "promote" => Action::Promote { who: who.into(), power: power() },
        "demote" => Action::Demote { who: who.into(), power: power() },
        "redact" => Action::Redact { target: MessageId::new(who), reason },
        "invite" => Action::Invite { who: who.into(), reason },
        other => panic!("not a delivery: {other}"),
    }
}

/// `SET qN item` and `GET qN item` are questions about a list, and `DONE qN item` its answer;
/// `REFUSED qN why` is another.
#[track_caller]
fn check_admin(log: &str) {
    let write = |line: &str| {
        let line = line.trim();
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (id, what) = rest.split_once(' ').unwrap_or((rest, ""));
        let query = |item: &str| format!("<query xmlns='{ADMIN}'>{item}</query>");
        match verb {
            "SET" => format!(">> <iq id='{id}' to='MUC' type='set'>{}</iq>", query(what)),
            "GET" => format!(">> <iq id='{id}' to='MUC' type='get'>{}</iq>", query(what)),
            "DONE" => format!("<< <iq id='{id}' from='MUC' type='result'>{}</iq>", query(what)),
            "REFUSED" => format!(
                "<< <iq id='{id}' from='MUC' type='error'><error type='cancel'>\
                 <{what} xmlns='{REFUSED}'/></error></iq>"
            ),
            _ => line.to_owned(),
        }
    };
    check("", &log.lines().map(write).collect::<Vec<_>>().join("\n"));
}

#[test]
fn somebody_is_banned_by_his_address_and_let_in_again_if_he_was() {
    check_admin(
        "
        do ban MUC annie spam
        SET q2 <item affiliation='outcast' jid='ann@example.org'><reason>spam</reason></item>
        DONE q2
        -- delivery 1: confirmed
        do ban MUC eve@evil.test/phone spam
        SET q3 <item affiliation='outcast' jid='eve@evil.test'><reason>spam</reason></item>
        REFUSED q3 not-allowed
        -- delivery 2: failed: we may not do that there
        << <presence from='MUC/bob'>X{none participant}</presence>
        -- bob? joins r:xmpp:a@muc.example.org
        do ban MUC bob
        SET q4 <item affiliation='outcast' nick='bob'/>
        DONE q4
        -- delivery 3: confirmed
        do ban MUC nobody
        -- delivery 4: failed: there is no `nobody` in the room; by address, somebody is `name@server`
        do unban MUC ann@example.org
        GET q5 <item affiliation='outcast'/>
        DONE q5 <item affiliation='outcast' jid='eve@evil.test'/><item affiliation='outcast' jid='ann@example.org'/>
        SET q6 <item affiliation='none' jid='ann@example.org'/>
        DONE q6
        -- delivery 5: confirmed
        do unban MUC ann@example.org
        GET q7 <item affiliation='outcast'/>
        DONE q7
        -- delivery 6: confirmed
        do unban MUC ann@example.org
        GET q8 <item affiliation='outcast'/>
        REFUSED q8 forbidden
        -- delivery 7: failed: we may not do that there
        do unban MUC ann
        -- delivery 8: failed: `ann` is no address: somebody is `name@server`
        ",
    );
}

#[test]
fn power_is_given_to_whoever_has_less() {
    check_admin(
        "
        << <presence from='MUC/annie'>X{none visitor ann@example.org/1}</presence>
        do promote MUC annie voice
        SET q2 <item nick='annie' role='participant'/>
        DONE q2
        -- delivery 1: confirmed
        do promote MUC ann@example.org op
        SET q3 <item nick='annie' role='moderator'/>
        DONE q3
        -- delivery 2: confirmed
        << <presence from='MUC/annie'>X{none moderator ann@example.org/1}</presence>
        do promote MUC annie voice
        -- delivery 3: confirmed
        do promote MUC annie owner
        SET q4 <item affiliation='owner' jid='ann@example.org'/>
        REFUSED q4 forbidden
        -- delivery 4: failed: we may not do that there
        do promote MUC annie halfop
        -- delivery 5: unsupported: failed: this network has no halfop
        do promote MUC bob op
        -- delivery 6: failed: `bob` is not in the room
        do promote MUC bob@other.net admin
        GET q5 <item affiliation='owner'/>
        DONE q5 <item affiliation='owner' jid='carl@other.net'/>
        SET q6 <item affiliation='admin' jid='bob@other.net'/>
        DONE q6
        -- delivery 7: confirmed
        do promote MUC carl@other.net admin
        GET q7 <item affiliation='owner'/>
        DONE q7 <item affiliation='owner' jid='carl@other.net'/>
        -- delivery 8: confirmed
        ",
    );
}

#[test]
fn a_nick_that_looks_like_an_address_gains_nothing_by_it() {
    check_admin(
        "
        << <presence from='MUC/carl@other.net'>X{none participant eve@evil.test/1}</presence>
        -- carl@other.net=u:xmpp:eve@evil.test joins r:xmpp:a@muc.example.org
        do promote MUC carl@other.net op
        -- delivery 1: failed: `carl@other.net` is not in the room
        do promote MUC carl@other.net owner
        SET q2 <item affiliation='owner' jid='carl@other.net'/>
        DONE q2
        -- delivery 2: confirmed
        do kick MUC carl@other.net impostor
        SET q3 <item nick='carl@other.net' role='none'><reason>impostor</reason></item>
        DONE q3
        -- delivery 3: confirmed
        ",
    );
}

#[test]
fn power_is_taken_from_whoever_has_that_and_no_more() {
    check_admin(
        "
        << <presence from='MUC/annie'>X{admin moderator ann@example.org/1}</presence>
        do demote MUC annie op
        -- delivery 1: failed: `annie` is `admin` there, which is more: take that
        do demote MUC annie admin
        SET q2 <item affiliation='member' jid='ann@example.org'/>
        DONE q2
        -- delivery 2: confirmed
        << <presence from='MUC/annie'>X{member moderator ann@example.org/1}</presence>
        do demote MUC annie op
        SET q3 <item nick='annie' role='participant'/>
        DONE q3
        -- delivery 3: confirmed
        << <presence from='MUC/annie'>X{member participant ann@example.org/1}</presence>
        do demote MUC annie op
        -- delivery 4: confirmed
        do demote MUC annie voice
        SET q4 <item nick='annie' role='visitor'/>
        REFUSED q4 conflict
        -- delivery 5: failed: nobody would be left to own the room
        do demote MUC bob@other.net owner
        GET q5 <item affiliation='owner'/>
        DONE q5 <item affiliation='owner' jid='ann@example.org'/>
        -- delivery 6: confirmed
        ",
    );
}

#[test]
fn what_somebody_said_is_taken_back_where_the_room_can() {
    let room = |feature: &str| {
        format!(
            "<< <iq type='result' id='q1' from='MUC'>\
             <query xmlns='http://jabber.org/protocol/disco#info'><feature var='{feature}'/></query></iq>"
        )
    };
    check(
        "",
        "
        do redact MUC m1 spam
        -- delivery 1: unsupported: failed: this room cannot take back what others said (XEP-0425)
        ",
    );
    check(
        "",
        &format!(
            "{}
            do redact MUC m1 spam
            >> <iq id='q2' to='MUC' type='set'><moderate xmlns='urn:xmpp:message-moderate:1' id='m1'><retract xmlns='urn:xmpp:message-retract:1'/><reason>spam</reason></moderate></iq>
            << <iq type='result' id='q2' from='MUC'/>
            -- delivery 1: confirmed
            ",
            room("urn:xmpp:message-moderate:1")
        ),
    );
    check(
        "",
        &format!(
            "{}
            do redact MUC m1
            >> <iq id='q2' to='MUC' type='set'><apply-to xmlns='urn:xmpp:fasten:0' id='m1'><moderate xmlns='urn:xmpp:message-moderate:0'><retract xmlns='urn:xmpp:message-retract:0'/></moderate></apply-to></iq>
            << <iq type='error' id='q2' from='MUC'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
            -- delivery 1: failed: nobody and nothing there is called so
            ",
            room("urn:xmpp:message-moderate:0")
        ),
    );
}

#[test]
fn people_are_asked_past_a_room_or_through_it_where_it_is_for_members() {
    check(
        "rooms = [{ jid = \"a@muc.example.org\", password = \"x\" }]",
        "
        do invite MUC bob@other.net come in
        >> <message id='k1' to='bob@other.net'><x xmlns='jabber:x:conference' jid='MUC' password='x' reason='come in'/></message>
        acked k1
        -- delivery 1: confirmed as k1
        << <iq type='result' id='q1' from='MUC'><query xmlns='http://jabber.org/protocol/disco#info'><feature var='muc_membersonly'/></query></iq>
        do invite MUC bob@other.net come in
        >> <message id='k2' to='MUC'><x xmlns='http://jabber.org/protocol/muc#user'><invite to='bob@other.net'><reason>come in</reason></invite></x></message>
        << <message type='error' from='MUC' id='k2'><error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>
        -- delivery 2: failed: we may not do that there
        do invite MUC bob
        -- delivery 3: failed: `bob` is no address: somebody is `name@server`
        ",
    );
}

#[test]
fn a_reason_has_its_bound() {
    let (fits, long) = ("y".repeat(1024), "y".repeat(1025));
    check(
        "",
        &format!(
            "
            do ban MUC annie {long}
            -- delivery 1: failed: the reason is too long: at most 1024 bytes
            do leave MUC {long}
            -- delivery 2: failed: the reason is too long: at most 1024 bytes
            do leave MUC {fits}
            >> <presence to='MUC/bot' type='unavailable'><status>{fits}</status></presence>
            "
        ),
    );
}
