//! Somebody in the room of the conformance tests, who writes all of his XML by hand.

use anyhow::{Context as _, Result, ensure};
use nuncio_testkit::{
    conformance::{Mark, Party},
    xmpp::{Person, attribute, body, escape},
};

pub(crate) const ROOM: &str = "test@muc.localhost";
pub(crate) const BOT: &str = "test@muc.localhost/bot";

/// The bot's address.
const BOT_ALONE: &str = "bot@localhost";

/// What shows that a client knows of chat states.
const ATTENTIVE: &str = "<active xmlns='http://jabber.org/protocol/chatstates'/>";

/// Somebody in the room.
pub(crate) struct Somebody {
    person: Person,
    /// Whether he spoke to the bot alone.
    private: bool,
    said: u32,
    /// His own last words.
    own: Names,
    /// The bot's.
    bots: Names,
}

/// What a message is called.
#[derive(Default)]
struct Names {
    /// By its sender.
    id: String,
    /// By others: in a room, by the room.
    name: String,
}

impl Somebody {
    pub(crate) fn new(person: Person) -> Self {
        let (own, bots) = (Names::default(), Names::default());
        Self { person, private: false, said: 0, own, bots }
    }

    /// Sends a message with an id of his own.
    async fn send(&mut self, to: &str, kind: &str, inner: &str) -> Result<String> {
        self.said += 1;
        let id = format!("{}-{}", self.person.name(), self.said);
        let message = format!("<message to='{to}' type='{kind}' id='{id}'>{inner}</message>");
        self.person.send(&message).await?;
        Ok(id)
    }

    async fn send_there(&mut self, inner: &str) -> Result<()> {
        let (to, kind) = if self.private { (BOT_ALONE, "chat") } else { (ROOM, "groupchat") };
        self.send(to, kind, inner).await.map(drop)
    }

    /// The next message of the bot's that holds a pattern; what words are called is kept in mind.
    async fn message(&mut self, pattern: &str) -> Result<String> {
        loop {
            let stanza = self.person.expect(pattern).await?;
            let from = attribute(&stanza, "from").unwrap_or_default();
            let is_bots = from == BOT || from.starts_with(BOT_ALONE);
            let changes = ["<replace", "<retract", "<reactions"];
            if stanza.contains("<body") && !changes.iter().any(|mark| stanza.contains(mark)) {
                let id = attribute(&stanza, "id").unwrap_or_default();
                let given = inner(&stanza, "stanza-id", "id");
                let name = given.filter(|_| from.starts_with(ROOM)).unwrap_or(id.clone());
                if is_bots {
                    self.bots = Names { id, name };
                } else if !self.private && from == format!("{ROOM}/{}", self.person.name()) {
                    self.own = Names { id, name };
                }
            }
            if is_bots {
                return Ok(stanza);
            }
        }
    }
}

/// An attribute of an element within a stanza.
fn inner(stanza: &str, element: &str, name: &str) -> Option<String> {
    let at = stanza.find(&format!("<{element} "))?;
    attribute(stanza.get(at..)?, name)
}

impl Party for Somebody {
    async fn say(&mut self, text: &str) -> Result<()> {
        self.private = false;
        let inner = format!("<body>{}</body>{ATTENTIVE}", escape(text));
        self.send(ROOM, "groupchat", &inner).await.map(drop)
    }

    async fn whisper(&mut self, text: &str) -> Result<()> {
        self.private = true;
        let inner = format!("<body>{}</body>{ATTENTIVE}", escape(text));
        let id = self.send(BOT_ALONE, "chat", &inner).await?;
        self.own = Names { name: id.clone(), id };
        Ok(())
    }

    async fn hear(&mut self) -> Result<String> {
        let stanza = self.message("<message*<body").await?;
        let said = body(&stanza).unwrap_or_default();
        Ok(said.strip_prefix("/me ").unwrap_or(&said).to_owned())
    }

    async fn mark(&mut self, mark: &Mark) -> Result<()> {
        let (own, bots) = (escape(&self.own.name), escape(&self.bots.name));
        let inner = match mark {
            Mark::Reply(text) => format!(
                "<body>&gt; żółw:\n&gt; !ping\n{}</body><reply xmlns='urn:xmpp:reply:0' \
                 id='{bots}'/><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'>\
                 <body start='0' end='16'/></fallback>",
                escape(text)
            ),
            Mark::Edit(text) => format!(
                "<body>{}</body><replace xmlns='urn:xmpp:message-correct:0' id='{}'/>",
                escape(text),
                escape(&self.own.id)
            ),
            Mark::Reaction(emoji) => format!(
                "<reactions xmlns='urn:xmpp:reactions:0' id='{bots}'>\
                 <reaction>{emoji}</reaction></reactions><store xmlns='urn:xmpp:hints'/>"
            ),
            Mark::Retraction => format!(
                "<retract xmlns='urn:xmpp:message-retract:1' id='{own}'/><fallback \
                 xmlns='urn:xmpp:fallback:0' for='urn:xmpp:message-retract:1'/>\
                 <body>!ping</body><store xmlns='urn:xmpp:hints'/>"
            ),
        };
        self.send_there(&inner).await
    }

    async fn marked(&mut self) -> Result<Mark> {
        let stanza = self.message("<message*urn:xmpp:*").await?;
        let text = || body(&stanza).context("it has words");
        let found = [
            ("reply", &self.own.name),
            ("replace", &self.bots.id),
            ("reactions", &self.own.name),
            ("retract", &self.bots.name),
        ];
        let found =
            found.into_iter().find_map(|(mark, of)| Some((mark, of, inner(&stanza, mark, "id")?)));
        let (mark, of, id) = found.with_context(|| format!("it is no mark: {stanza}"))?;
        ensure!(id == *of, "a {mark} of `{id}` and not of `{of}`: {stanza}");
        Ok(match mark {
            "reply" => Mark::Reply(text()?),
            "replace" => Mark::Edit(text()?),
            "reactions" => {
                let (_, emoji) = stanza.split_once("<reaction>").context("it has an emoji")?;
                Mark::Reaction(emoji.split('<').next().unwrap_or_default().to_owned())
            }
            _ => Mark::Retraction,
        })
    }

    async fn typing(&mut self) -> Result<bool> {
        let stanza = self.message("<message*http://jabber.org/protocol/chatstates*").await?;
        Ok(stanza.contains("<composing"))
    }

    async fn garble(&mut self) -> Result<()> {
        // The library could bear neither: the first would end the process, the second the
        // connection, again and again.
        let deep = format!("{}{}", "<x xmlns='x'>".repeat(1000), "</x>".repeat(1000));
        let long = format!("<x xmlns='x' y='{}'/>", "z".repeat(20_000));
        for inner in [
            "",
            "<body/>",
            "<body>a</body><body>b</body>",
            "<replace xmlns='urn:xmpp:message-correct:0'/><body>x</body>",
            "<delay xmlns='urn:xmpp:delay' stamp='never'/><body>x</body>",
            "<stanza-id xmlns='urn:xmpp:sid:0' by='' id=''/><body>x</body>",
            "<x xmlns='http://jabber.org/protocol/muc#user'><status code='x'/><item/></x>",
            "<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'/></received>",
            &deep,
            &long,
        ] {
            for (to, kind) in [(ROOM, "groupchat"), ("bot@localhost", "chat"), (BOT, "chat")] {
                self.person
                    .send(&format!("<message to='{to}' type='{kind}'>{inner}</message>"))
                    .await?;
            }
        }
        for query in ["<query xmlns='jabber:iq:nothing'/>", "<ping xmlns='urn:xmpp:ping'/>"] {
            for kind in ["get", "set"] {
                self.person
                    .send(&format!("<iq to='{BOT}' type='{kind}' id='x'>{query}</iq>"))
                    .await?;
            }
        }
        self.person.send("<presence to='bot@localhost' type='subscribe'/>").await?;
        self.person.send("<message to='bot@localhost' type='error' id='1'><error/></message>").await
    }

    async fn misses(&mut self) -> Result<()> {
        self.person.misses(BOT).await
    }
}
