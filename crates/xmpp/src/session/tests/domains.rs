//! Whether somebody of another domain is a person.

use super::check;

const ASK: &str = "<query xmlns='http://jabber.org/protocol/disco#info'/>";

/// What a domain answers to our question.
fn is(id: &str, domain: &str, said: &str) -> String {
    format!(
        "<iq type='result' id='{id}' from='{domain}'>\
         <query xmlns='http://jabber.org/protocol/disco#info'>{said}</query></iq>"
    )
}

#[track_caller]
fn check_domain(said: &str, log: &str) {
    let answer = is("q2", "other.net", said);
    check("", &log.replace("ANSWER", &answer).replace("ASK", ASK));
}

#[test]
fn the_first_words_from_another_server_wait_until_it_says_that_it_is_one() {
    check_domain(
        "<identity category='server' type='im'/>",
        "
        << <message type='chat' from='Bob@Other.net/phone' id='1'><body>hi</body></message>
        >> <iq id='q2' to='other.net' type='get'>ASK</iq>
        << <message type='chat' from='eve@other.net/1'><body>hi</body></message>
        << ANSWER
        -- bob=u:xmpp:bob@other.net says in bob@other.net in private on xmpp: hi
        -- eve=u:xmpp:eve@other.net says in eve@other.net in private on xmpp: hi
        << <message type='chat' from='bob@other.net/phone' id='1'><body>again</body></message>
        -- bob=u:xmpp:bob@other.net says in bob@other.net in private on xmpp: again
        ",
    );
}

#[test]
fn nobody_of_a_service_that_has_rooms_is_a_person() {
    check_domain(
        "<identity category='conference' type='text'/><identity category='server' type='im'/>",
        "
        << <message type='chat' from='room@other.net/ann'><body>!restart</body></message>
        >> <iq id='q2' to='other.net' type='get'>ASK</iq>
        << ANSWER
        << <message type='chat' from='room@other.net/ann'><body>!restart</body></message>
        << <message from='room@other.net'><x xmlns='jabber:x:conference' jid='c@other.net'/></message>
        ",
    );
}

#[test]
fn who_comes_from_where_nobody_says_what_it_is_is_not_verified() {
    for said in [
        "",
        "<feature var='urn:xmpp:ping'/>",
        "<identity category='server' type='im'/><feature var='http://jabber.org/protocol/muc'/>",
    ] {
        check_domain(
            said,
            "
            << <message type='chat' from='bob@other.net/1'><body>hi</body></message>
            >> <iq id='q2' to='other.net' type='get'>ASK</iq>
            << ANSWER
            -- bob? says in bob@other.net in private on xmpp: hi
            << <message type='chat' from='bob@other.net/1'><body>not asked again so soon</body></message>
            -- bob? says in bob@other.net in private on xmpp: not asked again so soon
            ",
        );
    }
}

#[test]
fn a_domain_that_is_silent_is_waited_for_no_longer_than_a_moment() {
    check_domain(
        "<identity category='server' type='im'/>",
        "
        << <message type='chat' from='bob@other.net/1'><body>hi</body></message>
        >> <iq id='q2' to='other.net' type='get'>ASK</iq>
        ++ 2
        ++ 1
        -- bob? says in bob@other.net in private on xmpp: hi
        << ANSWER
        << <message type='chat' from='bob@other.net/1'><body>too late</body></message>
        -- bob? says in bob@other.net in private on xmpp: too late
        ++ 301
        << <message type='chat' from='bob@other.net/1'><body>later</body></message>
        >> <iq id='q3' to='other.net' type='get'>ASK</iq>
        cut gone
        -- bob? says in bob@other.net in private on xmpp: later
        -- offline: gone
        ",
    );
}

#[test]
fn only_the_domain_itself_says_what_it_is() {
    check_domain(
        "<identity category='conference' type='text'/>",
        "
        << <message type='chat' from='room@other.net/ann'><body>!restart</body></message>
        >> <iq id='q2' to='other.net' type='get'>ASK</iq>
        << <iq type='result' id='q2' from='room@other.net/ann'><query xmlns='http://jabber.org/protocol/disco#info'><identity category='server' type='im'/></query></iq>
        << ANSWER
        ",
    );
}

#[test]
fn an_error_is_no_answer() {
    check_domain(
        "",
        "
        << <message type='chat' from='bob@other.net/1'><body>hi</body></message>
        >> <iq id='q2' to='other.net' type='get'>ASK</iq>
        << <iq type='error' id='q2' from='other.net'><error type='cancel'><remote-server-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
        -- bob? says in bob@other.net in private on xmpp: hi
        ",
    );
}

#[test]
fn whoever_speaks_for_many_domains_makes_us_ask_few() {
    let says = |domain: usize| {
        format!("<< <message type='chat' from='x@d{domain}.test/1'><body>{domain}</body></message>")
    };
    let follows = |domain: usize| match domain {
        0..32 => format!(">> <iq id='q{}' to='d{domain}.test' type='get'>{ASK}</iq>", domain + 2),
        _ => format!("-- x? says in x@d{domain}.test in private on xmpp: {domain}"),
    };
    let lines: Vec<_> = (0..40).flat_map(|domain| [says(domain), follows(domain)]).collect();
    check("", &lines.join("\n"));
}
