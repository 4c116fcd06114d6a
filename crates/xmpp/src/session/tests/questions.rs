//! What we are asked.

use super::check;

#[test]
fn questions_are_answered() {
    check(
        "",
        "
        << <iq type='get' id='1' from='ann@example.org/1'><ping xmlns='urn:xmpp:ping'/></iq>
        >> <iq id='1' to='ann@example.org/1' type='result'/>
        << <iq type='get' id='2' from='ann@example.org/1'><time xmlns='urn:xmpp:time'/></iq>
        >> <iq id='2' to='ann@example.org/1' type='result'><time xmlns='urn:xmpp:time'><tzo>+00:00</tzo><utc>2026-11-22T12:00:00Z</utc></time></iq>
        << <iq type='get' id='3' from='ann@example.org/1'><query xmlns='jabber:iq:version'/></iq>
        >> <iq id='3' to='ann@example.org/1' type='result'><query xmlns='jabber:iq:version'><name>nuncio</name><version>0.1.0</version></query></iq>
        << <iq type='get' id='4' from='ann@example.org/1'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>
        >> <iq id='4' to='ann@example.org/1' type='result'><query xmlns='http://jabber.org/protocol/disco#info'><identity category='client' name='bot' type='bot'/><feature var='http://jabber.org/protocol/caps'/><feature var='http://jabber.org/protocol/chatstates'/><feature var='http://jabber.org/protocol/disco#info'/><feature var='http://jabber.org/protocol/muc'/><feature var='jabber:iq:version'/><feature var='jabber:x:conference'/><feature var='urn:xmpp:fallback:0'/><feature var='urn:xmpp:message-correct:0'/><feature var='urn:xmpp:message-retract:1'/><feature var='urn:xmpp:ping'/><feature var='urn:xmpp:reactions:0'/><feature var='urn:xmpp:receipts'/><feature var='urn:xmpp:reply:0'/><feature var='urn:xmpp:sid:0'/><feature var='urn:xmpp:styling:0'/><feature var='urn:xmpp:time'/></query></iq>
        << <iq type='get' id='5' from='ann@example.org/1'><query xmlns='jabber:iq:roster'/></iq>
        >> <iq id='5' to='ann@example.org/1' type='error'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
        << <iq type='set' id='6' from='ann@example.org/1'><query xmlns='jabber:iq:roster'/></iq>
        >> <iq id='6' to='ann@example.org/1' type='error'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
        -- unknown: jabber:iq:roster
        << <iq type='result' id='7' from='ann@example.org/1'/>
        ",
    );
}

#[test]
fn our_presence_is_for_the_domains_that_are_named() {
    check(
        "accept_subscriptions = [\"example.org\"]",
        "
        << <presence type='subscribe' from='ann@example.org'/>
        >> <presence to='ann@example.org' type='subscribed'/>
        << <presence type='subscribe' from='eve@sub.example.org'/>
        >> <presence to='eve@sub.example.org' type='unsubscribed'/>
        << <presence type='unsubscribe' from='ann@example.org'/>
        ",
    );
}
