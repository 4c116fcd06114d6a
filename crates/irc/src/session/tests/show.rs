//! Effects as lines of a log.

use nuncio_core::{
    event::{Change, Event, EventKind, Form, LinkState, RoomState, Timing, Topic},
    query::{Answer, QueryError},
    receipt::{Fidelity, Receipt, Retry, Stage},
};
use nuncio_policy::{Presence, Speaker};

use super::super::{Effect, Ending};

/// One effect; the network's features are left out, and unless asked for, who stays where.
pub(super) fn effect(effect: &Effect, stays: bool) -> Option<String> {
    match effect {
        Effect::Event(event) => self::event(event, stays).map(|text| format!("-- {text}")),
        Effect::Settle(ticket, receipt) => {
            Some(format!("-- delivery {ticket}: {}", self::receipt(receipt)))
        }
        Effect::Close(Ending::Again(why)) => Some(format!("-- close: {why}")),
        Effect::Close(Ending::Refused(why)) => Some(format!("-- give up: {why}")),
    }
}

/// `ann=u:irc:ann` for a verified one, `ann?` for a claimed one.
fn speaker(name: &str, speaker: &Speaker) -> String {
    let power = speaker.power().map(|(room, power)| format!(", {power} of {room},"));
    let power = power.unwrap_or_default();
    match speaker.verified_id() {
        Some(id) => format!("{name}={id}{power}"),
        None => format!("{name}?{power}"),
    }
}

/// ` (at 7.1)`, if he stays anywhere.
fn stay(speaker: &Speaker) -> String {
    speaker.presence().map_or(String::new(), |presence| format!(" (at {})", presence.as_str()))
}

fn event(event: &Event, stays: bool) -> Option<String> {
    let text = match &event.kind {
        EventKind::Message(said) => {
            let verb = match said.form {
                Form::Text => "says",
                Form::Notice => "notes",
                Form::Emote => "does",
            };
            let own = if said.own { "we, " } else { "" };
            let stay = if stays { stay(&said.speaker) } else { String::new() };
            format!(
                "{own}{}{stay} {verb} in {}: {}",
                speaker(&said.name, &said.speaker),
                said.place,
                said.text
            )
        }
        EventKind::Membership(membership) => {
            let stay = if stays { stay(&membership.who) } else { String::new() };
            let who = speaker(&membership.name, &membership.who) + &stay;
            let room =
                membership.room.as_ref().map_or("the network".to_owned(), ToString::to_string);
            let why = |why: &Option<String>| {
                why.as_ref().map_or(String::new(), |why| format!(" ({why})"))
            };
            match &membership.change {
                Change::Join => format!("{who} joins {room}"),
                Change::Leave(reason) => format!("{who} leaves {room}{}", why(reason)),
                Change::Kick(reason) => format!("{who} is kicked from {room}{}", why(reason)),
                Change::Ban(reason) => format!("{who} is banned from {room}{}", why(reason)),
                Change::Rename(name) => format!("{who} is {name} now"),
                Change::Knock(reason) => format!("{who} knocks at {room}{}", why(reason)),
            }
        }
        EventKind::Topic(Topic { speaker: who, name, room, text }) => {
            format!("{} says what {room} is about: {text:?}", speaker(name, who))
        }
        EventKind::Invite { from, room } => format!("{from} invites us to {room}"),
        EventKind::Room { room, state } => match state {
            RoomState::Joined => format!("we are in {room}"),
            RoomState::Left { why } => format!("we are not in {room}: {why}"),
            RoomState::Refused { why } => format!("we may not enter {room}: {why}"),
        },
        EventKind::OwnName { name, .. } => format!("we are {name}"),
        EventKind::Link(state) => match state {
            LinkState::Connecting => "connecting".to_owned(),
            LinkState::Online => "online".to_owned(),
            LinkState::Offline { why } => format!("offline: {why}"),
            LinkState::Failed { why } => format!("failed: {why}"),
        },
        EventKind::Gone(gone) => {
            let gone: Vec<_> = gone.iter().map(Presence::as_str).collect();
            return stays.then(|| format!("gone: {}", gone.join(" ")));
        }
        EventKind::Features { .. } => return None,
        EventKind::Unknown { what } => format!("unknown: {what}"),
        other => format!("{other:?}"),
    };
    Some(match event.timing {
        Timing::Live => text,
        Timing::Late => format!("late: {text}"),
        Timing::History => format!("history: {text}"),
    })
}

fn receipt(receipt: &Receipt) -> String {
    let stage = match &receipt.stage {
        Stage::Sent => "sent".to_owned(),
        Stage::Confirmed { id: Some(id) } => format!("confirmed as {}", id.as_str()),
        Stage::Confirmed { id: None } => "confirmed".to_owned(),
        Stage::Failed { why, retry } => match retry {
            Retry::Untried(_) => format!("not tried: {why}"),
            Retry::Never => format!("failed: {why}"),
            Retry::Later(_) => format!("failed for now: {why}"),
            Retry::Now => format!("failed, again at once: {why}"),
        },
        Stage::InDoubt { why } => format!("in doubt: {why}"),
    };
    match &receipt.fidelity {
        Fidelity::Whole => stage,
        Fidelity::Degraded(losses) => format!("{stage}, without {losses}"),
        Fidelity::Unsupported => format!("unsupported: {stage}"),
    }
}

/// Who is in a room, as an answer tells it.
pub(super) fn answer(answer: &Result<Answer, QueryError>) -> String {
    let members = match answer {
        Ok(Answer::Members(members)) => members,
        Ok(_) => return "-- answered otherwise".to_owned(),
        Err(why) => return format!("-- no answer: {why}"),
    };
    let list = members.list().iter().map(|member| {
        let power = member.power.map_or(String::new(), |power| format!(" ({power})"));
        let own = if member.own { "we, " } else { "" };
        format!("{own}{}{power}", speaker(&member.name, &member.who))
    });
    format!("-- there: {}", list.collect::<Vec<_>>().join(", "))
}
