//! A homeserver that fails, lies or hangs: nothing of it ends the bot, or keeps it.

use anyhow::{Context as _, Result, ensure};
use nuncio_core::event::{EventKind, LinkState};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    again::Running,
    bot::transport,
    liar::{Answer, Liar, said, sync},
};

const ROOM: &str = "password = \"secret\"\n";

async fn running(syncs: impl IntoIterator<Item = Answer>) -> Result<(Liar, TempDir, Running)> {
    let (liar, folder) = (Liar::start(syncs).await?, TempDir::new()?);
    let transport = transport(liar.addr, ROOM, folder.path())?;
    Ok((liar, folder, Running::start(transport, Vec::new())))
}

/// Whatever a sync is answered, the next one that makes sense is heard.
#[tokio::test]
async fn an_answer_that_is_none_is_asked_for_again() -> Result<()> {
    let says = |status: u16, body: &str| Answer::Says(status, body.to_owned());
    let bad = [
        says(500, ""),
        says(502, "<html>Bad Gateway</html>"),
        says(503, r#"{"errcode":"M_UNKNOWN","error":1}"#),
        says(429, r#"{"errcode":"M_LIMIT_EXCEEDED","error":"","retry_after_ms":10}"#),
        says(200, "<html>Log in to the hotel's network</html>"),
        says(200, ""),
        says(200, "[]"),
        says(200, r#"{"next_batch":5}"#),
        says(200, r#"{"next_batch":"x","rooms":{"join":[]}}"#),
        says(200, &"[".repeat(100_000)),
        says(404, r#"{"errcode":"M_NOT_FOUND","error":"no such thing"}"#),
        Answer::Breaks,
        // The library refuses a sync whole for one event without a type.
        sync("x", &[json!(null)]),
        sync("x", &[json!({}), said("$0", "!beside")]),
    ];
    let mut all = tokio::task::JoinSet::new();
    for bad in bad {
        all.spawn(async move {
            let about = format!("{bad:?}");
            let good = [sync("1", &[]), bad, sync("2", &[said("$1", "!still here")])];
            let (_liar, _folder, mut running) = running(good).await?;
            let heard = async {
                while running.said().await?.0 != "!still here" {}
                running.stop().await
            };
            heard.await.with_context(|| about.chars().take(200).collect::<String>())
        });
    }
    while let Some(ended) = all.join_next().await {
        ended??;
    }
    Ok(())
}

/// Events that are none, or none of a sound mind, beside one that is.
#[tokio::test]
async fn events_that_are_none_are_left_out() -> Result<()> {
    let with = |name: &str, value: Value| {
        let mut event = said("$bad", "!bad");
        event[name] = value;
        event
    };
    let events = [
        with("event_id", json!(5)),
        with("sender", json!("nobody")),
        with("sender", json!({ "id": "@ann:localhost" })),
        with("content", json!([1])),
        with("content", json!({ "msgtype": "m.text", "body": { "a": 1 } })),
        with("event_id", json!("$".repeat(70_000))),
        with("unsigned", json!({ "redacted_because": 1 })),
    ];
    let mut all = tokio::task::JoinSet::new();
    for bad in events {
        all.spawn(async move {
            let about = bad.to_string().chars().take(200).collect::<String>();
            let events = [bad, said("$good", "!good")];
            let (_liar, _folder, mut running) =
                running([sync("1", &[]), sync("2", &events)]).await?;
            let heard = async {
                ensure!(running.said().await?.0 == "!good", "the bad one is heard");
                running.stop().await
            };
            heard.await.context(about)
        });
    }
    let mut failed = Vec::new();
    while let Some(ended) = all.join_next().await {
        failed.extend(ended?.err().map(|error| format!("{error:#}")));
    }
    ensure!(failed.is_empty(), "{failed:#?}");
    Ok(())
}

/// A clock that is off says nothing of when things happen to us.
#[tokio::test]
async fn a_clock_that_is_off_is_not_ours() -> Result<()> {
    let at = |id: &str, time: Value| {
        let mut event = said(id, "!when");
        event["origin_server_ts"] = time;
        event
    };
    let events = [
        at("$1", json!(i64::MAX)),
        at("$2", json!(4_102_444_800_000_i64)),
        at("$3", json!(0)),
        at("$4", json!(-1)),
    ];
    let (_liar, _folder, mut running) = running([sync("1", &[]), sync("2", &events)]).await?;
    let mut heard = 0;
    while heard < 2 {
        let at = running.event(|event| match event.kind {
            EventKind::Message(_) => Some(event.at),
            _ => None,
        });
        ensure!(at.await? <= jiff::Timestamp::now(), "it is said to happen in the future");
        heard += 1;
    }
    running.stop().await
}

/// A server that does not answer does not keep the bot from ending.
#[tokio::test]
async fn a_server_that_hangs_keeps_nobody() -> Result<()> {
    let (_liar, _folder, mut running) = running([sync("1", &[])]).await?;
    let online = |state: &LinkState| *state == LinkState::Online;
    running
        .event(|event| match event.kind {
            EventKind::Link(state) if online(&state) => Some(()),
            _ => None,
        })
        .await?;
    running.stop().await
}
