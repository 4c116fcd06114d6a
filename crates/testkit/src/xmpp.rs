//! A raw XMPP client for tests: it writes XML by hand, and shares no line of code with the
//! transport under test.
//!
//! ```no_run
//! # async fn example(server: &nuncio_testkit::server::Prosody) -> anyhow::Result<()> {
//! use nuncio_testkit::xmpp::Person;
//!
//! let mut ann = Person::login(server.tls_addr(), server.authority(), "ann", "secret").await?;
//! ann.enter("a@muc.localhost", "annie").await?;
//! ann.say("a@muc.localhost", "!ping").await?;
//! assert_eq!(ann.hear("a@muc.localhost/bot").await?, "Pong!");
//! # Ok(())
//! # }
//! ```

mod component;
mod download;
mod stanza;

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rustls::pki_types::ServerName;
use socket2::SockRef;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use self::stanza::Stanzas;
pub use self::{
    component::Component,
    download::download,
    stanza::{attribute, body, escape},
};
use crate::{DEADLINE, pattern::matches, server::xmpp::DOMAIN, tls::Authority};

/// Somebody who is logged in and available.
#[derive(Debug)]
pub struct Person {
    stream: TlsStream<TcpStream>,
    stanzas: Stanzas,
    name: String,
    /// What came and was not waited for.
    seen: Vec<String>,
}

impl Person {
    /// Logs in as `name@localhost`, by direct TLS and PLAIN.
    ///
    /// # Errors
    /// When the server does not let him in.
    pub async fn login(
        server: SocketAddr,
        authority: &Authority,
        name: &str,
        password: &str,
    ) -> Result<Self> {
        let tcp = TcpStream::connect(server).await?;
        tcp.set_nodelay(true)?;
        let tls = TlsConnector::from(authority.client_config(None)?);
        let stream = tls.connect(ServerName::try_from(DOMAIN)?, tcp).await?;
        let name = name.to_owned();
        let mut person = Self { stream, stanzas: Stanzas::default(), name, seen: Vec::new() };
        person.open().await?;
        let proof = STANDARD.encode(format!("\0{}\0{password}", person.name));
        let auth = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>";
        person.send(&format!("{auth}{proof}</auth>")).await?;
        let answer = person.next().await?;
        ensure!(answer.starts_with("<success"), "the server refuses the login: {answer}");
        person.stanzas = Stanzas::default();
        person.open().await?;
        person
            .send("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>")
            .await?;
        person.expect("<iq*<bind*<jid>").await?;
        person.send("<presence/>").await?;
        Ok(person)
    }

    /// Opens a stream and waits for the server's features.
    async fn open(&mut self) -> Result<()> {
        self.send(&format!(
            "<?xml version='1.0'?><stream:stream xmlns='jabber:client' \
             xmlns:stream='http://etherx.jabber.org/streams' to='{DOMAIN}' version='1.0'>"
        ))
        .await?;
        self.expect("<stream:features").await.map(drop)
    }

    /// The part of the address before `@`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Sends XML as it is.
    ///
    /// # Errors
    /// When the server is gone.
    pub async fn send(&mut self, xml: &str) -> Result<()> {
        self.stream.write_all(xml.as_bytes()).await?;
        Ok(self.stream.flush().await?)
    }

    /// The next stanza, or whatever else stands below the stream.
    ///
    /// # Errors
    /// When none comes in time, or the server closes.
    pub async fn next(&mut self) -> Result<String> {
        let read = async {
            loop {
                if let Some(stanza) = self.stanzas.next() {
                    return Ok(stanza);
                }
                let mut chunk = Vec::with_capacity(16 * 1024);
                match self.stream.read_buf(&mut chunk).await? {
                    0 => bail!("the server closed"),
                    _ => self.stanzas.feed(&chunk),
                }
                // A server that gathers segments would wait for it. Linux forgets it after some.
                SockRef::from(self.stream.get_ref().0).set_tcp_quickack(true)?;
            }
        };
        let stanza = timeout(DEADLINE, read).await.context("nothing came")??;
        if stanza.starts_with("<iq") && stanza.contains("urn:xmpp:ping") {
            let id = attribute(&stanza, "id").unwrap_or_default();
            self.send(&format!("<iq type='result' id='{id}'/>")).await?;
        }
        Ok(stanza)
    }

    /// Waits for the next stanza that holds a pattern, in which `*` is any text.
    ///
    /// # Errors
    /// When none comes in time.
    pub async fn expect(&mut self, pattern: &str) -> Result<String> {
        loop {
            let stanza = self.next().await;
            let stanza = stanza.with_context(|| {
                format!("waiting for `{pattern}`, and these came:\n{}", self.seen.join("\n"))
            })?;
            if matches(pattern, &stanza) {
                return Ok(stanza);
            }
            self.seen.push(stanza);
        }
    }

    /// Enters a room and waits until he is in it.
    ///
    /// # Errors
    /// When he does not get in.
    pub async fn enter(&mut self, room: &str, nick: &str) -> Result<()> {
        let nick = escape(nick);
        let ask = format!(
            "<presence to='{room}/{nick}'><x xmlns='http://jabber.org/protocol/muc'>\
             <history maxstanzas='0'/></x></presence>"
        );
        let own = timeout(DEADLINE, self.enters(&ask, &format!("<presence*{room}/{nick}*"))).await;
        let own = own.with_context(|| format!("`{room}` stays locked"))?;
        let own = own.with_context(|| format!("entering {room}"))?;
        if own.contains("201") {
            // A room of one's own is locked until it is set up.
            let form = "<query xmlns='http://jabber.org/protocol/muc#owner'>\
                        <x xmlns='jabber:x:data' type='submit'/></query>";
            self.send(&format!("<iq type='set' to='{room}' id='own'>{form}</iq>")).await?;
        }
        self.expect(&format!("<message*{room}*<subject")).await.map(drop)
    }

    /// Asks to enter until he is in. A room that somebody has just made lets nobody in before he has
    /// opened it (XEP-0045 §10.1.2).
    async fn enters(&mut self, ask: &str, answer: &str) -> Result<String> {
        self.send(ask).await?;
        loop {
            let stanza = self.expect(answer).await?;
            if matches("<status*110", &stanza) {
                return Ok(stanza);
            }
            if stanza.contains("item-not-found") {
                self.send(ask).await?;
            }
            self.seen.push(stanza);
        }
    }

    /// Lets everybody see who is who in a room of his.
    ///
    /// # Errors
    /// When the room is not his.
    pub async fn unmask(&mut self, room: &str) -> Result<()> {
        self.configure(room, "muc#roomconfig_whois", "anyone").await
    }

    /// Sets something of a room of his.
    ///
    /// # Errors
    /// When the room is not his.
    pub async fn configure(&mut self, room: &str, name: &str, value: &str) -> Result<()> {
        let field =
            |name: &str, value: &str| format!("<field var='{name}'><value>{value}</value></field>");
        let kind = field("FORM_TYPE", "http://jabber.org/protocol/muc#roomconfig");
        let set = field(name, value);
        let form = format!("<x xmlns='jabber:x:data' type='submit'>{kind}{set}</x>");
        let query = format!("<query xmlns='http://jabber.org/protocol/muc#owner'>{form}</query>");
        self.send(&format!("<iq type='set' to='{room}' id='configure'>{query}</iq>")).await?;
        let answer = self.expect("<iq*configure").await?;
        ensure!(answer.contains("result"), "the room stays as it is: {answer}");
        Ok(())
    }

    /// Waits until somebody is in a room that he is in himself.
    ///
    /// # Errors
    /// When nobody comes in time.
    pub async fn meets(&mut self, occupant: &str) -> Result<()> {
        let there = |stanza: &String| {
            stanza.starts_with("<presence")
                && attribute(stanza, "from").as_deref() == Some(occupant)
        };
        let last = self.seen.iter().rev().find(|stanza| there(stanza));
        if last.is_some_and(|stanza| attribute(stanza, "type").is_none()) {
            return Ok(());
        }
        loop {
            let stanza = self.expect("<presence").await?;
            if there(&stanza) && attribute(&stanza, "type").is_none() {
                return Ok(());
            }
            self.seen.push(stanza);
        }
    }

    /// Waits until somebody is not in a room any more.
    ///
    /// # Errors
    /// When he stays.
    pub async fn misses(&mut self, occupant: &str) -> Result<()> {
        loop {
            let stanza = self.expect("<presence*unavailable").await?;
            if attribute(&stanza, "from").as_deref() == Some(occupant) {
                return Ok(());
            }
        }
    }

    /// Says something in a room.
    ///
    /// # Errors
    /// When the server is gone.
    pub async fn say(&mut self, room: &str, text: &str) -> Result<()> {
        self.message(room, "groupchat", text).await
    }

    /// Says something to one address.
    ///
    /// # Errors
    /// When the server is gone.
    pub async fn whisper(&mut self, to: &str, text: &str) -> Result<()> {
        self.message(to, "chat", text).await
    }

    async fn message(&mut self, to: &str, kind: &str, text: &str) -> Result<()> {
        let (to, text) = (escape(to), escape(text));
        let id = fastrand::u64(..);
        let body = format!("<body>{text}</body>");
        self.send(&format!("<message to='{to}' type='{kind}' id='{id:x}'>{body}</message>")).await
    }

    /// The next thing that an address says to him or where he is; of a bare one, whatever its
    /// resource.
    ///
    /// # Errors
    /// When it says nothing in time.
    pub async fn hear(&mut self, from: &str) -> Result<String> {
        loop {
            let stanza = self.expect("<message*<body").await?;
            let sender = attribute(&stanza, "from").unwrap_or_default();
            let bare = sender.split('/').next().unwrap_or_default();
            let is_error = attribute(&stanza, "type").as_deref() == Some("error");
            if !is_error && (sender == from || bare == from) {
                return body(&stanza).context("it holds a body");
            }
        }
    }
}
