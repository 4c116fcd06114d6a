//! The policy as Cedar's permits and forbids: nothing is permitted by default, and a forbid wins.

use std::error::Error;
use std::fmt::Write as _;
use std::hint::black_box;
use std::ops::Range;
use std::time::{Duration, Instant};

use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request};

use crate::Engine;
use crate::world::{Ask, Rule, Who, World};

pub(crate) struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    requests: Vec<Request>,
}

impl Cedar {
    pub(crate) fn new(world: &World) -> Result<Self, Box<dyn Error>> {
        let mut text = String::new();
        for Rule { may, who, command } in &world.rules {
            let effect = if *may { "permit" } else { "forbid" };
            let (principal, resource) = match who {
                Who::User(_) => (format!(r#" == User::"{}""#, who.text()), String::new()),
                Who::Room(_) => (String::new(), format!(r#" == Room::"{}""#, who.text())),
            };
            let command = command.text();
            writeln!(
                text,
                r#"{effect}(principal{principal}, action == Action::"{command}", resource{resource});"#
            )?;
        }
        let request = |ask: &Ask| -> Result<Request, Box<dyn Error>> {
            let entity = |kind: &str, id: &str| format!(r#"{kind}::"{id}""#).parse::<EntityUid>();
            let user = entity("User", &ask.user())?;
            let command = entity("Action", &ask.command.text())?;
            let room = entity("Room", &ask.room())?;
            Ok(Request::new(user, command, room, Context::empty(), None)?)
        };
        Ok(Self {
            authorizer: Authorizer::new(),
            policies: text.parse()?,
            entities: Entities::empty(),
            requests: world.asks.iter().map(request).collect::<Result<_, _>>()?,
        })
    }
}

impl Engine for Cedar {
    fn answer(&self, asks: Range<usize>) -> Result<(Vec<bool>, Duration), Box<dyn Error>> {
        let requests = self.requests.get(asks).unwrap_or_default();
        let mut decided = Vec::with_capacity(requests.len());
        let start = Instant::now();
        for request in requests {
            let request = black_box(request);
            decided.push(self.authorizer.is_authorized(request, &self.policies, &self.entities));
        }
        let time = start.elapsed();
        let allowed = |response: &cedar_policy::Response| response.decision() == Decision::Allow;
        Ok((black_box(decided).iter().map(allowed).collect(), time))
    }
}
