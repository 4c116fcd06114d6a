//! From an event to what it sets off: commands ([`obey`](super::obey)), watchers and handlers.

use std::sync::Arc;

use nuncio_policy::{CommandId, Network, Speaker};
use smol_str::{SmolStr, format_smolstr};

use super::asked::Asked;
use super::{Dispatcher, Effect};
use crate::catalogue::Catalogue;
use crate::event::{Event, EventKey, EventKind, Form, Message, Question, Timing};
use crate::gate::Attempt;
use crate::moment::Moment;
use crate::place::{Address, Place};
use crate::plugin::{Cause, Watcher};
use crate::trigger::Trigger;

impl Dispatcher {
    /// Takes an event. The cursor of its archive moves past it when all that it sets off is settled.
    pub(super) fn hear(&mut self, mut event: Event, now: Moment, effects: &mut Vec<Effect>) {
        self.note(&event, now, effects);
        if event.timing == Timing::History {
            return;
        }
        let Some(mark) = event.mark.take() else { return self.take(event, now, effects) };
        let hold = self.cursors.hear(&event.network, mark, event.at);
        self.hearing = Some(hold.clone());
        self.take(event, now, effects);
        self.hearing = None;
        self.cursors.release(&hold, now.uptime);
    }

    /// Leaves an event out. What holds its mark back is never released: the next start finds it
    /// again.
    pub(super) fn leave_out(&mut self, event: Event) {
        if let Some(mark) = event.mark {
            self.cursors.hear(&event.network, mark, event.at);
        }
    }

    fn take(&mut self, event: Event, now: Moment, effects: &mut Vec<Effect>) {
        let event = Arc::new(event);
        let confidential = self.is_confidential(&event.kind);
        if !confidential {
            self.handle(&event, now, effects);
        }
        if let EventKind::Message(message) = &event.kind {
            self.counters.messages += 1;
            if !message.own && message.form != Form::Notice {
                if !confidential {
                    self.watch(&event, message, now, effects);
                }
                self.obey(&event, message, now, effects);
            }
        }
        if let EventKind::Unreadable(unreadable) = &event.kind {
            self.cannot_read(&event, unreadable, now, effects);
        }
    }

    /// Takes a late event, of which some may have been handled before.
    pub(super) fn hear_late(
        &mut self,
        event: Event,
        handled: Vec<EventKey>,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        // What is under way is not begun again; no more is what has ended.
        let handled = handled.into_iter().map(|key| (event.network.clone(), key));
        let mut is_new = |key: &(Network, EventKey)| {
            let is_new = !self.active.contains_key(key);
            is_new && self.active.insert(key.clone(), None).is_none()
        };
        let handled: Vec<_> = handled.filter(|key| is_new(key)).collect();
        self.hear(event, now, effects);
        for key in &handled {
            self.active.remove(key);
        }
    }

    /// The keys under which what an event sets off is journalled: its own for a command, and one
    /// for each watcher and handler.
    pub fn keys(&self, event: &Event) -> Vec<EventKey> {
        let Catalogue { watchers, handlers, .. } = &*self.catalogue;
        let text = match &event.kind {
            EventKind::Message(message) => Some(message.text.as_str()),
            _ => None,
        };
        let set_off = |watcher: &Watcher| text.is_some_and(|text| (watcher.matches)(text));
        let watchers = watchers.iter().filter(|(_, watcher)| set_off(watcher)).map(|(id, _)| id);
        let handlers = handlers.iter().filter(|(_, handler)| (handler.wants)(event));
        let parts = watchers.chain(handlers.map(|(id, _)| id)).map(|id| part(&event.key, id));
        [event.key.clone()].into_iter().chain(parts).collect()
    }

    /// Whether something is said that is for a command alone, and for nobody who listens in.
    fn is_confidential(&self, kind: &EventKind) -> bool {
        let (EventKind::Message(message) | EventKind::Edit(message)) = kind else { return false };
        if self.catalogue.watchers.is_empty() && self.catalogue.handlers.is_empty() {
            return false;
        }
        let (aliases, room) = (self.policy.managed(), message.place.room());
        let commands = &self.catalogue.commands;
        let target = |at| commands.target(&message.text, at, aliases, room);
        let found = self.address(message).and_then(target);
        found.is_some_and(|command| command.is_confidential())
    }

    /// Asks for each handler that wants an event which somebody caused.
    fn handle(&mut self, event: &Arc<Event>, now: Moment, effects: &mut Vec<Effect>) {
        if self.catalogue.handlers.is_empty() {
            return;
        }
        let Some((speaker, place, name)) = event.kind.cause() else { return };
        let catalogue = Arc::clone(&self.catalogue);
        for (id, handler) in catalogue.handlers.iter().filter(|(_, handler)| (handler.wants)(event))
        {
            let asked = Asked {
                attempt: Attempt {
                    trigger: Trigger::Handler(speaker.clone()),
                    command: id.clone(),
                    level: handler.level.clone(),
                    room: place.room().cloned(),
                    target: None,
                },
                network: event.network.clone(),
                key: part(&event.key, id),
                place: place.clone(),
                name: name.clone(),
                about: None,
                files: Vec::new(),
                begun: false,
            };
            self.attempt(asked, Cause::Event(Arc::clone(event)), now, effects);
        }
    }

    /// Asks for each watcher that a message sets off.
    fn watch(
        &mut self,
        event: &Arc<Event>,
        message: &Message,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        if self.catalogue.watchers.is_empty() {
            return;
        }
        let catalogue = Arc::clone(&self.catalogue);
        for (id, watcher) in
            catalogue.watchers.iter().filter(|(_, watcher)| (watcher.matches)(&message.text))
        {
            let trigger = Trigger::Watcher(message.speaker.clone());
            let level = watcher.level.clone();
            let mut asked = Asked::of(event, message, trigger, id.clone(), level);
            asked.key = part(&event.key, id);
            self.attempt(asked, Cause::Watch(Arc::new(message.clone())), now, effects);
        }
    }
}

/// The key of one of the several things that an event sets off.
fn part(key: &EventKey, id: &CommandId) -> EventKey {
    EventKey::new(format_smolstr!("{key}@{id}"))
}

impl EventKind {
    /// Who caused it, where, and what to call him; nobody for what a network does by itself.
    fn cause(&self) -> Option<(&Speaker, Place, SmolStr)> {
        match self {
            Self::Message(message) | Self::Edit(message) if !message.own => {
                Some((&message.speaker, message.place.clone(), message.name.clone()))
            }
            Self::Reaction(reaction) => {
                let name = SmolStr::new(reaction.speaker.to_string());
                Some((&reaction.speaker, reaction.place.clone(), name))
            }
            Self::Retraction(retraction) => {
                Some((&retraction.speaker, retraction.place.clone(), retraction.name.clone()))
            }
            Self::Membership(membership) => {
                let room = membership.room.clone()?;
                Some((&membership.who, Place::Room(room), membership.name.clone()))
            }
            Self::Topic(topic) => {
                Some((&topic.speaker, Place::Room(topic.room.clone()), topic.name.clone()))
            }
            Self::Invite { from, room } => {
                Some((from, Place::Room(room.clone()), SmolStr::new(from.to_string())))
            }
            Self::Question(question) => {
                let Question { by, place, about, .. } = &**question;
                let peer = || Address::new(about.user());
                let place = place.clone();
                let place =
                    place.unwrap_or_else(|| Place::private(about.network().clone(), peer()));
                Some((by, place, SmolStr::new(by.to_string())))
            }
            _ => None,
        }
    }
}
