//! What is said arrives once, in the order in which it was said, in both directions.

use std::collections::HashSet;

use anyhow::{Result, ensure};
use nuncio_core::event::EventKind;

use super::{House, Party as _, Subject};

const MANY: usize = 40;

/// Deliveries to one place arrive in the order in which they came.
///
/// # Errors
/// When one is missing, doubled or early.
pub async fn deliveries_to_one_place_arrive_once_and_in_order<S: Subject>() -> Result<()> {
    let mut house = House::<S>::open().await?;
    let (mut peer, place) = house.meet().await?;
    for number in 0..MANY {
        house.say(&place, &format!("number {number}")).await?;
    }
    for number in 0..MANY {
        let heard = peer.hear().await?;
        ensure!(heard == format!("number {number}"), "heard `{heard}` in place of {number}");
    }
    house.tell(&place, "the end").await?;
    let heard = peer.hear().await?;
    ensure!(heard == "the end", "heard `{heard}` once too often");
    Ok(())
}

/// What a peer says becomes events in the same order, with the same text.
///
/// # Errors
/// When one is missing, doubled, early, or not what was said.
pub async fn what_a_peer_says_arrives_once_and_in_order<S: Subject>() -> Result<()> {
    let mut house = House::<S>::open().await?;
    let (mut peer, _) = house.meet().await?;
    for number in 0..MANY {
        peer.say(&format!("żółw 🦔 : number  {number}")).await?;
    }
    for number in 0..MANY {
        let text = house.message().await?.text;
        let said = format!("żółw 🦔 : number  {number}");
        ensure!(text == said, "the transport says `{text}` where `{said}` was said");
    }
    Ok(())
}

/// Each event has a key of its own, though the same person says the same words.
///
/// # Errors
/// When two have the same key.
pub async fn events_have_keys_of_their_own<S: Subject>() -> Result<()> {
    let mut house = House::<S>::open().await?;
    let (mut peer, _) = house.meet().await?;
    for _ in 0..MANY {
        peer.say("again").await?;
    }
    let mut keys = HashSet::new();
    while keys.len() < MANY {
        let key = house.event("somebody spoke again", |event| match event.kind {
            EventKind::Message(message) if message.text == "again" => Some(event.key),
            _ => None,
        });
        let key = key.await?;
        ensure!(keys.insert(key.clone()), "two events have the key `{key}`");
    }
    Ok(())
}
