//! A transport lasts as long as its network is configured, whatever the network does.

use anyhow::{Result, ensure};
use nuncio_core::event::{EventKind, LinkState};

use super::{House, Party as _, Subject, cancel::SOON};

async fn offline<S: Subject>(house: &mut House<S>) -> Result<()> {
    house
        .event("the connection is cut", |event| match event.kind {
            EventKind::Link(LinkState::Offline { .. }) => Some(()),
            _ => None,
        })
        .await
}

/// It says that it was cut, comes back by itself, and then both sides hear each other again.
///
/// # Errors
/// When it does not.
pub async fn a_cut_is_said_and_mended<S: Subject>() -> Result<()> {
    let mut house = House::<S>::open().await?;
    house.meet().await?;
    house.subject.cut().await?;
    offline(&mut house).await?;
    house.subject.mend().await?;
    house.online().await?;
    let (mut peer, place) = house.meet().await?;
    house.tell(&place, "here again").await?;
    let heard = peer.hear().await?;
    ensure!(heard == "here again", "heard `{heard}`");
    Ok(())
}

/// What is handed over while the network is down gets one receipt, at the latest when it is back,
/// and goes out once if that says so.
///
/// # Errors
/// When it gets none, or one that is not true.
pub async fn a_delivery_in_a_cut_gets_its_receipt<S: Subject>() -> Result<()> {
    let mut house = House::<S>::open().await?;
    let (_, place) = house.meet().await?;
    house.subject.cut().await?;
    offline(&mut house).await?;
    let key = house.say(&place, "said in the cut").await?;
    house.subject.mend().await?;
    house.online().await?;
    // Nobody may have been there yet to hear it; but there is an answer.
    house.receipt(&key).await?;
    let (mut peer, place) = house.meet().await?;
    house.tell(&place, "marker").await?;
    let heard = peer.hear().await?;
    ensure!(heard == "marker", "what was settled went out once more: `{heard}`");
    Ok(())
}

/// It ends in time though there is no network to take leave of.
///
/// # Errors
/// When it does not.
pub async fn it_can_be_cancelled_while_the_network_is_down<S: Subject>() -> Result<()> {
    let mut house = House::<S>::open().await?;
    house.subject.cut().await?;
    offline(&mut house).await?;
    let took = house.cancel().await?;
    ensure!(took <= SOON, "it took {took:?} to end, more than five seconds");
    Ok(())
}
