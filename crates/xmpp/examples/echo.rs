//! The bare echo loop on tokio-xmpp: the least that a bot can do, and so the measure of what nuncio
//! costs. `echo ADDRESS CA_FILE ACCOUNT PASSWORD NICK ROOM…` answers `!echo TEXT` with `TEXT` in each
//! room, until it is ended.
//!
//! It logs in as the transport does, for the library's own login cannot be told whom to trust.

use std::{env, net::SocketAddr, path::Path};

use anyhow::{Context as _, Result, bail};
use futures_util::StreamExt as _;
use jid::{BareJid, Jid, ResourcePart};
use nuncio_tls::Client;
use nuncio_xmpp::login::{Address, Login, Proof, Security};
use tokio_xmpp::{
    Stanza,
    stanzastream::{Event, StanzaStream, StreamEvent},
    xmlstream::Timeouts,
};
use xmpp_parsers::{
    message::{Lang, Message, MessageType},
    muc::{Muc, muc::History},
    presence::Presence,
};

/// How many stanzas the library's queues hold.
const DEPTH: usize = 1024;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [address, ca_file, account, password, nick, rooms @ ..] = arguments.as_slice() else {
        bail!("echo ADDRESS CA_FILE ACCOUNT PASSWORD NICK ROOM…");
    };
    let address: SocketAddr = address.parse()?;
    let trusted = Client { ca_file: Some(Path::new(ca_file)), ..Client::default() };
    let login = Login {
        account: account.parse()?,
        resource: None,
        proof: Proof::Password { password: password.clone().into(), plain: false },
        address: Some(Address {
            host: address.ip().to_string(),
            port: address.port(),
            security: Security::Direct,
        }),
        tls: trusted.config()?,
        timeouts: Timeouts::tight(),
    };
    let nick: ResourcePart = nick.parse()?;
    let rooms: Vec<BareJid> = rooms.iter().map(|room| room.parse()).collect::<Result<_, _>>()?;
    let mut first = Some(Box::pin(login.connect()).await?.connection);
    let connector = move |_: Option<String>, slot: tokio::sync::oneshot::Sender<_>| {
        // One connection is all that it gets.
        if let Some(connection) = first.take() {
            drop(slot.send(connection));
        }
    };
    let mut stream = StanzaStream::new(Box::new(connector), DEPTH);
    loop {
        match stream.next().await.context("the server closed")? {
            Event::Stream(StreamEvent::Reset { .. }) => {
                for room in &rooms {
                    let enter = Muc::new().with_history(History::new().with_maxstanzas(0));
                    let presence = Presence::available()
                        .with_to(Jid::from(room.with_resource(&nick)))
                        .with_payload(enter);
                    drop(stream.send(Box::new(Stanza::Presence(presence))).await);
                }
            }
            Event::Stanza(Stanza::Message(message)) => {
                if let Some(answer) = answer(&message) {
                    drop(stream.send(Box::new(Stanza::Message(answer))).await);
                }
            }
            Event::Stream(_) | Event::Stanza(_) => {}
        }
    }
}

fn answer(asked: &Message) -> Option<Message> {
    let body = asked.bodies.values().next()?;
    let text = body.strip_prefix("!echo ").filter(|_| asked.type_ == MessageType::Groupchat)?;
    let room = Jid::from(asked.from.as_ref()?.to_bare());
    Some(Message::groupchat(room).with_body(Lang::new(), text.to_owned()))
}
