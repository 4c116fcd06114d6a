//! Rules and commands, as plugins see them.

use std::sync::Arc;

use nuncio_core::command::CommandTree;
use nuncio_core::house::Clock;
use nuncio_core::services::PolicyView;
use nuncio_policy::{
    CommandId, Explanation, Identity, Level, Network, Policy, Request, RoomId, Speaker, UserId,
    decide,
};

/// A policy and the commands that it decides on.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) policy: Policy,
    pub(super) commands: Arc<CommandTree>,
    pub(super) clock: Clock,
}

impl Rules {
    fn request(&self, speaker: &Speaker, room: Option<&RoomId>, command: &CommandId) -> Request {
        // A command that nobody declares is nobody's to run.
        let level = self.commands.get(command).map_or(Level::Owner, |known| known.level.clone());
        Request {
            speaker: speaker.clone(),
            room: room.cloned(),
            target: room.cloned(),
            command: command.clone(),
            level,
            at: self.clock.now().wall,
        }
    }
}

impl PolicyView for Rules {
    fn commands(&self) -> Arc<CommandTree> {
        Arc::clone(&self.commands)
    }

    fn may_run(&self, speaker: &Speaker, room: Option<&RoomId>, command: &CommandId) -> bool {
        decide(&self.policy, self.request(speaker, room, command)).is_ok()
    }

    fn why(&self, speaker: &Speaker, room: Option<&RoomId>, command: &CommandId) -> Explanation {
        match decide(&self.policy, self.request(speaker, room, command)) {
            Ok(permit) => permit.explanation(),
            Err(refusal) => refusal.explanation(),
        }
    }

    fn read_user(&self, text: &str, here: &Network) -> Result<Speaker, String> {
        let networks = self.policy.networks();
        let user = match networks.parse(text) {
            Ok(Identity::User(user)) => Ok(user),
            _ => UserId::new(here, text, networks.case_mapping(here)),
        };
        user.map(Speaker::verified).map_err(|error| error.to_string())
    }

    fn read_room(&self, text: &str, here: &Network) -> Result<RoomId, String> {
        let networks = self.policy.networks();
        let room = match networks.parse(text) {
            Ok(Identity::Room(room)) => Ok(room),
            _ => RoomId::new(here, text, networks.case_mapping(here)),
        };
        room.map_err(|error| error.to_string())
    }
}
