//! How many keys the account's other devices are asked for, whoever invents them.

use anyhow::{Context as _, Result};
use matrix_sdk::ruma::RoomId;
use nuncio_core::event::{EventKind, RoomState};
use nuncio_testkit::{
    conformance::Subject as _,
    matrix::{Person, text},
};
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use crate::{
    again::Running,
    bot::{BOT, Bot},
    encrypted::{Encrypted, encryption},
    keys::{another, client},
    late::{meets, says, sees_another},
};

/// The share of one room, `vault::asked` has it.
const MOST_OF_ROOM: u64 = 64;

/// How many keys are asked for, as the library keeps them.
fn asked(bot: &Bot) -> Result<u64> {
    let path = bot.folder.path().join("store/matrix-sdk-crypto.sqlite3");
    let store = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    Ok(store.query_row("SELECT count(*) FROM key_requests", (), |row| row.get(0))?)
}

/// Waits until so many messages came without their key, and so many keys were asked for since the
/// bot started.
async fn comes(bot: &mut Running, closed: usize, requested: u64) -> Result<()> {
    let (mut seen, mut counted) = (0, 0);
    while seen < closed || counted < requested {
        bot.event(|event| match event.kind {
            EventKind::Unknown { what } if what.contains("without its key") => {
                seen += 1;
                Some(())
            }
            EventKind::Counted { what, count } if what.contains("asked of the account's") => {
                counted = count;
                Some(())
            }
            _ => None,
        })
        .await?;
    }
    assert_eq!((seen, counted), (closed, requested));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn invented_keys_are_asked_for_within_bounds() -> Result<()> {
    let subject = Encrypted::start().await?;
    let theirs = another(&subject.bot, true).await?;
    let storage = theirs.encryption().secret_storage().create_secret_store().await?;
    let keys = format!("recovery = \"{}\"", storage.secret_storage_key());
    for name in ["eve", "mallory"] {
        subject.bot.server.add_user(name, "secret").await?;
    }
    let room = RoomId::parse(&subject.room)?;
    let eve = client(&subject.bot, "eve", true).await?;
    eve.join_room_by_id(&room).await?;
    let mut mallory = Person::login(subject.bot.server.addr(), "mallory", "secret").await?;
    mallory.enter(&subject.room).await?;
    let other = serde_json::json!({ "preset": "public_chat", "initial_state": [encryption()] });
    let other = mallory.create(&other).await?;
    mallory.act(&other, "invite", &serde_json::json!({ "user_id": BOT })).await?;

    let mut bot = Running::start(subject.bot.configured(&keys)?, Vec::new());
    let joined =
        |event: &EventKind| matches!(event, EventKind::Room { state: RoomState::Joined, .. });
    for _ in 0..2 {
        bot.event(|event| joined(&event.kind).then_some(())).await?;
    }
    meets(&eve, &room).await?;
    says(&eve, &room, "before").await?;
    bot.said().await?;
    sees_another(&theirs).await?;

    // What Mallory says cannot be told from what somebody says whose key is on its way.
    let events = mallory.history(&subject.room).await?;
    let said = events.iter().rfind(|event| text(event, "/type") == "m.room.encrypted");
    let mut content = said.and_then(|said| said.get("content")).context("it is there")?.clone();
    let mut invent = |number: u64| {
        if let Some(session) = content.get_mut("session_id") {
            *session = Value::from(format!("invented{number}"));
        }
        content.clone()
    };
    for number in 0..74 {
        mallory.send(&subject.room, "m.room.encrypted", &invent(number)).await?;
    }
    comes(&mut bot, 74, MOST_OF_ROOM).await?;
    // Another room has a share of its own.
    mallory.send(&other, "m.room.encrypted", &invent(1000)).await?;
    comes(&mut bot, 1, MOST_OF_ROOM + 1).await?;
    bot.stop().await?;
    assert_eq!(asked(&subject.bot)?, MOST_OF_ROOM + 1);

    // It is known after a restart, too.
    let mut bot = Running::start(subject.bot.configured(&keys)?, Vec::new());
    bot.online().await?;
    mallory.send(&subject.room, "m.room.encrypted", &invent(2000)).await?;
    mallory.send(&other, "m.room.encrypted", &invent(2001)).await?;
    comes(&mut bot, 2, 1).await?;
    bot.stop().await?;
    assert_eq!(asked(&subject.bot)?, MOST_OF_ROOM + 2);
    Ok(())
}
