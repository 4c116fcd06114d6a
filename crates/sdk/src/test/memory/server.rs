//! What the network itself knows and does.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use nuncio_core::action::{Action, Output};
use nuncio_core::content::{Content, Limits, Line, Palette, Part, Rendered, Style, Utf8, fit};
use nuncio_core::event::{EventKey, Form, MessageId};
use nuncio_core::features::{Features, Support};
use nuncio_core::file::Fetched;
use nuncio_core::place::Place;
use nuncio_core::query::{Answer, Listing, Member, Members, Query, QueryError, Question, Within};
use nuncio_core::receipt::Receipt;
use nuncio_policy::{CommandId, RoomId};
use smol_str::{SmolStr, format_smolstr};
use tokio::sync::mpsc;

use super::{Received, What};

/// The network's server.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) features: Features,
    pub(super) pace: Option<Duration>,
    pub(super) rooms: BTreeSet<RoomId>,
    pub(super) received: Vec<Received>,
    pub(super) ears: Vec<mpsc::Sender<Received>>,
    /// Who stays where, by address.
    pub(super) stays: BTreeMap<String, SmolStr>,
    /// What is in the files that people sent, by reference.
    pub(super) kept: BTreeMap<String, Vec<u8>>,
    /// Who is in which room.
    pub(super) members: BTreeMap<RoomId, Vec<Member>>,
    /// Which rooms there are where.
    pub(super) listings: Vec<(Within, Listing)>,
    /// What was asked of it.
    pub(super) asked: Vec<CommandId>,
    /// The questions that it does not answer; none, while it answers.
    pub(super) unanswered: Option<Vec<Question>>,
    arrivals: u64,
    events: u64,
    messages: u64,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            features: everything(),
            pace: None,
            rooms: BTreeSet::new(),
            received: Vec::new(),
            ears: Vec::new(),
            stays: BTreeMap::new(),
            kept: BTreeMap::new(),
            members: BTreeMap::new(),
            listings: Vec::new(),
            asked: Vec::new(),
            unanswered: None,
            arrivals: 0,
            events: 0,
            messages: 0,
        }
    }
}

impl Server {
    pub(super) fn message_id(&mut self) -> MessageId {
        self.messages += 1;
        MessageId::new(format_smolstr!("m{}", self.messages))
    }

    pub(super) fn event_key(&mut self) -> EventKey {
        self.events += 1;
        EventKey::new(format_smolstr!("e{}", self.events))
    }

    /// The bot's connection is gone, and with it all that it would be told.
    pub(super) fn lose_all(&mut self) {
        self.rooms.clear();
        self.stays.clear();
        if let Some(unanswered) = &mut self.unanswered {
            unanswered.clear();
        }
    }

    /// What a stay at an address is called, never twice the same.
    pub(super) fn stay(&mut self, address: &str) -> SmolStr {
        let arrivals = &mut self.arrivals;
        let arrive = || {
            *arrivals += 1;
            format_smolstr!("{address}#{arrivals}")
        };
        self.stays.entry(address.to_owned()).or_insert_with(arrive).clone()
    }

    /// Answers what is asked, or keeps it.
    pub(super) fn answer(&mut self, question: Question) {
        self.asked.push(question.query().command());
        if let Some(unanswered) = &mut self.unanswered {
            return unanswered.push(question);
        }
        let answer = self.look_up(&question);
        question.answer(answer);
    }

    fn look_up(&self, question: &Question) -> Result<Answer, QueryError> {
        let unknown = || QueryError::Unknown("the network does not know that".to_owned());
        match question.query() {
            Query::Fetch { file, limit } => {
                let kept = question.reference().and_then(|reference| self.kept.get(reference));
                let kept = kept.ok_or_else(unknown)?;
                let bytes = kept.len() as u64;
                if bytes > *limit {
                    return Err(QueryError::TooLarge { bytes: Some(bytes), limit: *limit });
                }
                Ok(Answer::File(Fetched::new(file.clone(), kept.clone())))
            }
            Query::Members { room } => {
                let members = self.members.get(room).ok_or_else(unknown)?;
                Ok(Answer::Members(Members::new(members.iter().cloned(), false)))
            }
            Query::Rooms { within } => {
                let listing = self.listings.iter().find(|(known, _)| known == within);
                Ok(Answer::Rooms(listing.ok_or_else(unknown)?.1.clone()))
            }
            _ => Err(unknown()),
        }
    }

    /// What an output needs that the network does not have.
    pub(super) fn missing(&self, output: &Output) -> Option<&'static str> {
        let has = &self.features;
        let (support, what) = match &output.to {
            Place::Room(_) if !has.rooms.is_present() => return Some("rooms"),
            Place::Private { .. } if !has.private.is_present() => return Some("private messages"),
            _ => match &output.action {
                Action::Say { form: Form::Emote, .. } => (has.emotes, "emotes"),
                Action::Say { form: Form::Notice, .. } => (has.notices, "notices"),
                Action::File { .. } => (has.files, "files"),
                Action::React { .. } => (has.reactions, "reactions"),
                Action::Edit { .. } => (has.edits, "edits"),
                Action::Retract { .. } => (has.retractions, "retractions"),
                Action::Typing { .. } => (has.typing, "typing notices"),
                Action::Join { .. } | Action::Leave { .. } => (has.rooms, "rooms"),
                Action::Kick { .. } | Action::Topic { .. } => (has.moderation, "moderation"),
                Action::Ban { .. } | Action::Unban { .. } => (has.bans, "bans"),
                Action::Promote { .. } | Action::Demote { .. } => (has.powers, "powers"),
                Action::Redact { .. } => (has.redactions, "redactions"),
                Action::Invite { .. } => (has.invites, "invites"),
                Action::Pin { .. } | Action::Unpin { .. } => (has.pins, "pins"),
                Action::Verify { .. } | Action::Judge { .. } => {
                    (has.verifications, "verifications")
                }
                _ => return None,
            },
        };
        (!support.is_present()).then_some(what)
    }

    /// What is said, as the messages that the network can carry.
    pub(super) fn messages(&self, content: &Content) -> Rendered<Vec<String>> {
        let native = |support| support == Support::Native;
        let palette = Palette {
            styles: if native(self.features.styling) { Style::ALL } else { Style::PLAIN },
            mentions: native(self.features.mentions),
        };
        let limits = Limits {
            max_bytes: self.features.max_text_bytes.unwrap_or(usize::MAX),
            max_lines: if native(self.features.multiline) { usize::MAX } else { 1 },
            max_parts: usize::MAX,
        };
        let Rendered { output, losses } = fit(content.lines(palette), &limits, &Utf8);
        Rendered { output: output.iter().map(text).collect(), losses }
    }

    /// Shows something to everybody whom it concerns.
    pub(super) fn show(&mut self, received: Received) {
        match &received.what {
            What::Action(Action::Join { room, .. }) => {
                self.rooms.insert(room.clone());
            }
            What::Action(Action::Leave { room, .. }) => {
                self.rooms.remove(room);
            }
            _ => {}
        }
        self.ears.retain(|ears| !ears.is_closed());
        for ears in &self.ears {
            if ears.try_send(received.clone()).is_err() {
                tracing::debug!("Somebody does not listen.");
            }
        }
        self.received.push(received);
    }

    /// What the network answers to what it has.
    pub(super) fn receipt(&self, name: Option<MessageId>) -> Receipt {
        if self.features.confirms.is_present() { Receipt::confirmed(name) } else { Receipt::sent() }
    }

    /// What a message of the bot's is called, where the network says that it has it.
    pub(super) fn new_name(&mut self) -> Option<MessageId> {
        self.features.confirms.is_present().then(|| self.message_id())
    }
}

fn text(part: &Part) -> String {
    part.lines.iter().map(Line::text).collect::<Vec<_>>().join("\n")
}

fn everything() -> Features {
    let all = Support::Native;
    Features {
        rooms: all,
        private: all,
        styling: all,
        links: all,
        code: all,
        mentions: all,
        multiline: all,
        emotes: all,
        notices: all,
        edits: all,
        retractions: all,
        reactions: all,
        replies: all,
        threads: all,
        typing: all,
        files: all,
        moderation: all,
        bans: all,
        powers: all,
        redactions: all,
        invites: all,
        pins: all,
        fetches: all,
        members: all,
        spaces: all,
        directory: all,
        verifications: all,
        confirms: all,
        deduplicates: all,
        lasting_peers: all,
        max_text_bytes: None,
    }
}
