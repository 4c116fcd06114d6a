//! What we say that we can do, and what we learn of our server.

use super::{Chat, check_chat};
use crate::session::services::Upload;

const INFO: &str = "xmlns='http://jabber.org/protocol/disco#info'";
const ITEMS: &str = "xmlns='http://jabber.org/protocol/disco#items'";

fn with_manners() -> Chat {
    Chat { manners: true, ..Chat::new("") }
}

#[test]
fn our_presence_names_what_we_can_do_and_our_server_is_asked_what_it_can() {
    let log = "
        online
        >> <presence>CAPS</presence>
        >> <presence to='MUC/bot'>CAPS<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>
        >> <iq id='q1' to='bot@example.org' type='get'><query INFO/></iq>
        >> <iq id='q2' to='example.org' type='get'><query INFO/></iq>
        >> <iq id='q3' to='example.org' type='get'><query ITEMS/></iq>
        -- we are bot
        -- online
        << <iq type='result' id='q3' from='example.org'><query ITEMS><item jid='example.org'/><item jid='a@example.org'/><item jid='example.org' node='x'/><item jid='Muc.example.org'/><item/></query></iq>
        >> <iq id='q4' to='muc.example.org' type='get'><query INFO/></iq>
        << <iq type='get' id='1' from='ann@example.org/1'><query INFO node='urn:nuncio#VER'/></iq>
        >> <iq id='1' to='ann@example.org/1' type='result'><query INFO node='urn:nuncio#VER'>OURS</query></iq>
        << <iq type='get' id='2' from='ann@example.org/1'><query INFO node='urn:other#VER'/></iq>
        >> <iq id='2' to='ann@example.org/1' type='error'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
        ";
    let chat = with_manners();
    let caps = xmpp_parsers::minidom::Element::from(chat.session.caps().expect("caps"));
    let ours = xmpp_parsers::minidom::Element::from(chat.session.describe(None).expect("ours"));
    let ours: String = ours.children().map(String::from).collect();
    let ours = ours.replace(&format!(" {INFO}"), "");
    let ver = caps.attr("ver").expect("a hash").to_owned();
    let log = log.replace("CAPS", &String::from(&caps)).replace("OURS", &ours).replace("VER", &ver);
    check_chat(chat, &log.replace("INFO", INFO).replace("ITEMS", ITEMS));
}

#[test]
fn what_our_server_has_is_known_once_it_answers() {
    let mut chat = with_manners();
    chat.play("online");
    let answers = |chat: &mut Chat, id: &str, from: &str, said: &str| {
        let query = format!("<query {INFO}>{said}</query>");
        chat.play(&format!("<< <iq type='result' id='{id}' {from}>{query}</iq>"));
    };
    assert_eq!(chat.session.services.upload(), None);
    // Without a sender, or with our own address: it is our account's.
    answers(&mut chat, "q1", "", "<feature var='urn:xmpp:mam:2'/>");
    assert!(chat.session.services.account().has("urn:xmpp:mam:2"));
    let items = "<item jid='up.example.org'/><item jid='muc.example.org'/>";
    let items = format!("<query {ITEMS}>{items}</query>");
    chat.play(&format!("<< <iq type='result' id='q3' from='example.org'>{items}</iq>"));
    let upload = "<identity category='store' type='file'/><feature var='urn:xmpp:http:upload:0'/>\
        <x xmlns='jabber:x:data' type='result'>\
        <field var='FORM_TYPE'><value>urn:xmpp:http:upload:0</value></field>\
        <field var='max-file-size'><value>1024</value></field></x>";
    answers(&mut chat, "q4", "from='eve@example.org/1'", upload);
    assert_eq!(chat.session.services.upload(), None);
    answers(&mut chat, "q4", "from='up.example.org'", upload);
    let service = "up.example.org".parse().expect("a domain");
    let wanted = Upload { service: &service, max_bytes: Some(1024) };
    assert_eq!(chat.session.services.upload(), Some(wanted));
    assert_eq!(chat.session.services.conference(), None);
    let rooms = "<identity category='conference' type='text'/>";
    answers(&mut chat, "q5", "from='muc.example.org'", rooms);
    let conference = chat.session.services.conference().map(ToString::to_string);
    assert_eq!(conference.as_deref(), Some("muc.example.org"));
    // A new stream may be another server's.
    chat.play("online");
    assert_eq!(chat.session.services.conference(), None);
}
