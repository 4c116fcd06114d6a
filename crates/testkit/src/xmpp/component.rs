//! Many people behind one connection.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail, ensure};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use super::attribute;
use crate::DEADLINE;

/// A component of a server (XEP-0114): it speaks for everybody of a domain of its own.
#[derive(Debug)]
pub struct Component {
    stream: TcpStream,
    domain: &'static str,
}

impl Component {
    /// Connects as `domain`, which shares `secret` with the server.
    ///
    /// # Errors
    /// When the server does not let it in.
    pub async fn connect(server: SocketAddr, domain: &'static str, secret: &str) -> Result<Self> {
        let mut stream = TcpStream::connect(server).await?;
        let hello = format!(
            "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' \
             xmlns:stream='http://etherx.jabber.org/streams' to='{domain}'>"
        );
        stream.write_all(hello.as_bytes()).await?;
        let header = until(&mut stream, "<stream:stream", ">").await?;
        let (_, header) = header.split_once("<stream:stream").context("a stream")?;
        let id = attribute(header, "id").context("the stream has no id")?;
        let proof = digest(&SHA1_FOR_LEGACY_USE_ONLY, format!("{id}{secret}").as_bytes());
        let proof =
            proof.as_ref().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        stream.write_all(format!("<handshake>{proof}</handshake>").as_bytes()).await?;
        let answer = until(&mut stream, "<", ">").await?;
        ensure!(answer.contains("<handshake"), "the server refuses the component: {answer}");
        Ok(Self { stream, domain })
    }

    /// Lets so many people enter a room, `u0` first, and hears for ever what the room says to them.
    ///
    /// # Errors
    /// When the server is gone.
    pub async fn crowd(&mut self, room: &str, people: usize) -> Result<()> {
        let domain = self.domain;
        let (mut reader, mut writer) = self.stream.split();
        let enter = async {
            for number in 0..people {
                let presence = format!(
                    "<presence from='u{number}@{domain}/desk' to='{room}/u{number}'>\
                     <c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='http://gajim.org' \
                     ver='q07IKJEyjvHSyhy//CH0CxmKi8w='/>\
                     <x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>"
                );
                writer.write_all(presence.as_bytes()).await?;
            }
            Ok(())
        };
        let hear = async {
            let mut heard = vec![0; 64 * 1024];
            while reader.read(&mut heard).await? > 0 {}
            bail!("the server closed")
        };
        tokio::try_join!(enter, hear).map(|((), ())| ())
    }
}

/// Reads until there is a text, and another behind it.
async fn until(stream: &mut TcpStream, first: &str, then: &str) -> Result<String> {
    let mut read = Vec::new();
    let found = async {
        loop {
            ensure!(stream.read_buf(&mut read).await? > 0, "the server closed");
            let text = String::from_utf8_lossy(&read);
            if text.split_once(first).is_some_and(|(_, rest)| rest.contains(then)) {
                return Ok(text.into_owned());
            }
        }
    };
    timeout(DEADLINE, found).await.context("nothing came")?
}
