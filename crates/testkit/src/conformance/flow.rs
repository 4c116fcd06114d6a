//! Every queue is bounded, and a full one makes those before it wait.

use anyhow::{Result, ensure};

use super::{House, Party as _, Subject};

/// Its events wait for the house, and none of them is lost, however many come meanwhile.
///
/// # Errors
/// When one is missing, doubled or early.
pub async fn a_house_that_does_not_listen_loses_nothing<S: Subject>() -> Result<()> {
    const MANY: usize = 300;

    let subject = S::start().await?;
    let transport = subject.transport()?;
    let mut house = House::with(subject, transport, 4).await?;
    let (mut peer, _) = house.meet().await?;
    for number in 0..MANY {
        peer.say(&format!("number {number}")).await?;
    }
    for number in 0..MANY {
        let text = house.message().await?.text;
        ensure!(text == format!("number {number}"), "`{text}` came in place of {number}");
    }
    Ok(())
}
