//! `docs/features.md` says how far each network goes, as the transports claim it.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use nuncio_core::config::{Secret, SecretSource};
use nuncio_core::features::{Features, Support};
use nuncio_core::transport::Transport;
use nuncio_irc::{Irc, config as irc};
use nuncio_matrix::{Matrix, config as matrix};
use nuncio_policy::Speaker;
use nuncio_socket::protocol::CommandInfo;
use nuncio_socket::{Catalogue, Socket, config as socket};
use nuncio_xmpp::{Xmpp, config as xmpp};

const HEAD: &str = "# What each network can do

`NUNCIO_UPDATE_DOCS=1 cargo test -p nuncio --test features` writes this page from what the transports claim, and the conformance suite proves each claim on real servers.

- **native**: the network has it.
- **emulated**: the transport makes do, and the receipt says what was lost.
- –: it cannot be had. What asks for it is answered `Unsupported`, and nothing is sent.

These are the claims of a network that has not been reached yet; what a server adds to them, or a room takes away, [irc.md](irc.md), [matrix.md](matrix.md), [xmpp.md](xmpp.md) and [socket.md](socket.md) say.

";

#[derive(Debug)]
struct NoCommands;

impl Catalogue for NoCommands {
    fn commands(&self, _: &Speaker) -> Vec<CommandInfo> {
        Vec::new()
    }
}

/// The password of nobody.
#[expect(clippy::unnecessary_wraps, reason = "the configurations ask for it")]
fn secret<E>(_: &SecretSource) -> Result<Secret, E> {
    Ok("secret".to_owned().into())
}

/// Each kind of network, by the least configuration.
fn transports() -> Result<[Box<dyn Transport>; 4], Box<dyn Error>> {
    let irc = toml::from_str("kind = 'irc'\nserver = 'irc.example.org'\nnick = 'nuncio'")?;
    let irc = Irc::new::<irc::ConfigError>("irc".parse()?, &irc, secret)?;
    let matrix = "kind = 'matrix'\nuser = '@nuncio:example.org'\npassword = 'secret'";
    let (name, matrix) = ("matrix".parse()?, toml::from_str(matrix)?);
    let matrix = Matrix::new::<matrix::ConfigError>(name, &matrix, "matrix".into(), secret)?;
    let xmpp = toml::from_str("kind = 'xmpp'\njid = 'nuncio@example.org'\npassword = 'secret'")?;
    let xmpp = Xmpp::new::<xmpp::ConfigError>("xmpp".parse()?, &xmpp, secret)?;
    let (network, path) = ("socket".parse()?, "nuncio.sock".into());
    let settings = socket::Config::default();
    let settings = settings.settings::<socket::ConfigError>(network, path, 1000, secret)?;
    let socket = Socket::new(settings, "nuncio".into(), Arc::new(NoCommands));
    Ok([Box::new(irc), Box::new(matrix), Box::new(xmpp), Box::new(socket)])
}

fn page() -> Result<String, Box<dyn Error>> {
    let transports = transports()?;
    let features: Vec<Features> = transports.iter().map(|network| network.features()).collect();
    let kinds: Vec<&str> = transports.iter().map(|network| network.kind()).collect();
    let mut page = HEAD.to_owned();
    writeln!(page, "| | what | {} |", kinds.join(" | "))?;
    writeln!(page, "|---|---|{}", "---|".repeat(kinds.len()))?;
    for (number, (respect, what, _)) in Features::default().respects().enumerate() {
        let claims = features.iter().filter_map(|features| features.respects().nth(number));
        let claims: Vec<&str> = claims.map(|(_, _, support)| word(support)).collect();
        writeln!(page, "| `{respect}` | {what} | {} |", claims.join(" | "))?;
    }
    let longest = |features: &Features| match features.max_text_bytes {
        Some(bytes) => bytes.to_string(),
        None => "no limit known".to_owned(),
    };
    let longest: Vec<String> = features.iter().map(longest).collect();
    let what = "The longest text of one message, in bytes; a longer one is split.";
    writeln!(page, "| `max_text_bytes` | {what} | {} |", longest.join(" | "))?;
    Ok(page)
}

fn word(support: Support) -> &'static str {
    match support {
        Support::Native => "native",
        Support::Emulated => "emulated",
        Support::Absent => "–",
    }
}

#[test]
fn the_page_of_all_features_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/features.md");
    let page = page().unwrap();
    if std::env::var_os("NUNCIO_UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap();
    assert_eq!(written, page, "docs/features.md is old; the command in it writes it");
}
