//! Resident memory, a minute after the last join.

use std::{fmt, time::Duration};

use anyhow::Result;
use nuncio_testkit::{
    irc::Client,
    load::room,
    server::{InspIrcd, Options},
};

use crate::{
    bot::{At, Bot},
    pace::Pace,
    row::Row,
};

pub(crate) async fn measure(pace: Pace, print: fn(&Row)) -> Result<()> {
    let server = InspIrcd::start(Options::default()).await?;
    let mut watcher = Client::to(server.addr()).nick("watcher").join(&room(0)).connect().await?;
    let bot = Bot::Nuncio { durability: "process" };
    let running = bot.start(&At::Irc(server.addr()), "bot", &[room(0)], 1)?;
    watcher.expect(":bot!*JOIN").await?;
    let settled = pace.time(Duration::from_mins(1));
    tokio::time::sleep(settled).await;
    print(&Row {
        work: format!("resident memory {} s after the join, IRC and socket", settled.as_secs()),
        result: running.resident()?.to_string(),
        ratio: String::new(),
        aim: "at most 15 MB",
    });
    Ok(())
}

/// What of a program is in memory, in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resident {
    pub(crate) all: u64,
    /// What is not a page of a file, such as its code: those the kernel takes back when it needs them.
    pub(crate) own: u64,
}

impl fmt::Display for Resident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (all, own) = (megabytes(self.all), megabytes(self.own));
        write!(f, "{all:.1} MB, of which {own:.1} MB are not pages of files")
    }
}

#[expect(clippy::cast_precision_loss, reason = "nobody has 2^52 bytes")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
