//! Files on a real server.

use anyhow::{Context as _, Result, bail, ensure};
use matrix_sdk::{
    media::{MediaFormat, MediaRequestParameters},
    ruma::events::room::{EncryptedFile, MediaSource},
};
use nuncio_core::{
    action::Action,
    event::{Event, EventKind, Form, RoomState},
    file::File,
    place::Place,
    receipt::{Receipt, Retry, Stage},
};
use nuncio_policy::{CaseMapping, RoomId};
use nuncio_testkit::{
    conformance::{House, Subject},
    matrix::text,
    server::Synapse,
};
use serde_json::Value;

use crate::{bot::BOT, conformance::OnSynapse, encrypted::Encrypted};

/// A house whose bot is in the room.
pub(crate) async fn open<S: Subject>(room: impl Fn(&S) -> &str) -> Result<(House<S>, Place)> {
    let mut house = House::<S>::open().await?;
    let room = RoomId::new(&"matrix".parse()?, room(&house.subject), CaseMapping::Bytes)?;
    let is_there = |event: Event| match event.kind {
        EventKind::Room { state: RoomState::Joined, .. } => Some(()),
        _ => None,
    };
    house.event("it is in the room", is_there).await?;
    Ok((house, Place::Room(room)))
}

fn file(bytes: &[u8]) -> Result<Action> {
    let file = File::new("żółw 1.png", "image/png", bytes)?;
    Ok(Action::File { file, caption: "a turtle".into() })
}

fn is_image(event: &Value) -> bool {
    text(event, "/sender") == BOT && text(event, "/content/msgtype") == "m.image"
}

#[tokio::test]
async fn synapse_takes_a_file_and_shows_it() -> Result<()> {
    let (mut house, place) = open::<OnSynapse>(|on| &on.room).await?;
    let mut ann = house.subject.peer().await?.person;
    let bytes: Vec<u8> = (0..Synapse::MAX_FILE_BYTES).map(|at| at.to_le_bytes()[0]).collect();
    let key = house.act(&place, file(&bytes)?).await?;
    let after = Action::Say { content: "that was it".into(), form: Form::Text };
    house.act(&place, after).await?;
    let receipt = house.receipt(&key).await?;
    ensure!(matches!(receipt.stage, Stage::Confirmed { id: Some(_) }), "{receipt:?}");

    let shown = ann.expect(is_image).await?;
    ensure!(text(&shown, "/content/body") == "a turtle", "{shown}");
    ensure!(text(&shown, "/content/filename") == "żółw 1.png", "{shown}");
    let got = ann.download(text(&shown, "/content/url")).await?;
    ensure!(got == bytes, "{} bytes of {} came back, or others", got.len(), bytes.len());
    ensure!(ann.hear(BOT).await? == "that was it");

    let key = house.act(&place, file(&vec![0; Synapse::MAX_FILE_BYTES + 1])?).await?;
    match house.receipt(&key).await? {
        Receipt { stage: Stage::Failed { why, retry: Retry::Never }, .. } => {
            let most = format!("the server takes files up to {} bytes", Synapse::MAX_FILE_BYTES);
            ensure!(why.starts_with(&most), "{why}");
        }
        other => bail!("{other:?}"),
    }
    Ok(())
}

#[tokio::test]
async fn a_file_in_an_encrypted_room_is_encrypted() -> Result<()> {
    let (mut house, place) = open::<Encrypted>(|on| &on.room).await?;
    let mut ann = house.subject.peer().await?;
    let key = house.act(&place, file(b"a picture")?).await?;
    let receipt = house.receipt(&key).await?;
    ensure!(matches!(receipt.stage, Stage::Confirmed { id: Some(_) }), "{receipt:?}");
    // That the event itself is encrypted, she ensures.
    let shown = ann.next(is_image).await?;
    ensure!(shown.pointer("/content/url").is_none(), "{shown}");
    let sealed = shown.pointer("/content/file").context("it is encrypted")?;
    let sealed: EncryptedFile = serde_json::from_value(sealed.clone())?;
    let media = ann.client.media();
    let open = MediaSource::Plain(sealed.url.clone());
    let request = |source| MediaRequestParameters { source, format: MediaFormat::File };
    let kept = media.get_media_content(&request(open), false).await?;
    ensure!(kept != b"a picture", "the server can read it");
    let sealed = request(MediaSource::Encrypted(Box::new(sealed)));
    ensure!(media.get_media_content(&sealed, false).await? == b"a picture");
    Ok(())
}
