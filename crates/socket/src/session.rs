//! One connection, as a state machine without I/O: bytes in, steps out.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use nuncio_core::bucket::Bucket;
use nuncio_core::content::Text;
use nuncio_policy::Speaker;
use smol_str::SmolStr;

use crate::access::Peer;
use crate::config::Settings;
use crate::frame::{Frame, Framer};
use crate::protocol::{
    self, Code, Envelope, Form, Hello, MAX_CLIENT_BYTES, Problem, ReadError, Request, RequestId,
    Response, Say, VERSION, Welcome,
};

/// One connection, from its first byte to its last.
///
/// Nothing that a peer sends ends anything but its own session, and it never holds more than one
/// line of it.
#[derive(Debug)]
pub struct Session {
    house: Arc<House>,
    peer: Peer,
    framer: Framer,
    bucket: Bucket,
    /// A line that has to wait for the bucket.
    waiting: Option<Frame>,
    line: u64,
    state: State,
    rooms: BTreeSet<SmolStr>,
}

/// What every session of a bot knows.
#[derive(Debug)]
pub struct House {
    /// The socket's configuration.
    pub settings: Settings,
    /// The bot's name.
    pub bot: SmolStr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    New,
    Open,
    Closed,
}

/// What a session wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The peer is this person from now on. Comes before anything that he says.
    Open(Person),
    /// Send him this.
    Send(Response),
    /// He says something.
    Hear(Heard),
    /// He enters a room, in which he was not.
    Join {
        /// The request.
        id: Option<RequestId>,
        /// The room, one of the configuration.
        room: SmolStr,
    },
    /// He leaves a room, in which he was.
    Leave {
        /// The request.
        id: Option<RequestId>,
        /// The room.
        room: SmolStr,
    },
    /// He wants to know which commands there are.
    Commands {
        /// The request.
        id: Option<RequestId>,
    },
    /// He has received what was sent under this key.
    Ack(SmolStr),
    /// The session is over: what is under way is answered, then the connection ends.
    Close,
}

/// Who is at the other end.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// His identities.
    pub speaker: Speaker,
    /// What to call him; shown, never trusted.
    pub name: SmolStr,
    /// Whether he acknowledges what he receives.
    pub acks: bool,
}

/// Something that a person says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The number of its line in the session.
    pub line: u64,
    /// The client's name for it.
    pub id: Option<RequestId>,
    /// The room in which it is said, one that he is in; none when it is said to the bot alone.
    pub room: Option<SmolStr>,
    /// The words.
    pub text: String,
    /// How.
    pub form: Form,
}

/// What came of reading.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// A line was read: do this, and read on.
    Steps(Vec<Step>),
    /// The peer is too fast: read on after this time.
    Wait(Duration),
    /// The input is used up.
    Hungry,
}

impl Session {
    /// A session with a peer that has said nothing yet.
    pub fn new(house: Arc<House>, peer: Peer) -> Self {
        let limits = house.settings.limits;
        Self {
            house,
            peer,
            framer: Framer::new(limits.max_line_bytes),
            bucket: Bucket::new(limits.burst, limits.line_interval),
            waiting: None,
            line: 0,
            state: State::New,
            rooms: BTreeSet::new(),
        }
    }

    /// Reads at most one line off the front of `input`.
    ///
    /// `now` never goes back. After [`Step::Close`] the input is dropped.
    pub fn read(&mut self, input: &mut &[u8], now: Duration) -> Progress {
        if self.state == State::Closed {
            *input = &[];
            return Progress::Hungry;
        }
        let Some(frame) = self.waiting.take().or_else(|| self.framer.take(input)) else {
            return Progress::Hungry;
        };
        if let Err(ready) = self.bucket.take(now) {
            self.waiting = Some(frame);
            return Progress::Wait(ready.saturating_sub(now));
        }
        Progress::Steps(self.heed(frame))
    }

    /// The peer has said its last: its unfinished line counts, then the session is over.
    pub fn end(&mut self) -> Vec<Step> {
        let last = self.waiting.take().or_else(|| self.framer.finish());
        let mut steps = match last {
            Some(frame) if self.state != State::Closed => self.heed(frame),
            _ => Vec::new(),
        };
        if self.state != State::Closed {
            steps.extend(self.close());
        }
        steps
    }

    /// Whether the peer has said who it is, or need not.
    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// How many bytes of an unfinished line it holds: never more than the longest legal line.
    pub fn held_bytes(&self) -> usize {
        self.framer.held_bytes()
    }

    fn heed(&mut self, frame: Frame) -> Vec<Step> {
        self.line += 1;
        let envelope = match frame {
            Frame::Line(line) => protocol::read(&line).map_err(|error| self.unread(error)),
            Frame::Long => Err(self.too_long()),
            Frame::Invalid { column } => {
                let reason = "this byte is not UTF-8".into();
                let problem = self.problem(None, Code::Malformed, reason);
                Err(Problem { column: Some(column), ..problem })
            }
        };
        match envelope {
            Ok(Envelope { id, request }) => self.serve(id, request),
            Err(problem) => vec![Step::Send(Response::Error(problem))],
        }
    }

    fn serve(&mut self, id: Option<RequestId>, request: Request) -> Vec<Step> {
        match (self.state, request) {
            (State::New, Request::Hello(hello)) => self.greet(id, hello),
            (State::New, request) => match self.open(None) {
                Ok(open) => {
                    let mut steps = vec![open];
                    steps.extend(self.serve_open(id, request));
                    steps
                }
                Err(reason) => self.refuse(id, Code::Denied, reason),
            },
            (State::Open, request) => self.serve_open(id, request),
            (State::Closed, _) => Vec::new(),
        }
    }

    fn serve_open(&mut self, id: Option<RequestId>, request: Request) -> Vec<Step> {
        let step = match request {
            Request::Hello(_) => {
                let reason = "`hello` is for the first line of a connection".into();
                self.send_problem(id, Code::Order, reason)
            }
            Request::Say(say) => self.hear(id, say),
            Request::Join { room } => self.join(id, &room),
            Request::Leave { room } => match self.rooms.take(room.as_str()) {
                Some(room) => Step::Leave { id, room },
                None => self.send_problem(id, Code::Room, "you are not in this room".into()),
            },
            Request::Commands => Step::Commands { id },
            Request::Ping => Step::Send(Response::Pong { to: id }),
            Request::Ack { key } => Step::Ack(key.into()),
            Request::Bye => return self.close(),
        };
        vec![step]
    }

    fn greet(&mut self, id: Option<RequestId>, hello: Hello) -> Vec<Step> {
        if hello.protocol != VERSION {
            let reason = format!("protocol {} is not spoken here: speak {VERSION}", hello.protocol);
            return self.refuse(id, Code::Version, reason);
        }
        match self.open(Some(hello)) {
            Ok(Step::Open(person)) => {
                let welcome = Response::Hello(self.welcome(id, &person));
                vec![Step::Open(person), Step::Send(welcome)]
            }
            Ok(step) => vec![step],
            Err(reason) => self.refuse(id, Code::Denied, reason),
        }
    }

    fn open(&mut self, hello: Option<Hello>) -> Result<Step, String> {
        let (name, token, acks) = match hello {
            Some(Hello { name, token, acks, .. }) => (name, token, acks),
            None => (None, None, false),
        };
        let admitted = self.house.settings.access.admit(&self.peer, token.as_ref());
        let speaker = admitted.map_err(|denied| denied.to_string())?;
        let given = Text::new(name.unwrap_or_default().replace(['\n', '\r', '\t'], " "));
        let given = SmolStr::new(given.cut(MAX_CLIENT_BYTES).as_str().trim());
        let own = || speaker.identities().next().map(|id| id.user().into()).unwrap_or_default();
        let name = if given.is_empty() { own() } else { given };
        self.state = State::Open;
        Ok(Step::Open(Person { speaker, name, acks }))
    }

    fn welcome(&self, to: Option<RequestId>, person: &Person) -> Welcome {
        let settings = &self.house.settings;
        let you = person.speaker.identities().next().map(ToString::to_string);
        Welcome {
            to,
            protocol: VERSION,
            server: "nuncio".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            bot: self.house.bot.to_string(),
            you: you.unwrap_or_default(),
            verified: person.speaker.verified_id().is_some(),
            max_line_bytes: settings.limits.max_line_bytes,
            rooms: settings.rooms.keys().map(ToString::to_string).collect(),
        }
    }

    fn hear(&self, id: Option<RequestId>, say: Say) -> Step {
        let room = say.room.map(|room| self.rooms.get(room.as_str()).cloned());
        let Some(room) = room.map_or(Some(None), |joined| joined.map(Some)) else {
            let reason = "you are not in this room: `join` it first".into();
            return self.send_problem(id, Code::Room, reason);
        };
        Step::Hear(Heard { line: self.line, id, room, text: say.text, form: say.form })
    }

    fn join(&mut self, id: Option<RequestId>, room: &str) -> Step {
        match self.house.settings.rooms.get_key_value(room) {
            None => self.send_problem(id, Code::Room, self.no_such_room()),
            Some((room, _)) if self.rooms.insert(room.clone()) => {
                Step::Join { id, room: room.clone() }
            }
            Some((room, _)) => Step::Send(Response::Joined { to: id, room: room.to_string() }),
        }
    }

    fn no_such_room(&self) -> String {
        let rooms: Vec<&str> = self.house.settings.rooms.keys().map(SmolStr::as_str).collect();
        match rooms.as_slice() {
            [] => "there are no rooms here".into(),
            rooms => format!("there is no such room: there is {}", rooms.join(", ")),
        }
    }

    fn close(&mut self) -> Vec<Step> {
        self.state = State::Closed;
        vec![Step::Close]
    }

    fn refuse(&mut self, id: Option<RequestId>, code: Code, reason: String) -> Vec<Step> {
        let problem = self.send_problem(id, code, reason);
        self.state = State::Closed;
        vec![problem, Step::Close]
    }

    fn send_problem(&self, to: Option<RequestId>, code: Code, reason: String) -> Step {
        Step::Send(Response::Error(self.problem(to, code, reason)))
    }

    fn problem(&self, to: Option<RequestId>, code: Code, reason: String) -> Problem {
        Problem { to, code, reason, line: Some(self.line), column: None }
    }

    fn too_long(&self) -> Problem {
        let max = self.house.settings.limits.max_line_bytes;
        self.problem(
            None,
            Code::TooLong,
            format!("a line has at most {max} bytes: say it in several"),
        )
    }

    fn unread(&self, error: ReadError) -> Problem {
        let reason = error.to_string();
        match error {
            ReadError::Malformed { why, column, id } => {
                let problem = self.problem(id, Code::Malformed, why);
                Problem { column: Some(column), ..problem }
            }
            ReadError::Unknown { id, .. } => self.problem(id, Code::UnknownType, reason),
        }
    }
}

#[cfg(test)]
mod tests;
