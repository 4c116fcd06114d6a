//! `docs/features.md` says how far each network goes, as the transports claim it.

use std::fmt::Write as _;
use std::path::Path;

use nuncio_core::config::{Secret, SecretSource};
use nuncio_core::features::{Features, Support};
use nuncio_core::transport::Transport;
use nuncio_policy::Speaker;
use nuncio_socket::protocol::CommandInfo;

const HEAD: &str = "# What each network can do

`NUNCIO_UPDATE_DOCS=1 cargo test -p nuncio --test features` writes this page from what the transports claim, and the conformance suite proves each claim on real servers.

- **native**: the network has it.
- **emulated**: the transport makes do, and the receipt says what was lost.
- –: it cannot be had. What asks for it is answered `Unsupported`, and nothing is sent.

These are the claims of a network that has not been reached yet; what a server adds to them, or a room takes away, [irc.md](irc.md), [xmpp.md](xmpp.md) and [socket.md](socket.md) say.

";

#[derive(Debug)]
struct NoCommands;

impl nuncio_socket::Catalogue for NoCommands {
    fn commands(&self, _: &Speaker) -> Vec<CommandInfo> {
        Vec::new()
    }
}

fn secret<E>(source: &SecretSource) -> Result<Secret, E> {
    match source {
        SecretSource::Text(secret) => Ok(secret.clone()),
        elsewhere => panic!("{elsewhere:?} is not here"),
    }
}

/// Each kind of network, by the least configuration.
fn transports() -> [Box<dyn Transport>; 3] {
    let irc = toml::from_str("kind = 'irc'\nserver = 'irc.example.org'\nnick = 'nuncio'").unwrap();
    let irc = nuncio_irc::Irc::new::<nuncio_irc::config::ConfigError>(
        "irc".parse().unwrap(),
        &irc,
        secret,
    );
    let xmpp = toml::from_str("kind = 'xmpp'\njid = 'nuncio@example.org'\npassword = 'x'").unwrap();
    let xmpp = nuncio_xmpp::Xmpp::new::<nuncio_xmpp::config::ConfigError>(
        "xmpp".parse().unwrap(),
        &xmpp,
        secret,
    );
    let settings = nuncio_socket::config::Config::default()
        .settings::<nuncio_socket::config::ConfigError>(
            "socket".parse().unwrap(),
            "nuncio.sock".into(),
            1000,
            secret,
        );
    let socket = nuncio_socket::Socket::new(
        settings.unwrap(),
        "nuncio".into(),
        std::sync::Arc::new(NoCommands),
    );
    [Box::new(irc.unwrap()), Box::new(xmpp.unwrap()), Box::new(socket)]
}

fn page() -> String {
    let transports = transports();
    let features: Vec<Features> = transports.iter().map(|network| network.features()).collect();
    let mut page = HEAD.to_owned();
    let kinds: Vec<&str> = transports.iter().map(|network| network.kind()).collect();
    writeln!(page, "| | what | {} |", kinds.join(" | ")).unwrap();
    writeln!(page, "|---|---|{}", "---|".repeat(kinds.len())).unwrap();
    for (number, (respect, what, _)) in Features::default().respects().enumerate() {
        let claims = features.iter().filter_map(|features| features.respects().nth(number));
        let claims: Vec<&str> = claims.map(|(_, _, support)| word(support)).collect();
        writeln!(page, "| `{respect}` | {what} | {} |", claims.join(" | ")).unwrap();
    }
    let longest = |features: &Features| match features.max_text_bytes {
        Some(bytes) => bytes.to_string(),
        None => "no limit known".to_owned(),
    };
    let longest: Vec<String> = features.iter().map(longest).collect();
    let what = "The longest text of one message, in bytes; a longer one is split.";
    writeln!(page, "| `max_text_bytes` | {what} | {} |", longest.join(" | ")).unwrap();
    page
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
    let page = page();
    if std::env::var_os("NUNCIO_UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap();
    assert_eq!(written, page, "docs/features.md is old; the command in it writes it");
}
