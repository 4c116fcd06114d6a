//! The keys, declared as data.

use nuncio_core::config::{Key, OnReload, Type};

const PORT: Type = Type::Integer { min: 1, max: u16::MAX as i64 };
const ROOMS: Type = Type::List(&Type::OneOf(&[Type::Text, Type::Table]));

/// The keys of `[network.<name>]` of kind `irc`.
pub const KEYS: &[Key] = &[
    key("kind", Type::Choice(&["irc"]), "Says that this network is IRC."),
    key(
        "server",
        Type::Text,
        "The server's host name or address; with TLS the name that its certificate must bear.",
    ),
    key("port", PORT, "The server's port; by default 6697 with TLS and 6667 without."),
    key("tls", Type::Bool, "Whether to speak TLS. Plain text is spoken only where this is `false`.")
        .default("true"),
    key(
        "ca_file",
        Type::Path,
        "A PEM file of the only authorities to trust, in place of the system's: for a server with a private one, or with a certificate that nobody signed.",
    ),
    key("client_cert", Type::Path, "A PEM file with our own certificate, for `external`."),
    key(
        "client_key",
        Type::Path,
        "A PEM file with the key of `client_cert`; by default it is looked for in the same file.",
    ),
    key(
        "danger_plaintext_password",
        Type::Bool,
        "Lets passwords leave in plain text to a server that is not this machine.",
    )
    .default("false"),
    key("nick", Type::Text, "The nick that we want."),
    key(
        "alternative_nicks",
        Type::List(&Type::Text),
        "The nicks to take, in this order, while `nick` is in use; after them come numbered ones.",
    )
    .default("[]"),
    key("username", Type::Text, "The user name; by default the nick."),
    key("realname", Type::Text, "The real name; by default the nick."),
    key("password", Type::Secret, "The server's own password, which few have."),
    key("sasl", Type::Table, "How to log in to an account. Without it we do not."),
    key(
        "sasl.mechanism",
        Type::Choice(&["plain", "external"]),
        "By what we prove who we are: a password, or the certificate in `client_cert`.",
    ),
    key(
        "sasl.account",
        Type::Text,
        "The account; by default the nick for `plain`, and what the certificate belongs to for `external`.",
    ),
    key("sasl.password", Type::Secret, "The account's password, for `plain`."),
    key("rooms", ROOMS, "The rooms to be in: names, or tables with `name` and `key`.").default("[]"),
    key("rooms[].name", Type::Text, "The room's name."),
    key("rooms[].key", Type::Secret, "The room's key (mode `+k`)."),
    key(
        "casemapping",
        Type::Choice(&["rfc1459", "ascii"]),
        "How the network compares names. It holds offline too; where the server announces another, nobody is verified, and the log says so.",
    )
    .default("\"rfc1459\""),
    key(
        "trust",
        Type::Choice(&["account", "hostmask", "nick"]),
        "What verifies a speaker: the account that the server vouches for; or, on a network without accounts, the whole `nick!user@host` or the nick alone.",
    )
    .default("\"account\""),
    key("flood", Type::Table, "How fast we may write; every line counts."),
    key(
        "flood.burst",
        Type::Integer { min: 1, max: u32::MAX as i64 },
        "How many lines may leave at once.",
    )
    .default("5"),
    key(
        "flood.per_second",
        Type::Number { min: 0, max: 1_000_000 },
        "How many more lines may leave each second; 0 lifts the limit.",
    )
    .default("1.0"),
    key(
        "ping_timeout",
        Type::Period,
        "How long the server may be silent before the connection counts as lost; we ask it after half of that.",
    )
    .default("\"2m\""),
    key("regain", Type::Bool, "Whether to take `nick` back when it becomes free.").default("true"),
    key("rejoin", Type::Bool, "Whether to join again after a kick; never after a ban.")
        .default("true"),
    key(
        "rejoin_after",
        Type::Period,
        "How long to wait before that; doubled each time that it happens again.",
    )
    .default("\"10s\""),
];

const fn key(path: &'static str, ty: Type, doc: &'static str) -> Key {
    Key::new(path, ty, doc).on_reload(OnReload::Reconnect)
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;

    const LEAST: &str = "kind = \"irc\"\nserver = \"irc.example.org\"\nnick = \"bot\"\n";

    #[test]
    fn the_declared_defaults_are_the_real_ones() {
        let declared: String = KEYS
            .iter()
            .filter_map(|key| Some(format!("{} = {}\n", key.path, key.default?)))
            .collect();
        let read = |toml: &str| toml::from_str::<Config>(toml).expect("a config").all_for_test();
        assert_eq!(read(&format!("{LEAST}{declared}")), read(LEAST));
    }

    #[test]
    fn every_key_is_declared() {
        let names = |toml: &str| {
            let error = toml::from_str::<Config>(&format!("{LEAST}{toml}")).expect_err("unknown");
            let names: Vec<String> =
                error.message().split('`').skip(3).step_by(2).map(str::to_owned).collect();
            names
        };
        let mut known = names("x = 1");
        for (table, toml) in [
            ("sasl.", "sasl = { mechanism = \"plain\", x = 1 }"),
            ("flood.", "flood = { x = 1 }"),
            ("rooms[].", "rooms = [{ name = \"#a\", x = 1 }]"),
        ] {
            known.extend(names(toml).into_iter().map(|name| format!("{table}{name}")));
        }
        let mut declared: Vec<&str> = KEYS.iter().map(|key| key.path).collect();
        known.sort_unstable();
        declared.sort_unstable();
        assert_eq!(known, declared);
    }
}
