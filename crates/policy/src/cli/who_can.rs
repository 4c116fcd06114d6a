//! `nuncio policy who-can COMMAND [--room R]`.

use std::fmt;

use crate::{
    Explanation, Identity, Network, Outcome, Policy, Power, Request, RoomId, Speaker, UserId,
};

/// Who may run a command: those whom the policy names, and strangers.
#[derive(Clone, Debug)]
pub struct WhoCan {
    /// Everybody who may.
    pub candidates: Vec<(Candidate, Explanation)>,
}

/// Somebody who may run a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Candidate {
    /// An identity that the policy names, when it is verified.
    Named(UserId),
    /// Whoever the policy does not name and nothing vouches for, on a network.
    Stranger(Network),
    /// Such a one who has this power in the room, or a higher one.
    Powerful(Power, RoomId),
}

/// Asks for everybody; the speaker of the request does not matter.
///
/// Only networks that are configured, or that the policy names somebody on, have strangers; where
/// the command is said in a room, only the network of that room has anybody.
pub fn who_can(policy: &Policy, request: &Request) -> WhoCan {
    let mut named: Vec<UserId> = policy.compiled().named().collect();
    named.sort();
    named.dedup();
    let mut networks: Vec<Network> =
        named.iter().map(UserId::network).chain(policy.networks().names()).cloned().collect();
    networks.sort();
    networks.dedup();
    let here =
        |network: &Network| request.room.as_ref().is_none_or(|room| room.network() == network);
    networks.retain(here);
    named.retain(|id| here(id.network()));
    let strangers = networks.into_iter().filter_map(|network| {
        let stranger = stranger(policy, &network)?;
        Some((Candidate::Stranger(network), Speaker::claimed([stranger])))
    });
    let powerful = request.room.iter().filter_map(|room| powerful(policy, request, room));
    let strangers = strangers.chain(powerful);
    let named = named.into_iter().map(|id| (Candidate::Named(id.clone()), Speaker::verified(id)));
    let may = |(candidate, speaker)| {
        let request = Request { speaker, ..request.clone() };
        let explanation = Explanation::of(policy, request);
        (explanation.outcome == Outcome::Allow).then_some((candidate, explanation))
    };
    WhoCan { candidates: strangers.chain(named).filter_map(may).collect() }
}

/// Whom the least power in a room lets run it who may not without.
fn powerful(policy: &Policy, request: &Request, room: &RoomId) -> Option<(Candidate, Speaker)> {
    let stranger = Speaker::claimed([stranger(policy, room.network())?]);
    let may = |speaker: &Speaker| {
        let request = Request { speaker: speaker.clone(), ..request.clone() };
        Explanation::of(policy, request).outcome == Outcome::Allow
    };
    if may(&stranger) {
        return None;
    }
    let mut powers = Power::ALL.into_iter();
    powers.find_map(|power| {
        let speaker = stranger.clone().with_power(room.clone(), power);
        may(&speaker).then(|| (Candidate::Powerful(power, room.clone()), speaker))
    })
}

/// Somebody whom the policy does not name.
fn stranger(policy: &Policy, network: &Network) -> Option<UserId> {
    let mapping = policy.networks().case_mapping(network);
    (0..)
        .map_while(|number| UserId::new(network, &format!("stranger-{number}"), mapping).ok())
        .find(|id| !policy.compiled().named().any(|named| named == *id))
}

impl fmt::Display for Candidate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(id) => id.fmt(formatter),
            Self::Stranger(network) => {
                write!(formatter, "anybody else on {}", Identity::Network(network.clone()))
            }
            Self::Powerful(power, room) => write!(formatter, "whoever is {power} of {room}"),
        }
    }
}

/// A line for each who may, and why.
impl fmt::Display for WhoCan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.candidates.is_empty() {
            return formatter.write_str("nobody");
        }
        for (index, (candidate, explanation)) in self.candidates.iter().enumerate() {
            let end = if index > 0 { "\n" } else { "" };
            write!(formatter, "{end}{candidate}: {}", explanation.because())?;
        }
        Ok(())
    }
}
