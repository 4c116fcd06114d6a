//! The books of a room whose server keeps all that was said, and takes no repeat for news.
//!
//! More is promised there than elsewhere: what was said while the bot was dead comes late, and what
//! was under way is sent again under the same name. So every command ends, and ends once.

use std::{collections::BTreeMap, path::Path};

use anyhow::Result;
use nuncio_core::{event::EventKey, store::Store as _};
use nuncio_policy::Network;
use nuncio_store::SqliteStore;
use nuncio_testkit::matrix::text;
use serde_json::Value;

use super::{CUT_OFF, Kind, Report, mark, marked};

/// How the bot begins to tell of a command that it does not run late.
const LATE: &str = "I was away when you asked for";

/// What came of each command, as its server has it.
#[derive(Debug, Default)]
pub struct Ledger {
    commands: BTreeMap<usize, Entry>,
}

#[derive(Debug)]
struct Entry {
    kind: Kind,
    /// What the server calls it.
    key: String,
    answers: usize,
    cut_offs: usize,
    /// How often the asker was told that it came too late.
    late: usize,
}

impl Ledger {
    /// Reads a room's events, oldest first.
    pub fn read(history: &[Value], bot: &str) -> Self {
        let mut ledger = Self::default();
        for event in history.iter().filter(|event| text(event, "/type") == "m.room.message") {
            let (body, key) = (text(event, "/content/body"), text(event, "/event_id"));
            if text(event, "/sender") == bot {
                ledger.heard(body, text(event, "/content/m.relates_to/m.in_reply_to/event_id"));
            } else if let Some(number) = marked(body) {
                let (kind, key) = (Kind::of(number), key.to_owned());
                let entry = Entry { kind, key, answers: 0, cut_offs: 0, late: 0 };
                ledger.commands.insert(number, entry);
            }
        }
        ledger
    }

    fn heard(&mut self, body: &str, about: &str) {
        if let Some(number) = marked(body) {
            if let Some(entry) = self.commands.get_mut(&number) {
                entry.answers += 1;
            }
        } else if let Some(entry) = self.commands.values_mut().find(|entry| entry.key == about) {
            entry.cut_offs += usize::from(body.starts_with(CUT_OFF));
            entry.late += usize::from(body.starts_with(LATE));
        }
    }

    /// What a [`Kind::Set`] sets: a key of the configuration of its own, and of no effect.
    pub fn setting(number: usize) -> String {
        format!("room.\"r:matrix:!{}:localhost\".prefix", mark(number))
    }

    /// Compares with the bot's books, once it has ended in good order. `outbox` is what
    /// `nuncio outbox` prints.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn close(&self, state: &Path, outbox: &str, kills: usize) -> Result<Report> {
        let store = SqliteStore::open_to_read(state)?;
        let settings = store.settings().await?;
        let network: Network = "matrix".parse()?;
        let mut report = Report { kills, asked: self.commands.len(), ..Report::default() };
        for row in outbox.lines().filter(|row| row.starts_with("matrix/")) {
            report.violations.push(format!("it is in the outbox for ever: {row}"));
        }
        for (number, entry) in &self.commands {
            let key = EventKey::new(entry.key.as_str());
            let is_journalled = store.journalled(&network, &key).await?.is_some();
            let setting = Self::setting(*number);
            let is_set = settings.iter().any(|set| set.key == setting);
            report.acknowledged += usize::from(is_journalled);
            *report.tallies.entry(entry.tally()).or_default() += 1;
            if let Some(wrong) = entry.wrong(is_journalled, is_set) {
                report.violations.push(format!("{number} ({entry:?}): {wrong}"));
            }
        }
        store.close().await;
        Ok(report)
    }
}

impl Entry {
    /// What must not be.
    fn wrong(&self, is_journalled: bool, is_set: bool) -> Option<&'static str> {
        let Self { kind, answers, cut_offs, late, .. } = *self;
        let endings = answers + cut_offs + late;
        // What changes something is left out in silence where it comes late.
        let is_left_out = kind == Kind::Set && endings == 0;
        match kind {
            _ if endings > 1 => Some("it ended more than once"),
            Kind::Echo if answers == 0 => {
                Some("it may be run again and late, and was not answered")
            }
            Kind::Say if endings == 0 => Some("nothing came of it"),
            Kind::Set if is_set != (answers == 1) => Some("it says other than it did"),
            _ if !is_journalled && !is_left_out => Some("it ended, and is not journalled"),
            _ => None,
        }
    }

    fn tally(&self) -> &'static str {
        let Self { answers, cut_offs, late, .. } = *self;
        match (answers, cut_offs, late) {
            (1.., ..) => "answered",
            (_, 1.., _) => "cut off, and the asker was told",
            (.., 1..) => "said while nobody was there, and the asker was told",
            _ => "said while nobody was there, and left out as it declares",
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(id: &str, sender: &str, body: &str, about: &str) -> Value {
        let relation = json!({ "m.in_reply_to": { "event_id": about } });
        let content = json!({ "body": body, "m.relates_to": relation });
        json!({ "type": "m.room.message", "event_id": id, "sender": sender, "content": content })
    }

    #[test]
    fn every_command_ends_once() {
        let ask = |number: usize| {
            let words = Kind::of(number).words(number, &Ledger::setting(number));
            said(&format!("${number}"), "@ann:x", &words, "")
        };
        let by_bot = |body: &str, about: &str| said("$x", "@bot:x", body, about);
        let history = [
            ask(4),
            by_bot("number-4-", "$4"),
            ask(1),
            by_bot(&format!("{CUT_OFF} say."), "$1"),
            ask(2),
            ask(5),
            by_bot("number-5-", "$5"),
            by_bot("number-5-", "$5"),
            ask(6),
            ask(10),
            ask(20),
            by_bot("`room.number-20-` is `+` now.", "$20"),
        ];
        let ledger = Ledger::read(&history, "@bot:x");
        let wrong = |number: usize, journalled, set| {
            let entry = ledger.commands.get(&number).expect("it was asked");
            entry.wrong(journalled, set).is_some()
        };
        assert!(!wrong(4, true, false) && wrong(4, false, false), "journalled");
        assert!(!wrong(1, true, false), "told of");
        assert!(wrong(2, true, false), "lost");
        assert!(wrong(5, true, false), "doubled");
        assert!(wrong(6, true, false), "lost");
        assert!(!wrong(10, false, false) && wrong(10, true, true), "left out");
        assert!(!wrong(20, true, true) && wrong(20, true, false), "set");
    }
}
