//! Our picture and our vCard.

use super::{Chat, check, check_chat};
use crate::config::Avatar;

/// As small as a picture can be, and what it is called.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x20\0\0\0\x10";
const HASH: &str = "5b02eccc523f00e61eb86e81d4d6615474eef8f4";
const BASE64: &str = "iVBORw0KGgoAAAANSUhEUgAAACAAAAAQ";

const CARD: &str = "card = { name = \"The Herald\", description = \"Tells news.\" }";

/// A log of somebody with a picture.
#[track_caller]
fn check_picture(config: &str, log: &str) {
    let mut chat = Chat::new(config);
    chat.session.settings.avatar = Some(Avatar::new(PNG.to_vec()).expect("a picture"));
    check_chat(chat, &written(log));
}

/// A log with its short forms, which are capitals, written out.
fn written(log: &str) -> String {
    let pubsub = "<pubsub xmlns='http://jabber.org/protocol/pubsub'>";
    let form = "<publish-options><x xmlns='jabber:x:data' type='submit'>\
        <field type='hidden' var='FORM_TYPE'><value>\
        http://jabber.org/protocol/pubsub#publish-options</value></field>\
        <field var='pubsub#access_model'><value>open</value></field></x></publish-options>";
    let configure = "<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'>\
        <configure node='urn:xmpp:avatar:data'><x xmlns='jabber:x:data' type='submit'>\
        <field type='hidden' var='FORM_TYPE'><value>\
        http://jabber.org/protocol/pubsub#node_config</value></field>\
        <field var='pubsub#access_model'><value>open</value></field></x></configure></pubsub>";
    let metadata = "<metadata xmlns='urn:xmpp:avatar:metadata'><info bytes='24' height='16' \
        id='HASH' type='image/png' width='32'/></metadata>";
    let mut log = log.to_owned();
    for (short, long) in [
        ("LOOK", "PUBSUB<items max_items='1' node='urn:xmpp:avatar:metadata'/></pubsub>"),
        (
            "PICTURE",
            "<publish node='urn:xmpp:avatar:data'><item id='HASH'><data xmlns='urn:xmpp:avatar:data'>BASE64</data></item></publish>",
        ),
        ("TOLD", "<publish node='urn:xmpp:avatar:metadata'><item id='HASH'>INFO</item></publish>"),
        ("INFO", metadata),
        ("CONFIGURE", configure),
        ("OPEN", form),
        ("PUBSUB", pubsub),
        (">PHOTO<", "><PHOTO><TYPE>image/png</TYPE><BINVAL>BASE64</BINVAL></PHOTO><"),
        ("EMPTY", "<vCard xmlns='vcard-temp'/>"),
        ("VCARD", "<vCard xmlns='vcard-temp'>"),
        ("SHOWN", "<x xmlns='vcard-temp:x:update'><photo>HASH</photo></x>"),
        ("HIDDEN", "<x xmlns='vcard-temp:x:update'/>"),
        (
            "UNKNOWN",
            "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
        ),
        ("ACCOUNT", "bot@example.org"),
        ("JOIN", "<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x>"),
        ("BASE64", BASE64),
        ("HASH", HASH),
    ] {
        log = log.replace(short, long);
    }
    log
}

#[test]
fn a_picture_is_published_both_ways_and_then_shown() {
    check_picture(
        "",
        "
        online
        >> <presence>HIDDEN</presence>
        >> <presence to='MUC/bot'>HIDDENJOIN</presence>
        >> <iq id='q1' to='ACCOUNT' type='get'>LOOK</iq>
        -- we are bot
        -- online
        << <presence from='MUC/bot'>X{none participant 110}</presence>
        >> <iq id='q2' to='MUC' type='get'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>
        -- we are bot in r:xmpp:a@muc.example.org
        -- we are in r:xmpp:a@muc.example.org
        << <iq type='error' id='q1' from='ACCOUNT'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
        >> <iq id='q3' to='ACCOUNT' type='set'>PUBSUBPICTUREOPEN</pubsub></iq>
        << <iq type='result' id='q3' from='ACCOUNT'/>
        >> <iq id='q4' to='ACCOUNT' type='set'>PUBSUBTOLDOPEN</pubsub></iq>
        << <iq type='result' id='q4' from='ACCOUNT'/>
        >> <iq id='q5' to='ACCOUNT' type='get'>EMPTY</iq>
        << <iq type='result' id='q5' from='ACCOUNT'>VCARD<TITLE>bot</TITLE><PHOTO><BINVAL>AAAA</BINVAL></PHOTO></vCard></iq>
        >> <iq id='q6' to='ACCOUNT' type='set'>VCARD<TITLE>bot</TITLE>PHOTO</vCard></iq>
        << <iq type='result' id='q6' from='ACCOUNT'/>
        >> <presence>SHOWN</presence>
        >> <presence to='MUC/bot'>SHOWN</presence>
        ",
    );
}

#[test]
fn what_is_there_is_not_published_again() {
    check_picture(
        CARD,
        "
        online
        >> <presence>HIDDEN</presence>
        >> <presence to='MUC/bot'>HIDDENJOIN</presence>
        >> <iq id='q1' to='ACCOUNT' type='get'>LOOK</iq>
        -- we are bot
        -- online
        << <iq type='result' id='q1' from='ACCOUNT'>PUBSUB<items node='urn:xmpp:avatar:metadata'><item id='HASH'>INFO</item></items></pubsub></iq>
        >> <iq id='q2' to='ACCOUNT' type='get'>EMPTY</iq>
        << <iq type='result' id='q2' from='ACCOUNT'>VCARD<FN>The Herald</FN><NOTE>Tells news.</NOTE><NICKNAME>bot</NICKNAME><PHOTO><BINVAL> BASE64 </BINVAL></PHOTO></vCard></iq>
        >> <presence>SHOWN</presence>
        << <presence from='MUC/bot'>X{none participant 110}</presence>
        >> <presence to='MUC/bot'>SHOWN</presence>
        >> <iq id='q3' to='MUC' type='get'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>
        -- we are bot in r:xmpp:a@muc.example.org
        -- we are in r:xmpp:a@muc.example.org
        cut by force
        -- offline: by force
        online
        >> <presence>SHOWN</presence>
        >> <presence to='MUC/bot'>SHOWNJOIN</presence>
        >> <iq id='q4' to='ACCOUNT' type='get'>LOOK</iq>
        -- we are bot
        -- online
        ",
    );
}

#[test]
fn a_node_that_is_there_for_contacts_alone_is_opened() {
    check_picture(
        "rooms = []",
        "
        online
        >> <presence>HIDDEN</presence>
        >> <iq id='q1' to='ACCOUNT' type='get'>LOOK</iq>
        -- we are bot
        -- online
        << <iq type='result' id='q1' from='ACCOUNT'>PUBSUB<items node='urn:xmpp:avatar:metadata'/></pubsub></iq>
        >> <iq id='q2' to='ACCOUNT' type='set'>PUBSUBPICTUREOPEN</pubsub></iq>
        << <iq type='error' id='q2' from='ACCOUNT'><error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
        >> <iq id='q3' to='ACCOUNT' type='set'>CONFIGURE</iq>
        << <iq type='result' id='q3' from='ACCOUNT'/>
        >> <iq id='q4' to='ACCOUNT' type='set'>PUBSUBPICTURE</pubsub></iq>
        << <iq type='result' id='q4' from='ACCOUNT'/>
        >> <iq id='q5' to='ACCOUNT' type='set'>PUBSUBTOLDOPEN</pubsub></iq>
        << <iq type='result' id='q5' from='ACCOUNT'/>
        >> <iq id='q6' to='ACCOUNT' type='get'>EMPTY</iq>
        ",
    );
}

#[test]
fn a_server_that_has_neither_is_asked_once() {
    check_picture(
        "rooms = []",
        "
        online
        >> <presence>HIDDEN</presence>
        >> <iq id='q1' to='ACCOUNT' type='get'>LOOK</iq>
        -- we are bot
        -- online
        << <iq type='error' id='q1' from='ACCOUNT'>UNKNOWN</iq>
        >> <iq id='q2' to='ACCOUNT' type='get'>EMPTY</iq>
        << <iq type='error' id='q2' from='ACCOUNT'>UNKNOWN</iq>
        ++ 100
        ",
    );
}

#[test]
fn what_ends_one_stream_after_another_is_not_written_again() {
    let one = "
        online
        >> <presence>HIDDEN</presence>
        >> <iq id='qLOOK_AT' to='ACCOUNT' type='get'>LOOK</iq>
        -- we are bot
        -- online
        << <iq type='result' id='qLOOK_AT' from='ACCOUNT'/>
        >> <iq id='qWRITE_AT' to='ACCOUNT' type='set'>PUBSUBPICTUREOPEN</pubsub></iq>
        cut because it is too large
        -- offline: because it is too large
        ";
    let stream = |look: u32| {
        one.replace("LOOK_AT", &look.to_string()).replace("WRITE_AT", &(look + 1).to_string())
    };
    // An answer says that it was not that.
    let answered = stream(3).replace(
        "cut because",
        "<< <iq type='error' id='q4' from='ACCOUNT'>UNKNOWN</iq>
        >> <iq id='q5' to='ACCOUNT' type='get'>EMPTY</iq>
        cut because",
    );
    let last = "
        online
        >> <presence>HIDDEN</presence>
        -- we are bot
        -- online
        ";
    check_picture("rooms = []", &[&stream(1), &answered, &stream(6), &stream(8), last].concat());
}

#[test]
fn a_card_says_what_is_configured_and_keeps_the_rest() {
    let log = "
        online
        >> <presence/>
        >> <iq id='q1' to='ACCOUNT' type='get'>EMPTY</iq>
        -- we are bot
        -- online
        << <iq type='result' id='q1' from='evil@example.org'>VCARD</vCard></iq>
        << <iq type='result' id='q1' from='ACCOUNT'>VCARD<FN>Bot</FN><TITLE>bot</TITLE><NOTE>old</NOTE><PHOTO><BINVAL>AAAA</BINVAL></PHOTO></vCard></iq>
        >> <iq id='q2' to='ACCOUNT' type='set'>VCARD<TITLE>bot</TITLE><PHOTO><BINVAL>AAAA</BINVAL></PHOTO><FN>The Herald</FN><DESC>Tells news.</DESC><NICKNAME>bot</NICKNAME></vCard></iq>
        << <iq type='result' id='q2' from='ACCOUNT'/>
        ";
    check(&format!("rooms = []\n{CARD}"), &written(log));
}

#[test]
fn without_a_picture_or_a_card_nothing_is_asked() {
    let log = "
        online
        >> <presence/>
        -- we are bot
        -- online
        ";
    check("rooms = []", log);
}
