//! The policy as casbin's lines: some line must allow, and none may deny.

use std::error::Error;
use std::hint::black_box;
use std::ops::Range;
use std::time::{Duration, Instant};

use casbin::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi};

use crate::Engine;
use crate::world::{Ask, Rule, World};

const MODEL: &str = "
[request_definition]
r = user, room, command

[policy_definition]
p = who, command, eft

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = r.command == p.command && (r.user == p.who || r.room == p.who)
";

pub(crate) struct Casbin {
    enforcer: Enforcer,
    requests: Vec<[String; 3]>,
}

impl Casbin {
    pub(crate) fn new(world: &World) -> Result<Self, Box<dyn Error>> {
        let line = |Rule { may, who, command }: &Rule| {
            let effect = if *may { "allow" } else { "deny" };
            vec![who.text(), command.text(), effect.to_owned()]
        };
        // It refuses a line that it has already.
        let mut lines: Vec<_> = world.rules.iter().map(line).collect();
        lines.sort();
        lines.dedup();
        let enforcer = tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
            let model = DefaultModel::from_str(MODEL).await?;
            let mut enforcer = Enforcer::new(model, MemoryAdapter::default()).await?;
            enforcer.add_policies(lines).await?;
            Ok::<_, casbin::Error>(enforcer)
        })?;
        let request = |ask: &Ask| [ask.user(), ask.room(), ask.command.text()];
        Ok(Self { enforcer, requests: world.asks.iter().map(request).collect() })
    }
}

impl Engine for Casbin {
    fn answer(&self, asks: Range<usize>) -> Result<(Vec<bool>, Duration), Box<dyn Error>> {
        let requests = self.requests.get(asks).unwrap_or_default();
        let mut decided = Vec::with_capacity(requests.len());
        let start = Instant::now();
        for [user, room, command] in requests {
            let request = black_box((user.as_str(), room.as_str(), command.as_str()));
            decided.push(self.enforcer.enforce(request));
        }
        let time = start.elapsed();
        Ok((black_box(decided).into_iter().collect::<Result<_, _>>()?, time))
    }
}
