//! What stands between where a room was heard and what a sync told of it.

use std::{collections::HashSet, time::Duration};

use matrix_sdk::{
    Room,
    deserialized_responses::TimelineEvent,
    room::MessagesOptions,
    ruma::{EventId, UInt},
};
use tokio::time::sleep;

use super::failure::Failure;

/// The most pages that are asked for, of a hundred events each.
const MAX_PAGES: usize = 50;

/// How long to wait before a page is asked for again.
const PAUSE: Duration = Duration::from_secs(2);

/// Up to where a room was heard.
#[derive(Debug)]
pub(super) enum From {
    /// Up to a sync.
    Sync(String),
    /// Up to an event.
    Event(String),
}

/// What stands in between, oldest first.
#[derive(Debug, Default)]
pub(super) struct Gap {
    pub(super) events: Vec<TimelineEvent>,
    /// Whether there is more, before or behind.
    pub(super) cut: bool,
}

/// Reads what stands before a timeline, and takes out of the timeline what was heard.
pub(super) async fn read(room: &Room, from: From, timeline: &mut Vec<TimelineEvent>) -> Gap {
    let from = match from {
        From::Sync(token) => Ok(token),
        From::Event(heard) => {
            let is_it = |event: &TimelineEvent| event.event_id().is_some_and(|id| id == *heard);
            if let Some(at) = timeline.iter().rposition(is_it) {
                timeline.drain(..=at);
                return Gap::default();
            }
            behind(room, &heard).await
        }
    };
    let gap = match from {
        Ok(from) => between(room, from, timeline).await,
        Err(failure) => Err((failure, Vec::new())),
    };
    gap.unwrap_or_else(|(failure, events)| {
        let why = failure.why();
        tracing::error!(room = %room.room_id(), %why, "What was said in between cannot be read.");
        Gap { events, cut: true }
    })
}

/// The place behind an event.
async fn behind(room: &Room, event: &str) -> Result<String, Failure> {
    let event = EventId::parse(event).map_err(|error| Failure::Refused(error.to_string()))?;
    let context = insist(|| room.event_with_context(&event, true, UInt::from(0_u8), None)).await?;
    let nowhere = || Failure::Refused("the server does not say where it stands".to_owned());
    context.next_batch_token.ok_or_else(nowhere)
}

async fn between(
    room: &Room,
    mut from: String,
    timeline: &[TimelineEvent],
) -> Result<Gap, (Failure, Vec<TimelineEvent>)> {
    let told: HashSet<_> = timeline.iter().filter_map(TimelineEvent::event_id).collect();
    let mut events = Vec::new();
    for _ in 0..MAX_PAGES {
        let page = insist(|| {
            let mut options = MessagesOptions::forward().from(&*from);
            options.limit = UInt::from(100_u32);
            room.messages(options)
        });
        let page = match page.await {
            Ok(page) => page,
            Err(failure) => return Err((failure, events)),
        };
        for event in page.chunk {
            if event.event_id().is_some_and(|id| told.contains(&id)) {
                return Ok(Gap { events, cut: false });
            }
            events.push(event);
        }
        match page.end {
            Some(end) if end != from => from = end,
            _ => return Ok(Gap { events, cut: false }),
        }
    }
    tracing::error!(
        room = %room.room_id(), read = events.len(),
        "Too much was said in between: what is beyond is not read."
    );
    Ok(Gap { events, cut: true })
}

/// Asks until the server answers: the library has stored already that we have read on.
async fn insist<T, F>(mut ask: impl FnMut() -> F) -> Result<T, Failure>
where
    F: Future<Output = matrix_sdk::Result<T>>,
{
    loop {
        let failure = match Box::pin(ask()).await {
            Ok(answer) => return Ok(answer),
            Err(error) => Failure::from(error),
        };
        match failure {
            Failure::Refused(_) | Failure::LoggedOut { .. } => return Err(failure),
            Failure::Limited(Some(delay)) => sleep(delay).await,
            _ => sleep(PAUSE).await,
        }
    }
}
