//! From an event to attempts: commands, watchers and handlers.

use std::sync::Arc;

use nuncio_policy::{CommandId, Level, Network, Policy, Request, Speaker, decide};
use smol_str::{SmolStr, format_smolstr};

use super::asked::{Asked, Job, Task};
use super::flood::Said;
use super::{Dispatcher, Effect, words};
use crate::catalogue::Catalogue;
use crate::command::{
    Addressing, AliasError, Command, Here, Late, ResolveError, Resolved, Used, recognise,
};
use crate::event::{
    Event, EventKey, EventKind, Form, Message, MessageId, Question, Timing, Unreadable,
};
use crate::gate::Attempt;
use crate::moment::Moment;
use crate::place::{Address, Place};
use crate::plugin::{Cause, Watcher};
use crate::trigger::Trigger;

/// The command under whose name it is decided whether somebody is told that there is no such
/// command: everybody may ask, but one who is ignored is not answered.
const UNKNOWN: CommandId = CommandId::literal("core.unknown");

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
            let mut asked = asked(event, message, trigger, id.clone(), watcher.level.clone());
            asked.key = part(&event.key, id);
            self.attempt(asked, Cause::Watch(Arc::new(message.clone())), now, effects);
        }
    }

    /// Finds the command in a message that is for us, and asks for it.
    fn obey(&mut self, event: &Event, message: &Message, now: Moment, effects: &mut Vec<Effect>) {
        let Some(at) = self.address(message) else { return };
        let catalogue = Arc::clone(&self.catalogue);
        let policy = self.policy.clone();
        let speaker = self.recognise(&message.speaker, now);
        let may_run = |command: &Command| may_run(&policy, &speaker, message, command, now);
        let (aliases, room) = (policy.managed(), message.place.room());
        let expanded = match catalogue.commands.expand(&message.text, at, aliases, room, may_run) {
            Ok(expanded) => expanded,
            Err(error) => return self.not_understood(event, message, &error, now, effects),
        };
        let line = expanded.line(&message.text);
        let Resolved { command, name } = expanded.resolved.clone();
        let here = Here {
            network: &event.network,
            networks: policy.networks(),
            commands: &catalogue.commands,
            may_run: &may_run,
        };
        let arguments = command.signature.parse(line, name.end, &here);
        let trigger = self.typed(message, expanded.used);
        let mut asked = asked(event, message, trigger, command.id.clone(), command.level.clone());
        if let Ok(arguments) = &arguments {
            asked.attempt.target = arguments.target().cloned();
        }
        if self.is_flood(&asked, Said::Command, event.timing, now, effects) {
            return;
        }
        let late = event.timing == Timing::Late;
        let instead = match arguments {
            _ if command.private && !message.place.is_private() => {
                Some(words::in_private(&command.id, &catalogue.commands))
            }
            // Whether the arguments are right is only for those to know who may run it.
            Err(error) => Some(error.answer(&catalogue.commands.usage(&command))),
            Ok(_) if late && command.late == Late::Report => {
                Some(words::too_late(&command.id, &catalogue.commands))
            }
            Ok(_) if late && command.late == Late::Skip => return,
            Ok(arguments) => return self.attempt(asked, Cause::Command(arguments), now, effects),
        };
        if let Some(answer) = instead {
            self.queue(Job { asked, task: Task::Answer(answer) }, now, effects);
        }
    }

    /// Where the command begins in a message that is for us.
    fn address(&self, message: &Message) -> Option<usize> {
        let place = &message.place;
        let own = self.own_name(place).clone();
        let by_name = *self.manners.by_name.at(place);
        let addressing = Addressing {
            prefix: self.manners.prefix.at(place),
            names: if by_name { std::slice::from_ref(&own) } else { &[] },
            mapping: self.policy.networks().case_mapping(place.network()),
            private: place.is_private(),
        };
        recognise(&message.text, &addressing).map(|addressed| addressed.at)
    }

    /// How a command came to be asked for: typed, or through aliases.
    fn typed(&self, message: &Message, used: Vec<Used>) -> Trigger {
        let names = self.networks.get(message.place.network());
        let (caller, socket) = (message.speaker.clone(), names.is_some_and(|names| names.machine));
        match (used.is_empty(), socket) {
            (true, true) => Trigger::Socket(caller),
            (true, false) => Trigger::Typed(caller),
            (false, socket) => Trigger::Alias { used: used.into(), caller, socket },
        }
    }

    /// Says that there is no such command: always in private, in rooms where that is wanted.
    fn not_understood(
        &mut self,
        event: &Event,
        message: &Message,
        error: &AliasError,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let unknown = matches!(error, AliasError::NotFound(ResolveError::Unknown { .. }));
        if unknown && !message.place.is_private() && !self.manners.answer_unknown.at(&message.place)
        {
            return;
        }
        let trigger = self.typed(message, Vec::new());
        let asked = asked(event, message, trigger, UNKNOWN, Level::Everyone);
        if self.is_flood(&asked, Said::Nonsense, event.timing, now, effects) {
            return;
        }
        let task = Task::Answer(words::not_understood(error));
        self.queue(Job { asked, task }, now, effects);
    }

    /// Says that we cannot read what was said now: to whoever would be told that there is no such
    /// command.
    fn cannot_read(
        &mut self,
        event: &Event,
        unreadable: &Unreadable,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let Unreadable { speaker, name, place, by } = unreadable;
        if event.timing != Timing::Live || !place.is_private() {
            return;
        }
        let trigger = Trigger::Typed(speaker.clone());
        let mut asked = asked_at(event, place, None, trigger, UNKNOWN, Level::Everyone);
        asked.name.clone_from(name);
        if !self.is_flood(&asked, Said::Nonsense, event.timing, now, effects) {
            let task = Task::Answer(words::unreadable(by));
            self.queue(Job { asked, task }, now, effects);
        }
    }
}

/// The key of one of the several things that an event sets off.
fn part(key: &EventKey, id: &CommandId) -> EventKey {
    EventKey::new(format_smolstr!("{key}@{id}"))
}

fn asked(
    event: &Event,
    message: &Message,
    trigger: Trigger,
    command: CommandId,
    level: Level,
) -> Asked {
    let about = message.id.clone();
    let name = message.name.clone();
    let files = message.files.clone();
    Asked { name, files, ..asked_at(event, &message.place, about, trigger, command, level) }
}

fn asked_at(
    event: &Event,
    place: &Place,
    about: Option<MessageId>,
    trigger: Trigger,
    command: CommandId,
    level: Level,
) -> Asked {
    Asked {
        attempt: Attempt { trigger, command, level, room: place.room().cloned(), target: None },
        network: event.network.clone(),
        key: event.key.clone(),
        place: place.clone(),
        name: SmolStr::default(),
        about,
        files: Vec::new(),
        begun: false,
    }
}

/// Whether a suggestion may name a command to whoever asked.
fn may_run(
    policy: &Policy,
    speaker: &Speaker,
    message: &Message,
    command: &Command,
    now: Moment,
) -> bool {
    let request =
        Request::new(speaker.clone(), command.id.clone(), now.wall).at_level(command.level.clone());
    let room = message.place.room().cloned();
    decide(policy, Request { target: room.clone(), room, ..request }).is_ok()
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
