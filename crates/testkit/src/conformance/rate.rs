//! One bucket stands before the socket.

use std::time::Duration;

use anyhow::{Result, ensure};
use tokio::time::Instant;

use super::{House, Party as _, Subject};

/// No line gets past the bucket, in however many deliveries the lines come.
///
/// # Errors
/// When more lines arrive than the bucket lets out.
pub async fn every_line_passes_the_bucket<S: Subject>() -> Result<()> {
    const PER_SECOND: u32 = 10;
    const LINES: u32 = 12;

    let subject = S::start().await?;
    let transport = subject.paced(PER_SECOND)?;
    let mut house = House::with(subject, transport, 1024).await?;
    let (mut peer, place) = house.meet().await?;
    house.tell(&place, "empties the bucket").await?;
    peer.hear().await?;
    let begun = Instant::now();
    for number in 0..LINES {
        house.say(&place, &format!("number {number}")).await?;
    }
    for _ in 0..LINES {
        peer.hear().await?;
    }
    // One line of a burst may leave at once, and one may have been earned before.
    let least = Duration::from_secs(1) * (LINES - 2) / PER_SECOND;
    let took = begun.elapsed();
    ensure!(took >= least, "{LINES} lines took {took:?}, which is less than {least:?}");
    Ok(())
}
