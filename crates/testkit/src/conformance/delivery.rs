//! Every delivery gets exactly one receipt, and the receipt is true.

use anyhow::{Result, ensure};
use nuncio_core::receipt::Fidelity;

use super::{
    House, Party as _, Subject,
    text::{hear_whole, words},
};

/// What is said in a room and in private arrives as it was said.
///
/// # Errors
/// When it does not.
pub async fn a_message_arrives_whole_in_a_room_and_in_private<S: Subject>() -> Result<()> {
    let mut house = House::<S>::open().await?;
    let (mut peer, room) = house.meet().await?;
    peer.whisper("psst").await?;
    let private = house.hears("psst").await?;
    for place in [room, private] {
        let text = format!("to {place}");
        let receipt = house.tell(&place, &text).await?;
        ensure!(receipt.fidelity == Fidelity::Whole, "plain text lost something: {receipt:?}");
        hear_whole(&mut peer, &text).await?;
    }
    Ok(())
}

/// A text of several lines' length is split between words, and arrives whole.
///
/// # Errors
/// When it does not.
pub async fn a_long_text_arrives_whole<S: Subject>() -> Result<()> {
    arrives_whole::<S>(&words(1_500)).await
}

/// A text without a blank is split between characters, and arrives whole.
///
/// # Errors
/// When it does not.
pub async fn a_word_longer_than_a_line_arrives_whole<S: Subject>() -> Result<()> {
    arrives_whole::<S>(&words(1_500).replace(' ', "")).await
}

async fn arrives_whole<S: Subject>(text: &str) -> Result<()> {
    let mut house = House::<S>::open().await?;
    let (mut peer, place) = house.meet().await?;
    let receipt = house.tell(&place, text).await?;
    ensure!(receipt.fidelity == Fidelity::Whole, "plain text lost something: {receipt:?}");
    hear_whole(&mut peer, text).await
}

/// However long a text is: if its receipt says that it is whole, the peer got all of it.
///
/// # Errors
/// When the peer did not.
pub async fn a_whole_text_is_never_text_that_lost_something<S: Subject>() -> Result<()> {
    let mut house = House::<S>::open().await?;
    let (mut peer, place) = house.meet().await?;
    for bytes in [1, 100, 399, 400, 401, 509, 510, 511, 512, 513, 5_000, 20_000] {
        let text = words(bytes);
        let receipt = house.tell(&place, &text).await?;
        match receipt.fidelity {
            Fidelity::Whole => hear_whole(&mut peer, &text).await?,
            Fidelity::Degraded(_) => {
                house.tell(&place, "marker").await?;
                while peer.hear().await? != "marker" {}
            }
            Fidelity::Unsupported => anyhow::bail!("{bytes} bytes of text are unsupported"),
        }
    }
    Ok(())
}

/// Many deliveries at once get one receipt each.
///
/// # Errors
/// When one gets none, or two.
pub async fn every_delivery_gets_exactly_one_receipt<S: Subject>() -> Result<()> {
    let mut house = House::<S>::open().await?;
    let (_peer, place) = house.meet().await?;
    let mut keys = Vec::new();
    for number in 0..40 {
        keys.push(house.say(&place, &format!("number {number}")).await?);
    }
    for key in &keys {
        let receipt = house.receipt(key).await?;
        ensure!(receipt.is_delivered(), "`{key}` did not go out: {receipt:?}");
    }
    Ok(())
}
