//! Rows about who somebody is, and whether he is ignored.

use nuncio_policy::{Clash, Explanation, Hostmask, Identified, Outcome, Reason, Request, Speaker};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::names::{self, is_channel};
use super::row::{Answer, error, value};
use super::state::{State, User};

/// Is what somebody says to a recipient ignored?
#[derive(Deserialize)]
pub(super) struct Recipient {
    who: String,
    recipient: String,
}

impl Recipient {
    pub(super) fn check(self, state: &State) -> Answer {
        check_ignored(state, &self.who, &self.recipient)
    }
}

pub(super) fn check_ignored(state: &State, who: &str, recipient: &str) -> Answer {
    let world = state.world()?;
    let room = is_channel(recipient).then(|| names::room(recipient)).transpose()?;
    let is_user = Hostmask::parse(who).is_some();
    let mut speaker = world.speaker(who)?;
    if !is_user && let Ok(id) = names::user(who) {
        // A server, or a name without a host: an identity all the same, which masks may match.
        speaker = speaker.observing(id);
    }
    let in_room = room.is_some();
    let request = Request { room, ..world.request(speaker) };
    let explanation = Explanation::of(&world.policy, request);
    if explanation.outcome == Outcome::Ignore {
        return Ok(value(true));
    }
    let trusted = explanation.trace.first().is_some_and(|step| step.reason == Reason::Trusted);
    // Limnoria refuses to look for what is neither a user nor a server among a channel's masks.
    let lost = in_room && !is_user && !trusted && !who.contains('.');
    Ok(if lost { error("ValueError") } else { value(false) })
}

/// Who is somebody, and what does Limnoria change for having been asked?
pub(super) fn identify(state: &State, who: &str) -> Answer {
    let world = state.world()?;
    let speaker: Speaker = world.speaker(who)?;
    let named = |name: &str| {
        state.users.iter().find(|user| user.name.eq_ignore_ascii_case(name)).map(|user| &user.name)
    };
    let (mut answer, clashes) = match world.policy.identify(&speaker) {
        Identified::Nobody => (error("KeyError"), Vec::new()),
        Identified::Account { name, .. } => (value(named(name.as_str()).cloned()), Vec::new()),
        Identified::Several(clashes) => (error("DuplicateHostmask"), clashes),
    };
    let hostmasks = state.users.iter().map(|user| user.without_clash(&clashes));
    let hostmasks = hostmasks.collect::<Result<Map<_, _>, _>>()?;
    let auth =
        state.users.iter().map(|user| user.without_expired(state, who)).collect::<Map<_, _>>();
    if let Some(answer) = answer.as_object_mut() {
        answer.insert("hostmasks_after".into(), hostmasks.into());
        answer.insert("auth_after".into(), auth.into());
    }
    Ok(answer)
}

impl User {
    /// The masks that Limnoria leaves to a user: without the one that clashes with another's (B11).
    fn without_clash(&self, clashes: &[Clash<'_>]) -> Result<(String, Value), String> {
        let mut masks = self.hostmasks.clone();
        let own = clashes.iter().find(|of| of.account.as_str().eq_ignore_ascii_case(&self.name));
        if let Some(clash) = own.and_then(|clash| clash.identity) {
            let ids = masks.iter().map(|mask| names::user(mask)).collect::<Result<Vec<_>, _>>()?;
            if let Some(place) = ids.iter().position(|id| id == clash) {
                masks.remove(place);
            }
        }
        masks.sort_unstable();
        Ok((self.name.clone(), json!(masks)))
    }

    /// The sessions that Limnoria leaves to a user: without those over that it meets in looking for
    /// a hostmask, up to the one that answers.
    fn without_expired(&self, state: &State, who: &str) -> (String, Value) {
        let mut looking = Hostmask::parse(who).is_some();
        let mut left = Vec::new();
        for (since, address) in &self.auth {
            let live = state.is_live(*since);
            if live || !looking {
                left.push(address.clone());
            }
            looking = looking && !(live && address == who);
        }
        left.sort_unstable();
        left.dedup();
        (self.name.clone(), json!(left))
    }
}
