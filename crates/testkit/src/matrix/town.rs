//! Many people in many rooms of a homeserver: an application service makes them, for it needs no
//! password for any (Application Service API 1.1).

use std::sync::Arc;

use anyhow::{Context as _, Result};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::json;
use tempfile::TempDir;

use super::{Http, escape, held};
use crate::server::Synapse;

/// How many requests are on their way at once: more does not make Synapse faster.
const AT_ONCE: usize = 4;

/// People who may be made, on the server that knows of them.
#[derive(Debug)]
pub struct Town {
    // Where the server reads of it when it starts.
    folder: TempDir,
    token: String,
}

impl Town {
    /// Nobody yet.
    ///
    /// # Errors
    /// When it cannot be written down.
    pub fn new() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("nuncio-town-").tempdir()?;
        let token = format!("{:x}", fastrand::u128(..));
        let registration = json!({
            "id": "town", "url": null, "as_token": token, "hs_token": token,
            "sender_localpart": "town", "rate_limited": false,
            "namespaces": {
                "users": [{ "exclusive": true, "regex": "@town.*" }], "aliases": [], "rooms": [],
            },
        });
        // JSON is YAML.
        std::fs::write(folder.path().join("town.yaml"), registration.to_string())?;
        Ok(Self { folder, token })
    }

    /// What the server's configuration must say of it, and that it does without what makes each of
    /// so many joins slow and tells the bot nothing: notifications, presence and statistics.
    pub fn config(&self) -> String {
        let path = self.folder.path().join("town.yaml");
        format!(
            "app_service_config_files: [{}]\npush: {{ enabled: false }}\n\
             presence: {{ enabled: false }}\nstats: {{ enabled: false }}",
            json!(path)
        )
    }

    /// Makes so many people, and so many rooms that all of them are in. The rooms' ids.
    ///
    /// # Errors
    /// When the server does not make one of them.
    pub async fn fill(&self, server: &Synapse, rooms: usize, people: usize) -> Result<Vec<String>> {
        let http = Arc::new(Http::new(server.addr(), Some(self.token.clone())));
        let each = stream::iter(0..people).map(|number| register(Arc::clone(&http), number));
        each.buffer_unordered(AT_ONCE).try_collect::<Vec<()>>().await?;
        let mut made = Vec::with_capacity(rooms);
        for number in 0..rooms {
            let room = json!({ "preset": "public_chat", "name": format!("Room {number}") });
            let path = as_person("/_matrix/client/v3/createRoom", 0);
            let room = held(&http.post(&path, &room).await?, "/room_id")?;
            let each =
                stream::iter(1..people).map(|person| enter(Arc::clone(&http), &room, person));
            each.buffer_unordered(AT_ONCE)
                .try_collect::<Vec<()>>()
                .await
                .with_context(|| format!("room {number}"))?;
            made.push(room);
        }
        Ok(made)
    }

    /// Has the first of them say something.
    ///
    /// # Errors
    /// When the server does not take it.
    pub async fn say(&self, server: &Synapse, room: &str, words: &str) -> Result<()> {
        let http = Http::new(server.addr(), Some(self.token.clone()));
        let (room, transaction) = (escape(room), fastrand::u64(..));
        let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/{transaction}");
        let said = json!({ "msgtype": "m.text", "body": words });
        http.put(&as_person(&path, 0), &said).await.map(drop)
    }
}

async fn register(http: Arc<Http>, number: usize) -> Result<()> {
    let person = json!({ "type": "m.login.application_service", "username": format!("town{number}"),
        "inhibit_login": true });
    http.post("/_matrix/client/v3/register", &person).await.map(drop)
}

async fn enter(http: Arc<Http>, room: &str, person: usize) -> Result<()> {
    let path = as_person(&format!("/_matrix/client/v3/join/{}", escape(room)), person);
    http.post(&path, &json!({})).await.map(drop)
}

/// A path, asked for by one of the people.
fn as_person(path: &str, number: usize) -> String {
    let id = format!("@town{number}:{}", Synapse::DOMAIN);
    format!("{path}?user_id={}", escape(&id))
}
