//! Carrying out a request.

use matrix_sdk::{
    Client, EncryptionState, Room, RoomState,
    ruma::{OwnedTransactionId, RoomId, api::client::membership::leave_room},
};

use super::{errands, failure::Failure, keeper::Standing, keys, pins, power, upload::upload};
use crate::session::{Membership, Request, Transaction};

/// Carries out a request; what it made has this id, if it made anything.
pub(super) async fn carry(
    client: Client,
    request: Request,
    clear_reactions: bool,
    standing: Standing,
) -> Result<Option<String>, Failure> {
    let is_clear = request.is_clear();
    match request {
        Request::Send { room, kind, content, transaction } => {
            let room = entered(&client, &room)?;
            check_encryption(&client, &room, is_clear, clear_reactions, standing).await?;
            let sent = room.send_raw(kind, content).with_transaction_id(&name(&transaction));
            let sent = Box::pin(sent.into_future()).await?;
            Ok(Some(sent.response.event_id.to_string()))
        }
        Request::File { room, file, content, transaction } => {
            let room = entered(&client, &room)?;
            let encrypted =
                check_encryption(&client, &room, is_clear, clear_reactions, standing).await?;
            let content = Box::pin(upload(&client, &file, encrypted, content)).await?;
            let sent = room.send_raw("m.room.message", content);
            let sent = sent.with_transaction_id(&name(&transaction));
            let sent = Box::pin(sent.into_future()).await?;
            Ok(Some(sent.response.event_id.to_string()))
        }
        Request::Redact { room, target, reason, transaction } => {
            let (room, transaction) = (entered(&client, &room)?, name(&transaction));
            // Nothing encrypts the reason.
            let is_open =
                matches!(room.latest_encryption_state().await?, EncryptionState::NotEncrypted);
            let reason = reason.as_deref().filter(|_| is_open);
            let redacted = room.redact(&target, reason, Some(transaction)).await?;
            Ok(Some(redacted.event_id.to_string()))
        }
        Request::Typing { room, on } => {
            entered(&client, &room)?.typing_notice(on).await?;
            Ok(None)
        }
        Request::Join(join) => errands::enter(&client, &join).await.map(|_| None),
        Request::Leave { room, reason } => {
            let mut request = leave_room::v3::Request::new(room);
            request.reason = reason;
            client.send(request).await?;
            Ok(None)
        }
        Request::Membership { room, who, change, reason } => {
            let (room, reason) = (entered(&client, &room)?, reason.as_deref());
            match change {
                Membership::Invite => Box::pin(room.invite_user_by_id(&who)).await?,
                Membership::Kick => room.kick_user(&who, reason).await?,
                Membership::Ban => room.ban_user(&who, reason).await?,
                Membership::Unban => room.unban_user(&who, reason).await?,
            }
            Ok(None)
        }
        Request::Power { room, who, power, given } => {
            power::change(&entered(&client, &room)?, &who, power, given).await?;
            Ok(None)
        }
        // These are about what only the shell holds.
        Request::Prove { .. } | Request::Judge { .. } => {
            Err(Failure::Refused("there is nothing that could be asked".to_owned()))
        }
        Request::Topic { room, text } => {
            let set = entered(&client, &room)?.set_room_topic(&text).await?;
            Ok(Some(set.event_id.to_string()))
        }
        Request::Pin { room, target, pinned } => {
            pins::change(&entered(&client, &room)?, &target, pinned).await
        }
    }
}

fn entered(client: &Client, room: &RoomId) -> Result<Room, Failure> {
    let known = client.get_room(room).filter(|known| known.state() == RoomState::Joined);
    known.ok_or_else(|| Failure::Refused(format!("we are not in `{room}`")))
}

/// Nothing leaves as it is where anybody could mind: not where nobody knows whether the room is
/// encrypted, and not what the library would not encrypt. Whether the room is encrypted.
async fn check_encryption(
    client: &Client,
    room: &Room,
    is_clear: bool,
    clear_reactions: bool,
    standing: Standing,
) -> Result<bool, Failure> {
    let refused = |why: &str| Err(Failure::Refused(why.to_owned()));
    match room.latest_encryption_state().await? {
        EncryptionState::NotEncrypted => Ok(false),
        EncryptionState::Unknown => {
            refused("nobody says whether the room is encrypted, and so nothing is sent to it")
        }
        EncryptionState::Encrypted if is_clear && !clear_reactions => {
            refused("the room is encrypted, and reactions are not: allow them by `clear_reactions`")
        }
        EncryptionState::Encrypted if is_clear => Ok(true),
        EncryptionState::Encrypted if standing == Standing::Unknown => Err(Failure::Unsent(
            "the room is encrypted, and whether the account's keys are ours is not known yet"
                .to_owned(),
        )),
        EncryptionState::Encrypted
            if standing == Standing::Ours && keys::are_ours(client).await =>
        {
            Ok(true)
        }
        EncryptionState::Encrypted => refused(
            "the room is encrypted, and the account's keys are somebody else's: nobody there could \
             know us",
        ),
    }
}

fn name(transaction: &Transaction) -> OwnedTransactionId {
    transaction.as_str().into()
}
