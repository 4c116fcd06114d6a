//! Knocking, on a real server: the bot at a room, and somebody at a room of the bot's.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use nuncio_core::{
    action::Action,
    event::{Change, EventKind, RoomState},
};
use nuncio_testkit::matrix::{Person, text};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    again::Running,
    bot::{BOT, Bot, transport},
    conformance::OnSynapse,
    files::open,
    liar::{Liar, sync},
    pins::give,
};

fn knocks() -> Value {
    json!({ "join_rule": "knock" })
}

/// A room whose people let in whom they like.
async fn closed(host: &Person, name: &str) -> Result<String> {
    let rule = json!([{ "type": "m.room.join_rules", "state_key": "", "content": knocks() }]);
    let room = json!({ "room_alias_name": name, "preset": "private_chat", "initial_state": rule });
    host.create(&room).await
}

/// The knocks at a room, as the server keeps them.
async fn knocks_at(host: &Person, room: &str) -> Result<Vec<Value>> {
    let mut told = host.history(room).await?;
    told.retain(|event| text(event, "/content/membership") == "knock");
    Ok(told)
}

/// Why the bot may not enter two rooms, in whatever order it tries.
async fn refused(running: &mut Running) -> Result<BTreeMap<String, String>> {
    let mut rooms = BTreeMap::new();
    while rooms.len() < 2 {
        let refused = running.event(|event| match event.kind {
            EventKind::Room { room, state: RoomState::Refused { why } } => {
                Some((room.room().to_owned(), why))
            }
            _ => None,
        });
        let (room, why) = refused.await?;
        rooms.insert(room, why);
    }
    Ok(rooms)
}

#[tokio::test]
async fn the_bot_knocks_and_is_let_in() -> Result<()> {
    lets_in(Bot::new().await?).await
}

pub(crate) async fn lets_in(bot: Bot) -> Result<()> {
    let host = Person::login(bot.server.addr(), "host", "secret").await?;
    let (by_alias, by_id) = (closed(&host, "inner").await?, closed(&host, "other").await?);
    let keys = format!(
        "password = \"secret\"\naccept_invites = []\nrooms = [\"#inner:localhost\", {by_id:?}]\n"
    );
    let mut running = Running::start(bot.alone(&keys, "knock = \"let me in\"")?, Vec::new());
    let why = "we have knocked: whoever is in the room has to let us in".to_owned();
    let both = BTreeMap::from([(by_alias.clone(), why.clone()), (by_id.clone(), why)]);
    ensure!(refused(&mut running).await? == both);
    for room in both.keys() {
        let knocks = knocks_at(&host, room).await?;
        ensure!(knocks.iter().all(|knock| text(knock, "/content/reason") == "let me in"));
        ensure!(knocks.len() == 1, "{knocks:?}");
    }
    // A restart does not knock again, and is let in all the same.
    running.stop().await?;
    let mut running = Running::start(bot.alone(&keys, "")?, Vec::new());
    ensure!(refused(&mut running).await? == both);
    host.act(&by_id, "kick", &json!({ "user_id": BOT, "reason": "not now" })).await?;
    let why = running.does_not_stay(&by_id).await?;
    ensure!(why == "`@host:localhost` turned us away: not now", "{why}");
    for room in [&by_alias, &by_id] {
        host.act(room, "invite", &json!({ "user_id": BOT })).await?;
        running.enters(room).await?;
        ensure!(knocks_at(&host, room).await?.len() == 1, "it has knocked once");
    }
    running.stop().await
}

/// The library keeps no room in its store that it does not know, until a sync tells of it.
#[tokio::test]
async fn a_knock_is_not_forgotten_where_no_sync_has_told_of_it() -> Result<()> {
    let folder = TempDir::new()?;
    let keys = "password = \"secret\"\nrooms = [\"!closed:localhost\"]\nknock = true\n";
    for refused_at in [0, 1] {
        // The second time, the server would not hear of it.
        let liar = Liar::start_refusing("/knock/", refused_at, [sync("1", &[])]).await?;
        let mut running = Running::start(transport(liar.addr, keys, folder.path())?, Vec::new());
        let why = running.event(|event| match event.kind {
            EventKind::Room { state: RoomState::Refused { why }, .. } => Some(why),
            _ => None,
        });
        let why = why.await?;
        ensure!(why == "we have knocked: whoever is in the room has to let us in", "{why}");
        running.stop().await?;
    }
    Ok(())
}

#[tokio::test]
async fn whoever_knocks_where_the_bot_is_can_be_let_in() -> Result<()> {
    let (mut house, place) = open::<OnSynapse>(|on| &on.room).await?;
    let (room, server) = (house.subject.room.clone(), &house.subject.bot.server);
    let host = Person::login(server.addr(), "host", "secret").await?;
    server.add_user("ann", "secret").await?;
    let ann = Person::login(server.addr(), "ann", "secret").await?;
    host.set(&room, "m.room.join_rules", &knocks()).await?;
    give(&host, &room, BOT, 50).await?;
    ann.knock(&room, "it is me").await?;
    let knock = house.event("somebody knocks", |event| match event.kind {
        EventKind::Membership(seen) => Some(seen).filter(|seen| seen.change != Change::Join),
        _ => None,
    });
    let knock = knock.await?;
    ensure!(knock.change == Change::Knock(Some("it is me".to_owned())), "{knock:?}");
    let who = knock.who.verified_id().context("she is somebody")?.user().into();
    let key = house.act(&place, Action::Invite { who, reason: None }).await?;
    let receipt = house.receipt(&key).await?;
    ensure!(receipt.is_delivered(), "{receipt:?}");
    ensure!(ann.enter(&room).await? == room);
    Ok(())
}
