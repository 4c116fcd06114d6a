//! An IRC session: whatever a server sends, what we send is lines.

use std::{sync::LazyLock, time::Duration};

use jiff::Timestamp;
use nuncio_core::{config::SecretSource, moment::Moment};
use nuncio_irc::{
    config::{Config, ConfigError, Settings},
    session::{Input, Session},
    wire::{Framer, Received},
};
use nuncio_policy::Networks;

/// The longest line that a client may send, tags included (`IRCv3` message-tags).
const MAX_LINE: usize = 4096 + 512;

const CONFIG: &str = r##"
kind = "irc"
server = "irc.example.org"
nick = "nuncio"
rooms = ["#a", "#b"]
sasl = { mechanism = "plain", password = "secret" }
"##;

static SETTINGS: LazyLock<Settings> = LazyLock::new(settings);

/// Reads the bytes as what a server sends.
pub fn check(data: &[u8]) {
    let room = Networks::new().parse_room("r:irc:#a").expect("it is one");
    let now = Moment { wall: Timestamp::UNIX_EPOCH, uptime: Duration::from_secs(1) };
    let mut session = Session::new(room.network().clone(), SETTINGS.clone(), now);
    session.step(Input::Connecting, now);
    session.step(Input::Connected { nonce: 7 }, now);
    let mut framer = Framer::default();
    // The end of one chunk is chosen by the input.
    let (first, rest) =
        data.split_at(data.first().map_or(0, |byte| usize::from(*byte)).min(data.len()));
    for chunk in [first, rest] {
        framer.feed(chunk, |framer, line| {
            let now = now.after(Duration::from_secs(1));
            session.step(Input::Line(Received::parse(line)), now);
            drain(&mut session, framer);
        });
        assert!(framer.held() <= 16 * 1024, "{} bytes are held", framer.held());
    }
    session.step(Input::Tick, now.after(Duration::from_mins(10)));
    session.step(Input::Leave("bye"), now);
    drain(&mut session, &mut framer);
}

fn drain(session: &mut Session, framer: &mut Framer) {
    while let Some(line) = session.next_line() {
        let bytes = line.as_bytes();
        assert!(bytes.len() <= MAX_LINE, "a line of {} bytes goes out", bytes.len());
        let body = bytes.strip_suffix(b"\r\n").expect("a line ends as a line");
        let breaks = body.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0));
        assert!(!breaks, "{line:?} is more than one line");
    }
    session.step(
        Input::Flushed,
        Moment { wall: Timestamp::UNIX_EPOCH, uptime: Duration::from_secs(2) },
    );
    session.effects().for_each(drop);
    framer.limit_body(session.line_limit());
}

fn settings() -> Settings {
    let config: Config = toml::from_str(CONFIG).expect("it is one");
    let settings = config.settings(|source| match source {
        SecretSource::Text(secret) => Ok(secret.clone()),
        _ => Err(ConfigError::NoPassword),
    });
    settings.expect("they are some")
}
