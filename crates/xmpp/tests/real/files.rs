//! Files on real servers.

use anyhow::{Context as _, Result, bail, ensure};
use nuncio_core::{
    action::Action,
    event::{Event, EventKind, Form, RoomState},
    file::File,
    place::Place,
    receipt::{Receipt, Retry, Stage},
};
use nuncio_policy::{CaseMapping, RoomId};
use nuncio_testkit::{
    conformance::House,
    server::{Ejabberd, Prosody, xmpp::MAX_FILE_BYTES},
    xmpp::{Person, body, download},
};

use crate::{
    conformance::{OnServer, Server},
    somebody::{BOT, ROOM},
};

#[tokio::test]
async fn prosody_takes_a_file_and_shows_it() -> Result<()> {
    goes_up::<Prosody>().await
}

#[tokio::test]
async fn ejabberd_takes_a_file_and_shows_it() -> Result<()> {
    goes_up::<Ejabberd>().await
}

async fn goes_up<S: Server + Send + 'static>() -> Result<()> {
    let mut house = House::<OnServer<S>>::open().await?;
    let room: RoomId = RoomId::new(&"xmpp".parse()?, ROOM, CaseMapping::Jid)?;
    let (mut takes_files, mut is_there) = (false, false);
    let ready = |event: Event| {
        match event.kind {
            EventKind::Features { features, .. } => takes_files = features.files.is_present(),
            EventKind::Room { state, .. } => is_there = state == RoomState::Joined,
            _ => {}
        }
        (takes_files && is_there).then_some(())
    };
    house.event("it can send files to the room", ready).await?;
    let server = &mut house.subject.server;
    server.account("ann").await?;
    let mut ann = Person::login(server.tls_addr(), server.authority(), "ann", "secret").await?;
    ann.enter(ROOM, "annie").await?;
    ann.meets(BOT).await?;

    let bytes: Vec<u8> = (0..MAX_FILE_BYTES).map(|at| at.to_le_bytes()[0]).collect();
    let file = |bytes: &[u8]| File::new("żółw 1.bin", "application/octet-stream", bytes);
    let place = Place::Room(room);
    let sent = Action::File { file: file(&bytes)?, caption: "a turtle".into() };
    let key = house.act(&place, sent).await?;
    let after = Action::Say { content: "that was it".into(), form: Form::Text };
    house.act(&place, after).await?;
    let receipt = house.receipt(&key).await?;
    ensure!(matches!(receipt.stage, Stage::Confirmed { id: Some(_) }), "{receipt:?}");

    let shown = ann.expect("<message*jabber:x:oob").await?;
    let link = body(&shown).context("it has a body")?;
    ensure!(shown.contains("<url>"), "{shown}");
    let got = download(&link, house.subject.server.authority()).await?;
    ensure!(got == bytes, "{} bytes of {} came back, or others", got.len(), bytes.len());
    ensure!(ann.hear(BOT).await? == "a turtle");
    ensure!(ann.hear(BOT).await? == "that was it");

    let large = vec![0; MAX_FILE_BYTES + 1];
    let key = house.act(&place, Action::File { file: file(&large)?, caption: "".into() }).await?;
    match house.receipt(&key).await? {
        Receipt { stage: Stage::Failed { why, retry: Retry::Never }, .. } => {
            let most = format!("the server takes files up to {MAX_FILE_BYTES} bytes");
            ensure!(why.starts_with(&most), "{why}");
        }
        other => bail!("{other:?}"),
    }
    Ok(())
}
