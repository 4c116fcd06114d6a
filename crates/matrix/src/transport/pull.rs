//! One sync after another: what the server tells, with what is missing in between.

use std::collections::{HashMap, HashSet};

use super::{
    closed::{self, Closed},
    counts::{Count, Counts},
    failure::Failure,
    gap::{self, From, Gap},
    keeper::{Keeper, Standing},
    people::{self, People},
    power,
    source::Source,
    vault::Tally,
    verify,
};
use crate::{
    config::Account,
    session::{Seal, Since, Told, Update},
};
use matrix_sdk::{
    Client, Room, RoomState,
    deserialized_responses::{
        TimelineEvent, TimelineEventKind, VerificationLevel, VerificationState,
    },
    encryption::verification::VerificationRequest,
    ruma::{OwnedRoomId, OwnedUserId, UserId},
    sync::{JoinedRoomUpdate, LeftRoomUpdate, State},
};

/// The side that reads: it has the client for itself while it does, and comes back with what it read.
#[derive(Debug)]
pub(super) struct Puller {
    client: Client,
    source: Source,
    /// Up to where the house has heard each room, until the first sync.
    heard: HashMap<String, String>,
    keeper: Keeper,
    people: People,
    closed: Closed,
    counts: Counts,
    tally: Tally,
}

/// What a sync brought.
#[derive(Debug, Default)]
pub(super) struct Pulled {
    pub(super) updates: Vec<Update>,
    /// Rooms into which somebody asks us, and their state as the invitation shows it.
    pub(super) invites: Vec<(OwnedRoomId, Vec<String>)>,
    /// Rooms that we have left, and what they told last.
    pub(super) left: Vec<(OwnedRoomId, Vec<Told>)>,
    /// Whether the account's keys are ours.
    pub(super) standing: Standing,
    /// What a person has to look at.
    pub(super) alarms: Vec<String>,
    /// What was counted, and how often it happened.
    pub(super) counts: Vec<(&'static str, usize)>,
    /// Whose devices ask us to prove ourselves.
    pub(super) requests: Vec<VerificationRequest>,
}

impl Puller {
    /// Reads on from where the library's store says that it was. The first time, and when that store
    /// was lost, each room is read from where the house has heard it: the library stores what it has
    /// read before anybody has heard of it.
    pub(super) async fn new(
        client: Client,
        account: Account,
        tally: Tally,
        mut heard: HashMap<String, String>,
        is_first: bool,
    ) -> Result<Self, Failure> {
        let source = Source::new(&client, account.sync).await?;
        if source.goes_on() && !is_first {
            heard.clear();
        }
        let keeper = Keeper::new(client.clone(), account);
        let people = People::new(client.clone()).await;
        Ok(Self {
            client,
            source,
            heard,
            keeper,
            people,
            closed: Closed::default(),
            counts: Counts::default(),
            tally,
        })
    }

    /// Asks once what happened. The first time after an absence, the server is not to wait.
    pub(super) async fn pull(mut self, is_first: bool) -> (Self, Result<Pulled, Failure>) {
        let pulled = Box::pin(self.read(is_first)).await;
        (self, pulled)
    }

    async fn read(&mut self, is_first: bool) -> Result<Pulled, Failure> {
        let known: HashSet<OwnedRoomId> =
            self.client.joined_rooms().iter().map(|room| room.room_id().to_owned()).collect();
        let mut synced = self.source.ask(&self.client, is_first).await?;
        let requests = verify::asking(&self.client, &synced).await;
        // Before anything is read: what was said before may need keys of the backup.
        let mut alarms: Vec<String> = self.keeper.look().await.into_iter().collect();
        self.counts.add(Count::Foreign, alarms.len());
        let changed = self.people.changed().await;
        self.counts.add(Count::Changed, changed.len());
        alarms.extend(changed.iter().map(|(user, was_proven)| people::alarm(user, *was_proven)));
        let standing = self.keeper.standing();
        self.closed.begin();

        let mut pulled = Pulled { standing, alarms, requests, ..Pulled::default() };
        let forwarded = closed::forwarded(&synced.to_device, self.client.user_id());
        self.counts.add(Count::Forwarded, forwarded);
        let (since, new_keys) = (synced.since, synced.has_keys());
        let mut joined = synced.rooms.joined;
        // A room in which nothing happened since the library looked may yet have told the house
        // nothing of what had happened before.
        for room in self.heard.keys().filter_map(|room| OwnedRoomId::try_from(&**room).ok()) {
            joined.entry(room).or_default();
        }
        for (id, JoinedRoomUpdate { timeline, .. }) in joined {
            let room = self.client.get_room(&id).filter(|room| room.state() == RoomState::Joined);
            let Some(room) = room else { continue };
            let (from, since) = if let Some(heard) = self.heard.remove(id.as_str()) {
                // What the house knows it was told, even if the library's store was lost since.
                (Some(From::Event(heard)), Since::Absence)
            } else {
                (synced.known.remove(&id).filter(|_| known.contains(&id)), since)
            };
            pulled.updates.push(self.update(&room, timeline.events, since, from).await);
        }
        self.heard.clear();
        for (id, LeftRoomUpdate { timeline, state, .. }) in synced.rooms.left {
            let Some(room) = self.client.get_room(&id) else { continue };
            let mut told = tell(&room, &timeline.events).await;
            let (State::Before(state) | State::After(state)) = state;
            told.extend(state.iter().map(|event| open(event.json().get())));
            pulled.left.push((id, told));
        }
        pulled.left.extend(synced.gone.into_iter().map(|id| (id, Vec::new())));
        for (id, invited) in synced.rooms.invited {
            let state = invited.invite_state.events.iter();
            pulled.invites.push((id, state.map(|event| event.json().get().to_owned()).collect()));
        }
        let opened = self.closed.again(&self.client, new_keys, &mut self.counts).await;
        for (room, event) in opened {
            let late = tell(&room, &[event]).await;
            pulled.updates.push(Update { late, ..about(&room, Since::Reopened) });
        }
        self.counts.add(Count::Requested, self.tally.take());
        pulled.counts = self.counts.take();
        Ok(pulled)
    }

    async fn update(
        &mut self,
        room: &Room,
        mut timeline: Vec<TimelineEvent>,
        since: Since,
        from: Option<From>,
    ) -> Update {
        let mut gap = match from {
            Some(from) => gap::read(room, from, &mut timeline).await,
            None => Gap::default(),
        };
        self.closed.open(room, &mut gap.events, &mut self.counts).await;
        self.closed.open(room, &mut timeline, &mut self.counts).await;
        let about = about(room, since);
        if about.direct
            && about.members > 2
            && let Err(error) = room.set_is_direct(false).await
        {
            tracing::debug!(room = %room.room_id(), %error, "The room stays marked as direct.");
        }
        Update {
            late: tell(room, &gap.events).await,
            cut: gap.cut,
            timeline: tell(room, &timeline).await,
            successor: room.successor_room().map(|new| new.room_id.to_string()),
            ..about
        }
    }
}

/// What is known of a room, of which nothing is told yet.
fn about(room: &Room, since: Since) -> Update {
    Update {
        room: room.room_id().to_string(),
        direct: !room.direct_targets().is_empty(),
        members: room.active_members_count(),
        since,
        ..Update::default()
    }
}

/// Events with what the session does not know of them.
async fn tell(room: &Room, events: &[TimelineEvent]) -> Vec<Told> {
    let mut names: HashMap<OwnedUserId, Option<String>> = HashMap::new();
    let powers = if events.is_empty() { None } else { room.power_levels().await.ok() };
    let mut told = Vec::with_capacity(events.len());
    for event in events {
        let mut known = Told { seal: seal(event), ..open(event.raw().json().get()) };
        if let Some(sender) = event.sender() {
            known.power = powers.as_ref().and_then(|powers| power::rank(powers.for_user(&sender)));
            if !names.contains_key(&sender) {
                let name = name(room, &sender).await;
                names.insert(sender.clone(), name);
            }
            known.name = names.get(&sender).cloned().flatten();
        }
        told.push(known);
    }
    told
}

fn open(json: &str) -> Told {
    Told { json: json.to_owned(), seal: Seal::Open, name: None, power: None }
}

async fn name(room: &Room, user: &UserId) -> Option<String> {
    let member = room.get_member_no_sync(user).await.ok()??;
    member.display_name().map(str::to_owned)
}

fn seal(event: &TimelineEvent) -> Seal {
    match &event.kind {
        TimelineEventKind::PlainText { .. } => Seal::Open,
        TimelineEventKind::UnableToDecrypt { .. } if closed::waits(event) => Seal::Closed,
        TimelineEventKind::UnableToDecrypt { .. } => Seal::Broken,
        TimelineEventKind::Decrypted(event) => match event.encryption_info.verification_state {
            VerificationState::Unverified(VerificationLevel::MismatchedSender) => Seal::Forged,
            _ => Seal::Opened,
        },
    }
}
