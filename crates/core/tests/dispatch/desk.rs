//! A dispatcher on a desk: tests say what happens, and read what it wants done as a log.

use std::sync::Arc;
use std::time::Duration;

use nuncio_core::catalogue::Catalogue;
use nuncio_core::command::{Command, CommandTree, Kind, Late, Parameter, Repeat, Signature};
use nuncio_core::content::Content;
use nuncio_core::dispatch::{
    CallId, CommitId, Dispatcher, Effect, FloodLimits, Input, Limits, Manners, Notice,
};
use nuncio_core::event::{Event, EventKey, EventKind, Form, LinkState, Message, Timing};
use nuncio_core::features::{Features, Support};
use nuncio_core::moment::Moment;
use nuncio_core::place::{Address, Place};
use nuncio_core::plugin::{Effects, Failure, Handler, Reply, Watcher};
use nuncio_core::scoped::Scoped;
use nuncio_core::store::{JournalState, OutboxState, WriteSet};
use nuncio_policy::{
    CaseMapping, CommandId, Declared, Level, Network, Networks, Policy, Registry, RoomId, RowWrite,
    Speaker, Trust, UserId,
};

/// A dispatcher with commands: `ping` (everyone, safe to repeat), `write` (everyone, once),
/// `confide NAME PASSWORD` (everyone, in private)
/// and `shell` and `other` (sudo); and one network, `irc`.
pub(crate) struct Desk {
    pub(crate) dispatcher: Dispatcher,
    pub(crate) now: Moment,
    events: u32,
    generation: u64,
    pub(crate) calls: Vec<(CallId, String)>,
    pub(crate) commits: Vec<(CommitId, WriteSet)>,
    pub(crate) deliveries: Vec<Arc<nuncio_core::store::OutboxRow>>,
}

pub(crate) fn network() -> Network {
    "irc".parse().unwrap()
}

pub(crate) fn user(name: &str) -> UserId {
    UserId::new(&network(), name, CaseMapping::Rfc1459).unwrap()
}

pub(crate) fn speaker(name: &str) -> Speaker {
    Speaker::verified(user(name))
}

pub(crate) fn room(name: &str) -> Place {
    Place::Room(RoomId::new(&network(), name, CaseMapping::Rfc1459).unwrap())
}

pub(crate) fn private(name: &str) -> Place {
    Place::private(network(), Address::new(name))
}

fn command(path: &str, level: Level) -> Command {
    let mut command = Command::new(CommandId::new("test", path).unwrap(), "For tests.");
    command.level = level;
    command
}

fn confide() -> Command {
    let parameters = [("name", Kind::Word), ("password", Kind::Secret)]
        .map(|(name, kind)| Parameter::new(name, kind));
    let signature = Signature::new(parameters.into()).unwrap();
    Command { private: true, signature, ..command("confide", Level::Everyone) }
}

pub(crate) fn catalogue() -> Catalogue {
    let safe =
        Command { repeat: Repeat::Safe, late: Late::Run, ..command("ping", Level::Everyone) };
    let slow = Command {
        cooldown: Some(Duration::from_secs(10)),
        repeat: Repeat::Safe,
        ..command("slow", Level::Everyone)
    };
    let commands = [
        safe,
        slow,
        command("write", Level::Everyone),
        confide(),
        command("shell", Level::Sudo),
        command("other", Level::Sudo),
    ];
    let tree = CommandTree::build(commands, []).unwrap();
    Catalogue {
        commands: Arc::new(tree),
        watchers: vec![(
            CommandId::new("test", "karma").unwrap(),
            Watcher {
                path: "karma".into(),
                level: Level::Sudo,
                matches: |text| text.ends_with("++"),
            },
        )],
        handlers: vec![(
            CommandId::new("test", "greet").unwrap(),
            Handler {
                path: "greet".into(),
                level: Level::Sudo,
                wants: |event| matches!(event.kind, EventKind::Membership(_)),
            },
        )],
        trusted: ["test".into()].into_iter().collect(),
    }
}

pub(crate) fn policy(generation: u64, bw_list: &str) -> Policy {
    let text = format!(
        r#"{{"bw_list": {bw_list:?}, "sudoers": ["u:irc:ann"], "owners": ["u:irc:root"]}}"#
    );
    let declared: Declared = serde_json::from_str(&text).unwrap();
    Policy::compile(&declared, &Networks::new(), &Registry::unknown(), generation).unwrap().0
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self::with(Limits::default())
    }

    /// Nothing is a flood here.
    pub(crate) fn with(limits: Limits) -> Self {
        Self::wary(Limits { floods: FloodLimits::OFF, ..limits })
    }

    /// With floods as the limits have them.
    pub(crate) fn wary(limits: Limits) -> Self {
        let manners = Manners {
            prefix: Scoped::everywhere("!".into()),
            by_name: Scoped::everywhere(true),
            answer_unknown: Scoped::everywhere(false),
            name: "nuncio".into(),
        };
        let dispatcher = Dispatcher::new(policy(1, ""), Arc::new(catalogue()), manners, limits);
        let wall = "2026-11-22T12:00:00Z".parse().unwrap();
        let now = Moment { wall, uptime: Duration::ZERO };
        let mut desk = Self {
            dispatcher,
            now,
            events: 0,
            generation: 1,
            calls: Vec::new(),
            commits: Vec::new(),
            deliveries: Vec::new(),
        };
        desk.tell(Input::Network {
            network: network(),
            features: Features { files: Support::Native, ..Features::default() },
            machine: false,
        });
        desk.link(LinkState::Online);
        desk
    }

    /// Takes a step, and keeps and logs what it wants done.
    pub(crate) fn tell(&mut self, input: Input) -> Vec<String> {
        let mut effects = Vec::new();
        self.dispatcher.step(input, self.now, &mut effects);
        effects.into_iter().map(|effect| self.keep(effect)).collect()
    }

    fn keep(&mut self, effect: Effect) -> String {
        match effect {
            Effect::Run { call, permit, .. } => {
                let log = format!("run {} for {}", permit.command(), permit.speaker());
                self.calls.push((call, permit.command().to_string()));
                log
            }
            Effect::Commit { commit, set, .. } => {
                let log = describe(&set);
                self.commits.push((commit, set));
                log
            }
            Effect::Deliver { row, .. } => {
                let log = format!("deliver to {}: {}", row.draft.output.to, said(&row));
                self.deliveries.push(row);
                log
            }
            Effect::Order(order) => format!("order {order:?}"),
            Effect::Report(Notice::CallFailed { why, .. }) => format!("report failed: {why}"),
            Effect::Report(Notice::NotCommitted { why }) => format!("report not written: {why}"),
            Effect::Report(Notice::Undelivered { why, .. }) => format!("report undelivered: {why}"),
            other => format!("{other:?}"),
        }
    }

    pub(crate) fn event(&mut self, timing: Timing, kind: EventKind) -> Vec<String> {
        self.events += 1;
        let key = EventKey::new(format!("e{}", self.events));
        self.tell(Input::Event(Event {
            network: network(),
            key,
            at: self.now.wall,
            timing,
            mark: None,
            kind,
        }))
    }

    pub(crate) fn link(&mut self, state: LinkState) -> Vec<String> {
        self.event(Timing::Live, EventKind::Link(state))
    }

    pub(crate) fn says(&mut self, name: &str, place: Place, text: &str) -> Vec<String> {
        let said = message(name, place, text);
        self.event(Timing::Live, EventKind::Message(said))
    }

    /// Ends the oldest call that runs with an answer.
    pub(crate) fn answers(&mut self, text: &str) -> Vec<String> {
        let effects =
            Effects { replies: vec![Reply::from(Content::text(text))], ..Effects::default() };
        self.ends(Ok(effects))
    }

    pub(crate) fn ends(&mut self, result: Result<Effects, Failure>) -> Vec<String> {
        let (call, _) = self.calls.remove(0);
        self.tell(Input::Finished { call, result })
    }

    /// Commits the oldest write set that waits.
    pub(crate) fn commit(&mut self) -> Vec<String> {
        let (commit, _) = self.commits.remove(0);
        self.tell(Input::Committed { commit, result: Ok(()) })
    }

    pub(crate) fn commit_all(&mut self) -> Vec<String> {
        let mut log = Vec::new();
        while !self.commits.is_empty() {
            log.extend(self.commit());
        }
        log
    }

    /// Settles the oldest delivery.
    pub(crate) fn settle(&mut self, receipt: nuncio_core::receipt::Receipt) -> Vec<String> {
        let row = self.deliveries.remove(0);
        self.tell(Input::Settled(nuncio_core::delivery::Settled { key: row.key.clone(), receipt }))
    }

    pub(crate) fn rules(&mut self, bw_list: &str) -> Vec<String> {
        self.generation += 1;
        self.tell(Input::Policy(policy(self.generation, bw_list)))
    }

    /// Other files, as JSON.
    pub(crate) fn declare(&mut self, declared: &str) -> Vec<String> {
        self.generation += 1;
        let declared: Declared = serde_json::from_str(declared).unwrap();
        let networks = Networks::new().with(network(), CaseMapping::Rfc1459, Trust::Account);
        let registry = Registry::unknown();
        let policy = Policy::compile(&declared, &networks, &registry, self.generation).unwrap().0;
        self.tell(Input::Policy(policy))
    }

    pub(crate) fn wait(&mut self, length: Duration) -> Vec<String> {
        self.now = self.now.after(length);
        self.tell(Input::Tick)
    }
}

pub(crate) fn message(name: &str, place: Place, text: &str) -> Message {
    Message {
        id: None,
        speaker: speaker(name),
        name: name.into(),
        place,
        reply_to: None,
        form: Form::Text,
        own: false,
        text: text.into(),
        content: None,
        files: Vec::new(),
    }
}

fn said(row: &nuncio_core::store::OutboxRow) -> String {
    match &row.draft.output.action {
        nuncio_core::action::Action::Say { content, .. } => content.to_plain(),
        other => format!("{other:?}"),
    }
}

fn describe(set: &WriteSet) -> String {
    let mut parts = Vec::new();
    if let Some(row) = &set.journal {
        let state = if row.state == JournalState::Done { "done" } else { "started" };
        parts.push(format!("{} {state}", row.command));
    }
    parts.extend(set.outputs.iter().map(|row| format!("output {}", state(&row.state))));
    parts.extend(set.moves.iter().map(|change| match &change.to {
        None => "arrived".to_owned(),
        Some(to) => format!("moved to {}", state(to)),
    }));
    parts.extend(
        set.values.iter().map(|write| format!("value {}.{}", write.scope.as_str(), write.key)),
    );
    parts.extend(set.managed.iter().map(|write| match write {
        RowWrite::Put { key, .. } => format!("put {key}"),
        RowWrite::Delete { key } => format!("delete {key}"),
    }));
    parts.extend(set.settings.iter().map(|write| format!("setting {}", write.key)));
    parts.extend(
        set.audit.iter().map(|row| format!("audit {} {} {}", row.who, row.outcome, row.what)),
    );
    parts.extend(set.cursors.iter().map(|write| match &write.to {
        Some((at, _)) => format!("cursor {} at {}", write.source, at.as_str()),
        None => format!("no cursor {}", write.source),
    }));
    format!("commit {}", parts.join(", "))
}

fn state(state: &OutboxState) -> String {
    match state {
        OutboxState::Queued => "queued".into(),
        OutboxState::Handed => "handed".into(),
        OutboxState::Dead { why } => format!("dead ({why})"),
    }
}
