//! `/sync` as it has always been.

use std::{collections::HashMap, time::Duration};

use matrix_sdk::{
    Client,
    config::{SyncSettings, SyncToken},
    ruma::{
        UInt,
        api::client::{
            filter::{self, FilterDefinition, RoomEventFilter},
            sync::sync_events::v3::Filter,
        },
    },
};

use super::{Synced, TIMELINE, since};
use crate::transport::{failure::Failure, gap::From};

/// How long the server may let us wait for something to happen.
const POLL: Duration = Duration::from_secs(30);

/// Up to where we have read.
#[derive(Debug)]
pub(in crate::transport) struct Classic {
    token: Option<String>,
}

impl Classic {
    pub(super) fn new(token: Option<String>) -> Self {
        Self { token }
    }

    pub(super) fn goes_on(&self) -> bool {
        self.token.is_some()
    }

    pub(super) async fn ask(&mut self, client: &Client, is_first: bool) -> Result<Synced, Failure> {
        let since = since(self.goes_on(), is_first);
        let settings = SyncSettings::new()
            .filter(wanted())
            .timeout(if is_first { Duration::ZERO } else { POLL })
            .token(self.token.clone().map_or(SyncToken::NoToken, SyncToken::Specific));
        let response = Box::pin(client.sync_once(settings)).await?;
        let mut known = HashMap::new();
        if let Some(from) = self.token.replace(response.next_batch) {
            let limited = response.rooms.joined.iter().filter(|(_, room)| room.timeline.limited);
            known.extend(limited.map(|(id, _)| (id.clone(), From::Sync(from.clone()))));
        }
        let to_device = response.to_device.into_iter().map(Into::into).collect();
        Ok(Synced { rooms: response.rooms, since, known, gone: Vec::new(), to_device })
    }
}

/// Members only as they speak, no presence of others, and nothing of who reads what.
fn wanted() -> Filter {
    let mut wanted = FilterDefinition::with_lazy_loading();
    wanted.presence = filter::Filter::ignore_all();
    wanted.room.ephemeral = RoomEventFilter::ignore_all();
    wanted.room.timeline.limit = Some(UInt::from(TIMELINE));
    wanted.into()
}
