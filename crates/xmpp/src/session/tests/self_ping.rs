//! Rooms that have forgotten us (XEP-0410).
//!
//! With two minutes for a connection, a room is asked after 16 to 20 minutes of silence, and after
//! 8 to 10 where its service answers by itself.

use super::check;

const ERROR: &str =
    "<error type='cancel'><CONDITION xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";

/// `ASK n` is our question, `YES n` and `NO n condition` are its answers.
#[track_caller]
fn check_ghost(log: &str) {
    let line = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        match *words {
            ["ASK", n] => format!(
                ">> <iq id='q{n}' to='MUC/bot' type='get'><ping xmlns='urn:xmpp:ping'/></iq>"
            ),
            ["YES", n] => format!("<< <iq id='q{n}' from='MUC/bot' type='result'/>"),
            ["NO", n, condition] => {
                let error = ERROR.replace("CONDITION", condition);
                format!("<< <iq id='q{n}' from='MUC/bot' type='error'>{error}</iq>")
            }
            ["JOIN"] => ">> <presence to='MUC/bot'><x xmlns='http://jabber.org/protocol/muc'>\
                         <history maxstanzas='0'/></x></presence>"
                .to_owned(),
            _ => line.to_owned(),
        }
    };
    let log: Vec<String> = log.lines().map(line).collect();
    check("", &log.join("\n"));
}

#[test]
fn a_silent_room_is_asked_whether_it_knows_us() {
    check_ghost(
        "
        ++ 959
        ++ 241
        ASK 2
        YES 2
        ++ 959
        ++ 241
        ASK 3
        ",
    );
}

#[test]
fn what_is_said_there_is_a_sign_of_life_and_what_is_said_elsewhere_is_none() {
    check_ghost(
        "
        ++ 900
        << <message type='groupchat' from='MUC/eve'><body>hi</body></message>
        -- eve? says in r:xmpp:a@muc.example.org: hi
        ++ 900
        << <presence from='MUC/annie'>X{none participant ann@example.org/1}</presence>
        ++ 900
        << <message type='error' from='MUC'><error type='wait'/></message>
        << <message from='MUC'><body>hi</body></message>
        << <iq type='result' id='x' from='MUC'/>
        << <presence type='error' from='MUC/bot'><error type='wait'/></presence>
        ++ 300
        ASK 2
        ",
    );
}

#[test]
fn a_service_that_answers_by_itself_is_asked_more_often() {
    check_ghost(
        "
        << <iq id='q1' from='MUC' type='result'><query xmlns='http://jabber.org/protocol/disco#info'><feature var='http://jabber.org/protocol/muc#self-ping-optimization'/></query></iq>
        ++ 479
        ++ 121
        ASK 2
        ",
    );
}

#[test]
fn a_room_that_does_not_know_us_is_joined_again() {
    for (condition, why) in [
        ("not-acceptable", "the room lost us"),
        ("item-not-found", "the room does not know us by our name"),
        ("forbidden", "the room lost us"),
    ] {
        check_ghost(&format!(
            "
            ++ 1200
            ASK 2
            NO 2 {condition}
            -- we are not in r:xmpp:a@muc.example.org: {why}
            ++ 1
            JOIN
            << <presence from='MUC/bot'>X{{none participant 110}}</presence>
            >> <iq id='q3' to='MUC' type='get'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>
            -- we are bot in r:xmpp:a@muc.example.org
            -- we are in r:xmpp:a@muc.example.org
            "
        ));
    }
}

#[test]
fn a_room_that_forgets_us_again_and_again_is_joined_later_and_later() {
    let mut chat = super::Chat::new("");
    chat.enter();
    let refusal = ERROR.replace("CONDITION", "not-acceptable");
    let mut joins = 0;
    for _ in 0..3600 {
        chat.play("do say MUC hi");
        let id = chat.tickets;
        chat.play(&format!("<< <message type='error' from='MUC' id='k{id}'>{refusal}</message>"));
        chat.play("++ 1");
        if chat.log.drain(..).any(|line| line.contains("history maxstanzas")) {
            joins += 1;
            chat.play("<< <presence from='MUC/bot'>X{none participant 110}</presence>");
        }
    }
    assert!((5..20).contains(&joins), "{joins} joins in an hour");
}

#[test]
fn whoever_knows_no_pings_is_there() {
    for condition in ["service-unavailable", "feature-not-implemented"] {
        check_ghost(&format!("++ 1200\nASK 2\nNO 2 {condition}\n++ 959\n++ 241\nASK 3"));
    }
}

#[test]
fn a_service_that_cannot_be_reached_says_nothing_of_us() {
    for condition in ["remote-server-not-found", "remote-server-timeout", "resource-constraint"] {
        check_ghost(&format!("++ 1200\nASK 2\nNO 2 {condition}\n++ 119\n++ 1\nASK 3"));
    }
    check_ghost("++ 1200\nASK 2\n++ 29\n++ 1\n++ 119\n++ 1\nASK 3");
}

#[test]
fn only_the_room_answers_for_itself() {
    check_ghost(
        "
        ++ 1200
        ASK 2
        << <iq id='q2' from='b@muc.example.org/bot' type='error'><error type='cancel'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
        << <iq id='q2' from='bot@example.org' type='error'><error type='cancel'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
        ",
    );
}

#[test]
fn an_answer_that_comes_too_late_is_none() {
    check_ghost(
        "
        ++ 1200
        ASK 2
        ++ 30
        NO 2 not-acceptable
        ",
    );
}

#[test]
fn after_a_stream_goes_on_rooms_are_asked_at_once() {
    check_ghost(
        "
        suspended
        -- offline: the connection was cut
        resumed
        ASK 2
        -- online
        YES 2
        ",
    );
}

#[test]
fn rooms_are_asked_one_at_a_time_and_no_more_than_one_a_second() {
    let mut chat =
        super::Chat::new("rooms = [\"a@muc.example.org\", \"b@muc.example.org\", \"c@other.org\"]");
    chat.enter();
    for room in ["b@muc.example.org", "c@other.org"] {
        chat.play(&format!("<< <presence from='{room}/bot'>X{{none participant 110}}</presence>"));
    }
    chat.play("suspended");
    chat.play("resumed");
    let mut asked = Vec::new();
    for _ in 0..200 {
        chat.play("++ 1");
        let log = std::mem::take(&mut chat.log);
        let questions = log.iter().filter(|line| line.contains("urn:xmpp:ping"));
        let questions: Vec<String> = questions.cloned().collect();
        assert!(questions.len() <= 1, "{questions:?}");
        asked.extend(questions);
    }
    // The first of a service that does not answer holds up no room of it for longer than itself.
    let to = |room: &str| asked.iter().filter(|line| line.contains(room)).count();
    assert_eq!((to("MUC/bot"), to("c@other.org/bot")), (2, 2), "{asked:#?}");
}
