//! Asking the homeserver what happened, in one of the two ways that there are.

mod classic;
mod sent;
mod sliding;

use std::collections::HashMap;

use matrix_sdk::{
    Client,
    ruma::OwnedRoomId,
    store::{StateStoreDataKey, StateStoreDataValue},
    sync::RoomUpdates,
};

pub(super) use self::sent::Sent;

use self::{classic::Classic, sliding::Sliding};
use super::{failure::Failure, gap::From};
use crate::{config::Sync, session::Since};

/// How many events of a room a sync brings at most; what is beyond is asked for.
const TIMELINE: u32 = 100;

/// Why a store cannot be changed over.
const USED: &str = "the store was read by `/sync`, from which sliding sync cannot go on: use `sync = \
                    \"classic\"`, or move the store away, and the bot logs in as a new device";

/// What a sync told, before anything is made of it.
#[derive(Debug)]
pub(super) struct Synced {
    pub(super) rooms: RoomUpdates,
    /// From where on it tells.
    pub(super) since: Since,
    /// Up to where rooms were known of which it leaves something out, or tells something again.
    pub(super) known: HashMap<OwnedRoomId, From>,
    /// Rooms that we have left without its telling.
    pub(super) gone: Vec<OwnedRoomId>,
    /// What was sent to our device.
    pub(super) to_device: Vec<Sent>,
}

impl Synced {
    /// Whether keys of rooms may have come.
    pub(super) fn has_keys(&self) -> bool {
        self.to_device.iter().any(|sent| sent.opened)
    }
}

/// The way in which we ask.
#[derive(Debug)]
pub(super) enum Source {
    Classic(Classic),
    Sliding(Box<Sliding>),
}

impl Source {
    /// Goes on from where the library's store says that it was.
    pub(super) async fn new(client: &Client, sync: Sync) -> Result<Self, Failure> {
        let token = client.state_store().get_kv_data(StateStoreDataKey::SyncToken).await;
        let token = token.map_err(|error| Failure::Refused(error.to_string()))?;
        let token = token.and_then(StateStoreDataValue::into_sync_token);
        match (sync, token) {
            (Sync::Classic, token) => Ok(Self::Classic(Classic::new(token))),
            (Sync::Sliding, None) => Ok(Self::Sliding(Box::new(Sliding::new(client).await?))),
            // The library keeps one token for messages to our device, and asks in either way from
            // there on; a server takes none of `/sync` for the other.
            (Sync::Sliding, Some(_)) => Err(Failure::Refused(USED.to_owned())),
        }
    }

    /// Whether it goes on from anywhere.
    pub(super) fn goes_on(&self) -> bool {
        match self {
            Self::Classic(classic) => classic.goes_on(),
            Self::Sliding(sliding) => sliding.goes_on(),
        }
    }

    /// Asks once. The first time after an absence, the server is not to wait.
    pub(super) async fn ask(&mut self, client: &Client, is_first: bool) -> Result<Synced, Failure> {
        match self {
            Self::Classic(classic) => Box::pin(classic.ask(client, is_first)).await,
            Self::Sliding(sliding) => Box::pin(sliding.ask(client, is_first)).await,
        }
    }
}

/// From where on a sync tells.
fn since(goes_on: bool, is_first: bool) -> Since {
    match (goes_on, is_first) {
        (false, _) => Since::Nothing,
        (true, true) => Since::Absence,
        (true, false) => Since::Now,
    }
}
