//! Running an errand, and what was left open when we were last here.

use matrix_sdk::{
    Client, Room, RoomState,
    ruma::{
        OwnedRoomId, RoomAliasId, RoomId,
        api::client::{
            membership::leave_room, receipt::create_receipt::v3::ReceiptType,
            state::get_state_event_for_key,
        },
        events::{StateEventType, receipt::ReceiptThread},
    },
};
use matrix_sdk_base::RoomInfoNotableUpdateReasons;
use serde::Deserialize;

use super::failure::Failure;
use crate::session::{Errand, Join, Session};

/// Why an invitation is turned down.
const UNINVITED: &str = "nobody whom I follow asks me here";

/// Why we do not stay where an upgrade has led.
const IMPOSTOR: &str = "this room does not say that it goes on where the other one ended";

/// Runs an errand. The room that it led to, if it was to enter one.
pub(super) async fn run(client: &Client, errand: &Errand) -> Result<Option<String>, Failure> {
    match errand {
        Errand::Enter(join) => enter(client, join).await.map(|room| Some(room.to_string())),
        Errand::Follow { from, join } => {
            let room = enter(client, join).await?;
            if predecessor(client, &room).await?.as_ref() == Some(from) {
                return Ok(Some(room.to_string()));
            }
            leave(client, room, IMPOSTOR).await?;
            Err(Failure::Refused(format!("it does not say that it follows `{from}`")))
        }
        Errand::Knock { join, reason, .. } => {
            Box::pin(knock(client, join, reason)).await.map(|room| Some(room.to_string()))
        }
        Errand::Decline { room } => leave(client, room.clone(), UNINVITED).await,
        Errand::Forget { room } => {
            let left = |state| matches!(state, RoomState::Left | RoomState::Banned);
            let known = client.get_room(room).filter(|known| left(known.state()));
            if let Some(known) = known {
                known.forget().await?;
            }
            Ok(None)
        }
        Errand::Read { room, event } => {
            if let Some(room) = client.get_room(room) {
                let (kind, thread) = (ReceiptType::Read, ReceiptThread::Unthreaded);
                room.send_single_receipt(kind, thread, event.clone()).await?;
            }
            Ok(None)
        }
    }
}

/// Enters a room, unless we are in it. Its id.
pub(super) async fn enter(client: &Client, join: &Join) -> Result<OwnedRoomId, Failure> {
    let Join { room, via } = join;
    let known = <&RoomId>::try_from(&**room).ok().and_then(|id| client.get_room(id));
    match known {
        Some(known) if known.state() == RoomState::Joined => return Ok(known.room_id().to_owned()),
        Some(known) if known.state() == RoomState::Invited => meet_inviter(client, &known).await,
        _ => {}
    }
    let room = Box::pin(client.join_room_by_id_or_alias(room, via)).await?;
    Ok(room.room_id().to_owned())
}

/// Learns the devices of whoever invites us: what is said in the room first may be that they want to
/// be verified, and the library heeds nobody whose devices it does not know.
async fn meet_inviter(client: &Client, room: &Room) {
    let Ok(invite) = Box::pin(room.invite_details()).await else { return };
    let inviter = &invite.inviter_id;
    if let Err(error) = client.encryption().request_user_identity(inviter).await {
        tracing::debug!(%inviter, %error, "Whoever invites us has devices that are not known yet.");
    }
}

/// Knocks at a room, unless we have and nobody has answered yet: its people are told of each knock.
/// Its id.
async fn knock(client: &Client, join: &Join, reason: &str) -> Result<OwnedRoomId, Failure> {
    let Join { room, via } = join;
    let mut waiting = client.rooms();
    waiting.retain(|known| known.state() == RoomState::Knocked);
    if !waiting.is_empty() {
        let id = match <&RoomAliasId>::try_from(&**room) {
            Ok(alias) => client.resolve_room_alias(alias).await?.room_id,
            Err(_) => RoomId::parse(room.as_str())
                .map_err(|error| Failure::Refused(format!("`{room}` is no room's id: {error}")))?,
        };
        if waiting.iter().any(|known| known.room_id() == id) {
            return Ok(id);
        }
    }
    let reason = Some(reason.to_owned()).filter(|reason| !reason.is_empty());
    let room = client.knock(room.clone(), reason, via.clone()).await?;
    // The library keeps in memory alone what it did not know before, until a sync tells of it; a
    // stop before that would have us knock again.
    let kept = |room| (room, RoomInfoNotableUpdateReasons::empty());
    if let Err(error) = room.update_and_save_room_info(kept).await {
        let room = room.room_id();
        tracing::warn!(%room, %error, "We have knocked, and a restart may knock once more.");
    }
    Ok(room.room_id().to_owned())
}

async fn leave(client: &Client, room: OwnedRoomId, why: &str) -> Result<Option<String>, Failure> {
    let mut request = leave_room::v3::Request::new(room);
    request.reason = Some(why.to_owned());
    client.send(request).await?;
    Ok(None)
}

/// The room that a room says it follows (`m.room.create`).
async fn predecessor(client: &Client, room: &RoomId) -> Result<Option<OwnedRoomId>, Failure> {
    #[derive(Deserialize)]
    struct Created {
        predecessor: Option<Predecessor>,
    }
    #[derive(Deserialize)]
    struct Predecessor {
        room_id: OwnedRoomId,
    }
    let (kind, key) = (StateEventType::RoomCreate, String::new());
    let request = get_state_event_for_key::v3::Request::new(room.to_owned(), kind, key);
    let created = client.send(request).await?.event_or_content;
    let created: Option<Created> = serde_json::from_str(created.get()).ok();
    Ok(created.and_then(|created| created.predecessor).map(|old| old.room_id))
}

/// Tells the session of the invitations that are open still.
pub(super) async fn open(client: &Client, session: &mut Session) {
    for room in client.invited_rooms() {
        if let Ok(invite) = room.invite_details().await {
            let direct = room.is_direct().await.unwrap_or_default();
            session.asked_in(room.room_id().as_str(), invite.inviter_id.as_str(), direct);
        }
    }
}
