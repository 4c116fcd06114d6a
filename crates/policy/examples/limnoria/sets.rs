//! Rows about sets of capabilities: of nobody, of an account, of a room, of everybody.

use nuncio_policy::{AccountSet, Capability, DefaultSet, Ground, Held, Without};
use serde::Deserialize;
use serde_json::{Value, json};

use super::names::{self, capability, capability_in, limnoria, spelling};
use super::row::{Answer, error, value};
use super::state::State;

/// One operation on a set: what to do, a capability, and whether to leave ownership out of account.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Op {
    Plain(String, String),
    Flagged(String, String, bool),
}

/// Either of Limnoria's two kinds of sets.
enum Set {
    Nobodys(Held),
    Users(AccountSet),
}

impl Op {
    /// Runs operations on a set that is empty at first.
    pub(super) fn run_all(ops: &[Self], user_set: bool) -> Value {
        let mut set = Set::new(user_set);
        let results: Vec<_> = ops.iter().map(|op| op.run(&mut set)).collect();
        json!({ "results": results, "final": sorted(&set.to_vec()) })
    }

    fn run(&self, set: &mut Set) -> Value {
        let (verb, text, without_owner) = match self {
            Self::Plain(verb, text) => (verb.as_str(), text, false),
            Self::Flagged(verb, text, without_owner) => (verb.as_str(), text, *without_owner),
        };
        match (verb, capability(text)) {
            ("remove", None) => error("KeyError"),
            (_, None) => error("AssertionError"),
            ("add", Some(capability)) => {
                if set.add(capability) {
                    value(Value::Null)
                } else {
                    error("AssertionError")
                }
            }
            ("remove", Some(capability)) => {
                if set.remove(&capability) {
                    value(Value::Null)
                } else {
                    error("KeyError")
                }
            }
            ("contains", Some(capability)) => value(set.check(&capability, false).is_some()),
            (_, Some(capability)) => said(set.check(&capability, without_owner)),
        }
    }
}

impl Set {
    fn new(user_set: bool) -> Self {
        if user_set { Self::Users(AccountSet::default()) } else { Self::Nobodys(Held::default()) }
    }

    fn add(&mut self, capability: Capability) -> bool {
        match self {
            Self::Nobodys(held) => {
                held.add(capability);
                true
            }
            Self::Users(set) => set.add(capability).is_ok(),
        }
    }

    fn remove(&mut self, capability: &Capability) -> bool {
        match self {
            Self::Nobodys(held) => held.remove(capability),
            Self::Users(set) => set.remove(capability),
        }
    }

    fn check(&self, capability: &Capability, without_owner: bool) -> Option<bool> {
        match self {
            Self::Nobodys(held) => held.check(capability),
            Self::Users(set) => set.check(capability, without_owner),
        }
    }

    fn to_vec(&self) -> Vec<Capability> {
        match self {
            Self::Nobodys(held) => held.to_vec(),
            Self::Users(set) => set.to_vec(),
        }
    }
}

impl State {
    /// What the record of the first user says, with nothing beneath it.
    pub(super) fn user_check(&self, text: &str, without_owner: bool) -> Answer {
        let user = self.users.first().ok_or("no user")?;
        if user.ignore {
            return Ok(value(spelling(text).is_some_and(|spelt| !spelt.positive)));
        }
        let Some(capability) = capability(text) else {
            let owns = user.capabilities.iter().any(|held| held.eq_ignore_ascii_case("owner"));
            return Ok(if owns && !without_owner { value(true) } else { error("AssertionError") });
        };
        let world = self.world()?;
        let request = world.request(world.speaker(&user.name)?);
        let without = Without { owner: without_owner, room_op: true, default_allow: false };
        let hold = world.policy.holds(&request, &capability, without);
        let own = matches!(hold.ground, Ground::Owner | Ground::Account);
        Ok(said(own.then_some(hold.holds)))
    }

    /// What a room says to whoever is nobody.
    pub(super) fn channel_check(&self, channel: &str, text: &str) -> Answer {
        let room = names::room(channel)?;
        let Some(capability) = capability_in(Some(room), text) else {
            return Ok(error("AssertionError"));
        };
        let world = self.world()?;
        let request = world.request(nuncio_policy::Speaker::claimed([]));
        Ok(value(world.policy.holds(&request, &capability, Without::default()).holds))
    }
}

/// The set of everybody that a text makes.
pub(super) fn set_default(text: &str) -> Answer {
    let mut set = DefaultSet::least();
    for text in text.split_whitespace() {
        let capability = capability_in(None, text).ok_or_else(|| format!("what is {text}?"))?;
        // The set stays as it is where it would make everybody an owner.
        drop(set.add(capability));
    }
    Ok(value(sorted(&set.to_vec())))
}

fn sorted(all: &[Capability]) -> Vec<String> {
    let mut texts: Vec<_> = all.iter().map(limnoria).collect();
    texts.sort_unstable();
    texts
}

/// What a set says, if it says anything.
fn said(opinion: Option<bool>) -> Value {
    opinion.map_or_else(|| error("KeyError"), value)
}
