//! The bot's books against the askers'.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::Path,
};

use anyhow::Result;
use nuncio_core::{
    event::EventKey,
    store::{SettingWrite, Store as _},
};
use nuncio_policy::Network;
use nuncio_store::SqliteStore;

use super::{Asker, Command, Kind};

/// What was acknowledged so far: the commands whose journal row was committed at some time.
#[derive(Debug)]
pub struct Audit {
    network: Network,
    acknowledged: BTreeSet<usize>,
    /// The keys of the commands that a kill cut off.
    cut_off: BTreeSet<String>,
    kills: usize,
}

/// What came of it all.
#[derive(Debug, Default)]
pub struct Report {
    /// What must not be, a line each.
    pub violations: Vec<String>,
    /// How often the bot was killed.
    pub kills: usize,
    /// How many commands were asked.
    pub asked: usize,
    /// How many were acknowledged.
    pub acknowledged: usize,
    /// What else came of commands, and of how many.
    pub tallies: BTreeMap<&'static str, usize>,
}

impl Audit {
    /// Books for a network of the bot's.
    ///
    /// # Errors
    /// When a network cannot be called that.
    pub fn of(network: &str) -> Result<Self> {
        let (acknowledged, cut_off) = (BTreeSet::new(), BTreeSet::new());
        Ok(Self { network: network.parse()?, acknowledged, cut_off, kills: 0 })
    }

    /// Opens the database after a kill, notes what is journalled, and returns the keys of the
    /// commands that were cut off.
    ///
    /// # Errors
    /// When the database cannot be read, which a kill must not bring about.
    pub async fn killed(&mut self, state: &Path, askers: &[Asker]) -> Result<Vec<String>> {
        self.kills += 1;
        let store = SqliteStore::open_to_read(state)?;
        for command in commands(askers)? {
            if self.is_journalled(&store, command).await? {
                self.acknowledged.insert(command.number);
            }
        }
        let interrupted = store.interrupted().await?;
        store.close().await;
        let keys: Vec<_> = interrupted.iter().map(|row| row.key.as_str().to_owned()).collect();
        self.cut_off.extend(keys.iter().cloned());
        Ok(keys)
    }

    /// Opens the database once the bot has ended in good order, and compares. `outbox` is what
    /// `nuncio outbox` prints.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn close(mut self, state: &Path, askers: &[Asker], outbox: &str) -> Result<Report> {
        let store = SqliteStore::open_to_read(state)?;
        let settings = store.settings().await?;
        let mut report = Report { kills: self.kills, ..Report::default() };
        for asker in askers {
            // Commits are in order: what was answered before a write that was answered in the same
            // life is written.
            let writes = asker.commands()?.filter(|one| one.kind == Kind::Set && one.answers > 0);
            let written: BTreeMap<_, _> = writes.map(|one| (one.life, one.number)).collect();
            for command in asker.commands()? {
                let journalled = self.is_journalled(&store, command).await?;
                let forgotten = self.acknowledged.contains(&command.number) && !journalled;
                if journalled {
                    self.acknowledged.insert(command.number);
                }
                let cut_off = command.key.as_ref().is_some_and(|key| self.cut_off.contains(key));
                let ending = Ending {
                    journalled,
                    cut_off,
                    forgotten,
                    must_be_written: written.get(&command.life) >= Some(&command.number),
                    is_set: is_set(&settings, command),
                    rows: rows(outbox, &self.network, command),
                };
                report.asked += 1;
                ending.judge(command, &mut report);
            }
        }
        report.acknowledged = self.acknowledged.len();
        store.close().await;
        Ok(report)
    }

    async fn is_journalled(&self, store: &SqliteStore, command: &Command) -> Result<bool> {
        let Some(key) = &command.key else { return Ok(false) };
        Ok(store.journalled(&self.network, &EventKey::new(key)).await?.is_some())
    }
}

fn commands(askers: &[Asker]) -> Result<Vec<&Command>> {
    let books: Result<Vec<_>> = askers.iter().map(Asker::commands).collect();
    Ok(books?.into_iter().flatten().collect())
}

fn is_set(settings: &[SettingWrite], command: &Command) -> bool {
    let key = command.setting();
    settings.iter().any(|setting| setting.key == key)
}

/// How the outputs of a command that have not arrived stand.
fn rows<'a>(outbox: &'a str, network: &Network, command: &Command) -> Vec<&'a str> {
    let Some(key) = &command.key else { return Vec::new() };
    // `#` ends the key of an answer, `/` that of the word that a command was cut off.
    let names = [format!("{network}/{key}#"), format!("{network}/{key}/")];
    let is_its = |line: &&str| names.iter().any(|name| line.starts_with(name));
    outbox.lines().filter(is_its).map(|line| line.split('\t').nth(3).unwrap_or_default()).collect()
}

/// How a command ended, by the bot's books.
#[expect(clippy::struct_excessive_bools, reason = "each is a line of the books")]
struct Ending<'a> {
    journalled: bool,
    cut_off: bool,
    forgotten: bool,
    must_be_written: bool,
    is_set: bool,
    rows: Vec<&'a str>,
}

impl Ending<'_> {
    fn judge(&self, command: &Command, report: &mut Report) {
        let Command { number, kind, answers, cut_offs, .. } = *command;
        let told = answers + cut_offs;
        let rows = self.rows.len();
        let mut wrong = |what: &str| {
            report.violations.push(format!(
                "{number} ({kind:?}; {answers} answers, told {cut_offs} times that it was cut off, \
                 {rows} rows in the outbox): {what}"
            ));
        };
        if self.forgotten {
            wrong("it was journalled once, and is not any more");
        }
        if told > 1 || rows > 1 {
            wrong("it ended more than once");
        }
        if self.rows.iter().any(|row| !row.starts_with("dead: ")) {
            wrong("its row in the outbox does not say why");
        }
        let in_doubt = self.rows.iter().any(|row| row.starts_with("dead: in doubt"));
        if told == 1 && rows == 1 && !in_doubt {
            wrong("it arrived, and its row in the outbox says that it did not");
        }
        if self.journalled && told == 0 && rows == 0 {
            wrong("it is journalled, and nothing came of it");
        }
        if !self.journalled && answers > 0 && self.must_be_written {
            wrong("it was answered before a write that was answered, and is not journalled");
        }
        if kind == Kind::Set && self.is_set != (self.journalled && !self.cut_off) {
            wrong("what it wrote and its journal row do not agree");
        }
        *report.tallies.entry(self.tally(command, in_doubt)).or_default() += 1;
    }

    /// What came of a command, in words.
    fn tally(&self, command: &Command, in_doubt: bool) -> &'static str {
        let Command { answers, cut_offs, .. } = *command;
        match (self.journalled, answers, cut_offs, in_doubt) {
            (true, 1.., _, true) => {
                "journalled and answered; the kill came before the receipt was written, so that \
                 the outbox has it as in doubt"
            }
            (true, 1.., _, _) => "journalled and answered",
            (true, 0, 1.., _) => "journalled, cut off, and the asker was told",
            (true, ..) => "journalled; the outbox says why no answer came",
            (false, 1.., ..) => {
                "answered, never journalled: the kill came while the row was being written, which \
                 the answer of a command that wrote nothing does not wait for"
            }
            (false, ..) => {
                "never journalled, never answered: the kill came before, or it was asked \
                            while nobody was there"
            }
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { violations, kills, asked, acknowledged, tallies } = self;
        writeln!(f, "{asked} commands, {acknowledged} acknowledged; {kills} kills")?;
        for (what, count) in tallies {
            writeln!(f, "{count:5}  {what}")?;
        }
        write!(f, "{} violations", violations.len())?;
        violations.iter().try_for_each(|violation| write!(f, "\n  {violation}"))
    }
}
