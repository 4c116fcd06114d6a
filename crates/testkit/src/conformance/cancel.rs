//! A transport that is cancelled takes leave, settles what it holds, and ends.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::{House, Party as _, Subject};

pub(super) const SOON: Duration = Duration::from_secs(5);

/// It ends within five seconds, without an error, and its peers see that it is gone.
///
/// # Errors
/// When it does not end in time, or does not take leave.
pub async fn it_ends_within_five_seconds_and_takes_leave<S: Subject>() -> Result<()> {
    let mut house = House::<S>::open().await?;
    let (mut peer, _) = house.meet().await?;
    let took = house.cancel().await?;
    ensure!(took <= SOON, "it took {took:?} to end, more than five seconds");
    peer.misses().await
}

/// It ends in time though nobody takes its events.
///
/// # Errors
/// When it does not.
pub async fn it_ends_while_the_house_does_not_listen<S: Subject>() -> Result<()> {
    let subject = S::start().await?;
    let transport = subject.transport()?;
    let mut house = House::with(subject, transport, 4).await?;
    let (mut peer, _) = house.meet().await?;
    for number in 0..100 {
        peer.say(&format!("number {number}")).await?;
    }
    let took = house.cancel().await?;
    ensure!(took <= SOON, "it took {took:?} to end, more than five seconds");
    Ok(())
}

/// Each delivery that it was handed gets its receipt; what it says went out was heard.
///
/// # Errors
/// When one gets none, or one that is not true.
pub async fn what_it_holds_is_settled<S: Subject>() -> Result<()> {
    let mut house = House::<S>::open().await?;
    let (mut peer, place) = house.meet().await?;
    let mut keys = Vec::new();
    for number in 0..40 {
        keys.push(house.say(&place, &format!("number {number}")).await?);
    }
    house.cancel().await?;
    for (number, key) in keys.iter().enumerate() {
        // What went out went out in order, before the rest.
        if house.receipt(key).await?.is_delivered() {
            let heard = peer.hear().await?;
            ensure!(heard == format!("number {number}"), "heard `{heard}` in place of {number}");
        }
    }
    Ok(())
}
