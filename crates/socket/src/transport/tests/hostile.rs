//! Clients that do everything wrong.

use super::*;
use crate::pipe::MAX_LINES;

#[tokio::test]
async fn a_slow_reader_is_disconnected_and_nobody_waits_for_him() {
    let mut bot = Bot::start("").await;
    let mut slow = bot.client().await;
    slow.send(r#"{"type":"say","text":"flood me"}"#).await;
    let place = bot.far.message().await.place;
    let text = "x".repeat(64 * 1024);
    let mut receipts = Vec::new();
    for _ in 0..MAX_LINES {
        bot.say(answer(place.clone(), None, text.as_str())).await;
        receipts.extend(bot.house.receipts());
        if receipts.last().is_some_and(|last| last.contains("failed")) {
            break;
        }
    }
    let last = receipts.last().expect("a receipt");
    assert!(last.contains("failed, retry Never"), "{last}");
    bot.works().await;
    assert!(slow.rest().await.len() < 4 * 1024 * 1024);
    bot.stop().await;
}

#[tokio::test]
async fn garbage_ends_nothing() {
    let mut bot = Bot::start("").await;
    for seed in 0..20 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut client = bot.client().await;
        let bytes: Vec<u8> = (0..20_000).map(|_| random.u8(..)).collect();
        // The bot may hang up on us; it may not fall over.
        drop(client.stream.write_all(&bytes).await);
    }
    let mut endless = bot.client().await;
    let part = vec![b'x'; 64 * 1024];
    for _ in 0..64 {
        endless.stream.write_all(&part).await.expect("a connection");
    }
    endless.send("").await;
    assert!(endless.line().await.contains("too_long"));
    bot.works().await;
    bot.stop().await;
}

#[tokio::test]
async fn there_is_an_end_to_connections() {
    let bot = Bot::start("max_connections = 2").await;
    let (mut first, second) = (bot.client().await, bot.client().await);
    first.send(r#"{"type":"ping"}"#).await;
    first.line().await;
    let mut third = bot.client().await;
    assert!(third.line().await.contains("too many are connected"));
    assert_eq!(third.line().await, "");
    drop(second);
    // The place is free as soon as the bot has noticed.
    let mut tries = 0;
    loop {
        let mut again = bot.client().await;
        again.send(r#"{"type":"ping"}"#).await;
        if again.line().await.contains("pong") {
            break;
        }
        tries += 1;
        assert!(tries < 1_000);
    }
    first.send(r#"{"type":"ping"}"#).await;
    assert!(first.line().await.contains("pong"));
    bot.stop().await;
}

#[tokio::test]
async fn who_is_not_named_may_not_speak_and_is_soon_not_heard() {
    let mut bot = Bot::start("allow_uids = []").await;
    for attempt in 0..=Attempts::BURST {
        let mut client = bot.client().await;
        drop(client.stream.write_all(b"{\"type\":\"say\",\"text\":\"x\"}\n").await);
        let line = client.line().await;
        let expected = if attempt < Attempts::BURST { "denied" } else { "too many attempts" };
        assert!(line.contains(expected), "{attempt}: {line}");
        assert_eq!(client.line().await, "");
    }
    assert!(
        bot.far
            .events
            .recv()
            .await
            .is_some_and(|event| matches!(event.kind, EventKind::Room { .. }))
    );
    assert!(bot.far.events.try_recv().is_err());
    bot.stop().await;
}

#[tokio::test]
async fn who_says_nothing_is_asked_to_go() {
    let bot = Bot::start("handshake_timeout = \"1s\"\nidle_timeout = \"1s\"").await;
    let (mut mute, mut idle) = (bot.client().await, bot.client().await);
    idle.send(r#"{"type":"ping"}"#).await;
    assert!(idle.line().await.contains("pong"));
    for client in [&mut mute, &mut idle] {
        assert!(client.line().await.contains("you were silent for too long"));
        assert_eq!(client.line().await, "");
    }
    bot.stop().await;
}
