//! What is in force: read by everybody, replaced whole by the one who reloads.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use jiff::Timestamp;
use nuncio_config::Config;
use nuncio_core::event::{ArchiveState, Event, EventKind, LinkState, Question, RoomState};
use nuncio_core::house::Clock;
use nuncio_core::rules::Rules;
use nuncio_core::services::{Counters, NetworkStatus, Questions, Unarchived};
use nuncio_policy::Network;
use smol_str::SmolStr;

use crate::log::Logs;
use crate::screen::Screen;

/// What is in force.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) config: ArcSwap<Config>,
    pub(crate) rules: Arc<Rules>,
    pub(crate) logs: Logs,
    pub(crate) screen: Screen,
    pub(crate) clock: Clock,
    pub(crate) started: Timestamp,
    /// Whether the bot is about to end, so that a cut connection is no news.
    ending: AtomicBool,
    status: Mutex<Status>,
}

#[derive(Debug, Default)]
struct Status {
    counters: Counters,
    networks: BTreeMap<Network, NetworkStatus>,
    questions: Questions,
}

impl Shared {
    pub(crate) fn new(
        config: Config,
        rules: Arc<Rules>,
        logs: Logs,
        screen: Screen,
        clock: Clock,
    ) -> Self {
        Self {
            config: ArcSwap::from_pointee(config),
            rules,
            logs,
            screen,
            clock,
            started: clock.now().wall,
            ending: AtomicBool::new(false),
            status: Mutex::default(),
        }
    }

    /// Notes that the bot is about to end.
    pub(crate) fn end(&self) {
        self.ending.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Relaxed)
    }

    pub(crate) fn counters(&self) -> Counters {
        self.status(|status| status.counters)
    }

    pub(crate) fn count(&self, counters: Counters) {
        self.status(|status| status.counters = counters);
    }

    pub(crate) fn networks(&self) -> Vec<NetworkStatus> {
        self.status(|status| status.networks.values().cloned().collect())
    }

    pub(crate) fn questions(&self) -> Vec<Question> {
        self.status(|status| status.questions.open().to_vec())
    }

    pub(crate) fn add_network(&self, network: &Network, kind: &str) {
        let fresh = NetworkStatus {
            network: network.clone(),
            kind: SmolStr::new(kind),
            state: LinkState::Connecting,
            rooms: Vec::new(),
            unarchived: Unarchived::default(),
            own_name: None,
            counts: BTreeMap::new(),
        };
        self.status(|status| status.networks.insert(network.clone(), fresh));
    }

    pub(crate) fn remove_network(&self, network: &Network) {
        self.status(|status| {
            status.networks.remove(network);
            status.questions.forget(network);
        });
    }

    /// Keeps what an event says about its network.
    pub(crate) fn saw(&self, event: &Event) {
        self.status(|status| {
            let Some(network) = status.networks.get_mut(&event.network) else { return };
            status.questions.note(event);
            match &event.kind {
                EventKind::Link(state) => {
                    if *state != LinkState::Online {
                        network.rooms.clear();
                        network.unarchived = Unarchived::default();
                    }
                    network.state = state.clone();
                }
                EventKind::Counted { what, count } => {
                    network.counts.insert(what.clone(), *count);
                }
                EventKind::OwnName { room: None, name } => network.own_name = Some(name.clone()),
                EventKind::Room { room, state: RoomState::Joined }
                    if !network.rooms.contains(room) =>
                {
                    network.rooms.push(room.clone());
                }
                EventKind::Room {
                    room,
                    state: RoomState::Left { .. } | RoomState::Refused { .. },
                } => {
                    network.rooms.retain(|known| known != room);
                    network.unarchived.note(Some(room), true);
                }
                EventKind::Archive { room, state } => {
                    let is_kept = !matches!(state, ArchiveState::Absent { .. });
                    network.unarchived.note(room.as_ref(), is_kept);
                }
                _ => {}
            }
        });
    }

    fn status<T>(&self, work: impl FnOnce(&mut Status) -> T) -> T {
        work(&mut self.status.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
