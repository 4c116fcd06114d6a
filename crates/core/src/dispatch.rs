//! The dispatcher: one owner of state, a pure step `(Input, now) -> effects`.
//!
//! It never waits, reads no clock and does no I/O: [`crate::house`] feeds it and carries out what
//! it asks for. What one person says in one place is handled one after another; different people
//! or places side by side. Replies leave in commit order per destination.

mod asked;
mod change;
mod commit;
mod cooldown;
mod cursors;
mod finish;
mod flood;
mod hear;
mod held;
mod io;
mod lanes;
mod notes;
mod obey;
mod outbox;
mod query;
mod send;
mod sessions;
mod start;
mod tallies;
mod waiting;
mod words;

use std::sync::Arc;
use std::time::Duration;

use nuncio_policy::{AuditNumber, Network, Policy, RoomId, Sessions};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

pub use flood::{Allowance, FloodLimits};
pub use io::{CallId, CommitId, Effect, Impulse, Input, Limits, Manners, Notice, Seed};

use crate::catalogue::Catalogue;
use crate::cursor::Cursor;
use crate::event::{Event, EventKey, EventKind, LinkState};
use crate::moment::Moment;
use crate::place::Place;
use crate::services::Counters;
use crate::store::{OutboxRow, WriteSet};

/// The dispatcher. See the module's documentation.
#[derive(Debug)]
pub struct Dispatcher {
    policy: Policy,
    catalogue: Arc<Catalogue>,
    manners: Manners,
    limits: Limits,
    networks: FxHashMap<Network, Names>,
    lanes: lanes::Lanes,
    calls: FxHashMap<CallId, start::Running>,
    /// How many calls begin as soon as it is written that they do.
    starting: usize,
    // INVARIANT: the keys of all events that are waiting, running or being committed; each holds
    // back the cursor of its archive, if it has a mark.
    active: FxHashMap<(Network, EventKey), Option<cursors::Hold>>,
    cursors: cursors::Cursors,
    /// The mark of the event that is being heard.
    hearing: Option<cursors::Hold>,
    cooldowns: cooldown::Cooldowns,
    tallies: tallies::Tallies,
    floods: flood::Floods,
    sessions: Sessions,
    outbox: outbox::Outbox,
    commits: FxHashMap<CommitId, commit::Pending>,
    changes: change::Changes,
    /// The number of the latest row of the audit log.
    audited: AuditNumber,
    counters: Counters,
    next: u64,
}

/// What a network calls us.
#[derive(Debug, Default)]
struct Names {
    machine: bool,
    everywhere: Option<SmolStr>,
    rooms: FxHashMap<RoomId, SmolStr>,
}

impl Dispatcher {
    /// A dispatcher that has heard nothing yet.
    pub fn new(
        policy: Policy,
        catalogue: Arc<Catalogue>,
        manners: Manners,
        limits: Limits,
    ) -> Self {
        Self {
            changes: change::Changes::of(&policy),
            sessions: Sessions::new(sessions::limit(limits.session)),
            policy,
            catalogue,
            manners,
            limits,
            networks: FxHashMap::default(),
            lanes: lanes::Lanes::default(),
            calls: FxHashMap::default(),
            starting: 0,
            active: FxHashMap::default(),
            cursors: cursors::Cursors::default(),
            hearing: None,
            cooldowns: cooldown::Cooldowns::default(),
            tallies: tallies::Tallies::default(),
            floods: flood::Floods::default(),
            outbox: outbox::Outbox::default(),
            commits: FxHashMap::default(),
            audited: AuditNumber::default(),
            counters: Counters::default(),
            next: 0,
        }
    }

    /// Takes one input and says what it wants done because of it.
    pub fn step(&mut self, input: Input, now: Moment, effects: &mut Vec<Effect>) {
        match input {
            Input::Event(event) => self.hear(event, now, effects),
            Input::Late { event, handled } => self.hear_late(event, handled, now, effects),
            Input::Unheard(event) => self.leave_out(event),
            Input::Attempt(impulse) => self.heed(*impulse, now, effects),
            Input::Finished { call, result } => self.finish(call, result, now, effects),
            Input::Query { call, number, query } => self.query(call, number, query, now, effects),
            Input::Committed { commit, result } => self.committed(commit, &result, now, effects),
            Input::Settled(settled) => self.settled(settled, now, effects),
            Input::Network { network, features, machine } => {
                self.networks.entry(network.clone()).or_default().machine = machine;
                self.outbox.configure(network, features);
            }
            Input::NoNetwork(network) => {
                self.networks.remove(&network);
                self.lose_all(&network);
                let dead = self.outbox.remove(&network);
                self.bury(dead, send::GONE, effects);
            }
            Input::Policy(policy) => self.adopt(policy),
            Input::Catalogue(catalogue) => self.catalogue = catalogue,
            Input::Manners(manners) => self.manners = *manners,
            // The networks' queues were made for the window that there was at the start.
            Input::Limits(limits) => {
                self.limits = Limits { window: self.limits.window, ..limits };
                self.sessions.set_limit(sessions::limit(limits.session));
            }
            Input::Restored { outbox, interrupted, audited, cursors } => {
                self.audited = audited;
                self.cursors.restore(cursors);
                self.restore(outbox, interrupted, now, effects);
            }
            Input::Resend(row) => self.resend(*row, now, effects),
            Input::Discard(key) => self.discard(key, effects),
            Input::Tick => self.tick(now, effects),
            Input::Close => self.write_cursors(effects),
        }
        self.outbox.plan_sweep(self.limits.outbox_life, now.uptime);
        self.plan_expiry(now);
    }

    /// The policy in force.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Whether a plugin is one of the standard ones.
    pub(crate) fn trusts(&self, plugin: &str) -> bool {
        self.catalogue.trusted.contains(plugin)
    }

    /// When [`Input::Tick`] is wanted next, as uptime.
    pub fn wake_at(&self) -> Option<Duration> {
        let outbox = self.outbox.wake_at(self.limits.window);
        let others = self.tallies.next_end().into_iter().chain(self.changes.wake_at());
        outbox.into_iter().chain(others).chain(self.cursors.due()).min()
    }

    /// How far the archives of a network are settled.
    pub fn cursors(&self, network: &Network) -> Vec<Cursor> {
        self.cursors.of(network)
    }

    /// What was on its way to a network when the process was killed, and is not settled yet.
    pub fn doubtful(&self, network: &Network) -> Vec<Arc<OutboxRow>> {
        self.outbox.doubtful(network)
    }

    /// Whether nothing is waiting, running, being committed or under way to a network.
    pub fn is_idle(&self) -> bool {
        self.calls.is_empty() && self.commits.is_empty() && self.outbox.in_flight() == 0
    }

    /// What was counted since the start.
    pub fn counters(&self) -> Counters {
        Counters { waiting: self.outbox.waiting() as u64, ..self.counters }
    }

    /// The number of the next row of the audit log.
    fn next_audit(&self) -> AuditNumber {
        AuditNumber(self.audited.0.saturating_add(1))
    }

    fn number(&mut self) -> u64 {
        self.next = self.next.wrapping_add(1);
        self.next
    }

    /// Asks for a commit; what waits for it is kept until it is answered.
    fn commit(
        &mut self,
        mut set: WriteSet,
        pending: commit::Pending,
        effects: &mut Vec<Effect>,
    ) -> CommitId {
        for row in &mut set.audit {
            self.audited = self.next_audit();
            row.number = self.audited;
        }
        let commit = CommitId(self.number());
        set.cursors = self.cursors.take(commit);
        let awaited = pending.is_awaited();
        self.commits.insert(commit, pending);
        effects.push(Effect::Commit { commit, set, awaited });
        commit
    }

    /// Writes how far archives are settled, where that changed.
    fn write_cursors(&mut self, effects: &mut Vec<Effect>) {
        if self.cursors.due().is_some() {
            self.commit(WriteSet::default(), commit::Pending::Nothing, effects);
        }
    }

    /// Something that an event set off is settled: it waits, runs and is being committed no more.
    fn put_away(&mut self, name: &(Network, EventKey), now: Moment) {
        if let Some(Some(hold)) = self.active.remove(name) {
            self.cursors.release(&hold, now.uptime);
        }
    }

    /// What an event says about the network itself, whoever caused it.
    fn note(&mut self, event: &Event, now: Moment, effects: &mut Vec<Effect>) {
        match &event.kind {
            EventKind::OwnName { room: None, name } => {
                self.networks.entry(event.network.clone()).or_default().everywhere =
                    Some(name.clone());
            }
            EventKind::OwnName { room: Some(room), name } => {
                let names = self.networks.entry(event.network.clone()).or_default();
                names.rooms.insert(room.clone(), name.clone());
            }
            EventKind::Features { room: None, features } => {
                self.outbox.configure(event.network.clone(), *features);
            }
            EventKind::Gone(presences) => self.lose(&event.network, presences),
            EventKind::Link(state) => {
                self.lose_all(&event.network);
                self.outbox.set_online(&event.network, *state == LinkState::Online);
                self.drain(&event.network, now, effects);
            }
            _ => {}
        }
    }

    /// What we are called at a place.
    fn own_name(&self, place: &Place) -> &SmolStr {
        let names = self.networks.get(place.network());
        let in_room = names.and_then(|names| names.rooms.get(place.room()?));
        in_room.or_else(|| names?.everywhere.as_ref()).unwrap_or(&self.manners.name)
    }
}
