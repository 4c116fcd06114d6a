//! Measures one decision: `cargo run --release -p nuncio-policy --example decision`.
//!
//! A population of accounts and rooms; rules that name some of them; speakers, rooms and commands
//! drawn at random from all, no two alike in a row. Prints, for each number of rules, the median
//! and the 99th percentile of the mean of 64 decisions, in nanoseconds. Nothing is cached between
//! decisions, and no explanation is put into words. A number as argument measures only that many
//! of the populations, the smallest first. After the table, in rows of JSON: how long it takes to
//! make a policy of the largest population, and how much memory it takes.
#![expect(clippy::print_stdout, reason = "what it measures is what it prints")]
#![expect(clippy::disallowed_methods, reason = "it measures time; what it measures does not")]

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use nuncio_policy::{
    CommandId, Declared, DeclaredAccount, Level, Networks, Policy, Registry, Request, Speaker,
    Texts, decide,
};

/// Decisions in one timed batch: enough that reading the clock costs nothing.
const BATCH: usize = 64;
const BATCHES: usize = 2_000;
const COMMANDS: usize = 500;

/// From how many accounts on memory and time for all are worth a row.
const LARGE: usize = 100_000;

fn main() -> Result<(), Box<dyn Error>> {
    println!(
        "{:>8} {:>8} {:>8} {:>12} {:>12}",
        "rules", "accounts", "rooms", "median ns", "p99 ns"
    );
    let worlds = [
        (10, 100, 10),
        (100, 1_000, 100),
        (10, 100_000, 10_000),
        (1_000, 100_000, 10_000),
        (10_000, 100_000, 10_000),
    ];
    let count = std::env::args().nth(1).map(|count| count.parse()).transpose()?;
    let (mut resident, mut compiled) = (None, None);
    for (rules, accounts, rooms) in worlds.into_iter().take(count.unwrap_or(worlds.len())) {
        let world = World { rules, accounts, rooms };
        let Measured { median, p99, compiling, growth } = world.measure()?;
        if accounts >= LARGE {
            // Later populations are compiled into memory that the first one has left.
            resident = resident.or(growth.map(|bytes| bytes / accounts));
            compiled = Some((rules, accounts, compiling));
        }
        println!(
            "{rules:>8} {accounts:>8} {rooms:>8} {:>12} {:>12}",
            median.as_nanos(),
            p99.as_nanos()
        );
    }
    if let Some((rules, accounts, time)) = compiled {
        let work = format!("a policy of {accounts} accounts, {rules} rules: from text to snapshot");
        println!(r#"{{"work":"{work}","result":"{} ms"}}"#, time.as_millis());
    }
    if let Some(bytes) = resident {
        println!(r#"{{"work":"the same: resident memory","result":"{bytes} bytes an account"}}"#);
    }
    Ok(())
}

/// What is measured of a population.
struct Measured {
    /// Of one decision.
    median: Duration,
    p99: Duration,
    /// How long the policy takes to compile.
    compiling: Duration,
    /// By how many bytes that makes the process grow, where it can be told.
    growth: Option<usize>,
}

/// The resident memory of this process in bytes, on Linux.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let kib = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(kib.split_whitespace().next()?.parse::<usize>().ok()? << 10)
}

/// The size of a population.
struct World {
    rules: usize,
    accounts: usize,
    rooms: usize,
}

impl World {
    fn measure(&self) -> Result<Measured, Box<dyn Error>> {
        let networks = Networks::new();
        let registry = Registry::unknown();
        let declared = self.declared();
        let (before, start) = (resident(), Instant::now());
        let (policy, _) = Policy::compile(&declared, &networks, &registry, 1)
            .map_err(|said| said.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
        let compiling = start.elapsed();
        let growth = resident().zip(before).map(|(after, before)| after.saturating_sub(before));
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let mut times = Vec::with_capacity(BATCHES);
        for _ in 0..BATCHES {
            let requests = (0..BATCH)
                .map(|_| self.request(&networks, &mut random))
                .collect::<Result<Vec<_>, _>>()?;
            let mut answers = Vec::with_capacity(BATCH);
            let start = Instant::now();
            for request in requests {
                answers.push(decide(&policy, black_box(request)));
            }
            let time = start.elapsed();
            drop(black_box(answers));
            times.push(time / u32::try_from(BATCH)?);
        }
        times.sort_unstable();
        let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default();
        Ok(Measured { median: at(50), p99: at(99), compiling, growth })
    }

    fn declared(&self) -> Declared {
        let mut random = Random(1);
        let rules = (0..self.rules)
            .map(|number| {
                let colour = if number % 2 == 0 { 'b' } else { 'w' };
                let from = match number % 4 {
                    0 => format!("u:irc:user{}", random.below(self.accounts)),
                    1 => format!("a:user{}", random.below(self.accounts)),
                    2 => format!("r:irc:#room{}", random.below(self.rooms)),
                    _ => format!("u:xmpp:user{}@example.org", random.below(self.accounts)),
                };
                let (plugin, command) = (random.below(COMMANDS) / 10, random.below(10));
                let id = match number % 3 {
                    0 => format!("plugin{plugin}.*"),
                    1 => format!("plugin{plugin}.group.command{command}"),
                    _ => format!("group.command{command}"),
                };
                format!("{colour} {from} {id}")
            })
            .collect();
        let account = |number: usize| {
            let identities =
                vec![format!("u:irc:user{number}"), format!("u:xmpp:user{number}@example.org")];
            (format!("user{number}"), DeclaredAccount { identities, ..DeclaredAccount::default() })
        };
        Declared {
            bw_list: Texts::Many(rules),
            account: (0..self.accounts).map(account).collect::<BTreeMap<_, _>>(),
            ..Declared::default()
        }
    }

    fn request(&self, networks: &Networks, random: &mut Random) -> Result<Request, Box<dyn Error>> {
        let user = random.below(self.accounts);
        let id = networks.parse_user(&format!("u:irc:user{user}"))?;
        let nick = networks.parse_user(&format!("u:irc:nick{user}!user@host{user}.example.org"))?;
        let room = networks.parse_room(&format!("r:irc:#room{}", random.below(self.rooms)))?;
        let command = CommandId::new(
            &format!("plugin{}", random.below(COMMANDS) / 10),
            &format!("group.command{}", random.below(10)),
        )?;
        let speaker = Speaker::verified(id).observing(nick);
        let noon = "2026-11-22T12:00:00Z".parse()?;
        Ok(Request::new(speaker, command, noon).in_room(room).at_level(Level::Everyone))
    }
}

/// A small generator of numbers, the same on every run (`SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 1).unwrap_or_default() % bound
    }
}
