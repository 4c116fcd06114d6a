//! The policy as a `bw_list`: nobody may anything, then what somebody may, then what nobody may.

use std::error::Error;
use std::hint::black_box;
use std::ops::Range;
use std::time::{Duration, Instant};

use nuncio_policy::{Declared, Level, Networks, Policy, Registry, Request, Speaker, Texts, decide};

use crate::Engine;
use crate::world::{Ask, Rule, World};

pub(crate) struct Nuncio {
    policy: Policy,
    requests: Vec<Request>,
}

impl Nuncio {
    pub(crate) fn new(world: &World) -> Result<Self, Box<dyn Error>> {
        let rules = |may: bool| {
            let colour = if may { 'w' } else { 'b' };
            let text =
                move |rule: &Rule| format!("{colour} {} {}", rule.who.text(), rule.command.text());
            world.rules.iter().filter(move |rule| rule.may == may).map(text)
        };
        let list = ["b * *".to_owned()].into_iter().chain(rules(true)).chain(rules(false));
        let declared = Declared { bw_list: Texts::Many(list.collect()), ..Declared::default() };
        let networks = Networks::new();
        let (policy, _) = Policy::compile(&declared, &networks, &Registry::unknown(), 1)
            .map_err(|said| said.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
        let request = |ask: &Ask| -> Result<Request, Box<dyn Error>> {
            let speaker = Speaker::verified(networks.parse_user(&ask.user())?);
            let room = networks.parse_room(&ask.room())?;
            let noon = "2026-11-22T12:00:00Z".parse::<jiff::Timestamp>()?;
            let request = Request::new(speaker, ask.command.text().parse()?, noon);
            Ok(request.in_room(room).at_level(Level::Everyone))
        };
        let requests = world.asks.iter().map(request).collect::<Result<_, _>>()?;
        Ok(Self { policy, requests })
    }
}

impl Engine for Nuncio {
    fn answer(&self, asks: Range<usize>) -> Result<(Vec<bool>, Duration), Box<dyn Error>> {
        // A decision takes its request, and keeps it with what was decided.
        let requests = self.requests.get(asks).unwrap_or_default().to_vec();
        let mut decided = Vec::with_capacity(requests.len());
        let start = Instant::now();
        for request in requests {
            decided.push(decide(&self.policy, black_box(request)));
        }
        let time = start.elapsed();
        Ok((black_box(decided).iter().map(Result::is_ok).collect(), time))
    }
}
