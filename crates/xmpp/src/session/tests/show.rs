//! Effects as lines of a log.

use nuncio_core::{
    event::{
        ArchiveState, Change, Event, EventKind, Form, LinkState, MessageId, Reaction, Retraction,
        RoomState, Timing, Topic, Unreadable,
    },
    query::{Answer, QueryError},
    receipt::{Fidelity, Receipt, Retry, Stage},
};
use nuncio_policy::{Presence, Speaker};

use super::super::{Effect, Put};

/// One effect; unless asked for, who stays where is left out.
pub(super) fn effect(effect: &Effect, stays: bool) -> Option<String> {
    match effect {
        Effect::Event(event) => self::event(event, stays).map(|text| format!("-- {text}")),
        Effect::Settle(ticket, receipt) => {
            Some(format!("-- delivery {ticket}: {}", self::receipt(receipt)))
        }
        Effect::Put(Put { ticket, url, headers, file }) => {
            Some(format!("-- put {file:?} of {ticket} at {} with {headers:?}", url.as_str()))
        }
    }
}

/// `ann=u:irc:ann` for a verified one, `ann?` for a claimed one.
fn speaker(name: &str, speaker: &Speaker) -> String {
    let power = speaker.power().map(|(room, power)| format!(", {power} of {room},"));
    let power = power.unwrap_or_default();
    match speaker.verified_id() {
        Some(id) => format!("{name}={id}{power}"),
        None if speaker.is_nobody() => format!("{name} (nobody){power}"),
        None => format!("{name}?{power}"),
    }
}

/// ` (at 7.1)`, if he stays anywhere.
fn stay(speaker: &Speaker) -> String {
    speaker.presence().map_or(String::new(), |presence| format!(" (at {})", presence.as_str()))
}

/// An event, what it is called in an archive, and whether it says how far that is heard.
pub(super) fn archived(event: &Event) -> Option<String> {
    let text = match &event.kind {
        EventKind::Archive { room, state } => {
            let whose = room.as_ref().map_or("our account".to_owned(), ToString::to_string);
            match state {
                ArchiveState::Absent { why } => format!("no archive of {whose}: {why}"),
                ArchiveState::Heard { late } => format!("heard {whose}, {late} late"),
                ArchiveState::Cut { late } => format!("heard {whose}, {late} late and no more"),
            }
        }
        _ => self::event(event, false)?,
    };
    let key = event.key.as_str();
    let key = if key.contains('/') { format!(" [{key}]") } else { String::new() };
    let mark = event.mark.as_ref();
    let mark = mark.map_or(String::new(), |mark| format!(" up to {}", mark.at.as_str()));
    Some(format!("-- {text}{key}{mark}"))
}

fn event(event: &Event, stays: bool) -> Option<String> {
    let text = match &event.kind {
        EventKind::Message(said) | EventKind::Edit(said) => {
            let verb = match said.form {
                Form::Text => "says",
                Form::Notice => "notes",
                Form::Emote => "does",
            };
            let id = said.id.as_ref().map_or("?", MessageId::as_str);
            let verb = match event.kind {
                EventKind::Edit(_) => format!("corrects {id}"),
                _ => verb.to_owned(),
            };
            let answers = said.reply_to.as_ref().map_or(String::new(), |id| {
                let ours = if id.left_as().is_some() { " of ours" } else { "" };
                format!(" (answering {}{ours})", id.as_str())
            });
            let own = if said.own { "we, " } else { "" };
            let stay = if stays { stay(&said.speaker) } else { String::new() };
            let content = said.content.as_ref();
            let content = content.map(|content| content.to_markdown().output.replace('\n', "⏎"));
            let content = content.map_or(String::new(), |content| format!(" [{content}]"));
            format!(
                "{own}{}{stay} {verb} in {}{answers}: {}{content}",
                speaker(&said.name, &said.speaker),
                said.place,
                said.text.replace('\n', "⏎")
            )
        }
        EventKind::Reaction(reaction) => {
            let Reaction { speaker, place, target, emoji } = reaction;
            format!("{speaker} reacts to {} in {place}: {emoji}", target.as_str())
        }
        EventKind::Retraction(retraction) => {
            let Retraction { place, target, moderated, reason, .. } = retraction;
            let who = speaker(&retraction.name, &retraction.speaker);
            let verb = if *moderated { "removes" } else { "takes back" };
            let why = reason.as_ref().map_or(String::new(), |reason| format!(" ({reason})"));
            format!("{who} {verb} {} in {place}{why}", target.as_str())
        }
        EventKind::Unreadable(Unreadable { speaker: who, name, place, by }) => {
            format!("{} says what {by} hides in {place}", speaker(name, who))
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
        EventKind::OwnName { room, name } => {
            let room = room.as_ref().map_or(String::new(), |room| format!(" in {room}"));
            format!("we are {name}{room}")
        }
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
        EventKind::Archive { .. } => return None,
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
        Stage::Confirmed { id: Some(id) } => {
            let left_as = id.left_as().map_or(String::new(), |name| format!(" ({name})"));
            format!("confirmed as {}{left_as}", id.as_str())
        }
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
