//! The bare loop under load, on a real server.

use std::{thread, time::Duration};

use anyhow::Result;
use nuncio_testkit::{
    load::{self, Load},
    server::{InspIrcd, Options},
};

#[tokio::test]
async fn the_bare_loop_answers_every_command_in_order() -> Result<()> {
    let server = InspIrcd::start(Options::default()).await?;
    let addr = server.addr();
    let load = Load {
        clients: 2,
        in_flight: 8,
        warm_up: Duration::from_millis(100),
        count: Duration::from_millis(400),
    };
    let rooms: Vec<String> = (0..load.clients).map(load::room).collect();
    let bot = thread::spawn(move || load::echo(addr, "bot", &rooms));
    let outcome = load::drive(addr, "bot", load)?;
    // The server's end is the loop's end.
    drop(server);
    assert!(bot.join().is_ok_and(|ended| ended.is_err()));
    assert!(outcome.answers > 0 && outcome.latency(50) <= outcome.latency(99));
    println!("{:.0}/s, median {:?}", outcome.rate(), outcome.latency(50));
    Ok(())
}
