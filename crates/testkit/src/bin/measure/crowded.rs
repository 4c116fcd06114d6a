//! What a large account costs: a bot in many rooms of Matrix, each with many people.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use nuncio_testkit::{
    matrix::{Person, Town},
    server::Synapse,
};
use tokio::time::sleep;

use crate::{
    bot::{At, Bot, PASSWORD},
    pace::Pace,
    row::Row,
};

const ROOMS: usize = 50;
const PEOPLE: usize = 1_000;

/// Where somebody watches the bot come.
const NAME: &str = "bot";

pub(crate) async fn measure(pace: Pace, print: fn(&Row)) -> Result<()> {
    let town = Town::new()?;
    let server = Synapse::start_with(&town.config()).await?;
    let (rooms, people) = match pace {
        Pace::Full => (ROOMS, PEOPLE),
        Pace::Quick => (2, 10),
    };
    let ids = town.fill(&server, rooms, people).await?;
    let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(()) };
    server.add_user(NAME, PASSWORD).await?;
    server.add_user("watcher", PASSWORD).await?;
    let mut watcher = Person::login(server.addr(), "watcher", PASSWORD).await?;
    for room in [first, last] {
        watcher.enter(room).await?;
    }
    let id = format!("@{NAME}:{}", Synapse::DOMAIN);
    let large = format!("{rooms} rooms of {people} people");

    let bot = Bot::Nuncio { durability: "process" };
    let mut running = bot.start(&At::Matrix(server.addr()), NAME, &ids, 1)?;
    watcher.meets(last, &id).await.context("the bot enters its rooms one after another")?;
    watcher.say(last, "!echo settled").await?;
    watcher.hear(&id).await?;
    let settled = pace.time(Duration::from_mins(1));
    sleep(settled).await;
    print(&Row {
        work: format!(
            "resident memory {} s after the last join, {large} of Matrix",
            settled.as_secs()
        ),
        result: running.resident()?.to_string(),
        ratio: String::new(),
        aim: "at most 60 MB",
    });

    running.stop()?;
    watcher.say(first, "!echo back").await?;
    let begun = Instant::now();
    running.again()?;
    watcher.hear(&id).await?;
    print(&Row {
        work: format!("restart to the first answer, {large} of Matrix"),
        result: format!("{:.0} ms", 1e3 * begun.elapsed().as_secs_f64()),
        ratio: String::new(),
        aim: "",
    });
    sleep(settled).await;
    print(&Row {
        work: format!(
            "resident memory {} s after the restart, {large} of Matrix",
            settled.as_secs()
        ),
        result: running.resident()?.to_string(),
        ratio: String::new(),
        aim: "at most 60 MB",
    });
    Ok(())
}
