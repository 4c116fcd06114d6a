//! A house in which things are changed from chat: files, a table of rows, and an audit log.

use jiff::Timestamp;
use nuncio_policy::{
    AuditNumber, Change, ChangeError, Declared, Diagnostic, Managed, Networks, Plan, Policy,
    Registry, Speaker,
};

use crate::world::{answer, lines, networks, request, speaker};

/// Everything of one bot.
pub(crate) struct House {
    declared: Declared,
    networks: Networks,
    registry: Registry,
    pub(crate) managed: Managed,
    pub(crate) policy: Policy,
    pub(crate) said: Vec<Diagnostic>,
    /// The changes that were made, as the audit log keeps them: who, when, what.
    pub(crate) log: Vec<(Option<String>, Timestamp, String)>,
}

pub(crate) fn noon() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

/// A change as it is serialised, `sudoer`'s as `{"add_sudoer": {"who": "u:irc:bob"}}`.
pub(crate) fn change(json: &str) -> Change {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

impl House {
    pub(crate) fn new(toml: &str) -> Self {
        Self::with(toml, Managed::default(), networks())
    }

    pub(crate) fn with(toml: &str, managed: Managed, networks: Networks) -> Self {
        let declared: Declared = toml::from_str(toml).unwrap();
        Self::of(declared, managed, networks, Registry::unknown())
    }

    pub(crate) fn of(
        declared: Declared,
        managed: Managed,
        networks: Networks,
        registry: Registry,
    ) -> Self {
        let compiled = Policy::compile_with(&declared, &managed, &networks, &registry, 1);
        let (policy, said) = compiled.unwrap_or_else(|said| panic!("{}", lines(&said)));
        Self { declared, networks, registry, managed, policy, said, log: Vec::new() }
    }

    /// The same rows under other files.
    pub(crate) fn under(self, toml: &str) -> Self {
        Self { log: self.log, ..Self::with(toml, self.managed, self.networks) }
    }

    /// Plans a change and makes it, as the speaker who asks for it, or as the bot itself.
    pub(crate) fn make(
        &mut self,
        who: Option<&Speaker>,
        change: Change,
        at: Timestamp,
    ) -> Result<Plan, ChangeError> {
        let plan = match who {
            Some(who) => self.policy.plan(who, change, at)?,
            None => self.policy.plan_own(change, at)?,
        };
        let audit = AuditNumber(self.log.len() as u64 + 1);
        self.managed = self.managed.apply(&plan, audit);
        let row = serde_json::to_string(plan.change()).unwrap();
        self.log.push((plan.by().map(str::to_owned), at, row));
        self.compile();
        Ok(plan)
    }

    /// Makes a change if it may be made.
    pub(crate) fn try_to(&mut self, who: Option<&Speaker>, change: Change, at: Timestamp) {
        drop(self.make(who, change, at));
    }

    fn compile(&mut self) {
        let compiled = Policy::compile_with(
            &self.declared,
            &self.managed,
            &self.networks,
            &self.registry,
            self.log.len() as u64 + 1,
        );
        (self.policy, self.said) = compiled.unwrap_or_else(|said| panic!("{}", lines(&said)));
    }

    /// What is answered to whoever asks for a change at noon: what is so then and how to undo it,
    /// or what is in the way.
    pub(crate) fn ask(&mut self, who: &str, json: &str) -> String {
        let speaker = (who != "bot").then(|| speaker(who));
        match self.make(speaker.as_ref(), change(json), noon()) {
            Ok(plan) => {
                let notes = plan.notes().iter().map(|note| format!("; {note}"));
                let undo = plan.undo().map(|undo| format!(" [{undo}]"));
                let notes: String = notes.collect();
                format!("{}{notes}{}", plan.outcome(), undo.unwrap_or_default())
            }
            Err(error) => format!("no: {error}"),
        }
    }

    /// What the audit log, read from the beginning, leads to.
    pub(crate) fn replayed(&self) -> Managed {
        let rows = self.log.iter().zip(1..);
        rows.fold(Managed::default(), |managed, ((by, at, row), number)| {
            managed.replay(&change(row), by.as_deref(), *at, AuditNumber(number))
        })
    }

    pub(crate) fn decide(
        &self,
        who: &str,
        command: &str,
        room: Option<&str>,
        level: &str,
    ) -> String {
        answer(&self.policy, request(who, command, room, level))
    }

    pub(crate) fn said(&self) -> String {
        lines(&self.said)
    }
}
