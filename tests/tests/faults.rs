//! A bot that is killed at random points, and a bot whose server is.
//!
//! `CHAOS_SEED=…` repeats a run as far as a run can be repeated: the points at which the bot is
//! killed are the same ones, what it is at then is the machine's.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use fastrand::Rng;
use futures_util::future::{select_all, try_join_all};
use nuncio_store::{DATABASE, Options, SqliteStore};
use nuncio_testkit::server::{self, InspIrcd};
use nuncio_tests::{
    chaos::{Asker, Audit, Report},
    home::Home,
};
use tokio::time::timeout;

/// How many clients ask, each in a room of its own.
const ASKERS: usize = 4;

const ACCOUNT: (&str, &str) = ("boss", "sesame");

#[tokio::test]
async fn what_is_acknowledged_survives_kills() -> Result<()> {
    let report = torment(1_000, 32, Journal::Kept).await?;
    println!("{report}");
    assert!(report.violations.is_empty(), "{report}");
    assert_eq!((report.asked, report.kills), (1_000, 32), "{report}");
    assert!(report.acknowledged > 500, "too few commands were acknowledged: {report}");
    Ok(())
}

#[tokio::test]
async fn without_the_journal_the_harness_finds_violations() -> Result<()> {
    let report = torment(200, 4, Journal::LeftOut).await?;
    println!("{report}");
    assert!(!report.violations.is_empty(), "{report}");
    Ok(())
}

/// Whether the bot's database takes the rows of its journal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Journal {
    Kept,
    LeftOut,
}

/// Makes a database in which no row of a journal is ever kept, whatever the bot thinks that it wrote.
async fn leave_journal_out(state: &Path) -> Result<()> {
    SqliteStore::open(state, Options::default())?.close().await;
    let database = rusqlite::Connection::open(state.join(DATABASE))?;
    let forget = "CREATE TRIGGER left_out BEFORE INSERT ON journal BEGIN SELECT RAISE(IGNORE); END";
    Ok(database.execute_batch(forget)?)
}

/// Has numbered commands asked of a bot that is killed so many times, then lets it finish.
async fn torment(commands: usize, kills: usize, journal: Journal) -> Result<Report> {
    let mut random = seeded()?;
    let server = InspIrcd::start(server::Options::with_services()).await?;
    let (account, password) = ACCOUNT;
    server.register_account(account, password).await?;
    let home = home(&server)?;
    let state = home.state("nuncio");
    if journal == Journal::LeftOut {
        leave_journal_out(&state).await?;
    }

    let mut askers = Vec::new();
    for number in 0..ASKERS {
        let (nick, mine) = (format!("asker{number}"), (1 + number..=commands).step_by(ASKERS));
        askers.push(Asker::enter(server.addr(), &nick, ACCOUNT, "nuncio", mine).await?);
    }
    let mut audit = Audit::of("irc")?;
    let mut bot = home.run().await?;
    for lives in (1..=kills).rev() {
        everybody(&mut askers, Asker::bot_comes).await?;
        ask_until_the_axe_falls(&mut askers, lives, &mut random).await?;
        bot.kill9()?;
        everybody(&mut askers, Asker::bot_goes).await?;
        let cut_off = audit.killed(&state, &askers).await?;

        bot = home.run().await?;
        everybody(&mut askers, Asker::bot_comes).await?;
        for key in cut_off {
            let asker = askers.iter_mut().find(|asker| asker.asked(&key));
            let asker =
                asker.with_context(|| format!("nobody asked `{key}`, which is journalled"))?;
            asker.is_told_of(&key).await?;
        }
    }
    try_join_all(askers.iter_mut().map(|asker| asker.ask(usize::MAX))).await?;
    bot.terminate().await?;
    everybody(&mut askers, Asker::bot_goes).await?;
    let outbox = home.nuncio(&["outbox", "."])?;
    audit.close(&state, &askers, &String::from_utf8(outbox.stdout)?).await
}

/// Everybody asks, until somebody has heard a random number of lines and a random moment has passed.
/// What is left is spread over the lives that are left.
async fn ask_until_the_axe_falls(
    askers: &mut [Asker],
    lives: usize,
    random: &mut Rng,
) -> Result<()> {
    let left = askers.iter().map(Asker::left).max().unwrap_or_default();
    // Each command brings two lines: the server's word that it took it, and the answer. The mean is
    // half of the most.
    let lines = random.usize(1..=(4 * left / lives).max(1));
    let linger = Duration::from_micros(random.u64(0..2_000));
    select_all(askers.iter_mut().map(|asker| Box::pin(asker.ask(lines)))).await.0?;
    let rest = try_join_all(askers.iter_mut().map(|asker| asker.ask(usize::MAX)));
    timeout(linger, rest).await.map_or(Ok(()), |asked| asked.map(drop))
}

/// Everybody waits for the same.
async fn everybody(
    askers: &mut [Asker],
    wait: impl AsyncFn(&mut Asker) -> Result<()>,
) -> Result<()> {
    for asker in askers {
        wait(asker).await?;
    }
    Ok(())
}

fn seeded() -> Result<Rng> {
    let seed = match std::env::var("CHAOS_SEED") {
        Ok(seed) => seed.parse().context("`CHAOS_SEED` is a number")?,
        Err(_) => fastrand::u64(..),
    };
    xtask::say!("CHAOS_SEED={seed}");
    Ok(Rng::with_seed(seed))
}

fn home(server: &InspIrcd) -> Result<Home> {
    let (host, port) = (server.addr().ip(), server.addr().port());
    let rooms: Vec<String> = (0..ASKERS).map(|number| format!("#asker{number}")).collect();
    let (account, _) = ACCOUNT;
    Home::new(&format!(
        r#"
[network.irc]
server = "{host}"
port = {port}
tls = false
nick = "nuncio"
rooms = {rooms:?}
flood = {{ per_second = 0 }}

[limits]
flood_commands = 0
flood_invalid = 0

[policy]
owners = ["u:irc:{account}"]
"#
    ))
}
