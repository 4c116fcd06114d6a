//! What the bot says to a client.

use serde::{Deserialize, Serialize};

use super::{Form, RequestId};

/// What the bot says to a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Response {
    /// Answers `hello`.
    Hello(Welcome),
    /// Answers something that the client said.
    Reply(Said),
    /// Anything else that is said: in a room, or by the bot of its own accord.
    Message(Said),
    /// The client is in a room.
    Joined {
        /// The request that asked.
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<RequestId>,
        /// The room's name.
        room: String,
    },
    /// The client is no longer in a room.
    Left {
        /// The request that asked.
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<RequestId>,
        /// The room's name.
        room: String,
    },
    /// The commands that this client may run.
    Commands {
        /// The request that asked.
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<RequestId>,
        /// The commands, by name.
        commands: Vec<CommandInfo>,
    },
    /// A sign of life.
    Pong {
        /// The request that asked.
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<RequestId>,
    },
    /// A request with an id is done: nothing more is expected to answer it.
    Done {
        /// The request.
        to: RequestId,
        /// How many replies it got.
        replies: u32,
        /// What came of it.
        outcome: Outcome,
    },
    /// A request could not be understood or done.
    Error(Problem),
    /// The connection ends.
    Bye {
        /// Why.
        reason: String,
    },
    /// Something that this version does not know; clients ignore it.
    #[serde(other)]
    Unknown,
}

/// Answers `hello`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// The request's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<RequestId>,
    /// The version that is spoken: [`VERSION`](super::VERSION).
    pub protocol: u32,
    /// Always `nuncio`.
    pub server: String,
    /// Its version.
    pub version: String,
    /// The bot's name.
    pub bot: String,
    /// Who the client is: `u:socket:…`.
    pub you: String,
    /// Whether that is vouched for, and so can hold rights.
    pub verified: bool,
    /// The longest line that the bot takes, in bytes.
    pub max_line_bytes: usize,
    /// The rooms that can be joined.
    pub rooms: Vec<String>,
}

/// Something said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The request that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<RequestId>,
    /// The room; none where it is said to this client alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<String>,
    /// Who says it, `u:socket:…`; none where it is the bot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What to call him; shown, never trusted.
    pub name: String,
    /// Its name, for `ack`. One that comes again is a repeat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The words, without markup.
    pub text: String,
    /// The same as Markdown (`CommonMark` with `~~strikethrough~~`), where it says more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub markdown: Option<String>,
    /// How it is said.
    pub form: Form,
}

/// A command, for completion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandInfo {
    /// What to type, without the prefix: `config show`.
    pub name: String,
    /// What it does, in a line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// Whether what is typed with it is for nobody but the bot, so that no history keeps it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confidential: bool,
}

/// What came of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It was answered.
    #[default]
    Answered,
    /// It was refused.
    Refused,
    /// It was tried, and failed.
    Failed,
    /// Nothing came in time.
    Silent,
}

/// Why a request could not be understood or done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The request, where its id could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<RequestId>,
    /// What kind of problem, for programs.
    pub code: Code,
    /// What is wrong and what to do, for people.
    pub reason: String,
    /// The line of this connection, the first being 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The byte of that line, the first being 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
}

/// What kind of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Code {
    /// The line is not UTF-8, not JSON, or not what its type needs.
    Malformed,
    /// The line is longer than `max_line_bytes`.
    TooLong,
    /// The `type` is not known.
    UnknownType,
    /// The version is not spoken here; the connection ends.
    Version,
    /// Nothing vouches for the client, or what it showed does not; the connection ends.
    Denied,
    /// There are too many connections or attempts; the connection ends.
    Busy,
    /// The request came at the wrong time: a second `hello`.
    Order,
    /// There is no such room, or the client is not in it.
    Room,
    /// A code that this version does not know.
    #[serde(other)]
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_are_read_back_as_they_were_written() {
        let to = Some(RequestId::Number(1));
        let said = Said {
            to: to.clone(),
            name: "nuncio".into(),
            key: Some("k#1".into()),
            text: "a b".into(),
            markdown: Some("a **b**".into()),
            ..Said::default()
        };
        let heard = Said {
            room: Some("lobby".into()),
            from: Some("u:socket:uid/1000".into()),
            name: "ann".into(),
            text: "hi".into(),
            ..Said::default()
        };
        let welcome = Welcome {
            to: None,
            protocol: 1,
            server: "nuncio".into(),
            version: "0.1.0".into(),
            bot: "nuncio".into(),
            you: "u:socket:ci".into(),
            verified: true,
            max_line_bytes: 65_536,
            rooms: vec!["lobby".into()],
        };
        let problem = Problem {
            to: None,
            code: Code::Malformed,
            reason: "expected value".into(),
            line: Some(3),
            column: Some(1),
        };
        let commands = vec![CommandInfo {
            name: "ping".into(),
            about: "Answers.".into(),
            confidential: false,
        }];
        let responses = [
            Response::Hello(welcome),
            Response::Reply(said),
            Response::Message(heard),
            Response::Joined { to: to.clone(), room: "lobby".into() },
            Response::Left { to: None, room: "lobby".into() },
            Response::Commands { to, commands },
            Response::Pong { to: None },
            Response::Done { to: RequestId::Number(1), replies: 1, outcome: Outcome::Answered },
            Response::Error(problem),
            Response::Bye { reason: "the bot closes".into() },
        ];
        let mut lines = String::new();
        for response in responses {
            let line = super::super::to_line(&response);
            assert_eq!(serde_json::from_str::<Response>(&line).expect(&line), response);
            lines.push_str(&line);
        }
        insta::assert_snapshot!(lines, @r#"
        {"type":"hello","protocol":1,"server":"nuncio","version":"0.1.0","bot":"nuncio","you":"u:socket:ci","verified":true,"max_line_bytes":65536,"rooms":["lobby"]}
        {"type":"reply","to":1,"name":"nuncio","key":"k#1","text":"a b","markdown":"a **b**","form":"text"}
        {"type":"message","room":"lobby","from":"u:socket:uid/1000","name":"ann","text":"hi","form":"text"}
        {"type":"joined","to":1,"room":"lobby"}
        {"type":"left","room":"lobby"}
        {"type":"commands","to":1,"commands":[{"name":"ping","about":"Answers."}]}
        {"type":"pong"}
        {"type":"done","to":1,"replies":1,"outcome":"answered"}
        {"type":"error","code":"malformed","reason":"expected value","line":3,"column":1}
        {"type":"bye","reason":"the bot closes"}
        "#);
    }

    #[test]
    fn what_a_later_version_says_is_no_error() {
        let read = |line| serde_json::from_str::<Response>(line).expect(line);
        assert_eq!(read(r#"{"type":"weather","sun":true}"#), Response::Unknown);
        let error = read(r#"{"type":"error","code":"tired","reason":"x","colour":1}"#);
        assert!(matches!(error, Response::Error(Problem { code: Code::Unknown, .. })));
    }
}
