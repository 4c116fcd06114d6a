//! Files, from the question for a place to the link.

use super::{Chat, check_chat};

const SLOT: &str = "<slot xmlns='urn:xmpp:http:upload:0'>\
    <put url='https://up.example.org/p'><header name='Authorization'>x</header></put>\
    <get url='https://up.example.org/g'/></slot>";
const REQUEST: &str = "<request xmlns='urn:xmpp:http:upload:0' content-type='text/plain' \
    filename='a.txt' size='3'/>";
const LINK: &str = "<body>https://up.example.org/g</body>\
    <origin-id xmlns='urn:xmpp:sid:0' id='k1'/>\
    <x xmlns='jabber:x:oob'><url>https://up.example.org/g</url></x>\
    <unstyled xmlns='urn:xmpp:styling:0'/>";

/// What a server says that takes files of up to 5 bytes.
const TAKES: &str = "<feature var='urn:xmpp:http:upload:0'/><x xmlns='jabber:x:data'>\
    <field var='FORM_TYPE'><value>urn:xmpp:http:upload:0</value></field>\
    <field var='max-file-size'><value>5</value></field></x>";

/// In the room, on a server that has said this of itself.
fn on_server(says: &str) -> Chat {
    let mut chat = Chat::new("");
    chat.enter();
    chat.questions.clear();
    for (id, from, what, says) in [
        ("q1", "bot@example.org", "info", ""),
        ("q2", "example.org", "info", says),
        ("q3", "example.org", "items", ""),
    ] {
        let query =
            format!("<query xmlns='http://jabber.org/protocol/disco#{what}'>{says}</query>");
        chat.play(&format!("<< <iq type='result' id='{id}' from='{from}'>{query}</iq>"));
    }
    chat.log.clear();
    chat
}

#[track_caller]
fn check(mut chat: Chat, log: &str) {
    let log = log.replace("SLOT", SLOT).replace("REQUEST", REQUEST).replace("LINK", LINK);
    let expected: Vec<&str> = log.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    for line in &expected {
        if !line.starts_with(">>") && !line.starts_with("--") {
            chat.play(line);
        }
    }
    assert_eq!(chat.log, expected);
}

#[test]
fn a_file_is_put_then_its_link_is_said_and_nothing_overtakes_it() {
    check(
        on_server(TAKES),
        "
        do file MUC 3 a *dot*
        >> <iq id='q1' to='example.org' type='get'>REQUEST</iq>
        do say MUC later
        do say ann@example.org/1 meanwhile
        >> <message id='k3' to='ann@example.org' type='chat'><body>meanwhile</body><origin-id xmlns='urn:xmpp:sid:0' id='k3'/></message>
        << <iq type='result' id='q1' from='example.org'>SLOT</iq>
        -- put File(\"a.txt\", text/plain, 3 bytes) of 1 at https://up.example.org/p with [(\"Authorization\", Secret(…))]
        put 1
        >> <message id='k1' to='MUC' type='groupchat'>LINK</message>
        >> <message id='k1/1' to='MUC' type='groupchat'><body>a _dot_</body><origin-id xmlns='urn:xmpp:sid:0' id='k1/1'/></message>
        >> <message id='k2' to='MUC' type='groupchat'><body>later</body><origin-id xmlns='urn:xmpp:sid:0' id='k2'/></message>
        put 1
        ",
    );
}

#[test]
fn what_cannot_be_put_says_why_and_what_waited_goes_on() {
    check(
        on_server(TAKES),
        "
        do file MUC 6
        -- delivery 1: failed: the server takes files up to 5 bytes, and this has 6
        do file MUC 3
        >> <iq id='q1' to='example.org' type='get'>REQUEST</iq>
        do say MUC later
        << <iq type='error' id='q1' from='example.org'><error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>at most 2</text></error></iq>
        >> <message id='k3' to='MUC' type='groupchat'><body>later</body><origin-id xmlns='urn:xmpp:sid:0' id='k3'/></message>
        -- delivery 2: failed: the server does not take a file of this size (at most 2)
        ",
    );
}

#[test]
fn a_file_is_settled_once_whatever_becomes_of_the_stream() {
    check(
        on_server(TAKES),
        "
        do file MUC 3
        >> <iq id='q1' to='example.org' type='get'>REQUEST</iq>
        do say MUC later
        ++ 29
        ++ 1
        >> <message id='k2' to='MUC' type='groupchat'><body>later</body><origin-id xmlns='urn:xmpp:sid:0' id='k2'/></message>
        -- delivery 1: failed for now: the server named no place for it in 30 s
        << <iq type='result' id='q1' from='example.org'>SLOT</iq>
        do file MUC 3
        >> <iq id='q2' to='example.org' type='get'>REQUEST</iq>
        << <iq type='result' id='q2' from='example.org'>SLOT</iq>
        -- put File(\"a.txt\", text/plain, 3 bytes) of 3 at https://up.example.org/p with [(\"Authorization\", Secret(…))]
        do say MUC behind
        cut gone
        -- delivery 3: not tried: gone
        -- delivery 4: not tried: gone
        -- delivery 2: in doubt: gone
        -- offline: gone
        put 3
        ",
    );
}

#[test]
fn a_file_whose_way_fails_is_not_said() {
    check(
        on_server(TAKES),
        "
        do file MUC 3
        >> <iq id='q1' to='example.org' type='get'>REQUEST</iq>
        << <iq type='result' id='q1' from='example.org'>SLOT</iq>
        -- put File(\"a.txt\", text/plain, 3 bytes) of 1 at https://up.example.org/p with [(\"Authorization\", Secret(…))]
        put 1 no way
        -- delivery 1: failed for now: no way
        do file MUC 3
        >> <iq id='q2' to='example.org' type='get'>REQUEST</iq>
        << <iq type='result' id='q2' from='example.org'><slot xmlns='urn:xmpp:http:upload:0'/></iq>
        -- delivery 2: failed: the server named no place for the file
        ",
    );
}

#[test]
fn a_file_waits_until_it_is_certain_that_no_service_takes_it() {
    let log = "
        do file MUC 3
        -- delivery 1: not tried: the server has not said yet whether it takes files
        ";
    check_chat(Chat::new(""), log);
    let log = "
        do file MUC 3
        -- delivery 1: unsupported: failed: this network has no files
        ";
    check(on_server(""), log);
}
