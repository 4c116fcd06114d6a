//! Messages that cannot be opened yet, and the keys that are asked for.

use std::{
    collections::{HashSet, VecDeque},
    time::Duration,
};

use matrix_sdk::{
    Client, Room,
    deserialized_responses::{TimelineEvent, TimelineEventKind, UnableToDecryptReason},
    ruma::{
        OwnedRoomId, OwnedUserId, UserId,
        events::{AnySyncTimelineEvent, room::encrypted::OriginalSyncRoomEncryptedEvent},
        serde::Raw,
    },
};
use tokio::time::Instant;

use super::{
    counts::{Count, Counts},
    source::Sent,
};

/// The most messages that wait for their keys; the oldest is given up for a new one.
const MOST: usize = 256;

/// The most keys that the backup is asked for between two syncs.
const MOST_ASKED: usize = 64;

/// How long until the backup is asked again for a key that it did not have.
const PAUSE: Duration = Duration::from_mins(5);

/// For how long it is asked at all. A key that somebody sends us is used however late it comes.
const PATIENCE: Duration = Duration::from_hours(1);

/// What could not be opened.
#[derive(Debug, Default)]
pub(super) struct Closed {
    waiting: VecDeque<Waiting>,
    /// Which keys the backup was asked for since the last sync.
    asked: HashSet<String>,
}

/// A message that waits for its key.
#[derive(Debug)]
struct Waiting {
    room: OwnedRoomId,
    event: Raw<AnySyncTimelineEvent>,
    /// The key's name.
    session: Option<String>,
    since: Instant,
    asked: Instant,
}

impl Closed {
    /// A sync begins: the backup may be asked anew.
    pub(super) fn begin(&mut self) {
        self.asked.clear();
    }

    /// Tries what came closed with keys of the backup; what stays closed waits, if a key can help.
    pub(super) async fn open(
        &mut self,
        room: &Room,
        events: &mut [TimelineEvent],
        counts: &mut Counts,
    ) {
        for told in events {
            let TimelineEventKind::UnableToDecrypt { event, utd_info } = &told.kind else {
                continue;
            };
            let (event, session) = (event.clone(), utd_info.session_id.clone());
            if waits(told) {
                self.ask(room, session.as_deref(), counts).await;
                if let Some(opened) = decrypt(room, &event).await {
                    *told = opened;
                    continue;
                }
            }
            counts.add(Count::Closed, 1);
            tracing::warn!(
                room = %room.room_id(), reason = ?utd_info.reason,
                "A message cannot be decrypted yet."
            );
            if waits(told) {
                let (room, now) = (room.room_id().to_owned(), Instant::now());
                self.waiting.push_back(Waiting { room, event, session, since: now, asked: now });
            }
        }
        while self.waiting.len() > MOST {
            self.waiting.pop_front();
            counts.add(Count::GivenUp, 1);
        }
    }

    /// Tries again what waits: all of it when new keys have come, else what the backup may have by
    /// now. What was opened, and where it was said.
    pub(super) async fn again(
        &mut self,
        client: &Client,
        new_keys: bool,
        counts: &mut Counts,
    ) -> Vec<(Room, TimelineEvent)> {
        let (mut opened, now) = (Vec::new(), Instant::now());
        for mut waiting in std::mem::take(&mut self.waiting) {
            // What was said in a room that we have left nobody wants to hear.
            let Some(room) = client.get_room(&waiting.room) else { continue };
            let may_ask = now.duration_since(waiting.since) < PATIENCE
                && now.duration_since(waiting.asked) >= PAUSE;
            if may_ask {
                waiting.asked = now;
                self.ask(&room, waiting.session.as_deref(), counts).await;
            }
            let event =
                if may_ask || new_keys { decrypt(&room, &waiting.event).await } else { None };
            match event {
                Some(event) => opened.push((room, event)),
                None => self.waiting.push_back(waiting),
            }
        }
        if !opened.is_empty() {
            counts.add(Count::Opened, opened.len());
            tracing::info!(count = opened.len(), "Messages were decrypted late.");
        }
        opened
    }

    /// Asks the backup for a key, once for all messages that it opens.
    async fn ask(&mut self, room: &Room, session: Option<&str>, counts: &mut Counts) {
        let Some(session) = session else { return };
        if self.asked.len() >= MOST_ASKED || !self.asked.insert(session.to_owned()) {
            return;
        }
        let backups = room.client().encryption().backups();
        if !backups.are_enabled().await {
            return;
        }
        counts.add(Count::Asked, 1);
        if let Err(error) = backups.download_room_key(room.room_id(), session).await {
            tracing::debug!(room = %room.room_id(), %error, "The backup does not have the key.");
        }
    }
}

/// Whether a key will open it. Nothing will where it is not what its kind says, or not its sender's.
pub(super) fn waits(event: &TimelineEvent) -> bool {
    let TimelineEventKind::UnableToDecrypt { utd_info, .. } = &event.kind else { return false };
    matches!(
        utd_info.reason,
        UnableToDecryptReason::MissingMegolmSession { .. }
            | UnableToDecryptReason::UnknownMegolmMessageIndex
    )
}

/// How many keys that it was given another device of our own account sends us.
pub(super) fn forwarded(sent: &[Sent], user: Option<&UserId>) -> usize {
    sent.iter().filter(|sent| is_forwarded(sent, user)).count()
}

fn is_forwarded(sent: &Sent, user: Option<&UserId>) -> bool {
    #[derive(serde::Deserialize)]
    struct Key {
        #[serde(rename = "type")]
        kind: String,
        sender: OwnedUserId,
    }
    let key = sent.event.deserialize_as_unchecked::<Key>();
    let is_it = |key: Key| key.kind == "m.forwarded_room_key" && Some(&*key.sender) == user;
    sent.opened && key.is_ok_and(is_it)
}

async fn decrypt(room: &Room, event: &Raw<AnySyncTimelineEvent>) -> Option<TimelineEvent> {
    let event = event.cast_ref_unchecked::<OriginalSyncRoomEncryptedEvent>();
    let event = room.decrypt_event(event, None).await.ok()?;
    (!event.kind.is_utd()).then_some(event)
}
