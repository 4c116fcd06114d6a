//! No input ends a transport, wedges it, or gets through it as something else.

use anyhow::{Result, ensure};

use super::{
    House, Party as _, Subject,
    text::{hear_whole, squeeze},
};

/// What a peer sends against the protocol ends neither the transport nor another's conversation.
///
/// # Errors
/// When it does.
pub async fn garbage_ends_nothing<S: Subject>() -> Result<()> {
    let mut house = House::<S>::open().await?;
    let (mut honest, place) = house.meet().await?;
    let (mut hostile, _) = house.meet().await?;
    hostile.garble().await?;
    honest.say("still here?").await?;
    house.hears("still here?").await?;
    house.tell(&place, "still here").await?;
    loop {
        if honest.hear().await? == "still here" {
            break;
        }
    }
    ensure!(house.is_running(), "it ended");
    Ok(())
}

/// Text that looks like protocol is said as text.
///
/// # Errors
/// When it is lost, or does what it says.
pub async fn text_cannot_become_protocol<S: Subject>() -> Result<()> {
    let mut house = House::<S>::open().await?;
    let (mut peer, place) = house.meet().await?;
    for text in ["one\r\nQUIT :two", "{\"type\":\"bye\"}\n{}", ":three", "/quit", "\u{1}VERSION"] {
        house.tell(&place, text).await?;
        let words: String = text.chars().filter(|c| !c.is_control() || c.is_whitespace()).collect();
        hear_whole(&mut peer, &squeeze(&words)).await?;
    }
    ensure!(house.is_running(), "it ended");
    Ok(())
}
