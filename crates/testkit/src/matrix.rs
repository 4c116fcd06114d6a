//! A raw Matrix client for tests: it writes HTTP by hand, and shares no line of code with the
//! transport under test.
//!
//! ```no_run
//! # async fn example(server: &nuncio_testkit::server::Synapse) -> anyhow::Result<()> {
//! use nuncio_testkit::matrix::Person;
//!
//! server.add_user("ann", "secret").await?;
//! let mut ann = Person::login(server.addr(), "ann", "secret").await?;
//! let room = ann.open_room("talk").await?;
//! ann.meets(&room, "@bot:localhost").await?;
//! ann.say(&room, "!ping").await?;
//! assert_eq!(ann.hear("@bot:localhost").await?, "Pong!");
//! # Ok(())
//! # }
//! ```

mod account;
mod http;
mod town;

use std::{collections::VecDeque, net::SocketAddr};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use tokio::time::timeout;

use self::http::escape;
pub use self::{http::Http, town::Town};
use crate::DEADLINE;

/// Somebody who is logged in.
#[derive(Debug)]
pub struct Person {
    http: Http,
    id: String,
    since: String,
    /// How many events were sent.
    sent: u64,
    /// What came and was not looked at yet: events of rooms, and presences.
    news: VecDeque<Value>,
}

impl Person {
    /// Logs in as `@name:localhost`.
    ///
    /// # Errors
    /// When the server does not let him in.
    pub async fn login(server: SocketAddr, name: &str, password: &str) -> Result<Self> {
        let login = json!({
            "type": "m.login.password",
            "identifier": { "type": "m.id.user", "user": name },
            "password": password,
        });
        let answer = Http::new(server, None).post("/_matrix/client/v3/login", &login).await?;
        let (token, id) = (held(&answer, "/access_token")?, held(&answer, "/user_id")?);
        let http = Http::new(server, Some(token));
        let mut person = Self { http, id, since: String::new(), sent: 0, news: VecDeque::new() };
        person.sync(0).await?;
        person.news.clear();
        Ok(person)
    }

    /// His id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Makes a room that anybody may enter, called `#name:localhost`. Its id.
    ///
    /// # Errors
    /// When the server makes none.
    pub async fn open_room(&self, name: &str) -> Result<String> {
        self.create(&json!({ "room_alias_name": name, "preset": "public_chat" })).await
    }

    /// Makes a room in which he is alone with somebody, whom he asks in. Its id.
    ///
    /// # Errors
    /// When the server makes none.
    pub async fn open_direct(&self, with: &str) -> Result<String> {
        let preset = "trusted_private_chat";
        self.create(&json!({ "preset": preset, "is_direct": true, "invite": [with] })).await
    }

    /// Makes a room. Its id.
    ///
    /// # Errors
    /// When the server makes none.
    pub async fn create(&self, room: &Value) -> Result<String> {
        let made = self.http.post("/_matrix/client/v3/createRoom", room).await?;
        held(&made, "/room_id")
    }

    /// Enters a room by its id or alias. Its id.
    ///
    /// # Errors
    /// When he does not get in.
    pub async fn enter(&self, room: &str) -> Result<String> {
        let path = format!("/_matrix/client/v3/join/{}", escape(room));
        let entered = self.http.post(&path, &json!({})).await?;
        held(&entered, "/room_id")
    }

    /// Asks to be let into a room.
    ///
    /// # Errors
    /// When nobody may.
    pub async fn knock(&self, room: &str, reason: &str) -> Result<()> {
        let path = format!("/_matrix/client/v3/knock/{}", escape(room));
        self.http.post(&path, &json!({ "reason": reason })).await.map(drop)
    }

    /// Shows this name beside what he says.
    ///
    /// # Errors
    /// When the server does not take it.
    pub async fn call_himself(&self, name: &str) -> Result<()> {
        let path = format!("/_matrix/client/v3/profile/{}/displayname", escape(&self.id));
        self.http.put(&path, &json!({ "displayname": name })).await.map(drop)
    }

    /// Says something in a room. The event's id.
    ///
    /// # Errors
    /// When the server does not take it.
    pub async fn say(&mut self, room: &str, text: &str) -> Result<String> {
        self.send(room, "m.room.message", &json!({ "msgtype": "m.text", "body": text })).await
    }

    /// Puts an event into a room. The event's id.
    ///
    /// # Errors
    /// When the server does not take it.
    pub async fn send(&mut self, room: &str, kind: &str, content: &Value) -> Result<String> {
        self.sent += 1;
        let (room, kind) = (escape(room), escape(kind));
        let path = format!("/_matrix/client/v3/rooms/{room}/send/{kind}/{}", self.sent);
        let sent = self.http.put(&path, content).await?;
        held(&sent, "/event_id")
    }

    /// Takes back an event.
    ///
    /// # Errors
    /// When the server does not.
    pub async fn redact(&mut self, room: &str, event: &str) -> Result<()> {
        self.sent += 1;
        let (room, event) = (escape(room), escape(event));
        let path = format!("/_matrix/client/v3/rooms/{room}/redact/{event}/{}", self.sent);
        self.http.put(&path, &json!({})).await.map(drop)
    }

    /// Sets a state of a room that has no key.
    ///
    /// # Errors
    /// When the server does not.
    pub async fn set(&self, room: &str, kind: &str, content: &Value) -> Result<()> {
        self.set_at(room, kind, "", content).await
    }

    /// Sets a state of a room that has a key.
    ///
    /// # Errors
    /// When the server does not.
    pub async fn set_at(&self, room: &str, kind: &str, key: &str, content: &Value) -> Result<()> {
        let (room, key) = (escape(room), escape(key));
        let path = format!("/_matrix/client/v3/rooms/{room}/state/{kind}/{key}");
        self.http.put(&path, content).await.map(drop)
    }

    /// A state of a room that has no key.
    ///
    /// # Errors
    /// When the room has none.
    pub async fn state(&self, room: &str, kind: &str) -> Result<Value> {
        let path = format!("/_matrix/client/v3/rooms/{}/state/{kind}/", escape(room));
        self.http.get(&path).await
    }

    /// Ends a room, which goes on in another of this version. That one's id.
    ///
    /// # Errors
    /// When the server does not.
    pub async fn upgrade(&self, room: &str, version: &str) -> Result<String> {
        let path = format!("/_matrix/client/v3/rooms/{}/upgrade", escape(room));
        let new = self.http.post(&path, &json!({ "new_version": version })).await?;
        held(&new, "/replacement_room")
    }

    /// Does something to a room (`invite`, `kick`, …).
    ///
    /// # Errors
    /// When the server does not do it.
    pub async fn act(&self, room: &str, what: &str, how: &Value) -> Result<()> {
        let path = format!("/_matrix/client/v3/rooms/{}/{what}", escape(room));
        self.http.post(&path, how).await.map(drop)
    }

    /// Waits until somebody is in a room that he is in himself.
    ///
    /// # Errors
    /// When nobody comes in time.
    pub async fn meets(&mut self, room: &str, who: &str) -> Result<()> {
        let path = format!("/_matrix/client/v3/rooms/{}/joined_members", escape(room));
        let members = self.http.get(&path).await?;
        if members.get("joined").is_some_and(|joined| joined.get(who).is_some()) {
            return Ok(());
        }
        self.expect(|event| {
            text(event, "/room_id") == room
                && text(event, "/type") == "m.room.member"
                && text(event, "/state_key") == who
                && text(event, "/content/membership") == "join"
        })
        .await
        .map(drop)
    }

    /// The words of the next message that somebody else says where he is.
    ///
    /// # Errors
    /// When none comes in time.
    pub async fn hear(&mut self, from: &str) -> Result<String> {
        let said = self.expect(|event| {
            text(event, "/type") == "m.room.message" && text(event, "/sender") == from
        });
        let said = said.await?;
        held(&said, "/content/body")
    }

    /// Waits until the server shows that somebody is gone.
    ///
    /// # Errors
    /// When it does not in time.
    pub async fn misses(&mut self, who: &str) -> Result<()> {
        self.expect(|event| {
            text(event, "/type") == "m.presence"
                && text(event, "/sender") == who
                && text(event, "/content/presence") == "offline"
        })
        .await
        .map(drop)
    }

    /// The next event that is like this; those before it are dropped.
    ///
    /// # Errors
    /// When none comes in time.
    pub async fn expect(&mut self, is: impl Fn(&Value) -> bool) -> Result<Value> {
        let found = async {
            loop {
                while let Some(event) = self.news.pop_front() {
                    if is(&event) {
                        return Ok(event);
                    }
                }
                self.sync(20_000).await?;
            }
        };
        timeout(DEADLINE, found).await.context("it did not happen in time")?
    }

    /// What is in a file (`mxc://…`) that the server keeps.
    ///
    /// # Errors
    /// When the server does not give it.
    pub async fn download(&self, file: &str) -> Result<Vec<u8>> {
        let file = file.strip_prefix("mxc://").context("it is no `mxc://` address")?;
        self.http.download(&format!("/_matrix/client/v1/media/download/{file}")).await
    }

    /// Every event of a room as the server keeps it, oldest first.
    ///
    /// # Errors
    /// When the server does not show it.
    pub async fn history(&self, room: &str) -> Result<Vec<Value>> {
        let room = escape(room);
        let path = format!("/_matrix/client/v3/rooms/{room}/messages?dir=f&limit=1000");
        let page = self.http.get(&path).await?;
        Ok(list(&page, "/chunk").cloned().collect())
    }

    async fn sync(&mut self, wait_ms: u32) -> Result<()> {
        let filter = escape(r#"{"room":{"timeline":{"limit":1000}}}"#);
        let mut path = format!("/_matrix/client/v3/sync?timeout={wait_ms}&filter={filter}");
        if !self.since.is_empty() {
            path = format!("{path}&since={}", escape(&self.since));
        }
        let news = self.http.get(&path).await?;
        self.since = held(&news, "/next_batch")?;
        self.news.extend(list(&news, "/presence/events").cloned());
        let rooms = news.pointer("/rooms/join").and_then(Value::as_object);
        for (id, room) in rooms.into_iter().flatten() {
            for event in list(room, "/timeline/events").chain(list(room, "/ephemeral/events")) {
                let mut event = event.clone();
                if let Some(event) = event.as_object_mut() {
                    event.insert("room_id".to_owned(), id.as_str().into());
                }
                self.news.push_back(event);
            }
        }
        Ok(())
    }
}

/// The text at a place of JSON (RFC 6901); empty where there is none.
pub fn text<'a>(json: &'a Value, path: &str) -> &'a str {
    json.pointer(path).and_then(Value::as_str).unwrap_or_default()
}

/// The text that has to be at a place.
fn held(json: &Value, path: &str) -> Result<String> {
    let text = json.pointer(path).and_then(Value::as_str);
    Ok(text.with_context(|| format!("there is no `{path}` in {json}"))?.to_owned())
}

fn list<'a>(json: &'a Value, path: &str) -> impl Iterator<Item = &'a Value> {
    json.pointer(path).and_then(Value::as_array).into_iter().flatten()
}
