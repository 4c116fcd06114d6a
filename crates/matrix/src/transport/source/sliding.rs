//! Simplified sliding sync (MSC4186): one list of all rooms, so that nothing slides.
//!
//! The library keeps the server's position in its store, as it does for `/sync`. A server forgets a
//! position sooner or later, and then tells of each room anew. No position says anything of one
//! room, and so we keep the last event that each told.

use std::{
    collections::HashMap,
    fmt,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::StreamExt as _;
use matrix_sdk::{
    Client, SlidingSync, SlidingSyncList, SlidingSyncMode,
    deserialized_responses::TimelineEvent,
    ruma::{
        EventId, OwnedEventId, OwnedRoomId, RoomId,
        api::{
            FeatureFlag,
            client::{
                membership::joined_rooms,
                presence::set_presence,
                sync::sync_events::v5::request::{AccountData, E2EE, ToDevice},
            },
        },
        events::StateEventType,
        presence::PresenceState,
    },
    sliding_sync::PollTimeout,
    sync::RoomUpdates,
};
use tokio::{
    sync::broadcast::{self, error::TryRecvError},
    time::{Instant, timeout},
};

use super::{Synced, TIMELINE, sent::Inbox, since};
use crate::transport::{failure::Failure, gap::From, login::PATIENCE};

/// What the connection is called: the server keeps one position for each name and device.
const NAME: &str = "nuncio";

/// Under which the library's store keeps that we have asked in this way before.
const ASKED: &str = "nuncio.sliding";

/// The last room of the list. Nobody is in more.
const LAST_ROOM: u32 = 99_999;

/// How long the server may let us wait for something to happen: less than the half minute after
/// which it takes for gone whoever does not show himself.
const POLL: Duration = Duration::from_secs(20);

/// How long the server may take to hear that we are there.
const A_MOMENT: Duration = Duration::from_secs(3);

/// A connection, and what it does not keep itself.
pub(in crate::transport) struct Sliding {
    sync: SlidingSync,
    /// What the library made of each answer.
    updates: broadcast::Receiver<RoomUpdates>,
    /// What is sent to our device.
    inbox: Inbox,
    /// Whether the server is to wait.
    waits: Arc<AtomicBool>,
    goes_on: bool,
    /// The last event that each room told.
    last: HashMap<OwnedRoomId, OwnedEventId>,
    /// Whether the library may have something to say to other devices because of the last answer. It
    /// says so with the next question, and a verification goes on when that is answered: so the
    /// server is not to wait. What is said in a room wakes it.
    owes: bool,
    /// When we showed ourselves.
    shown: Option<Instant>,
}

impl fmt::Debug for Sliding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sliding").field("goes_on", &self.goes_on).finish_non_exhaustive()
    }
}

impl Sliding {
    pub(super) async fn new(client: &Client) -> Result<Self, Failure> {
        let supported = client.supported_versions().await;
        if supported.is_ok_and(|supported| !supported.features.contains(&FeatureFlag::Msc4186)) {
            let why = "the homeserver has no sliding sync (MSC4186): use `sync = \"classic\"`";
            return Err(Failure::Refused(why.to_owned()));
        }
        let asked = client.state_store().get_custom_value(ASKED.as_bytes()).await;
        let asked = asked.map_err(|error| Failure::Refused(error.to_string()))?;
        let waits = Arc::new(AtomicBool::new(false));
        let sync = client
            .sliding_sync(NAME)?
            .add_list(all(Arc::clone(&waits)))
            .with_e2ee_extension(on(|it: &mut E2EE| it.enabled = Some(true)))
            .with_to_device_extension(on(|it: &mut ToDevice| it.enabled = Some(true)))
            .with_account_data_extension(on(|it: &mut AccountData| it.enabled = Some(true)))
            .poll_timeout(POLL)
            .network_timeout(PATIENCE)
            .share_pos();
        Ok(Self {
            sync: Box::pin(sync.build()).await?,
            updates: client.subscribe_to_all_room_updates(),
            inbox: Inbox::new(client),
            waits,
            goes_on: asked.is_some(),
            last: HashMap::new(),
            owes: false,
            shown: None,
        })
    }

    pub(super) fn goes_on(&self) -> bool {
        self.goes_on
    }

    pub(super) async fn ask(&mut self, client: &Client, is_first: bool) -> Result<Synced, Failure> {
        self.show(client).await;
        let owes = std::mem::take(&mut self.owes);
        self.waits.store(!is_first && !owes, Ordering::Relaxed);
        // Before the sync: what that tells is told once, and a failure after it would lose it.
        let here = if is_first { Some(joined(client).await?) } else { None };
        {
            let mut syncs = pin!(self.sync.sync());
            match syncs.next().await {
                Some(done) => done?,
                None => return Err(Failure::Unsent("the sync was stopped".to_owned())),
            };
        }
        let rooms = match self.updates.try_recv() {
            Ok(rooms) => rooms,
            Err(TryRecvError::Empty) => RoomUpdates::default(),
            Err(error) => return Err(Failure::Doubt(error.to_string())),
        };
        let since = since(self.goes_on, is_first);
        let mut known = HashMap::new();
        for (id, room) in &rooms.joined {
            let events = &room.timeline.events;
            if let Some(from) = self.known(client, id, events, room.timeline.limited).await? {
                known.insert(id.clone(), from);
            }
            if let Some(last) = events.iter().rev().find_map(TimelineEvent::event_id) {
                self.keep(client, id, last).await?;
            }
        }
        let gone = here.map_or_else(Vec::new, |here| gone(client, &rooms, &here));
        if !self.goes_on {
            store(client, ASKED, Vec::new()).await?;
            self.goes_on = true;
        }
        let to_device = self.inbox.take();
        self.owes = !to_device.is_empty();
        Ok(Synced { rooms, since, known, gone, to_device })
    }

    /// Up to where a room was known, where its timeline does not go on from there.
    async fn known(
        &mut self,
        client: &Client,
        room: &RoomId,
        events: &[TimelineEvent],
        limited: bool,
    ) -> Result<Option<From>, Failure> {
        let is_it = |last: &EventId| {
            events.iter().any(|event| event.event_id().is_some_and(|id| id == last))
        };
        let last = self.last(client, room).await?.filter(|last| limited || is_it(last));
        Ok(last.map(|last| From::Event(last.to_string())))
    }

    /// The last event that a room told.
    async fn last(
        &mut self,
        client: &Client,
        room: &RoomId,
    ) -> Result<Option<OwnedEventId>, Failure> {
        if let Some(last) = self.last.get(room) {
            return Ok(Some(last.clone()));
        }
        let kept = client.state_store().get_custom_value(key(room).as_bytes()).await;
        let kept = kept.map_err(|error| Failure::Refused(error.to_string()))?;
        let kept = kept.and_then(|kept| String::from_utf8(kept).ok());
        Ok(kept.and_then(|kept| OwnedEventId::try_from(kept).ok()))
    }

    async fn keep(
        &mut self,
        client: &Client,
        room: &RoomId,
        last: OwnedEventId,
    ) -> Result<(), Failure> {
        store(client, &key(room), last.as_bytes().to_vec()).await?;
        self.last.insert(room.to_owned(), last);
        Ok(())
    }

    /// Shows that we are there, which asking in this way does not.
    async fn show(&mut self, client: &Client) {
        let Some(user) = client.user_id() else { return };
        if self.shown.is_some_and(|shown| shown.elapsed() < POLL) {
            return;
        }
        self.shown = Some(Instant::now());
        let here = set_presence::v3::Request::new(user.to_owned(), PresenceState::Online);
        // Whoever is not seen is heard all the same.
        timeout(A_MOMENT, client.send(here).into_future()).await.ok();
    }
}

/// All rooms, the members only as they speak.
fn all(waits: Arc<AtomicBool>) -> matrix_sdk::SlidingSyncListBuilder {
    let state = [
        StateEventType::RoomCreate,
        StateEventType::RoomEncryption,
        StateEventType::RoomJoinRules,
        StateEventType::RoomHistoryVisibility,
        StateEventType::RoomPowerLevels,
        StateEventType::RoomName,
        StateEventType::RoomTopic,
        StateEventType::RoomCanonicalAlias,
        StateEventType::RoomPinnedEvents,
        StateEventType::RoomTombstone,
    ];
    let state = state.into_iter().map(|kind| (kind, String::new()));
    let members = ["$LAZY", "$ME"].map(|who| (StateEventType::RoomMember, who.to_owned()));
    SlidingSyncList::builder("all")
        .sync_mode(SlidingSyncMode::new_selective().add_range(0..=LAST_ROOM))
        .timeline_limit(TIMELINE)
        .required_state(state.chain(members).collect())
        .requires_timeout(move |_| {
            if waits.load(Ordering::Relaxed) { PollTimeout::Default } else { PollTimeout::Some(0) }
        })
}

/// The rooms in which the library takes us to be and in which we are no more: a server that has
/// forgotten our position does not tell of those that we have left ourselves, with another client.
fn gone(client: &Client, rooms: &RoomUpdates, here: &[OwnedRoomId]) -> Vec<OwnedRoomId> {
    let known = client.joined_rooms().into_iter().map(|room| room.room_id().to_owned());
    let told =
        |room: &OwnedRoomId| rooms.joined.contains_key(room) || rooms.left.contains_key(room);
    known.filter(|room| !here.contains(room) && !told(room)).collect()
}

/// The rooms in which our account is.
async fn joined(client: &Client) -> Result<Vec<OwnedRoomId>, Failure> {
    Ok(client.send(joined_rooms::v3::Request::new()).await?.joined_rooms)
}

fn key(room: &RoomId) -> String {
    format!("nuncio.last.{room}")
}

async fn store(client: &Client, key: &str, value: Vec<u8>) -> Result<(), Failure> {
    let kept = client.state_store().set_custom_value_no_read(key.as_bytes(), value).await;
    kept.map_err(|error| Failure::Refused(error.to_string()))
}

fn on<T: Default>(set: impl FnOnce(&mut T)) -> T {
    let mut it = T::default();
    set(&mut it);
    it
}
