//! The keys, declared as data.

use nuncio_core::config::{Key, OnReload, Type};

const ROOMS: Type = Type::List(&Type::OneOf(&[Type::Text, Type::Table]));
const TEXTS: Type = Type::List(&Type::Text);

/// The keys of `[network.<name>]` of kind `xmpp`.
pub const KEYS: &[Key] = &[
    key("kind", Type::Choice(&["xmpp"]), "Says that this network is XMPP."),
    key("jid", Type::Text, "The account: `name@domain`."),
    key(
        "password",
        Type::Secret,
        "The account's password, which only SCRAM sees; none where `client_cert` proves who we are.",
    ),
    key(
        "resource",
        Type::Text,
        "What to call this connection among those of the account; by default the server chooses.",
    ),
    key(
        "address",
        Type::Text,
        "Where the server is, `host` or `host:port`; by default the domain's SRV records say so. Its certificate bears the domain of `jid` all the same.",
    ),
    key(
        "security",
        Type::Choice(&["starttls", "direct"]),
        "How the server at `address` speaks TLS: the stream turns to it (port 5222), or it is there from the first byte (port 5223). There is no way without.",
    )
    .default("\"starttls\""),
    key(
        "ca_file",
        Type::Path,
        "A PEM file of the only authorities to trust, in place of the system's: for a server with a private one.",
    ),
    key("client_cert", Type::Path, "A PEM file with our own certificate, for `EXTERNAL`."),
    key(
        "client_key",
        Type::Path,
        "A PEM file with the key of `client_cert`; by default it is looked for in the same file.",
    ),
    key(
        "plain",
        Type::Bool,
        "Lets the password leave as it is, inside TLS, to a server that has nothing better than `PLAIN`.",
    )
    .default("false"),
    key("nick", Type::Text, "What we are called in rooms; by default the name in `jid`."),
    key(
        "avatar",
        Type::Path,
        "The PNG or JPEG file of our picture, at most 64 KiB; without it, the account's stays as it is.",
    ),
    key("card", Type::Table, "What our vCard says, and with it `nick`; what else is in it stays."),
    key("card.name", Type::Text, "Our name in full."),
    key("card.description", Type::Text, "What we are for."),
    key("card.url", Type::Text, "Where more is said about us."),
    key(
        "rooms",
        ROOMS,
        "The rooms to be in: addresses, or tables with `jid`, `nick` and `password`.",
    )
    .default("[]"),
    key("rooms[].jid", Type::Text, "The room's address: `room@service`."),
    key("rooms[].nick", Type::Text, "What we are called in this room; by default `nick`."),
    key("rooms[].password", Type::Secret, "The room's password."),
    key(
        "trusted_services",
        TEXTS,
        "The services whose word on who an occupant really is verifies him, each by its exact name. By default: the domain of `jid`, and every domain below it.",
    ),
    key(
        "accept_subscriptions",
        TEXTS,
        "The domains whose people may see our presence; whoever else asks is refused.",
    )
    .default("[]"),
    key("flood", Type::Table, "How fast we may write; every stanza counts."),
    key(
        "flood.burst",
        Type::Integer { min: 1, max: u32::MAX as i64 },
        "How many stanzas may leave at once.",
    )
    .default("20"),
    key(
        "flood.per_second",
        Type::Number { min: 0, max: 1_000_000 },
        "How many more stanzas may leave each second; 0 lifts the limit.",
    )
    .default("5.0"),
    key(
        "ping_timeout",
        Type::Period,
        "How long the server may be silent before the connection counts as lost; we ask it after half of that.",
    )
    .default("\"2m\""),
    key(
        "bookmarks",
        Type::Bool,
        "Whether to be in the rooms that the account has bookmarked to be joined, beside `rooms`.",
    )
    .default("false"),
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

    const LEAST: &str = "kind = \"xmpp\"\njid = \"bot@example.org\"\n";

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
            ("card.", "card = { x = 1 }"),
            ("flood.", "flood = { x = 1 }"),
            ("rooms[].", "rooms = [{ jid = \"a@b\", x = 1 }]"),
        ] {
            known.extend(names(toml).into_iter().map(|name| format!("{table}{name}")));
        }
        let mut declared: Vec<&str> = KEYS.iter().map(|key| key.path).collect();
        known.sort_unstable();
        declared.sort_unstable();
        assert_eq!(known, declared);
    }
}
