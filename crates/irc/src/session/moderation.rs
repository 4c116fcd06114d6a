//! Keeping a channel in order: bans, ranks and invitations.
//!
//! A server says nothing of a MODE or a TOPIC that changes nothing. So a PING follows what we do, and its PONG
//! says that all has been done that is not refused by then.

use nuncio_core::{
    action::Action,
    content::Losses,
    place::Place,
    receipt::{Receipt, Retry},
};
use nuncio_policy::Power;
use smol_str::{SmolStr, format_smolstr};

use super::{Effect, Session, Ticket, awaited::Act, outbound::Refusal};
use crate::wire::{Builder, Line, LineError, Verb};

/// What stands before the number of a PING that follows what we do.
const FENCE: &str = "nuncio-";

/// The signs that no nick has: a text with one of them is a mask.
const OF_MASKS: [char; 8] = ['!', '@', '*', '?', '$', '~', ':', '.'];

/// A line that does something, the verb that it is answered by, and whom it is about.
pub(super) type Step = (Result<Line, LineError>, Verb, Option<SmolStr>);

impl Session {
    /// Does something to somebody, or says why not.
    pub(super) fn moderate(
        &mut self,
        ticket: Ticket,
        to: &Place,
        action: &Action,
    ) -> Result<(), Refusal> {
        let room = self.acting_room(to)?;
        match action {
            Action::Ban { who, reason } => self.ban(ticket, &room, who, reason.as_deref()),
            Action::Unban { who } => {
                let masks = self.masks(who);
                let modes = format!("-{}", "b".repeat(masks.len()));
                let masks = masks.iter().map(SmolStr::as_str);
                let line = mode(&room, &modes, masks);
                self.do_all(ticket, &room, vec![(line, Verb::Mode, None)], Losses::NONE)
            }
            Action::Promote { who, power } => self.rank(ticket, &room, '+', who, *power),
            Action::Demote { who, power } => self.rank(ticket, &room, '-', who, *power),
            Action::Invite { who, .. } => {
                let line = Line::begin(Verb::Invite).middle(who);
                let line = line.and_then(|line| line.middle(&room)).and_then(Builder::end);
                let invite = (line, Verb::Invite, Some(self.names.fold(who)));
                self.do_all(ticket, &room, vec![invite], Losses::NONE)
            }
            other => {
                self.unsupported(ticket, other.command().path());
                Ok(())
            }
        }
    }

    /// A ban keeps somebody out; a kick ends his stay, if he is there under that nick.
    fn ban(
        &mut self,
        ticket: Ticket,
        room: &str,
        who: &str,
        reason: Option<&str>,
    ) -> Result<(), Refusal> {
        let mask = self.masks(who).into_iter().next().unwrap_or_default();
        let mut steps = vec![(mode(room, "+b", [mask.as_str()]), Verb::Mode, None)];
        let mut losses = Losses::NONE;
        if self.members.is_in(&self.names.fold(room), &self.names.fold(who)) {
            let kick;
            (kick, losses) = self.kick(room, who, reason);
            steps.push(kick);
        }
        self.do_all(ticket, room, steps, losses)
    }

    /// The masks that stand for somebody, the best first: his host, as far as we have seen it, for
    /// a nick is changed at will.
    fn masks(&self, who: &str) -> Vec<SmolStr> {
        if who.contains(OF_MASKS) {
            return vec![SmolStr::new(who)];
        }
        let host = self.members.host(&self.names.fold(who));
        let host = host.map(|host| format_smolstr!("*!*@{host}"));
        host.into_iter().chain([format_smolstr!("{who}!*@*")]).collect()
    }

    fn rank(
        &mut self,
        ticket: Ticket,
        room: &str,
        sign: char,
        who: &str,
        power: Power,
    ) -> Result<(), Refusal> {
        let Some(letter) = self.isupport.letter(power) else {
            self.unsupported(ticket, power.as_str());
            return Ok(());
        };
        let line = mode(room, &format!("{sign}{letter}"), [who]);
        let change = (line, Verb::Mode, Some(self.names.fold(who)));
        self.do_all(ticket, room, vec![change], Losses::NONE)
    }

    fn unsupported(&mut self, ticket: Ticket, what: &str) {
        self.effects.push(Effect::Settle(ticket, Receipt::unsupported(what)));
    }

    /// Sends lines that the server answers by doing what they say, and a PING behind them.
    pub(super) fn do_all(
        &mut self,
        ticket: Ticket,
        room: &str,
        steps: Vec<Step>,
        losses: Losses,
    ) -> Result<(), Refusal> {
        let broken = steps.iter().find_map(|(line, ..)| line.as_ref().err());
        if let Some(error) = broken {
            return Err((error.to_string(), Retry::Never));
        }
        self.awaited.begin(ticket);
        let fence = self.awaited.label();
        for (line, verb, who) in steps {
            self.send(line);
            let target = self.names.fold(room);
            self.awaited.expect_act(ticket, Act { verb, target, who, fence: Some(fence) });
        }
        self.send(Line::begin(Verb::Ping).last(&format!("{FENCE}{fence}")));
        self.settle(|awaited| awaited.taken(ticket, losses));
        Ok(())
    }

    /// The server has done all that stood before a PING of ours.
    pub(super) fn on_pong(&mut self, token: &str) {
        let Some(fence) = token.strip_prefix(FENCE).and_then(|number| number.parse().ok()) else {
            return;
        };
        loop {
            let answer = self.awaited.pass(fence);
            if !self.take_answer(answer) {
                return;
            }
        }
    }
}

/// `MODE #room +ov ann bob`.
fn mode<'a>(
    room: &str,
    modes: &str,
    whom: impl IntoIterator<Item = &'a str>,
) -> Result<Line, LineError> {
    let line = Line::begin(Verb::Mode).middle(room)?.middle(modes)?;
    whom.into_iter().try_fold(line, Builder::middle)?.end()
}
