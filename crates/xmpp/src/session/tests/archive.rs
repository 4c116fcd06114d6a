//! What was said while we were away.
//!
//! | short form | is |
//! |---|---|
//! | `has{WHOM ID}` | that somebody has an archive, in answer to a question |
//! | `gives{ARCHIVE QUERY ID FROM text}` | a message of an archive, in answer to a query |
//! | `ends{ARCHIVE QUERY LAST}`, `goes on{…}` | the end of the last page, or of another |
//! | `live{FROM ID text}` | a message with an archive's name of it |
//! | `?? WHOM QUERY what` | a query of ours |

use nuncio_core::cursor::{Cursor, Mark, Position, Source};

use super::{Chat, MUC, check_chat};

mod account;
mod again;
mod doubt;
mod hostile;
mod killed;
mod room;

const ACCOUNT: &str = "bot@example.org";

/// A log of a session that begins with cursors, `SOURCE POSITION` each.
#[track_caller]
fn check(cursors: &[(&str, &str)], log: &str) {
    let mut chat = Chat { archives: true, ..Chat::new("") };
    let cursor = |(source, at): &(&str, &str)| {
        let source = Source::new(source.replace("MUC", MUC)).expect("a name");
        let mark = Mark { source, at: Position::new(*at).expect("a name") };
        let time = "2026-11-22T08:00:00Z".parse().expect("a time");
        Cursor { network: "xmpp".parse().expect("a name"), mark, time }
    };
    chat.session.recall(cursors.iter().map(cursor).collect());
    let log: Vec<String> = log.lines().map(|line| long_form(line.trim())).collect();
    check_chat(chat, &log.join("\n"));
}

/// We are in the room, and nothing of its archive or ours is known yet. The room is asked as `q4`,
/// our account was as `q1`.
const IN: &str = "
    online
    >> <presence/>
    >> <presence to='MUC/bot'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>
    -- we are bot
    -- online
    << <presence from='MUC/annie'>X{none participant ann@example.org/1}</presence>
    << <presence from='MUC/bot'>X{none participant 110}</presence>
    >> <iq id='q4' to='MUC' type='get'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>
    -- we are bot in r:xmpp:a@muc.example.org
    -- we are in r:xmpp:a@muc.example.org
    << <message type='groupchat' from='MUC'><subject/></message>
";

fn long_form(line: &str) -> String {
    if let Some(query) = line.strip_prefix("?? ") {
        return format!(">> {}", query_xml(query));
    }
    let Some((word, rest)) = line.split_once('{') else { return line.to_owned() };
    let Some(rest) = rest.strip_suffix('}') else { return line.to_owned() };
    let words: Vec<&str> = rest.splitn(5, ' ').collect();
    match (word, words.as_slice()) {
        ("has", [whom, id]) => {
            let disco = "http://jabber.org/protocol/disco#info";
            format!(
                "<< <iq type='result' from='{whom}' id='{id}'><query xmlns='{disco}'><feature var='urn:xmpp:mam:2'/><feature var='urn:xmpp:sid:0'/></query></iq>"
            )
        }
        ("gives", [archive, query, id, from, text]) => {
            let kind = if *archive == "MUC" { "groupchat" } else { "chat" };
            format!("<< {}", given(archive, query, id, &said(kind, from, text)))
        }
        ("ends", [archive, query, last @ ..]) => fin(archive, query, " complete='true'", last),
        ("goes on", [archive, query, last @ ..]) => fin(archive, query, "", last),
        ("live", [from, id, text @ ..]) => {
            let kind = if from.starts_with("MUC") { "groupchat" } else { "chat" };
            let by = if kind == "chat" { ACCOUNT } else { "MUC" };
            format!(
                "<< <message type='{kind}' from='{from}'><body>{}</body><stanza-id xmlns='urn:xmpp:sid:0' by='{by}' id='{id}'/></message>",
                text.join(" ")
            )
        }
        _ => line.to_owned(),
    }
}

fn said(kind: &str, from: &str, text: &str) -> String {
    format!(
        "<message xmlns='jabber:client' type='{kind}' from='{from}'><body>{text}</body></message>"
    )
}

/// Something under a name of ours.
fn ours(from: &str, name: &str) -> String {
    let kind = if from.starts_with("MUC") { "groupchat" } else { "chat" };
    format!(
        "<message xmlns='jabber:client' type='{kind}' from='{from}' id='{name}'><body>hi</body></message>"
    )
}

fn given(archive: &str, query: &str, id: &str, message: &str) -> String {
    format!(
        "<message from='{archive}'><result xmlns='urn:xmpp:mam:2' queryid='{query}' id='{id}'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-11-22T09:00:00Z'/>{message}</forwarded></result></message>"
    )
}

fn fin(archive: &str, query: &str, complete: &str, last: &[&str]) -> String {
    let last = last.first().map_or(String::new(), |last| format!("<last>{last}</last>"));
    format!(
        "<< <iq type='result' from='{archive}' id='{query}'><fin xmlns='urn:xmpp:mam:2'{complete}><set xmlns='http://jabber.org/protocol/rsm'>{last}</set></fin></iq>"
    )
}

/// `MUC q5 after 7`, `MUC q5 since 2026-… [after 7]`, `MUC q5 newest`.
fn query_xml(query: &str) -> String {
    let words: Vec<&str> = query.split(' ').collect();
    let [whom, id, how @ ..] = words.as_slice() else { panic!("no query: {query}") };
    let form = match how {
        ["since", time, ..] => format!(
            "<x xmlns='jabber:x:data' type='submit'><field type='hidden' var='FORM_TYPE'><value>urn:xmpp:mam:2</value></field><field var='start'><value>{time}</value></field></x>"
        ),
        _ => String::new(),
    };
    let set = match how {
        ["newest"] => "<max>1</max><before></before>".to_owned(),
        [.., "after", after] => format!("<max>50</max><after>{after}</after>"),
        _ => "<max>50</max>".to_owned(),
    };
    format!(
        "<iq id='{id}' to='{whom}' type='set'><query xmlns='urn:xmpp:mam:2' queryid='{id}'>{form}<set xmlns='http://jabber.org/protocol/rsm'>{set}</set></query></iq>"
    )
}
