//! The keys, declared as data.

use nuncio_core::config::{Key, OnReload, Type};

const TEXTS: Type = Type::List(&Type::Text);
const UIDS: Type = Type::List(&Type::Integer { min: 0, max: u32::MAX as i64 });

/// The keys of `[network.socket]`.
pub const KEYS: &[Key] = &[
    key("kind", Type::Choice(&["socket"]), "Says that this network is the socket."),
    key(
        "path",
        Type::Path,
        "Where the Unix socket is; by default `$XDG_RUNTIME_DIR/nuncio/<bot>.sock`, or a private folder of the temporary directory.",
    ),
    key(
        "allow_uids",
        UIDS,
        "The users of this machine who may connect without a token; by default root and the bot's own.",
    ),
    key("listen", Type::Text, "The address at which to listen for TLS too: `0.0.0.0:7667`."),
    key(
        "tls_certificate",
        Type::Path,
        "A PEM file with our certificate and those between it and its authority.",
    ),
    key("tls_key", Type::Path, "A PEM file with the key of `tls_certificate`."),
    key(
        "tls_client_ca",
        Type::Path,
        "A PEM file of the authorities whose certificates vouch for clients, as `u:socket:cert/<sha256>`.",
    ),
    key("tokens", Type::List(&Type::Table), "Who is known by a token."),
    key("tokens[].name", Type::Text, "His name, without a `/`: he is `u:socket:<name>`."),
    key("tokens[].token", Type::Secret, "His token."),
    key("rooms", TEXTS, "The rooms that can be joined: `r:socket:<name>`.").default("[\"lobby\"]"),
    key(
        "max_line_bytes",
        Type::Integer { min: 1_024, max: 16_777_216 },
        "The longest line that is taken, in bytes.",
    )
    .default("65536"),
    key(
        "max_connections",
        Type::Integer { min: 1, max: 65_536 },
        "How many may be connected at once.",
    )
    .default("64"),
    key(
        "burst",
        Type::Integer { min: 1, max: u32::MAX as i64 },
        "How many lines a connection may send at once.",
    )
    .default("500"),
    key(
        "lines_per_second",
        Type::Integer { min: 0, max: 1_000_000 },
        "How many more lines a connection may send each second; 0 lifts the limit. Lines beyond it wait, and none is lost.",
    )
    .default("500"),
    key("flood", Type::Table, "How fast the bot may speak."),
    key(
        "flood.burst",
        Type::Integer { min: 1, max: u32::MAX as i64 },
        "How much the bot may say at once.",
    )
    .default("100"),
    key(
        "flood.per_second",
        Type::Number { min: 0, max: 1_000_000 },
        "How much more the bot may say each second; 0 lifts the limit. What is beyond it waits in the outbox.",
    )
    .default("0"),
    key(
        "handshake_timeout",
        Type::Period,
        "How long a connection may take to say who it is.",
    )
    .default("\"10s\""),
    key("idle_timeout", Type::Period, "How long a connection may be silent.").default("\"1h\""),
    key(
        "danger_anonymous",
        Type::Bool,
        "Lets anybody connect over TCP. They are never verified.",
    )
    .default("false"),
    key(
        "danger_plain_tcp",
        Type::Bool,
        "Speaks without TLS at `listen`, which must then be an address of this machine alone.",
    )
    .default("false"),
];

const fn key(path: &'static str, ty: Type, doc: &'static str) -> Key {
    Key::new(path, ty, doc).on_reload(OnReload::Reconnect)
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;

    #[test]
    fn the_declared_defaults_are_the_real_ones() {
        let toml: String = KEYS
            .iter()
            .filter_map(|key| Some(format!("{} = {}\n", key.path, key.default?)))
            .collect();
        let declared: Config = toml::from_str(&toml).expect("the defaults");
        assert_eq!(format!("{declared:?}"), format!("{:?}", Config::default()));
    }

    #[test]
    fn every_key_is_declared() {
        let error = toml::from_str::<Config>("x = 1").expect_err("unknown").message().to_owned();
        let mut known: Vec<&str> = error.split('`').skip(3).step_by(2).collect();
        let mut declared: Vec<&str> =
            KEYS.iter().map(|key| key.path).filter(|path| !path.contains(['[', '.'])).collect();
        known.sort_unstable();
        declared.sort_unstable();
        assert_eq!(known, declared);
    }
}
