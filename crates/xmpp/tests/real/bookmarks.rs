//! The bookmarks of our account on real servers, set by another client of it.

use anyhow::{Result, ensure};
use nuncio_core::event::{EventKind, RoomState};
use nuncio_testkit::{
    conformance::{House, Subject as _},
    server::{Ejabberd, Prosody},
    xmpp::Person,
};

use crate::conformance::{OnServer, Server};

const BEFORE: &str = "before@muc.localhost";
const LATER: &str = "later@muc.localhost";

#[tokio::test]
async fn prosody_says_which_rooms_are_bookmarked() -> Result<()> {
    bookmarks::<Prosody>().await
}

#[tokio::test]
async fn ejabberd_says_which_rooms_are_bookmarked() -> Result<()> {
    bookmarks::<Ejabberd>().await
}

async fn bookmarks<S: Server + Send + 'static>() -> Result<()> {
    let subject = OnServer::<S>::start().await?;
    let server = &subject.server;
    let mut twin = Person::login(server.tls_addr(), server.authority(), "bot", "secret").await?;
    bookmark(&mut twin, BEFORE, "true").await?;
    let transport = subject.configured("flood = { per_second = 0 }\nbookmarks = true")?;
    let mut house = House::with(subject, transport, 1024).await?;
    stands(&mut house, BEFORE, true).await?;
    bookmark(&mut twin, LATER, "true").await?;
    stands(&mut house, LATER, true).await?;
    bookmark(&mut twin, LATER, "false").await?;
    stands(&mut house, LATER, false).await?;
    bookmark(&mut twin, BEFORE, "false").await?;
    stands(&mut house, BEFORE, false).await
}

/// Waits until the bot is in a room, or not any more.
async fn stands<S: Server>(house: &mut House<OnServer<S>>, at: &str, there: bool) -> Result<()> {
    let said = |kind: EventKind| match kind {
        EventKind::Room { room, state: RoomState::Joined } => there && room.room() == at,
        EventKind::Room { room, state: RoomState::Left { .. } } => !there && room.room() == at,
        _ => false,
    };
    house.event(at, |event| said(event.kind).then_some(())).await
}

async fn bookmark(twin: &mut Person, room: &str, autojoin: &str) -> Result<()> {
    let conference = format!(
        "<conference xmlns='urn:xmpp:bookmarks:1' autojoin='{autojoin}'><nick>bot</nick></conference>"
    );
    let item = format!("<item id='{room}'>{conference}</item>");
    let publish = format!("<publish node='urn:xmpp:bookmarks:1'>{item}</publish>");
    // Both keep one item unless told otherwise, and ejabberd only by its own configuration.
    let many = "<publish-options><x xmlns='jabber:x:data' type='submit'>\
        <field var='FORM_TYPE' type='hidden'>\
        <value>http://jabber.org/protocol/pubsub#publish-options</value></field>\
        <field var='pubsub#max_items'><value>64</value></field></x></publish-options>";
    match pubsub(twin, &format!("{publish}{many}")).await {
        Ok(()) => Ok(()),
        Err(_) => pubsub(twin, &publish).await,
    }
}

async fn pubsub(twin: &mut Person, what: &str) -> Result<()> {
    let pubsub = format!("<pubsub xmlns='http://jabber.org/protocol/pubsub'>{what}</pubsub>");
    twin.send(&format!("<iq type='set' id='twin'>{pubsub}</iq>")).await?;
    let answer = twin.expect("<iq*twin").await?;
    ensure!(!answer.contains("<error"), "{answer}");
    Ok(())
}
