//! Stanzas put together from what the session knows, so that a few bytes reach its depth.

/// The room that is ours, and is trusted.
pub(super) const ROOM: &str = "a@muc.example.org";

/// The room of a service that is not.
pub(super) const FOREIGN: &str = "b@muc.evil.test";

/// Somebody.
pub(super) const ANN: &str = "ann@example.org";

const KINDS: &[(&str, &[&str])] = &[
    ("message", &["", "chat", "groupchat", "error", "headline", "normal"]),
    (
        "presence",
        &[
            "",
            "unavailable",
            "error",
            "subscribe",
            "subscribed",
            "unsubscribe",
            "unsubscribed",
            "probe",
        ],
    ),
    ("iq", &["get", "set", "result", "error"]),
];

const SENDERS: &[&str] = &[
    "",
    "a@muc.example.org",
    "a@muc.example.org/bot",
    "a@muc.example.org/annie",
    "a@muc.example.org/eve",
    "b@muc.evil.test",
    "b@muc.evil.test/bot",
    "b@muc.evil.test/ann",
    "c@muc.example.org/x",
    "bot@example.org",
    "bot@example.org/1",
    "example.org",
    "muc.example.org",
    "upload.example.org",
    "ann@example.org/1",
    "eve@evil.test/1",
    "evil.test",
];

/// The server's own, and those of what we ask and say.
const IDS: &[&str] = &[
    "", "x", "k1", "k2", "k3", "k1/1", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9", "q10",
    "q11", "q12",
];

/// `X{…}` stands for what a room says of an occupant, `E{…}` for an error.
const PAYLOADS: &[&str] = &[
    "X{<item affiliation='none' role='participant'/><status code='110'/>}",
    "X{<item affiliation='owner' role='moderator' jid='ann@example.org/1'/>}",
    "X{<item affiliation='none' role='participant' jid='eve@evil.test/1'/>}",
    "X{<item affiliation='none' role='none' nick='eve'/><status code='303'/>}",
    "X{<item affiliation='none' role='none' nick='bot2' jid='ann@example.org/1'/><status code='303'/><status code='110'/>}",
    "X{<item role='none'><actor nick='op'/><reason>r</reason></item><status code='307'/>}",
    "X{<item affiliation='outcast' role='none'/><status code='301'/><status code='110'/>}",
    "X{<status code='332'/><status code='110'/>}",
    "X{<status code='321'/>}",
    "X{<status code='333'/><status code='307'/>}",
    "X{<status code='172'/><status code='104'/>}",
    "X{<status code='173'/>}",
    "X{<status code='201'/><status code='110'/><status code='210'/>}",
    "X{<status code='99999999999'/><status/><item/><item jid='ann@example.org'/>}",
    "X{<destroy jid='c@muc.example.org'><reason>gone</reason></destroy><status code='110'/>}",
    "X{<invite from='ann@example.org'/>}",
    "X{}",
    "<x xmlns='jabber:x:conference' jid='a@muc.example.org'/>",
    "<x xmlns='jabber:x:conference' jid='c@muc.evil.test' password='p'/>",
    "E{conflict}",
    "E{not-acceptable}",
    "E{item-not-found}",
    "E{forbidden}",
    "E{service-unavailable}",
    "E{remote-server-not-found}",
    "<error/>",
    "<body>!restart</body>",
    "<body>/me waves</body>",
    "<body/>",
    "<body xml:lang='de'>hallo</body>",
    "<subject>s</subject>",
    "<subject/>",
    "<delay xmlns='urn:xmpp:delay' from='a@muc.example.org' stamp='2026-11-22T12:00:00Z'/>",
    "<delay xmlns='urn:xmpp:delay' from='example.org' stamp='never'/>",
    "<origin-id xmlns='urn:xmpp:sid:0' id='k1'/>",
    "<stanza-id xmlns='urn:xmpp:sid:0' by='a@muc.example.org' id='s1'/>",
    "<stanza-id xmlns='urn:xmpp:sid:0' by='bot@example.org' id='s2'/>",
    "<replace xmlns='urn:xmpp:message-correct:0' id='s1'/>",
    "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='1'/>",
    "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='2'/>",
    "<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='ann@example.org/1'><body>!quit</body></message></forwarded></received>",
    "<result xmlns='urn:xmpp:mam:2' id='m1' queryid='q1'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-11-22T12:00:00Z'/><message xmlns='jabber:client' type='groupchat' from='a@muc.example.org/annie'><body>!quit</body></message></forwarded></result>",
    "<fin xmlns='urn:xmpp:mam:2' complete='true'><set xmlns='http://jabber.org/protocol/rsm'><last>m1</last></set></fin>",
    "<reply xmlns='urn:xmpp:reply:0' to='ann@example.org' id='s1'/>",
    "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='5'/></fallback>",
    "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='4' end='2'/></fallback>",
    "<reactions xmlns='urn:xmpp:reactions:0' id='s1'><reaction>+</reaction><reaction/></reactions>",
    "<retract xmlns='urn:xmpp:message-retract:1' id='s1'/>",
    "<moderated xmlns='urn:xmpp:message-moderate:1' by='a@muc.example.org/op'/>",
    "<encrypted xmlns='eu.siacs.conversations.axolotl'/>",
    "<query xmlns='http://jabber.org/protocol/disco#info'/>",
    "<query xmlns='http://jabber.org/protocol/disco#info' node='n'><identity category='conference' type='text'/><feature var='muc_moderated'/><feature var='http://jabber.org/protocol/muc#self-ping-optimization'/><feature var='urn:xmpp:mam:2'/></query>",
    "<query xmlns='http://jabber.org/protocol/disco#items'><item jid='muc.example.org'/><item jid='muc.evil.test'/></query>",
    "<query xmlns='jabber:iq:roster'><item jid='eve@evil.test' subscription='both'/></query>",
    "<query xmlns='jabber:iq:version'/>",
    "<ping xmlns='urn:xmpp:ping'/>",
    "<time xmlns='urn:xmpp:time'/>",
    "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:bookmarks:1'><item id='c@muc.example.org'><conference xmlns='urn:xmpp:bookmarks:1' autojoin='true'/></item></items></pubsub>",
    "<event xmlns='http://jabber.org/protocol/pubsub#event'><items node='urn:xmpp:bookmarks:1'><retract id='a@muc.example.org'/></items></event>",
    "<unknown xmlns='urn:example:none'><x><y/></x></unknown>",
];

/// A stanza of these choices: kind, type, sender, id, and then its payloads.
pub(super) fn of(choices: &[u8]) -> String {
    let mut choices = choices.iter().map(|byte| usize::from(*byte));
    let (name, types) = pick(KINDS, choices.next());
    let kind = pick(types, choices.next());
    let (from, id) = (pick(SENDERS, choices.next()), pick(IDS, choices.next()));
    // A question has one payload, and an error's answer is its error.
    let most = if name == "iq" { 1 } else { 8 };
    let payloads: String = choices.take(most).map(|choice| pick(PAYLOADS, Some(choice))).collect();
    let attribute = |name: &str, value: &str| match value {
        "" => String::new(),
        value => format!(" {name}='{value}'"),
    };
    let head = [attribute("type", kind), attribute("from", from), attribute("id", id)].concat();
    format!("<{name}{head}>{}</{name}>", full(&payloads))
}

/// What a server says when we come into both rooms.
pub(super) fn entered(step: usize) -> String {
    let own = full(pick(PAYLOADS, Some(0)));
    let ann = full(pick(PAYLOADS, Some(1)));
    match step {
        0 => format!("<presence from='{ROOM}/annie'>{ann}</presence>"),
        1 => format!("<presence from='{ROOM}/bot'>{own}</presence>"),
        _ => format!("<presence from='{FOREIGN}/bot'>{own}</presence>"),
    }
}

fn full(payloads: &str) -> String {
    let mut xml = payloads.replace("X{", "<x xmlns='http://jabber.org/protocol/muc#user'>");
    while let Some((before, rest)) = xml.split_once("E{") {
        let (condition, after) = rest.split_once('}').expect("an end");
        let condition = format!("<{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>");
        xml = format!("{before}<error type='cancel'>{condition}</error>{after}");
    }
    xml.replace('}', "</x>")
}

fn pick<T: Copy>(list: &[T], choice: Option<usize>) -> T {
    let at = choice.unwrap_or(0).checked_rem(list.len()).unwrap_or(0);
    list.get(at).copied().expect("the list has something")
}
