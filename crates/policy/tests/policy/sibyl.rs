//! Sibyl's own answers, and where ours differ on purpose.
//!
//! `vectors/sibyl_bw_list.jsonl` holds what Sibyl 6.0.0 did, executed. `WANTED` says for every one
//! of them what we do: the same, or the better thing that the table of the 60 rows asks for.

use std::collections::BTreeSet;

use nuncio_policy::{
    CaseMapping, CommandId, Declared, Networks, Policy, Registry, Severity, Texts, Trust, decide,
};
use serde::Deserialize;

use crate::world::{lines, request};

/// One line of the vectors.
#[derive(Deserialize)]
struct Vector {
    id: u32,
    bw_list: Option<String>,
    conf: String,
    kind: String,
    sender: String,
    real: Option<String>,
    room: Option<String>,
    text: String,
    sibyl: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Wanted {
    /// As Sibyl did.
    Keep,
    Deny,
    /// The policy is not compiled: an error at start.
    Refuse,
    /// A warning at start that is an error in `check`, and the rule does nothing.
    Warn,
}
use Wanted::{Deny, Keep, Refuse, Warn};

/// The number of a vector, its row in the table, what is wanted.
const WANTED: [(u32, u32, Wanted); 57] = [
    (1, 1, Keep),
    (2, 2, Keep),
    (3, 3, Keep),
    (4, 4, Keep),
    (5, 5, Keep),
    (6, 6, Refuse),
    (7, 7, Keep),
    (8, 8, Keep),
    (9, 9, Keep),
    (10, 10, Keep),
    (11, 11, Keep),
    (12, 12, Deny),
    (13, 13, Keep),
    (14, 14, Keep),
    (15, 15, Refuse),
    (16, 16, Deny),
    (17, 17, Keep),
    (18, 18, Keep),
    (19, 19, Keep),
    (20, 20, Deny),
    (21, 21, Warn),
    (22, 22, Keep),
    (23, 23, Keep),
    (24, 24, Deny),
    (25, 24, Keep),
    (26, 25, Refuse),
    (27, 26, Refuse),
    (28, 27, Refuse),
    (29, 28, Deny),
    (30, 29, Refuse),
    (31, 30, Refuse),
    (32, 30, Refuse),
    (33, 31, Warn),
    (34, 32, Keep),
    (35, 33, Refuse),
    (36, 34, Keep),
    (37, 35, Deny),
    (38, 36, Deny),
    (39, 37, Keep),
    (40, 38, Keep),
    (41, 38, Keep),
    (42, 39, Keep),
    (43, 40, Keep),
    (44, 42, Deny),
    (45, 43, Keep),
    (46, 43, Keep),
    (47, 44, Deny),
    (48, 45, Keep),
    (49, 46, Refuse),
    (50, 47, Refuse),
    (51, 15, Refuse),
    (52, 48, Keep),
    (53, 49, Keep),
    (54, 50, Refuse),
    (55, 50, Refuse),
    (56, 51, Refuse),
    (57, 41, Deny),
];

type Row =
    (u32, &'static str, &'static str, Option<&'static str>, &'static str, &'static str, bool);

/// Rows that the vectors have not, in terms of one decision each: row, `bw_list`, speaker, room,
/// command, its level, whether it is allowed.
const ROWS: [Row; 14] = [
    (28, "b * die; b  * hello", "u:xmpp:alice@s.com", None, "general.die", "everyone", false),
    (39, "b * *;w u:socket:ops *", "u:socket:ops", None, "sibylbot.hello", "everyone", true),
    // An alias is its target before policy sees it.
    (
        52,
        "b * general.py,room.py;b * general.alias",
        "u:xmpp:alice@s.com",
        None,
        "general.echo",
        "everyone",
        false,
    ),
    // `redo` asks again, for the replayed command, where and by whom it is replayed.
    (
        53,
        "b * echo;w r:matrix:!r1:hs echo",
        "u:matrix:@a:hs",
        Some("r:matrix:!r1:hs"),
        "general.echo",
        "everyone",
        true,
    ),
    (
        53,
        "b * echo;w r:matrix:!r1:hs echo",
        "u:matrix:@a:hs",
        Some("r:matrix:!r2:hs"),
        "general.echo",
        "everyone",
        false,
    ),
    (
        54,
        "b * echo;w u:xmpp:alice@s.com echo",
        "u:xmpp:mallory@s.com u:xmpp:room@conf.s.com/al",
        Some("r:xmpp:room@conf.s.com"),
        "general.echo",
        "everyone",
        false,
    ),
    (55, "b * die", "u:xmpp:alice@s.com", None, "general.die", "everyone", false),
    // What `chat_ctrl` guarded is of level `owner`, on every way to it.
    (56, "", "u:xmpp:alice@s.com", None, "general.die", "owner", false),
    (
        57,
        "b * *;w u:xmpp:alice@s.com *",
        "?u:xmpp:room@conf.s.com/al",
        Some("r:xmpp:room@conf.s.com"),
        "sibylbot.hello",
        "everyone",
        false,
    ),
    (
        58,
        "b * *;\n w u:xmpp:a@b.c *;\n ; w u:xmpp:d@e.f *",
        "u:xmpp:d@e.f",
        None,
        "sibylbot.hello",
        "everyone",
        true,
    ),
    (59, "b *\n   die", "u:xmpp:alice@s.com", None, "general.die", "everyone", false),
    (60, "b * die; w %(admins)s die", "u:xmpp:a@b.c", None, "general.die", "everyone", true),
    (60, "b * die; w %(admins)s die", "u:matrix:@x:y", None, "general.die", "everyone", true),
    (60, "b * die; w %(admins)s die", "u:matrix:@z:y", None, "general.die", "everyone", false),
];

/// Rows about the way to a decision; the tests of the dispatcher take that way.
const DISPATCHED: [u32; 7] = [41, 52, 53, 54, 55, 56, 57];

const COMMANDS: [&str; 12] = [
    "sibylbot.hello",
    "sibylbot.git",
    "sibylbot.help",
    "sibylbot.redo",
    "general.echo",
    "general.network",
    "general.die",
    "general.reboot",
    "general.alias",
    "general.config",
    "room.say",
    "room.trigger",
];

fn vectors() -> Vec<Vector> {
    let text = include_str!("../vectors/sibyl_bw_list.jsonl");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

impl Vector {
    fn speaker_and_room(&self) -> (String, Option<String>) {
        let bare = |jid: &str| format!("u:xmpp:{}", jid.split('/').next().unwrap());
        let room = self.room.as_ref();
        match (self.kind.as_str(), &self.real) {
            ("xmpp-pm", _) if self.sender.contains("@conf.") => {
                let room = self.sender.split('/').next().unwrap();
                (format!("?u:xmpp:{}", self.sender), Some(format!("r:xmpp:{room}")))
            }
            ("xmpp-pm", _) => (bare(&self.sender), None),
            ("xmpp-muc", real) => {
                let room = room.unwrap();
                let occupant = format!("u:xmpp:{room}/{}", self.sender);
                let who = real.as_ref().map_or_else(
                    || format!("?{occupant}"),
                    |real| format!("{} {occupant}", bare(real)),
                );
                (who, Some(format!("r:xmpp:{room}")))
            }
            ("matrix", _) => {
                (format!("u:matrix:{}", self.sender), room.map(|room| format!("r:matrix:{room}")))
            }
            // A peer's address is observed; what is verified is the token's name.
            ("socket", _) => (format!("u:socket:ops u:socket:{}", self.sender), None),
            ("cli", _) => ("u:console:local".to_owned(), None),
            (kind, _) => panic!("{kind}"),
        }
    }

    fn declared(&self) -> Declared {
        let owners = match self.conf.as_str() {
            "admin_protos =" => Some(Vec::new()),
            "admin_protos = socket" => Some(vec!["u:socket:ops".to_owned()]),
            _ => None,
        };
        Declared { owners, ..declared(self.bw_list.as_deref().unwrap_or_default()) }
    }

    /// The commands, with the rename that `rename = OLD:NEW` asks for.
    fn registry(&self) -> Registry {
        let rename = self.conf.strip_prefix("rename = ").and_then(|pair| pair.split_once(':'));
        let Some((old, new)) = rename else { return registry() };
        let full = |id: &&CommandId| id.path() == old;
        let commands: BTreeSet<CommandId> = COMMANDS.iter().map(|id| id.parse().unwrap()).collect();
        let old = commands.iter().find(full).unwrap().clone();
        let new = CommandId::new(old.plugin(), new).unwrap();
        let renamed = commands.into_iter().filter(|id| *id != old).chain([new.clone()]);
        Registry::of(renamed).with_rename(old, new)
    }

    fn command(&self, registry: &Registry) -> CommandId {
        let word = self.text.trim_start_matches('!').split(' ').next().unwrap().to_lowercase();
        let mut commands = registry.commands().unwrap();
        let known = commands.find(|id| id.path() == word).cloned();
        known.unwrap_or_else(|| CommandId::new("sibylbot", &word).unwrap())
    }
}

/// Sibyl with its XMPP and Matrix protocols loaded.
fn networks() -> Networks {
    ["xmpp", "matrix"].into_iter().fold(Networks::new(), |networks, kind| {
        networks.with(kind.parse().unwrap(), CaseMapping::of_kind(kind), Trust::Account)
    })
}

fn registry() -> Registry {
    Registry::of(COMMANDS.map(|id| id.parse().unwrap()))
}

fn declared(bw_list: &str) -> Declared {
    let define = [("admins".to_owned(), "u:xmpp:a@b.c,u:matrix:@x:y".to_owned())].into();
    Declared { bw_list: Texts::One(bw_list.to_owned()), define, ..Declared::default() }
}

#[test]
fn every_vector_gives_what_is_wanted() {
    let vectors = vectors();
    assert!(vectors.iter().map(|vector| vector.id).eq(WANTED.iter().map(|&(id, _, _)| id)));
    for (vector, (id, row, wanted)) in vectors.iter().zip(WANTED) {
        let registry = vector.registry();
        let compiled = Policy::compile(&vector.declared(), &networks(), &registry, 1);
        let (policy, said) = match compiled {
            Ok(compiled) => compiled,
            Err(said) => {
                assert_eq!(wanted, Refuse, "vector {id}, row {row}: {}", lines(&said));
                continue;
            }
        };
        let (who, room) = vector.speaker_and_room();
        let command = vector.command(&registry);
        let request = request(&who, command.as_str(), room.as_deref(), "everyone");
        let allowed = decide(&policy, request).is_ok();
        let expect = match wanted {
            Keep => vector.sibyl == "allow",
            Warn => true,
            Deny => false,
            Refuse => panic!("vector {id}, row {row}: compiled"),
        };
        assert_eq!(allowed, expect, "vector {id}, row {row}");
        if wanted == Warn {
            let severities: Vec<_> = said.iter().map(|said| said.severity).collect();
            assert_eq!(severities, [Severity::Unknown], "vector {id}, row {row}");
        }
        let differs = (vector.sibyl == "allow") != expect;
        assert!(!differs || wanted != Keep, "vector {id}, row {row}");
    }
}

#[test]
fn every_other_row_gives_what_is_wanted() {
    for (row, bw_list, who, room, command, level, allowed) in ROWS {
        let (policy, _) = Policy::compile(&declared(bw_list), &networks(), &registry(), 1).unwrap();
        let answer = decide(&policy, request(who, command, room, level));
        assert_eq!(answer.is_ok(), allowed, "row {row}: {command} by {who}");
    }
}

#[test]
fn every_row_of_the_table_is_accounted_for() {
    let vectors = WANTED.iter().map(|&(_, row, _)| row);
    let rows: BTreeSet<u32> = vectors.chain(ROWS.iter().map(|row| row.0)).collect();
    assert!(rows.iter().copied().eq(1..=60), "{rows:?}");
    assert!(DISPATCHED.iter().all(|row| rows.contains(row)));
}
