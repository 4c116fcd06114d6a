//! Rows about the arguments of commands that ask for a capability.

use nuncio_policy::Without;
use serde::Deserialize;
use serde_json::json;

use super::names::{capability, is_channel};
use super::row::Answer;
use super::state::State;

/// What does an argument's converter say, which asks for a capability?
#[derive(Deserialize)]
pub(super) struct Converter {
    who: String,
    channel: Option<String>,
    #[serde(rename = "converter")]
    name: String,
    #[serde(default)]
    arg: String,
    #[serde(default)]
    args: Vec<String>,
}

/// What is asked for, and what of the arguments is left.
struct Taken {
    channel: Option<String>,
    left: Vec<String>,
}

impl Converter {
    pub(super) fn convert(self, state: &State) -> Answer {
        let Some(taken) = self.take_channel() else {
            return Ok(json!({ "allowed": false, "denied": null, "argument_error": true }));
        };
        if let Some(needed) = self.needed(taken.channel.as_deref())? {
            let capability = capability(&needed).ok_or_else(|| format!("what is {needed}?"))?;
            let world = state.world()?;
            let request = world.request(world.asker(&self.who)?);
            let owner = self.name == "checkCapabilityButIgnoreOwner";
            let without = Without { owner, ..Without::default() };
            if !world.policy.holds(&request, &capability, without).holds {
                return Ok(json!({ "allowed": false, "denied": needed }));
            }
        }
        let Taken { channel, left } = taken;
        let converted: Vec<_> = channel.into_iter().collect();
        Ok(json!({ "allowed": true, "denied": null, "args_left": left, "converted": converted }))
    }

    /// The channel that it is about, if it is about one: the first argument, else the one in which
    /// it is said; nothing, if there is neither.
    fn take_channel(&self) -> Option<Taken> {
        let names = ["op", "halfop", "voice", "checkChannelCapability", "channel"];
        match self.args.split_first() {
            _ if !names.contains(&self.name.as_str()) => {
                Some(Taken { channel: None, left: self.args.clone() })
            }
            Some((channel, left)) if is_channel(channel) => {
                Some(Taken { channel: Some(channel.clone()), left: left.to_vec() })
            }
            _ => Some(Taken { channel: Some(self.channel.clone()?), left: self.args.clone() }),
        }
    }

    /// The capability that it asks for, as Limnoria writes it.
    fn needed(&self, channel: Option<&str>) -> Result<Option<String>, String> {
        let name = match self.name.as_str() {
            "channel" => return Ok(None),
            "checkCapability" | "checkChannelCapability" | "checkCapabilityButIgnoreOwner" => {
                &self.arg
            }
            "admin" | "owner" | "op" | "halfop" | "voice" => &self.name,
            other => return Err(format!("no converter {other}")),
        };
        let name = name.to_lowercase();
        Ok(Some(channel.map_or_else(|| name.clone(), |channel| format!("{channel},{name}"))))
    }
}
