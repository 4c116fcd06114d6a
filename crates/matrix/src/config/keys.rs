//! The keys, declared as data.

use nuncio_core::config::{Key, OnReload, Type};

const ROOMS: Type = Type::List(&Type::OneOf(&[Type::Text, Type::Table]));
const TEXTS: Type = Type::List(&Type::Text);

/// The keys of `[network.<name>]` of kind `matrix`.
pub const KEYS: &[Key] = &[
    key("kind", Type::Choice(&["matrix"]), "Says that this network is Matrix."),
    key("user", Type::Text, "The account: `@name:example.org`."),
    key(
        "password",
        Type::Secret,
        "The account's password: it logs in where there is no session to go on with, and proves who we are when the account's signing keys are made.",
    ),
    key(
        "token",
        Type::Secret,
        "An access token in place of a password, for an account that logs in elsewhere. With both, the password is used when the server takes the token no more; with neither, somebody runs `nuncio login`.",
    ),
    key(
        "homeserver",
        Type::Text,
        "The address of the homeserver, `https://…`; by default the domain of `user` says where it is. Plain `http://` is for this machine alone.",
    ),
    key(
        "sync",
        Type::Choice(&["classic", "sliding"]),
        "How the homeserver is asked what happened: `/sync`, or simplified sliding sync (MSC4186).",
    )
    .default("\"classic\""),
    key("device_name", Type::Text, "What the account's other clients see this one called.")
        .default("\"nuncio\""),
    key(
        "store_passphrase",
        Type::Secret,
        "Encrypts the keys and the session that are kept in the bot's folder; without one, whoever reads the folder can read them.",
    ),
    key(
        "recovery",
        Type::Secret,
        "What opens the account's secret storage, with which a bot that lost its store gets back its keys: its recovery key, or a passphrase. A file that is not there yet is made, with a passphrase of 256 bits; keep it elsewhere too.",
    ),
    key(
        "ca_file",
        Type::Path,
        "A PEM file of the only authorities to trust, in place of the system's: for a server with a private one.",
    ),
    key(
        "proxy",
        Type::Secret,
        "A proxy through which all goes: `http://…` or `socks5://…`, if need be with a name and a password in it.",
    ),
    key(
        "rooms",
        ROOMS,
        "The rooms to be in: aliases or ids, or tables with `room` and `via`.",
    )
    .default("[]"),
    key("rooms[].room", Type::Text, "The room's alias or id."),
    key(
        "rooms[].via",
        TEXTS,
        "The servers to ask the way, where neither we nor the server in the id know it.",
    ),
    key(
        "accept_invites",
        TEXTS,
        "Whose invitations are accepted: people (`@ann:example.org`), or everybody of a server (`example.org`). Any other is reported, and left open for `decline_after`.",
    )
    .default("[]"),
    key(
        "decline_after",
        Type::Period,
        "How long an invitation that nobody accepts is left open before it is turned down.",
    )
    .default("\"1h\""),
    key(
        "rejoin",
        Type::Bool,
        "Whether to enter again a room of `rooms` that removed us; never after a ban.",
    )
    .default("true"),
    key(
        "rejoin_after",
        Type::Period,
        "How long to wait before that; doubled each time that it happens again.",
    )
    .default("\"10s\""),
    key(
        "knock",
        Type::OneOf(&[Type::Bool, Type::Text]),
        "Whether to knock at a room of `rooms` whose people have to let the bot in, or what to say to them; at most 500 bytes.",
    )
    .default("true"),
    key("receipts", Type::Bool, "Whether to show people how far the bot has read.")
        .default("false"),
    key(
        "notices",
        Type::Bool,
        "Whether answers go out as notices, which no other bot takes for a command.",
    )
    .default("true"),
    key(
        "clear_reactions",
        Type::Bool,
        "Whether reactions may go to encrypted rooms: nothing encrypts them.",
    )
    .default("false"),
    key(
        "max_download",
        Type::Integer { min: 0, max: 1024 * 1024 * 1024 },
        "The most bytes of a file that a plugin may fetch: it is held in memory. 0 lets it fetch none.",
    )
    .default("10485760"),
    key("flood", Type::Table, "How fast we may write; everything that we are asked to do counts."),
    key(
        "flood.burst",
        Type::Integer { min: 1, max: u32::MAX as i64 },
        "How many requests may leave at once.",
    )
    .default("10"),
    key(
        "flood.per_second",
        Type::Number { min: 0, max: 1_000_000 },
        "How many more requests may leave each second; 0 lifts the limit.",
    )
    .default("1.0"),
];

const fn key(path: &'static str, ty: Type, doc: &'static str) -> Key {
    Key::new(path, ty, doc).on_reload(OnReload::Reconnect)
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;

    const LEAST: &str = "kind = \"matrix\"\nuser = \"@bot:example.org\"\n";

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
        for (table, toml) in
            [("flood.", "flood = { x = 1 }"), ("rooms[].", "rooms = [{ room = \"#a:b\", x = 1 }]")]
        {
            known.extend(names(toml).into_iter().map(|name| format!("{table}{name}")));
        }
        let mut declared: Vec<&str> = KEYS.iter().map(|key| key.path).collect();
        known.sort_unstable();
        declared.sort_unstable();
        assert_eq!(known, declared);
    }
}
