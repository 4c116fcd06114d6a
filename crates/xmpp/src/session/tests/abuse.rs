//! What somebody may do on purpose: errors in circles, floods, codes that are not his to send.

use proptest::{prelude::*, sample::select};

use jid::Jid;
use xmpp_parsers::presence::Presence;

use super::{Chat, MUC, check, stanza};
use crate::session::{Input, MAX_QUEUED, read_stanza};

const ERROR: &str =
    "<error type='cancel'><CONDITION xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";

fn address(text: &str) -> Jid {
    Jid::new(text).expect("an address")
}

fn error(condition: &str) -> String {
    ERROR.replace("CONDITION", condition)
}

/// How many lines of what we did begin so.
fn count(chat: &Chat, start: &str) -> usize {
    chat.log.iter().filter(|line| line.starts_with(start)).count()
}

#[test]
fn an_error_is_never_answered() {
    for condition in ["service-unavailable", "not-acceptable", "feature-not-implemented"] {
        let error = error(condition);
        for from in ["eve@evil.test/1", "MUC/eve", "c@muc.example.org", "example.org"] {
            for kind in ["message", "presence", "iq"] {
                check(
                    "",
                    &format!("<< <{kind} type='error' id='x' from='{from}'>{error}</{kind}>"),
                );
            }
            check("", &format!("<< <iq type='result' id='x' from='{from}'/>"));
        }
    }
}

#[test]
fn whoever_asks_more_than_may_leave_is_not_read_any_more() {
    let mut chat = Chat::new("");
    chat.enter();
    let ping = "<iq type='get' id='1' from='eve@evil.test/1'><ping xmlns='urn:xmpp:ping'/></iq>";
    let mut read = 0;
    while chat.session.takes_stanzas() {
        chat.session.step(Input::Stanza(stanza(ping)), chat.now);
        read += 1;
        assert!(read <= MAX_QUEUED, "{read} are read");
    }
    // Nor does anything else go out before what is there.
    assert!(!chat.session.takes_deliveries());
    assert_eq!(std::iter::from_fn(|| chat.session.next_stanza()).count(), read);
    assert!(chat.session.takes_stanzas() && chat.session.takes_deliveries());
}

#[test]
fn invitations_do_not_hurry_us() {
    let mut chat = Chat::new("");
    chat.enter();
    chat.play("<< <presence type='unavailable' from='MUC/bot'>X{outcast none 301 110}</presence>");
    chat.log.clear();
    for _ in 0..60 {
        for from in ["MUC", "eve@evil.test/1"] {
            let invite = match from {
                "MUC" => "<x xmlns='http://jabber.org/protocol/muc#user'><invite from='e@x'/></x>",
                _ => "<x xmlns='jabber:x:conference' jid='MUC'/>",
            };
            chat.play(&format!("<< <message from='{from}'>{invite}</message>"));
        }
        let refusal = error("forbidden");
        chat.play(&format!("<< <presence type='error' from='MUC/bot'>{refusal}</presence>"));
        chat.play("++ 1");
    }
    let joins = count(&chat, ">> <presence to='MUC");
    assert!((1..=7).contains(&joins), "{joins} joins in a minute");
}

#[test]
fn nobody_beyond_the_occupants_that_we_keep_in_mind_is_verified() {
    let mut chat = Chat::new("");
    chat.enter();
    for number in 0..20_000 {
        let presence = Presence::available().with_from(address(&format!("{MUC}/eve{number}")));
        chat.session.step(Input::Stanza(presence.into()), chat.now);
        chat.session.effects().for_each(drop);
    }
    chat.play("<< <presence from='MUC/ann'>X{owner moderator ann@example.org/2}</presence>");
    chat.log.clear();
    chat.play("<< <message type='groupchat' from='MUC/ann'><body>!restart</body></message>");
    chat.play("<< <message type='groupchat' from='MUC/annie'><body>hi</body></message>");
    let said: Vec<_> = chat.log.iter().filter(|line| line.starts_with("-- ")).collect();
    assert_eq!(
        said,
        [
            "-- ann? says in r:xmpp:a@muc.example.org: !restart",
            "-- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: hi"
        ]
    );
}

#[test]
fn there_is_an_end_to_the_rooms_that_we_want() {
    let rooms = (1..4090).map(|number| format!("\"r{number}@muc.evil.test\""));
    let rooms: Vec<_> = rooms.chain([format!("\"{MUC}\"")]).collect();
    let mut chat = Chat::new(&format!("rooms = [{}]", rooms.join(", ")));
    chat.enter();
    for number in 0..10 {
        chat.play(&format!("do join more{number}@muc.evil.test"));
    }
    let full = "failed: we are in too many rooms: leave one";
    let refused = chat.log.iter().filter(|line| line.ends_with(full)).count();
    assert_eq!(refused, 4, "there are 4096");
    chat.log.clear();
    chat.play("<< <message type='groupchat' from='MUC/annie'><body>hi</body></message>");
    assert_eq!(count(&chat, "-- annie=u:xmpp:ann@example.org says"), 1);
}

#[test]
fn a_foreign_services_codes_are_about_its_own_rooms() {
    let mut chat = Chat::new("rooms = [\"a@muc.example.org\", \"b@muc.evil.test\"]");
    chat.enter();
    chat.play("<< <presence from='b@muc.evil.test/bot'>X{none participant 110}</presence>");
    chat.log.clear();
    for from in ["b@muc.evil.test", "b@muc.evil.test/bot", "b@muc.evil.test/ann", "muc.evil.test"] {
        for code in [104, 110, 172, 173, 201, 210, 301, 303, 307, 321, 322, 332, 333, 9999] {
            for kind in ["presence", "presence type='unavailable'", "message type='groupchat'"] {
                let name = kind.split(' ').next().unwrap_or_default();
                chat.play(&format!(
                    "<< <{kind} from='{from}'>X{{owner moderator ann@example.org/1 bot 110 {code}}}</{name}>"
                ));
                chat.play(&format!(
                    "<< <message type='groupchat' from='{from}'><body>!restart</body></message>"
                ));
            }
        }
    }
    let ours = chat.log.iter().filter(|line| !line.starts_with("<<"));
    let ours: Vec<_> = ours.filter(|line| line.contains("MUC") || line.contains(MUC)).collect();
    assert!(ours.is_empty(), "{ours:#?}");
    let verified: Vec<_> = chat.log.iter().filter(|line| line.contains("=u:xmpp:")).collect();
    assert!(verified.is_empty(), "{verified:#?}");
    chat.log.clear();
    chat.play("<< <message type='groupchat' from='MUC/annie'><body>hi</body></message>");
    assert_eq!(count(&chat, "-- annie=u:xmpp:ann@example.org says"), 1);
}

#[test]
fn what_no_server_would_take_is_not_sent() {
    let mut chat = Chat::new("");
    chat.enter();
    chat.play(&format!("do topic MUC {}", "x".repeat(17 * 1024)));
    assert_eq!(count(&chat, ">>"), 0);
    assert_eq!(count(&chat, "-- delivery 1: failed: the subject is too long"), 1);
}

/// Any element that nobody has heard of.
fn unknown() -> impl Strategy<Value = String> {
    let name = select(&["x", "body", "subject", "item", "error", "delay", "query", "a-b", "_"][..]);
    let space = select(&["u:none", "jabber:client", "urn:xmpp:delay", "", "urn:xmpp:mam:2"][..]);
    let value = "[a-z@/.<&' \u{e9}\u{1f4a9}]{0,12}";
    let leaf = (name.clone(), space.clone(), value, value).prop_map(|(name, space, id, text)| {
        let [id, text] = [id, text]
            .map(|text| text.replace('&', "&amp;").replace('<', "&lt;").replace('\'', "&apos;"));
        format!("<{name} xmlns='{space}' id='{id}' from='{id}' jid='{id}'>{text}</{name}>")
    });
    leaf.prop_recursive(6, 24, 4, move |inner| {
        (name.clone(), space.clone(), prop::collection::vec(inner, 0..4)).prop_map(
            |(name, space, inner)| format!("<{name} xmlns='{space}'>{}</{name}>", inner.concat()),
        )
    })
}

proptest! {
    /// A stanza of ann's or of a stranger's in the room may hold whatever it likes: nobody becomes
    /// anybody else by it.
    #[test]
    fn unknown_elements_verify_nobody(
        payloads in prop::collection::vec(unknown(), 0..4),
        kind in select(&["chat", "groupchat", "error", "headline", "get", "set", "result"][..]),
        from in select(&["eve@evil.test/1", "a@muc.example.org/eve", "b@muc.evil.test/ann"][..]),
    ) {
        for name in ["message", "presence", "iq"] {
            let payloads = if name == "iq" { payloads.first().cloned() } else { Some(payloads.concat()) };
            let xml = payloads.unwrap_or_default();
            let xml = format!("<{name} type='{kind}' id='q1' from='{from}'>{xml}</{name}>");
            let Some(stanza) = read_stanza(&xml) else { continue };
            let mut chat = Chat::new("");
            chat.enter();
            chat.play("<< <presence from='MUC/eve'>X{none participant}</presence>");
            chat.log.clear();
            chat.step(Input::Stanza(stanza));
            chat.play("++ 10");
            let log = chat.log.join("\n");
            let verified = log.matches("=u:xmpp:").count();
            prop_assert_eq!(verified, log.matches("=u:xmpp:eve@evil.test").count(), "{}", log);
        }
    }
}
