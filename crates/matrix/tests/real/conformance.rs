//! The contract of a transport, on Synapse.

use anyhow::{Result, ensure};
use nuncio_core::transport::Transport;
use nuncio_testkit::{
    conformance::{Mark, Party, Subject},
    matrix::{Person, text},
    transport_conformance,
};
use serde_json::{Value, json};

use crate::bot::{BOT, Bot};

transport_conformance!(OnSynapse);

/// A server, its room, and how many peers were on it.
pub(crate) struct OnSynapse {
    pub(crate) bot: Bot,
    pub(crate) room: String,
    peers: u32,
}

impl Subject for OnSynapse {
    type Peer = Somebody;

    async fn start() -> Result<Self> {
        let bot = Bot::new().await?;
        let host = Person::login(bot.server.addr(), "host", "secret").await?;
        let room = host.open_room("test").await?;
        Ok(Self { bot, room, peers: 0 })
    }

    fn transport(&self) -> Result<Box<dyn Transport>> {
        self.bot.configured("flood = { per_second = 0 }")
    }

    fn paced(&self, per_second: u32) -> Result<Box<dyn Transport>> {
        self.bot.configured(&format!("flood = {{ burst = 1, per_second = {per_second} }}"))
    }

    async fn peer(&mut self) -> Result<Somebody> {
        self.peers += 1;
        let name = format!("peer{}", self.peers);
        self.bot.server.add_user(&name, "secret").await?;
        let mut person = Person::login(self.bot.server.addr(), &name, "secret").await?;
        person.enter(&self.room).await?;
        person.meets(&self.room, BOT).await?;
        let (room, last) = (self.room.clone(), self.room.clone());
        Ok(Somebody { person, room, direct: None, last, said: String::new(), heard: String::new() })
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
    pub(crate) person: Person,
    room: String,
    direct: Option<String>,
    /// Where they spoke last, and which their words and the bot's were.
    last: String,
    said: String,
    heard: String,
}

impl Somebody {
    async fn tell(&mut self, room: String, text: &str) -> Result<()> {
        self.said = self.person.say(&room, text).await?;
        self.last = room;
        Ok(())
    }
}

fn refers(event: &Value) -> bool {
    event.pointer("/content/m.relates_to").is_some()
}

impl Party for Somebody {
    async fn say(&mut self, text: &str) -> Result<()> {
        self.tell(self.room.clone(), text).await
    }

    async fn whisper(&mut self, text: &str) -> Result<()> {
        if self.direct.is_none() {
            let room = self.person.open_direct(BOT).await?;
            self.person.meets(&room, BOT).await?;
            self.direct = Some(room);
        }
        let room = self.direct.clone().unwrap_or_default();
        self.tell(room, text).await
    }

    async fn hear(&mut self) -> Result<String> {
        let said = self.person.expect(|event| {
            text(event, "/type") == "m.room.message"
                && text(event, "/sender") == BOT
                && !refers(event)
        });
        let said = said.await?;
        text(&said, "/event_id").clone_into(&mut self.heard);
        Ok(text(&said, "/content/body").to_owned())
    }

    async fn garble(&mut self) -> Result<()> {
        let long = "x".repeat(20_000);
        let deep = format!("{}x", "<b>".repeat(5_000));
        for content in [
            json!({}),
            json!({ "msgtype": 1, "body": [] }),
            json!({ "msgtype": "m.text", "body": null }),
            json!({ "msgtype": "m.text", "body": "a", "format": "org.matrix.custom.html", "formatted_body": deep }),
            json!({ "msgtype": long, "body": long }),
            json!({ "msgtype": "m.image", "body": "a", "url": "mxc://nowhere/x" }),
            json!({ "msgtype": "m.text", "body": "a", "m.relates_to": { "rel_type": "m.replace", "event_id": "$nothing" } }),
            json!({ "msgtype": "m.text", "body": "a", "m.new_content": {}, "m.relates_to": { "rel_type": "m.replace", "event_id": "$nothing" } }),
            json!({ "msgtype": "m.text", "body": "> a\n> b", "m.relates_to": { "m.in_reply_to": { "event_id": "" } } }),
        ] {
            // What the server itself refuses does not get to us.
            self.person.send(&self.room, "m.room.message", &content).await.ok();
        }
        for kind in ["m.reaction", "m.room.encrypted", "m.room.message.x", "x"] {
            for content in [
                json!({}),
                json!({ "m.relates_to": 1 }),
                json!({ "algorithm": "none", "ciphertext": long }),
            ] {
                self.person.send(&self.room, kind, &content).await.ok();
            }
        }
        Ok(())
    }

    async fn misses(&mut self) -> Result<()> {
        self.person.misses(BOT).await
    }

    async fn mark(&mut self, mark: &Mark) -> Result<()> {
        let (said, heard, room) = (&self.said, &self.heard, &self.last);
        let (kind, content) = match mark {
            Mark::Retraction => return self.person.redact(room, said).await,
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
        self.person.send(room, kind, &content).await.map(drop)
    }

    async fn typing(&mut self) -> Result<bool> {
        let seen = self.person.expect(|event| text(event, "/type") == "m.typing").await?;
        let who = seen.pointer("/content/user_ids").and_then(Value::as_array);
        Ok(who.is_some_and(|who| who.iter().any(|who| who == BOT)))
    }

    async fn marked(&mut self) -> Result<Mark> {
        let seen = self.person.expect(|event| {
            text(event, "/sender") == BOT
                && (refers(event) || text(event, "/type") == "m.room.redaction")
        });
        let seen = seen.await?;
        let target = text(&seen, "/content/m.relates_to/event_id");
        let (mark, target, wanted) = match (text(&seen, "/type"), target) {
            ("m.room.redaction", _) => (Mark::Retraction, text(&seen, "/redacts"), &self.heard),
            ("m.reaction", target) => {
                let sign = text(&seen, "/content/m.relates_to/key");
                (Mark::Reaction(sign.to_owned()), target, &self.said)
            }
            (_, "") => {
                let answered = text(&seen, "/content/m.relates_to/m.in_reply_to/event_id");
                let words = text(&seen, "/content/body").to_owned();
                (Mark::Reply(words), answered, &self.said)
            }
            (_, target) => {
                let words = text(&seen, "/content/m.new_content/body").to_owned();
                (Mark::Edit(words), target, &self.heard)
            }
        };
        ensure!(target == wanted, "{mark:?} is of `{target}`, and not of `{wanted}`");
        Ok(mark)
    }
}
