//! Rooms that lose us and do not say so (XEP-0410).

use std::net::SocketAddr;

use anyhow::Result;
use nuncio_core::event::{EventKind, RoomState};
use nuncio_testkit::{
    server::{Ejabberd, Prosody},
    tls::Authority,
    xmpp::Person,
};

use super::silence::{Bot, ROOM};

#[tokio::test]
async fn a_room_of_prosodys_that_lost_us_is_joined_again() -> Result<()> {
    let server = Prosody::start().await?;
    for name in ["bot", "ann"] {
        server.add_user(name, "secret")?;
    }
    let forget = server.forget_occupants();
    comes_back(server.addr(), server.tls_addr(), server.authority(), forget).await
}

#[tokio::test]
async fn a_room_of_ejabberds_that_lost_us_is_joined_again() -> Result<()> {
    let mut server = Ejabberd::start().await?;
    for name in ["bot", "ann"] {
        server.add_user(name, "secret").await?;
    }
    let forget = server.forget_occupants();
    comes_back(server.addr(), server.tls_addr(), server.authority(), forget).await
}

async fn comes_back(
    starttls: SocketAddr,
    tls: SocketAddr,
    authority: &Authority,
    forget: impl Future<Output = Result<()>>,
) -> Result<()> {
    let mut bot = Bot::start(starttls, authority, "ping_timeout = \"2s\"")?;
    bot.hears(|kind| is_room(kind, |state| *state == RoomState::Joined)).await?;
    forget.await?;
    bot.hears(|kind| is_room(kind, |state| matches!(state, RoomState::Left { .. }))).await?;
    bot.hears(|kind| is_room(kind, |state| *state == RoomState::Joined)).await?;
    let mut ann = Person::login(tls, authority, "ann", "secret").await?;
    ann.enter(ROOM, "annie").await?;
    ann.meets(&format!("{ROOM}/bot")).await?;
    ann.say(ROOM, "here?").await?;
    bot.hears(|kind| matches!(kind, EventKind::Message(said) if said.text == "here?")).await?;
    bot.end().await
}

fn is_room(kind: &EventKind, is_it: impl Fn(&RoomState) -> bool) -> bool {
    matches!(kind, EventKind::Room { state, .. } if is_it(state))
}
