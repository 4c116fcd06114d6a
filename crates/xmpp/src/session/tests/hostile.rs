//! Whatever comes, in whatever order.

use proptest::{prelude::*, sample::select};

use super::{Chat, stanza};
use crate::session::{Input, MAX_QUEUED};

/// Who it is from: us, our account, people, rooms, occupants, services, nobody.
const SENDERS: &[&str] = &[
    "",
    "from='MUC'",
    "from='MUC/bot'",
    "from='MUC/annie'",
    "from='MUC/eve'",
    "from='b@muc.evil.test'",
    "from='b@muc.evil.test/bot'",
    "from='b@muc.evil.test/ann'",
    "from='bot@example.org'",
    "from='bot@example.org/1'",
    "from='example.org'",
    "from='eve@evil.test/1'",
];

const STANZAS: &[(&str, &[&str])] = &[
    ("message", &["", "type='chat'", "type='groupchat'", "type='error'", "type='headline'"]),
    ("presence", &["", "type='unavailable'", "type='error'", "type='subscribe'", "type='probe'"]),
    ("iq", &["type='get'", "type='set'", "type='result'"]),
];

const PAYLOADS: &[&str] = &[
    "X{none participant 110}",
    "X{owner moderator ann@example.org/1}",
    "X{none none eve 303}",
    "X{none none 307 110}",
    "X{outcast none 301}",
    "X{none none 332}",
    "X{none none 99999 173 104}",
    "<x xmlns='http://jabber.org/protocol/muc#user'/>",
    "<x xmlns='http://jabber.org/protocol/muc#user'><destroy/><item/><item/></x>",
    "<x xmlns='http://jabber.org/protocol/muc#user'><invite from='ann@example.org'/></x>",
    "<x xmlns='jabber:x:conference' jid='a@b'/>",
    "<error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
    "<error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
    "<error/>",
    "<body>!restart</body>",
    "<body/>",
    "<subject/>",
    "<delay xmlns='urn:xmpp:delay' from='MUC' stamp='never'/>",
    "<origin-id xmlns='urn:xmpp:sid:0' id='k1'/>",
    "<stanza-id xmlns='urn:xmpp:sid:0' by='MUC' id=''/>",
    "<replace xmlns='urn:xmpp:message-correct:0' id=''/>",
    "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='1'/>",
    "<received xmlns='urn:xmpp:carbons:2'/>",
    "<query xmlns='http://jabber.org/protocol/disco#info'/>",
];

/// A stanza of these parts.
fn any_stanza() -> impl Strategy<Value = String> {
    let parts =
        (select(STANZAS), 0_usize..5, select(SENDERS), select(&["k1", "q1", "q2", "x"][..]));
    (parts, prop::collection::vec(select(PAYLOADS), 0..4)).prop_map(|(parts, payloads)| {
        let ((name, kinds), kind, sender, id) = parts;
        let kind = kinds[kind % kinds.len()];
        // A question has one payload.
        let count = if name == "iq" { 1 } else { payloads.len() };
        let mut payloads: Vec<&str> = payloads.into_iter().take(count).collect();
        if name == "iq" && payloads.first().is_none_or(|payload| payload.starts_with("<error")) {
            payloads = vec!["<ping xmlns='urn:xmpp:ping'/>"];
        }
        // Each of these may be there once.
        payloads.dedup();
        payloads.sort_unstable();
        payloads.dedup();
        format!("<{name} {kind} {sender} id='{id}'>{}</{name}>", payloads.concat())
    })
}

proptest! {
    /// Nothing panics, every delivery gets at most one receipt, and an answer costs at most a few
    /// stanzas. Nobody is verified in a room of a foreign service.
    #[test]
    fn nothing_that_comes_breaks_anything(stanzas in prop::collection::vec(any_stanza(), 1..40)) {
        let mut chat = Chat::new("rooms = [\"a@muc.example.org\", \"b@muc.evil.test\"]");
        chat.enter();
        chat.play("<< <presence from='b@muc.evil.test/bot'>X{none participant 110}</presence>");
        chat.play("do say MUC hi");
        for xml in &stanzas {
            chat.session.step(Input::Stanza(stanza(xml)), chat.now);
            prop_assert!(chat.session.out.len() < MAX_QUEUED);
            chat.step(Input::Tick);
        }
        chat.play("++ 100");
        chat.play("cut gone");
        let log = chat.log.join("\n");
        prop_assert_eq!(log.matches("-- delivery 1: ").count(), 1, "{}", log);
        let foreign = chat.log.iter().filter(|line| line.starts_with("-- "));
        let mut foreign = foreign.filter(|line| line.contains("b@muc.evil.test"));
        prop_assert!(!foreign.any(|line| line.contains("=u:xmpp:")), "{}", log);
    }
}
