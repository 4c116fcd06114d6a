//! Lines to messages.

use std::borrow::Cow;

use irc::proto::{Command, Message, Prefix, message::Tag};

use super::RawLine;

/// One line as understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// What it says.
    pub content: Content,
    /// Whether it was too long, and its end or its tags are missing.
    pub cut: bool,
    /// Whether it held invalid UTF-8, which stands as U+FFFD now.
    pub lossy: bool,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every line is a message; a box would cost each an allocation"
)]
pub enum Content {
    /// A message of the protocol. `MODE` is always a [`Command::Raw`]: what its letters mean is
    /// the server's to say (ISUPPORT), not a table's.
    Message(Message),
    /// Not a message; kept as text so that a log can show it.
    Unknown(String),
}

impl Received {
    /// Reads one line; it cannot fail.
    pub fn parse(line: RawLine<'_>) -> Self {
        let tags = line.tags.map(text);
        let body = text(line.body);
        let lossy = matches!(tags, Some(Cow::Owned(_))) || matches!(body, Cow::Owned(_));
        let content = match message(tags.as_deref(), &body) {
            Some(message) => Content::Message(message),
            None => Content::Unknown(body.into_owned()),
        };
        Self { content, cut: line.cut, lossy }
    }
}

/// Bytes as text. Nearly all are valid, and to find that out is much faster than to mend them.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// A numeric reply and its parameters; the first one is our nick.
///
/// [`Command`] knows some numerics by name and holds the others raw; here they are all alike.
pub fn numeric(command: &Command) -> Option<(u16, &[String])> {
    match command {
        Command::Response(response, params) => Some((*response as u16, params)),
        Command::Raw(code, params) if code.len() == 3 => {
            code.parse().ok().map(|code: u16| (code, params.as_slice()))
        }
        _ => None,
    }
}

/// The value of a tag; a tag without a value is the empty string, as message-tags asks.
pub fn tag<'a>(message: &'a Message, name: &str) -> Option<&'a str> {
    // The last of several tags of one name counts.
    let tag = message.tags.as_ref()?.iter().rev().find(|tag| tag.0 == name)?;
    Some(tag.1.as_deref().unwrap_or_default())
}

/// Nick, user and host of whoever sent a message; None for a server.
/// A part that the server did not give is empty.
pub fn prefix_parts(message: &Message) -> Option<(&str, &str, &str)> {
    match message.prefix.as_ref()? {
        Prefix::Nickname(nick, user, host) => Some((nick, user, host)),
        Prefix::ServerName(_) => None,
    }
}

fn message(tags: Option<&str>, body: &str) -> Option<Message> {
    let mut rest = body.trim_start_matches(' ');
    let mut prefix = None;
    if let Some(after) = rest.strip_prefix(':') {
        let (source, after) = after.split_once(' ')?;
        prefix = (!source.is_empty()).then(|| self::prefix(source));
        rest = after.trim_start_matches(' ');
    }
    let (command, params) = rest.split_once(' ').unwrap_or((rest, ""));
    let command = self::command(command, self::params(params))?;
    Some(Message { tags: tags.map(self::tags), prefix, command })
}

fn command(name: &str, mut params: Vec<&str>) -> Option<Command> {
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    if name.eq_ignore_ascii_case("MODE") {
        let params = params.into_iter().map(str::to_owned).collect();
        return Some(Command::Raw("MODE".to_owned(), params));
    }
    if name.eq_ignore_ascii_case("CAP") {
        // A server names us first, and our nick might read like a subcommand ("LS").
        if let Some(first) = params.first_mut() {
            *first = "*";
        }
    }
    Command::new(name, params).ok()
}

fn params(text: &str) -> Vec<&str> {
    let mut params = Vec::with_capacity(4);
    let mut rest = text.trim_start_matches(' ');
    while !rest.is_empty() {
        if let Some(last) = rest.strip_prefix(':') {
            params.push(last);
            break;
        }
        let (param, after) = rest.split_once(' ').unwrap_or((rest, ""));
        params.push(param);
        rest = after.trim_start_matches(' ');
    }
    params
}

/// `nick!user@host`, `nick@host`, `nick` or a server's name, which is what has a dot and no `@`.
fn prefix(source: &str) -> Prefix {
    let (left, host) = source.split_once('@').unwrap_or((source, ""));
    let (nick, user) = left.split_once('!').unwrap_or((left, ""));
    if user.is_empty() && host.is_empty() && nick.contains('.') {
        return Prefix::ServerName(nick.to_owned());
    }
    Prefix::Nickname(nick.to_owned(), user.to_owned(), host.to_owned())
}

fn tags(text: &str) -> Vec<Tag> {
    text.split(';')
        .filter(|tag| !tag.is_empty())
        .map(|tag| match tag.split_once('=') {
            Some((name, value)) => Tag(name.to_owned(), Some(unescape(value))),
            None => Tag(tag.to_owned(), None),
        })
        .collect()
}

/// Undoes the escapes of a tag's value (`IRCv3` message-tags).
fn unescape(value: &str) -> String {
    if !value.contains('\\') {
        return value.to_owned();
    }
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => match chars.next() {
                Some(':') => out.push(';'),
                Some('s') => out.push(' '),
                Some('r') => out.push('\r'),
                Some('n') => out.push('\n'),
                // An escape that means nothing is the character; a lone one at the end is nothing.
                other => out.extend(other),
            },
            char => out.push(char),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Framer;

    fn parse(bytes: &[u8]) -> Received {
        let mut received = None;
        let mut framer = Framer::default();
        framer.feed(bytes, |_, line| received = Some(Received::parse(line)));
        framer.feed(b"\r\n", |_, line| received = Some(Received::parse(line)));
        received.expect("one line")
    }

    fn message(text: &str) -> Message {
        match parse(text.as_bytes()).content {
            Content::Message(message) => message,
            Content::Unknown(text) => panic!("unknown: {text}"),
        }
    }

    #[test]
    fn a_message_has_tags_source_command_and_parameters() {
        let message = message("@time=x\\s\\:y;account  :ann!~a@host.example PRIVMSG #a  :hi  :) ");
        assert_eq!(tag(&message, "time"), Some("x ;y"));
        assert_eq!(tag(&message, "account"), Some(""));
        assert_eq!(tag(&message, "msgid"), None);
        assert_eq!(prefix_parts(&message), Some(("ann", "~a", "host.example")));
        assert_eq!(message.command, Command::PRIVMSG("#a".into(), "hi  :) ".into()));
    }

    #[test]
    fn a_server_is_not_a_person() {
        assert_eq!(prefix_parts(&message(":irc.example.org PONG a b")), None);
        assert_eq!(prefix_parts(&message(":ann PONG a b")), Some(("ann", "", "")));
        assert_eq!(prefix_parts(&message("PING a")), None);
    }

    #[test]
    fn every_numeric_reads_alike() {
        assert_eq!(numeric(&message(":s 001 me :hi").command).map(|n| n.0), Some(1));
        assert_eq!(numeric(&message(":s 354 me 1 2").command).map(|n| n.0), Some(354));
        assert_eq!(numeric(&message(":s 999 me").command).map(|n| n.1.len()), Some(1));
        assert_eq!(numeric(&message(":s PING me").command), None);
    }

    #[test]
    fn modes_are_left_to_isupport() {
        let Command::Raw(name, params) = message(":s mode #a +o-v ann bob").command else {
            panic!("a raw command");
        };
        assert_eq!((name.as_str(), params.len()), ("MODE", 4));
    }

    #[test]
    fn a_nick_that_reads_like_a_subcommand_does_no_harm() {
        use irc::proto::CapSubCommand::ACK;
        let Command::CAP(_, sub, caps, _) = message(":s CAP LS ACK :sasl").command else {
            panic!("a CAP");
        };
        assert_eq!((sub, caps.as_deref()), (ACK, Some("sasl")));
    }

    #[test]
    fn what_is_not_a_message_is_unknown_and_what_is_not_utf8_is_marked() {
        for text in ["@a", ":only", "PRIV-MSG x", "\u{1}PING", ":a  "] {
            let received = parse(text.as_bytes());
            assert!(matches!(received.content, Content::Unknown(_)), "{text:?}: {received:?}");
        }
        let received = parse(b":a!b@c PRIVMSG #a :caf\xe9");
        assert!(received.lossy && !received.cut);
        let Content::Message(message) = received.content else { panic!("a message") };
        assert_eq!(message.command, Command::PRIVMSG("#a".into(), "caf\u{fffd}".into()));
    }
}
