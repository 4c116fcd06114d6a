//! The same flat policy in nuncio, in cedar-policy and in casbin, side by side in one run.
//!
//! Prints, for each number of rules and each engine, a row of JSON as `cargo xtask bench` reads it;
//! with `quick` as argument, not for the most rules. Nothing is timed before all answers agree.
//! What an engine can make ready of a request ahead is not timed.

mod casbin;
mod cedar;
mod nuncio;
mod world;

use std::error::Error;
use std::ops::Range;
use std::time::Duration;

use world::World;

/// An engine that has compiled a policy, and has the requests ready that it is asked.
trait Engine {
    /// Answers some of the requests: whether each is allowed, and how long all took.
    fn answer(&self, asks: Range<usize>) -> Result<(Vec<bool>, Duration), Box<dyn Error>>;
}

/// Requests that are answered in one go.
const BATCH: usize = 64;

/// How long an engine is measured, unless it takes longer for the fewest batches.
const SPAN: Duration = Duration::from_millis(300);
const FEWEST_BATCHES: usize = 3;

/// How many rules, how many different requests, and how much faster nuncio ought to be.
const SIZES: [(usize, usize, Option<f64>); 3] =
    [(10, 1_024, Some(50.0)), (1_000, 256, Some(1_000.0)), (10_000, 64, None)];

fn main() -> Result<(), Box<dyn Error>> {
    let quick = std::env::args().nth(1).as_deref() == Some("quick");
    for (rules, asks, aim) in SIZES.into_iter().take(if quick { 2 } else { SIZES.len() }) {
        let world = World::new(rules, asks);
        let engines: [(&str, Box<dyn Engine>); 3] = [
            ("nuncio", Box::new(nuncio::Nuncio::new(&world)?)),
            ("cedar-policy", Box::new(cedar::Cedar::new(&world)?)),
            ("casbin", Box::new(casbin::Casbin::new(&world)?)),
        ];
        agree(&world, &engines)?;
        let mut ours = None;
        for (name, engine) in &engines {
            let time = median(engine.as_ref(), asks)?;
            let ours = *ours.get_or_insert(time);
            println!("{}", row(rules, name, time, ours, aim));
        }
    }
    Ok(())
}

/// Refuses to compare engines that do not answer alike, or that have nothing to tell apart.
fn agree(world: &World, engines: &[(&str, Box<dyn Engine>)]) -> Result<(), Box<dyn Error>> {
    let expected: Vec<bool> = world.asks.iter().map(|ask| world.allows(ask)).collect();
    if !expected.contains(&true) || !expected.contains(&false) {
        return Err("the requests are all allowed, or all denied".into());
    }
    for (name, engine) in engines {
        let (answers, _) = engine.answer(0..world.asks.len())?;
        if let Some(place) = (0..expected.len()).find(|&at| answers.get(at) != expected.get(at)) {
            return Err(format!("{name} answers otherwise: {:?}", world.asks.get(place)).into());
        }
    }
    Ok(())
}

/// The median over batches of the mean time of a decision.
fn median(engine: &dyn Engine, asks: usize) -> Result<Duration, Box<dyn Error>> {
    let (mut times, mut spent, mut from) = (Vec::new(), Duration::ZERO, 0);
    while spent < SPAN || times.len() < FEWEST_BATCHES {
        let (_, time) = engine.answer(from..from + BATCH)?;
        times.push(time / u32::try_from(BATCH)?);
        spent += time;
        from = (from + BATCH) % asks;
    }
    times.sort_unstable();
    Ok(times.get(times.len() / 2).copied().unwrap_or_default())
}

fn row(rules: usize, name: &str, time: Duration, ours: Duration, aim: Option<f64>) -> String {
    let result = match time.as_secs_f64() * 1e6 {
        micros if micros < 1.0 => format!("median {:.0} ns", micros * 1e3),
        micros => format!("median {micros:.1} µs"),
    };
    let (mut ratio, mut wanted) = (String::new(), String::new());
    if name != "nuncio" {
        ratio = format!("nuncio is {:.0}× as fast", time.as_secs_f64() / ours.as_secs_f64());
        wanted = aim.map(|aim| format!("at least {aim}×")).unwrap_or_default();
    }
    let work = format!("one decision by a flat policy of {rules} rules: {name}");
    serde_json::json!({ "work": work, "result": result, "ratio": ratio, "aim": wanted }).to_string()
}
