//! From a message that is for us to a command.

use std::sync::Arc;

use nuncio_policy::{CommandId, Level, Policy, Request, Speaker, decide};

use super::asked::{Asked, Job, Task};
use super::flood::Said;
use super::{Dispatcher, Effect, words};
use crate::command::{
    Addressing, AliasError, Command, Here, Late, ResolveError, Resolved, Used, recognise,
};
use crate::event::{Event, Message, Timing, Unreadable};
use crate::moment::Moment;
use crate::plugin::Cause;
use crate::trigger::Trigger;

/// The command under whose name it is decided whether somebody is told that there is no such
/// command: everybody may ask, but one who is ignored is not answered.
const UNKNOWN: CommandId = CommandId::literal("core.unknown");

impl Dispatcher {
    /// Finds the command in a message that is for us, and asks for it.
    pub(super) fn obey(
        &mut self,
        event: &Event,
        message: &Message,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
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
        let (id, level) = (command.id.clone(), command.level.clone());
        let mut asked = Asked::of(event, message, trigger, id, level);
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
    pub(super) fn address(&self, message: &Message) -> Option<usize> {
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
        let asked = Asked::of(event, message, trigger, UNKNOWN, Level::Everyone);
        if self.is_flood(&asked, Said::Nonsense, event.timing, now, effects) {
            return;
        }
        let task = Task::Answer(words::not_understood(error));
        self.queue(Job { asked, task }, now, effects);
    }

    /// Says that we cannot read what was said now: to whoever would be told that there is no such
    /// command.
    pub(super) fn cannot_read(
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
        let mut asked = Asked::at(event, place, None, trigger, UNKNOWN, Level::Everyone);
        asked.name.clone_from(name);
        if !self.is_flood(&asked, Said::Nonsense, event.timing, now, effects) {
            let task = Task::Answer(words::unreadable(by));
            self.queue(Job { asked, task }, now, effects);
        }
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
