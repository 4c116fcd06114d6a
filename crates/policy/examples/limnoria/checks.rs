//! Rows about what somebody holds, and what follows for commands.

use nuncio_policy::{Capability, CommandId, Explanation, Layer, Reason, Request, Without};
use serde::Deserialize;
use serde_json::json;

use super::names::{self, capability};
use super::row::{Answer, error, value};
use super::state::{State, World};
use super::words::canonical_name;

/// Does somebody hold a capability, or any or all of several?
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Query {
    who: String,
    capability: String,
    capabilities: Vec<String>,
    require_all: bool,
    #[serde(flatten)]
    flags: Flags,
}

/// What the answer leaves out of account.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Flags {
    ignore_owner: bool,
    ignore_channel_op: bool,
    ignore_default_allow: bool,
}

impl From<Flags> for Without {
    fn from(flags: Flags) -> Self {
        let Flags { ignore_owner, ignore_channel_op, ignore_default_allow } = flags;
        Self {
            owner: ignore_owner,
            room_op: ignore_channel_op,
            default_allow: ignore_default_allow,
        }
    }
}

impl Query {
    pub(super) fn check(self, state: &State) -> Answer {
        let Some(capability) = capability(&self.capability) else {
            return Ok(error("AssertionError"));
        };
        let world = state.world()?;
        let request = world.request(world.asker(&self.who)?);
        Ok(value(world.policy.holds(&request, &capability, self.flags.into()).holds))
    }

    pub(super) fn check_list(self, state: &State) -> Answer {
        let world = state.world()?;
        let request = world.request(world.asker(&self.who)?);
        let mut held = self.capabilities.iter().map(|text| world.holds(&request, text));
        let wanted = !self.require_all;
        // The first that is as it should not be, of all; or as it should, of any.
        let found = held.find(|held| held.as_ref().map_or(true, |held| *held == wanted));
        Ok(value(found.unwrap_or(Ok(!wanted))?))
    }
}

/// May somebody run a command, as far as capabilities go?
#[derive(Deserialize)]
pub(super) struct Command {
    who: String,
    channel: Option<String>,
    plugin: String,
    #[serde(rename = "command")]
    words: Vec<String>,
}

impl Command {
    pub(super) fn dispatch(self, state: &State) -> Answer {
        let world = state.world()?;
        let room = self.channel.as_deref().map(names::room).transpose()?;
        let request =
            Request { command: self.id()?, room, ..world.request(world.asker(&self.who)?) };
        let denied = denied(&world, &request)?.map(|denied| match (&self.channel, denied.room()) {
            (Some(channel), Some(_)) => format!("{channel},{}", names::folded(denied.name())),
            _ => names::limnoria(&denied),
        });
        Ok(json!({ "allowed": denied.is_none(), "denied": denied }))
    }

    /// The command in full; a first word that repeats the plugin is no part of its path.
    fn id(&self) -> Result<CommandId, String> {
        let plugin = canonical_name(&self.plugin);
        let path = match self.words.as_slice() {
            [first, rest @ ..] if *first == plugin && !rest.is_empty() => rest,
            words => words,
        };
        CommandId::new(&plugin, &path.join(".")).map_err(|error| error.to_string())
    }
}

/// The capability for want of which a request is refused.
fn denied(world: &World, request: &Request) -> Result<Option<Capability>, String> {
    let explanation = Explanation::of(&world.policy, request.clone());
    let passed = |step: &nuncio_policy::Step| step.reason == Reason::Introduction;
    if explanation.layer() > Layer::Ignored && !explanation.trace.iter().any(passed) {
        let Reason::Anticapability(written) = explanation.because() else { return Ok(None) };
        let capability = Capability::parse(&written.needed, world.policy.networks());
        return capability.map(Some).map_err(|error| error.to_string());
    }
    // Whom we meet with silence, and what makes a person known: Limnoria asks for each all the same.
    for name in request.command.capability_names() {
        for room in [None].into_iter().chain(request.room.clone().map(Some)) {
            let needed = Capability::new(room, name, true).map_err(|error| error.to_string())?;
            if !world.policy.holds(request, &needed, Without::default()).holds {
                return Ok(Some(needed));
            }
        }
    }
    Ok(None)
}

impl World {
    /// Whether the speaker of a request holds a capability, with everything in account.
    fn holds(&self, request: &Request, text: &str) -> Result<bool, String> {
        let capability = capability(text).ok_or_else(|| format!("what is {text}?"))?;
        Ok(self.policy.holds(request, &capability, Without::default()).holds)
    }
}
