//! The bare echo loop on matrix-sdk: the least that a bot can do, and so the measure of what nuncio
//! costs. `echo_matrix ADDRESS NAME PASSWORD ROOM…` answers `!echo TEXT` with `TEXT` in each room, until it
//! is ended.
//!
//! It keeps what it knows in memory, and asks the server as the transport does.

use std::{env, time::Duration};

use anyhow::{Result, bail};
use matrix_sdk::{
    Client,
    config::{RequestConfig, SyncSettings},
    deserialized_responses::TimelineEvent,
    ruma::{
        RoomOrAliasId,
        api::client::{filter::FilterDefinition, sync::sync_events::v3::Filter},
    },
};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [address, name, password, rooms @ ..] = arguments.as_slice() else {
        bail!("echo_matrix ADDRESS NAME PASSWORD ROOM…");
    };
    let client = Client::builder()
        .homeserver_url(format!("http://{address}"))
        .request_config(RequestConfig::new().disable_retry())
        .build();
    let client = Box::pin(client).await?;
    Box::pin(client.matrix_auth().login_username(name, password).send()).await?;
    Box::pin(client.sync_once(SyncSettings::new())).await?;
    for room in rooms {
        Box::pin(client.join_room_by_id_or_alias(<&RoomOrAliasId>::try_from(&**room)?, &[]))
            .await?;
    }
    let settings = SyncSettings::new().timeout(Duration::from_secs(30)).filter(whole());
    loop {
        let news = Box::pin(client.sync_once(settings.clone())).await?;
        for (id, joined) in news.rooms.joined {
            let Some(room) = client.get_room(&id) else { continue };
            for answer in joined.timeline.events.iter().filter_map(answer) {
                let content = json!({ "msgtype": "m.notice", "body": answer });
                Box::pin(room.send_raw("m.room.message", content).into_future()).await?;
            }
        }
    }
}

/// More of a room than is said in it at once: a server tells the last ten by default, and whoever
/// does not read on loses the others.
fn whole() -> Filter {
    let mut wanted = FilterDefinition::default();
    wanted.room.timeline.limit = Some(1000_u32.into());
    Filter::FilterDefinition(wanted)
}

fn answer(asked: &TimelineEvent) -> Option<String> {
    let event: Value = serde_json::from_str(asked.raw().json().get()).ok()?;
    let body = event.pointer("/content/body").and_then(Value::as_str)?;
    Some(body.strip_prefix("!echo ")?.to_owned())
}
