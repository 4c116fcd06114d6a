//! A session on the socket: the same however its bytes arrive, in bounded memory.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use nuncio_core::config::SecretSource;
use nuncio_socket::{
    access::Peer,
    config::{Config, ConfigError},
    session::{House, Progress, Session, Step},
};

// A line is short, so that a short input can be too long.
const CONFIG: &str = r#"
tokens = [{ name = "ci", token = "hunter2" }]
allow_uids = [1000]
burst = 1000000
max_line_bytes = 96
"#;

static HOUSE: LazyLock<Arc<House>> = LazyLock::new(house);

/// Reads the bytes as what a client sends.
pub fn check(data: &[u8]) {
    for uid in [999, 1000] {
        let whole = session(uid, [data]);
        let opens = whole.iter().any(|step| matches!(step, Step::Open(_)));
        let greets = data.windows(7).any(|part| part == b"hunter2");
        assert!(!opens || greets || uid == 1000, "a stranger got in");
        assert_eq!(whole, session(uid, data.chunks(1)), "it matters where chunks end");
        let closes = whole.iter().filter(|step| **step == Step::Close).count();
        assert!(closes == 1 && whole.last() == Some(&Step::Close), "it ends other than once");
    }
}

fn session<'a>(uid: u32, chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<Step> {
    let mut session = Session::new(Arc::clone(&HOUSE), Peer::Unix { uid });
    let mut steps = Vec::new();
    for mut chunk in chunks {
        while let Progress::Steps(more) = session.read(&mut chunk, Duration::ZERO) {
            steps.extend(more);
        }
        let (held, most) = (session.held_bytes(), HOUSE.settings.limits.max_line_bytes);
        assert!(held <= most, "{held} bytes are held");
    }
    steps.extend(session.end());
    steps
}

fn house() -> Arc<House> {
    let config: Config = toml::from_str(CONFIG).expect("it is one");
    let network = "socket".parse().expect("it is one");
    let settings = config.settings(network, "x".into(), 1000, |source| match source {
        SecretSource::Text(secret) => Ok(secret.clone()),
        _ => Err(ConfigError::Nobody),
    });
    Arc::new(House { settings: settings.expect("they are some"), bot: "nuncio".into() })
}
