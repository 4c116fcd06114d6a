//! A permit for one command, place and speaker cannot be turned into one for another.

use nuncio_policy::{CommandId, Permit, Request, RoomId, Speaker};

fn another_command(permit: &mut Permit, command: CommandId) {
    permit.0.request.command = command;
}

fn another_speaker(permit: &mut Permit, speaker: Speaker) {
    *permit.speaker() = speaker;
}

fn another_place(permit: Permit, room: RoomId) -> Permit {
    Permit { room: Some(room), ..permit }
}

fn from_a_request(request: Request) -> Permit {
    request.into()
}

fn main() {
    let _ = (another_command, another_speaker, another_place, from_a_request);
}
