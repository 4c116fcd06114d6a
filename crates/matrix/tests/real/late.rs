//! A message whose key comes late: it is not lost, even if the bot is killed before.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use matrix_sdk::{
    Client,
    config::SyncSettings,
    encryption::LocalTrust,
    ruma::{RoomId, UserId},
};
use nuncio_core::{
    cursor::Cursor,
    event::{EventKind, RoomState, Timing},
};
use nuncio_testkit::{DEADLINE, conformance::Subject as _};
use serde_json::json;
use tokio::{task::JoinSet, time::timeout};

use crate::{
    again::Running,
    bot::BOT,
    encrypted::Encrypted,
    keys::{another, client},
};

pub(crate) async fn says(who: &Client, room: &RoomId, words: &str) -> Result<()> {
    let room = who.get_room(room).context("they are not in the room")?;
    room.send_raw("m.room.message", json!({ "msgtype": "m.text", "body": words })).await?;
    Ok(())
}

/// Whether somebody lets all devices of the bot's account read what they say, but this one.
async fn trusts(who: &Client, except: &Client, trust: LocalTrust) -> Result<()> {
    let bot = UserId::parse(BOT)?;
    who.encryption().request_user_identity(&bot).await?;
    for device in who.encryption().get_user_devices(&bot).await?.devices() {
        if except.device_id() != Some(device.device_id()) {
            device.set_local_trust(trust).await?;
        }
    }
    Ok(())
}

/// Waits until the bot is where somebody can see it.
pub(crate) async fn meets(who: &Client, room: &RoomId) -> Result<()> {
    let bot = UserId::parse(BOT)?;
    let meets = async {
        loop {
            who.sync_once(SyncSettings::new().timeout(DEADLINE / 2)).await?;
            let room = who.get_room(room).context("they are not in the room")?;
            let member = room.get_member(&bot).await?;
            if member.is_some_and(|member| member.membership().as_str() == "join") {
                return Ok(());
            }
        }
    };
    timeout(DEADLINE, meets).await.context("the bot does not come")?
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_key_comes_late_is_not_lost_with_a_kill() -> Result<()> {
    comes_late("").await
}

/// `more`: keys that the bot has besides.
pub(crate) async fn comes_late(more: &'static str) -> Result<()> {
    let mut subject = Encrypted::start().await?;
    subject.bot.more = more;
    let theirs = another(&subject.bot, true).await?;
    let recovery = theirs.encryption().recovery().enable().await?;
    let keys = format!("recovery = \"{recovery}\"");
    let room = RoomId::parse(&subject.room)?;
    subject.bot.server.add_user("eve", "secret").await?;
    let eve = client(&subject.bot, "eve", true).await?;
    eve.join_room_by_id(&room).await?;

    let mut first = Running::start(subject.bot.configured(&keys)?, Vec::new());
    let joined =
        |event: &EventKind| matches!(event, EventKind::Room { state: RoomState::Joined, .. });
    first.event(|event| joined(&event.kind).then_some(())).await?;
    meets(&eve, &room).await?;
    says(&eve, &room, "before").await?;
    let (text, _, cursor) = first.said().await?;
    let Cursor { network, mark: before, time } = cursor.context("it stands somewhere")?;
    assert_eq!(text, "before");

    // The bot's own device does not get this key, but another of its account does.
    trusts(&eve, &theirs, LocalTrust::BlackListed).await?;
    says(&eve, &room, "!secret").await?;
    let closed = first.event(|event| match event.kind {
        EventKind::Unknown { what } if what.contains("without its key") => Some(event.mark),
        _ => None,
    });
    assert_eq!(closed.await?, Some(before.clone()));
    trusts(&eve, &theirs, LocalTrust::Unset).await?;
    says(&eve, &room, "after").await?;
    let (text, timing, cursor) = first.said().await?;
    assert_eq!((text.as_str(), timing), ("after", Timing::Live));
    assert_eq!(cursor.map(|cursor| cursor.mark), Some(before.clone()), "it is held back");
    first.kill().await;

    // That other one puts it into the backup while nobody is there.
    theirs.sync_once(SyncSettings::new()).await?;
    theirs.encryption().backups().wait_for_steady_state().await?;
    let cursors = vec![Cursor { network, mark: before, time }];
    let mut second = Running::start(subject.bot.configured(&keys)?, cursors);
    for wanted in ["!secret", "after"] {
        let (text, timing, _) = second.said().await?;
        assert_eq!((text.as_str(), timing), (wanted, Timing::Late));
    }
    second.stop().await
}

/// Syncs until somebody sees another device of his account that its keys have signed.
pub(crate) async fn sees_another(who: &Client) -> Result<()> {
    let bot = UserId::parse(BOT)?;
    let seen = async {
        loop {
            who.sync_once(SyncSettings::new().timeout(DEADLINE / 20)).await?;
            let devices = who.encryption().get_user_devices(&bot).await?;
            let (own, mut all) = (who.device_id(), devices.devices());
            if all.any(|device| device.is_verified() && Some(device.device_id()) != own) {
                return Ok(());
            }
        }
    };
    timeout(DEADLINE, seen).await.context("it is not there")?
}

async fn syncs(who: Client) -> Result<()> {
    loop {
        who.sync_once(SyncSettings::new().timeout(DEADLINE / 20)).await?;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_another_device_of_the_account_has_is_asked_of_it() -> Result<()> {
    asks_another("").await
}

/// `more`: keys that the bot has besides.
pub(crate) async fn asks_another(more: &'static str) -> Result<()> {
    let mut subject = Encrypted::start().await?;
    subject.bot.more = more;
    // It keeps the account's signing keys in the secret storage, and no key of a message.
    let theirs = another(&subject.bot, true).await?;
    let storage = theirs.encryption().secret_storage().create_secret_store().await?;
    let keys = format!("recovery = \"{}\"", storage.secret_storage_key());
    let room = RoomId::parse(&subject.room)?;
    subject.bot.server.add_user("eve", "secret").await?;
    let eve = client(&subject.bot, "eve", true).await?;
    eve.join_room_by_id(&room).await?;

    let mut bot = Running::start(subject.bot.configured(&keys)?, Vec::new());
    let joined =
        |event: &EventKind| matches!(event, EventKind::Room { state: RoomState::Joined, .. });
    bot.event(|event| joined(&event.kind).then_some(())).await?;
    meets(&eve, &room).await?;
    says(&eve, &room, "before").await?;
    let (_, _, cursor) = bot.said().await?;
    bot.stop().await?;
    sees_another(&theirs).await?;
    trusts(&eve, &theirs, LocalTrust::BlackListed).await?;
    says(&eve, &room, "!secret").await?;
    // The library looks for a key that is asked for before it keeps what the same sync has brought.
    theirs.sync_once(SyncSettings::new()).await?;

    let cursors = cursor.into_iter().collect();
    let mut bot = Running::start(subject.bot.configured(&keys)?, cursors);
    let mut answering = JoinSet::new();
    answering.spawn(syncs(theirs));
    let (mut counted, mut told) = (BTreeMap::new(), None);
    while told.is_none() || counted.len() < 2 {
        bot.event(|event| match event.kind {
            EventKind::Counted { what, count } if what.contains("other devices") => {
                counted.insert(what.to_string(), count);
                Some(())
            }
            EventKind::Message(said) => {
                told = Some((said.text, event.timing));
                Some(())
            }
            _ => None,
        })
        .await?;
    }
    assert_eq!(told, Some(("!secret".to_owned(), Timing::Late)));
    let one = |what: &str| (what.to_owned(), 1);
    let both = [
        one("keys asked of the account's other devices"),
        one("keys sent by the account's other devices"),
    ];
    assert_eq!(counted, both.into());
    bot.stop().await
}
