//! The keys that belong to no transport and no plugin.
//!
//! What their defaults are stands in `config/default.toml` too, which a test keeps equal.

use nuncio_core::config::OnReload::{Reconnect, Restart};
use nuncio_core::config::{Key, Type};

const TEXTS: Type = Type::List(&Type::Text);
const TEXT_OR_TEXTS: Type = Type::OneOf(&[Type::Text, TEXTS]);
const TABLES: Type = Type::List(&Type::Table);
const COUNT: Type = Type::Integer { min: 1, max: 1_000_000 };
/// What may be without limit.
const FLOOD: Type = Type::Integer { min: 0, max: 1000 };

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "bot.name",
        Type::Text,
        "What the bot is called: its socket, its state folder, and the name that it answers to.",
    )
    .default("\"nuncio\"")
    .on_reload(Restart),
    Key::new(
        "bot.prefix",
        Type::Text,
        "What a command in a room begins with. Empty: only the bot's name makes a line a command.",
    )
    .default("\"!\"")
    .scoped(),
    Key::new(
        "bot.address_by_name",
        Type::Bool,
        "Whether a line in a room that begins with the bot's name is a command.",
    )
    .default("true")
    .scoped(),
    Key::new(
        "bot.unknown_commands",
        Type::Choice(&["silent", "reply"]),
        "What the bot does about a command in a room that there is not.",
    )
    .default("\"silent\"")
    .scoped(),
    // Networks. What a kind of network adds is declared by its transport.
    Key::new(
        "network.<name>.kind",
        Type::Text,
        "Which transport serves the network; may be left out where the network is named after it.",
    )
    .on_reload(Reconnect),
    // Plugins. What a plugin adds is declared by it.
    Key::new(
        "plugin.<name>.access",
        TEXT_OR_TEXTS,
        "The level, or levels and identities, in place of what the plugin's commands declare; `[policy.access]` goes before it.",
    ),
    // Commands.
    Key::new(
        "rename.<command>",
        Type::Text,
        "The new name of a command. Policy sees the new one alone.",
    ),
    // Policy.
    Key::new(
        "policy.bw_list",
        TEXT_OR_TEXTS,
        "Who is denied and who is let through: rules `b|w FROM[,FROM] ID[,ID]`, the last that matches deciding. Only one file may set it.",
    ),
    Key::new(
        "policy.default_allow",
        Type::Bool,
        "Whether a capability is held of which nothing is written.",
    )
    .default("true"),
    Key::new(
        "policy.default_ignore",
        Type::Bool,
        "Whether whoever has no verified account is ignored.",
    )
    .default("false"),
    Key::new(
        "policy.auto_register",
        Type::Bool,
        "Whether the bot registers an account for whoever a network vouches for, once a command was permitted to him.",
    )
    .default("false"),
    Key::new(
        "policy.default_capabilities",
        TEXTS,
        "What everybody holds, and what not; replaces the shipped set. `-owner` always stands in it.",
    )
    .default("[\"-admin\", \"-trusted\"]"),
    Key::new(
        "policy.registered_capabilities",
        TEXTS,
        "What everybody holds who has an account.",
    )
    .default("[]"),
    Key::new(
        "policy.owners",
        TEXTS,
        "The identities and accounts that own the bot.",
    )
    .default("[\"u:console:local\"]"),
    Key::new(
        "policy.sudoers",
        TEXTS,
        "The identities and accounts that may run commands of the level `sudo`.",
    )
    .default("[]"),
    Key::new(
        "policy.access.<target>",
        TEXT_OR_TEXTS,
        "The level, or levels and identities, in place of what a plugin or command declares.",
    ),
    Key::new(
        "policy.define.<name>",
        Type::Text,
        "The text that `%(name)s` stands for in `bw_list`.",
    ),
    Key::new("policy.account.<name>.identities", TEXTS, "The identities of a person."),
    Key::new("policy.account.<name>.capabilities", TEXTS, "What that person holds, and what not."),
    Key::new(
        "policy.account.<name>.roles",
        TEXTS,
        "The roles of that person: what he holds where his own capabilities say nothing.",
    ),
    Key::new(
        "policy.account.<name>.ignore",
        Type::Bool,
        "Whether that person is ignored, owner or not.",
    ),
    Key::new(
        "policy.account.<name>.secure",
        Type::Bool,
        "Whether a password alone does not make anybody that person.",
    ),
    Key::new(
        "policy.role.<name>.capabilities",
        TEXTS,
        "What whoever has the role holds, and what not.",
    ),
    Key::new(
        "policy.room.<room>.default_allow",
        Type::Bool,
        "As `policy.default_allow`, in this room.",
    ),
    Key::new(
        "policy.room.<room>.capabilities",
        TEXTS,
        "What everybody holds in this room, and what not.",
    ),
    Key::new(
        "policy.room.<room>.unset",
        TEXTS,
        "What is taken out of that set again, `-op -halfop -voice -protected` included.",
    ),
    Key::new(
        "policy.room.<room>.lobotomized",
        Type::Bool,
        "Whether all is ignored that is said in this room.",
    ),
    Key::new(
        "policy.power.<place>.owner",
        TEXTS,
        "What whoever owns a room holds in it, by the power that the network itself gives; `<place>` is a room or a network.",
    ),
    Key::new(
        "policy.power.<place>.admin",
        TEXTS,
        "What whoever says who keeps the room in order holds in it, and whoever has more power.",
    ),
    Key::new(
        "policy.power.<place>.op",
        TEXTS,
        "What whoever keeps the room in order holds in it, and whoever has more power.",
    ),
    Key::new(
        "policy.power.<place>.halfop",
        TEXTS,
        "What whoever helps with that holds in it, and whoever has more power.",
    ),
    Key::new(
        "policy.power.<place>.voice",
        TEXTS,
        "What whoever may speak where not everybody may holds in it, and whoever has more power.",
    ),
    Key::new(
        "policy.grant",
        TABLES,
        "Who may run a plugin or a command without being a sudoer. Each `[[policy.grant]]` adds one.",
    ),
    Key::new("policy.grant[].to", Type::Text, "The identity or account that it is given to."),
    Key::new("policy.grant[].what", Type::Text, "A plugin, or a command in full."),
    Key::new("policy.grant[].until", Type::Time, "When it ends; without it, never."),
    Key::new(
        "policy.grant[].elevate",
        Type::Bool,
        "Whether it reaches a command of the level `owner`.",
    ),
    Key::new(
        "policy.ignore",
        TABLES,
        "Who is met with silence. Each `[[policy.ignore]]` adds one.",
    ),
    Key::new(
        "policy.ignore[].who",
        Type::Text,
        "The identity or account; `*` and `?` in claimed IRC identities only.",
    ),
    Key::new("policy.ignore[].room", Type::Text, "The room; without it, everywhere."),
    Key::new("policy.ignore[].until", Type::Time, "When it ends; without it, never."),
    Key::new(
        "policy.disable",
        TABLES,
        "What is switched off, for owners too. Each `[[policy.disable]]` adds one.",
    ),
    Key::new("policy.disable[].command", Type::Text, "The command, or plugin."),
    Key::new("policy.disable[].room", Type::Text, "The room; without it, everywhere."),
    // The process.
    Key::new(
        "store.path",
        Type::Path,
        "The database; without it, `$XDG_STATE_HOME/nuncio/<bot>/nuncio.db`.",
    )
    .on_reload(Restart),
    Key::new(
        "store.durability",
        Type::Choice(&["process", "power"]),
        "What an acknowledged command survives: a kill of the process, or a loss of power too.",
    )
    .default("\"process\"")
    .on_reload(Restart),
    Key::new(
        "store.keep_journal",
        Type::Period,
        "How long a handled message is remembered; one that comes again later is taken for new. An answer that could not be sent is listed as long.",
    )
    .default("\"30d\"")
    .on_reload(Restart),
    Key::new("store.keep_audit", Type::Period, "How long a line of the audit log is kept.")
        .default("\"365d\"")
        .on_reload(Restart),
    Key::new(
        "log.level",
        Type::Text,
        "What is logged: `error`, `warn`, `info`, `debug`, `trace`, or directives such as `info,nuncio_irc=debug`.",
    )
    .default("\"info\""),
    Key::new("log.format", Type::Choice(&["text", "json"]), "How a line of the log is written.")
        .default("\"text\"")
        .on_reload(Restart),
    Key::new(
        "log.file",
        Type::Path,
        "Where the log goes; without it, to standard error.",
    )
    .on_reload(Restart),
    Key::new(
        "limits.deadline",
        Type::Period,
        "How long a command may take before it is stopped.",
    )
    .default("\"30s\""),
    Key::new(
        "limits.calls",
        COUNT,
        "How many commands run at once; the next is told that the bot is busy.",
    )
    .default("1024"),
    Key::new(
        "limits.lane",
        COUNT,
        "How many commands of one person in one place wait for that person's last; the next is told that it is too many.",
    )
    .default("16"),
    Key::new(
        "limits.window",
        COUNT,
        "How many answers are under way to one network at once.",
    )
    .default("64")
    .on_reload(Restart),
    Key::new(
        "limits.outbox",
        COUNT,
        "How many answers wait for one network, at most a quarter of them for one place; the next is given up at once, and listed.",
    )
    .default("4096"),
    Key::new(
        "limits.outbox_life",
        Type::Period,
        "How long an answer waits for its network before it is given up, and listed.",
    )
    .default("\"1h\""),
    Key::new(
        "limits.flood_span",
        Type::Period,
        "The time within which it is counted what one person says to the bot.",
    )
    .default("\"1m\""),
    Key::new(
        "limits.flood_commands",
        FLOOD,
        "How many commands one person may give within `flood_span`; with the next he is told once, and ignored. Without limit, if 0.",
    )
    .default("12"),
    Key::new(
        "limits.flood_ignored",
        Type::Period,
        "How long somebody is ignored who gives more.",
    )
    .default("\"5m\""),
    Key::new(
        "limits.flood_invalid",
        FLOOD,
        "The same for commands that the bot answers with not knowing them; they count as commands, too.",
    )
    .default("5"),
    Key::new(
        "limits.flood_invalid_ignored",
        Type::Period,
        "How long somebody is ignored who gives more of these.",
    )
    .default("\"10m\""),
    Key::new(
        "limits.session",
        Type::Period,
        "How long somebody stays identified who has identified himself by password. As long as the bot sees him, if 0.",
    )
    .default("\"1d\""),
];
