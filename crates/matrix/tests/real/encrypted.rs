//! The contract of a transport in encrypted rooms, with people who talk to nobody whose device its
//! owner has not signed, and hear nobody else.

use std::{collections::VecDeque, time::Duration};

use anyhow::{Context as _, Result, ensure};
use matrix_sdk::{
    Client, Room,
    config::SyncSettings,
    deserialized_responses::{TimelineEvent, TimelineEventKind},
    encryption::EncryptionSettings,
    ruma::{
        OwnedRoomId, UserId, api::client::room::create_room, events::room::member::MembershipState,
        serde::Raw,
    },
};
use matrix_sdk_base::crypto::{CollectStrategy, DecryptionSettings, TrustRequirement};
use nuncio_core::transport::Transport;
use nuncio_testkit::{
    DEADLINE,
    conformance::{Mark, Party, Subject},
    matrix::{Person, text},
    transport_conformance,
};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::bot::{BOT, Bot};

transport_conformance!(Encrypted: delivery, order, marks);

/// A server with an encrypted room.
pub(crate) struct Encrypted {
    pub(crate) bot: Bot,
    pub(crate) room: String,
    peers: u32,
}

pub(crate) fn encryption() -> Value {
    let content = json!({ "algorithm": "m.megolm.v1.aes-sha2" });
    json!({ "type": "m.room.encryption", "state_key": "", "content": content })
}

impl Subject for Encrypted {
    type Peer = Somebody;

    async fn start() -> Result<Self> {
        let bot = Bot::new().await?;
        let host = Person::login(bot.server.addr(), "host", "secret").await?;
        let room = json!({
            "room_alias_name": "test", "preset": "public_chat", "initial_state": [encryption()],
        });
        let room = host.create(&room).await?;
        Ok(Self { bot, room, peers: 0 })
    }

    fn transport(&self) -> Result<Box<dyn Transport>> {
        self.bot.configured("flood = { per_second = 0 }\nclear_reactions = true")
    }

    fn paced(&self, _: u32) -> Result<Box<dyn Transport>> {
        self.transport()
    }

    async fn peer(&mut self) -> Result<Somebody> {
        self.peers += 1;
        let name = format!("peer{}", self.peers);
        self.bot.server.add_user(&name, "secret").await?;
        let client = Client::builder()
            .homeserver_url(format!("http://{}", self.bot.server.addr()))
            .with_encryption_settings(EncryptionSettings {
                auto_enable_cross_signing: true,
                ..EncryptionSettings::default()
            })
            .with_room_key_recipient_strategy(CollectStrategy::IdentityBasedStrategy)
            .with_decryption_settings(DecryptionSettings {
                sender_device_trust_requirement: TrustRequirement::CrossSigned,
            })
            .build()
            .await?;
        client.matrix_auth().login_username(&name, "secret").await?;
        client.encryption().wait_for_e2ee_initialization_tasks().await;
        let room: OwnedRoomId = self.room.as_str().try_into()?;
        client.join_room_by_id(&room).await?;
        let mut peer = Somebody {
            client,
            last: room.clone(),
            room,
            direct: None,
            news: VecDeque::new(),
            writers: VecDeque::new(),
            said: String::new(),
            heard: String::new(),
        };
        peer.meets().await?;
        Ok(peer)
    }

    async fn cut(&mut self) -> Result<()> {
        self.bot.server.kill9()
    }

    async fn mend(&mut self) -> Result<()> {
        self.bot.server.restart().await
    }
}

/// Somebody in the room.
pub(crate) struct Somebody {
    pub(crate) client: Client,
    room: OwnedRoomId,
    direct: Option<OwnedRoomId>,
    /// What came and was not looked at yet.
    news: VecDeque<TimelineEvent>,
    /// Who wrote, one time after another.
    writers: VecDeque<Vec<Value>>,
    /// Where they spoke last, and which their words and the bot's were.
    last: OwnedRoomId,
    said: String,
    heard: String,
}

impl Somebody {
    async fn sync(&mut self) -> Result<()> {
        let settings = SyncSettings::new().timeout(Duration::from_secs(20));
        let news = timeout(DEADLINE, self.client.sync_once(settings)).await??;
        for (_, room) in news.rooms.joined {
            self.news.extend(room.timeline.events);
            for event in room.ephemeral {
                let event: Value = serde_json::from_str(event.json().get())?;
                let who = event.pointer("/content/user_ids").and_then(Value::as_array);
                if let Some(who) = who.filter(|_| text(&event, "/type") == "m.typing") {
                    self.writers.push_back(who.clone());
                }
            }
        }
        Ok(())
    }

    fn at(&self, room: &OwnedRoomId) -> Result<Room> {
        self.client.get_room(room).context("the room is not known")
    }

    /// Waits until the bot is where they are.
    async fn meets(&mut self) -> Result<()> {
        let bot = UserId::parse(BOT)?;
        loop {
            self.sync().await?;
            if let Some(room) = self.client.get_room(&self.last) {
                let member = room.get_member(&bot).await?;
                if member.is_some_and(|member| *member.membership() == MembershipState::Join) {
                    return Ok(());
                }
            }
        }
    }

    async fn send(&mut self, kind: &str, content: Value) -> Result<String> {
        let room = self.at(&self.last)?;
        ensure!(room.encryption_state().is_encrypted(), "the room is not encrypted");
        let sent = room.send_raw(kind, content).await?;
        Ok(sent.response.event_id.to_string())
    }

    /// Shows an encrypted picture to the room, with a caption and what it says of its size.
    pub(crate) async fn show(&mut self, bytes: &[u8], caption: &str, size: usize) -> Result<()> {
        let mut reader = bytes;
        let sealed = self.client.upload_encrypted_file(&mut reader).await?;
        self.last = self.room.clone();
        let content = json!({
            "msgtype": "m.image", "body": caption, "filename": "cat.png", "file": sealed,
            "info": { "mimetype": "image/png", "size": size },
        });
        self.send("m.room.message", content).await.map(drop)
    }

    async fn tell(&mut self, words: &str) -> Result<()> {
        let content = json!({ "msgtype": "m.text", "body": words });
        self.said = self.send("m.room.message", content).await?;
        Ok(())
    }

    /// The next thing that the bot does; what it says was encrypted.
    pub(crate) async fn next(&mut self, is: impl Fn(&Value) -> bool) -> Result<Value> {
        loop {
            while let Some(event) = self.news.pop_front() {
                let json: Value = serde_json::from_str(event.raw().json().get())?;
                if text(&json, "/sender") != BOT || !is(&json) {
                    continue;
                }
                let is_open = matches!(event.kind, TimelineEventKind::PlainText { .. });
                let may_be = ["m.reaction", "m.room.redaction"].contains(&text(&json, "/type"));
                ensure!(!is_open || may_be, "it was said for everybody to hear: {json}");
                return Ok(json);
            }
            self.sync().await?;
        }
    }
}

fn refers(event: &Value) -> bool {
    event.pointer("/content/m.relates_to").is_some()
}

impl Party for Somebody {
    async fn say(&mut self, text: &str) -> Result<()> {
        self.last = self.room.clone();
        self.tell(text).await
    }

    async fn whisper(&mut self, text: &str) -> Result<()> {
        if self.direct.is_none() {
            let mut request = create_room::v3::Request::new();
            request.is_direct = true;
            request.invite = vec![UserId::parse(BOT)?];
            request.initial_state = vec![Raw::new(&encryption())?.cast_unchecked()];
            let room = self.client.create_room(request).await?;
            self.direct = Some(room.room_id().to_owned());
        }
        self.last = self.direct.clone().context("it was made")?;
        self.meets().await?;
        self.tell(text).await
    }

    async fn hear(&mut self) -> Result<String> {
        let said = self.next(|event| text(event, "/type") == "m.room.message" && !refers(event));
        let said = said.await?;
        text(&said, "/event_id").clone_into(&mut self.heard);
        Ok(text(&said, "/content/body").to_owned())
    }

    async fn garble(&mut self) -> Result<()> {
        Ok(())
    }

    async fn misses(&mut self) -> Result<()> {
        Ok(())
    }

    async fn mark(&mut self, mark: &Mark) -> Result<()> {
        let (said, heard) = (&self.said, &self.heard);
        let (kind, content) = match mark {
            Mark::Retraction => {
                let target = said.as_str().try_into()?;
                self.at(&self.last)?.redact(target, None, None).await?;
                return Ok(());
            }
            Mark::Reply(words) => (
                "m.room.message",
                json!({
                    "msgtype": "m.text", "body": words, "m.relates_to": { "m.in_reply_to": { "event_id": heard } },
                }),
            ),
            Mark::Edit(words) => (
                "m.room.message",
                json!({
                    "msgtype": "m.text", "body": format!("* {words}"),
                    "m.new_content": { "msgtype": "m.text", "body": words },
                    "m.relates_to": { "rel_type": "m.replace", "event_id": said },
                }),
            ),
            Mark::Reaction(sign) => (
                "m.reaction",
                json!({
                    "m.relates_to": { "rel_type": "m.annotation", "event_id": heard, "key": sign },
                }),
            ),
        };
        self.send(kind, content).await.map(drop)
    }

    async fn typing(&mut self) -> Result<bool> {
        loop {
            if let Some(who) = self.writers.pop_front() {
                return Ok(who.iter().any(|who| who == BOT));
            }
            self.sync().await?;
        }
    }

    async fn marked(&mut self) -> Result<Mark> {
        let seen = self.next(|event| refers(event) || text(event, "/type") == "m.room.redaction");
        let seen = seen.await?;
        Ok(match (text(&seen, "/type"), text(&seen, "/content/m.relates_to/event_id")) {
            ("m.room.redaction", _) => Mark::Retraction,
            ("m.reaction", _) => {
                Mark::Reaction(text(&seen, "/content/m.relates_to/key").to_owned())
            }
            (_, "") => Mark::Reply(text(&seen, "/content/body").to_owned()),
            _ => Mark::Edit(text(&seen, "/content/m.new_content/body").to_owned()),
        })
    }
}
