//! Two programs that want the same resource: whoever loses it is told why.

use std::net::SocketAddr;

use anyhow::Result;
use nuncio_core::event::{EventKind, LinkState};
use nuncio_testkit::{
    server::{Ejabberd, Prosody},
    tls::Authority,
};

use super::silence::Bot;

const RESOURCE: &str = "resource = \"envoy\"";

#[tokio::test]
async fn prosody_says_that_another_took_our_place() -> Result<()> {
    let server = Prosody::start().await?;
    server.add_user("bot", "secret")?;
    hears_why(server.addr(), server.authority()).await
}

#[tokio::test]
async fn ejabberd_says_that_another_took_our_place() -> Result<()> {
    let mut server = Ejabberd::start().await?;
    server.add_user("bot", "secret").await?;
    hears_why(server.addr(), server.authority()).await
}

async fn hears_why(server: SocketAddr, authority: &Authority) -> Result<()> {
    let mut first = Bot::start(server, authority, RESOURCE)?;
    first.hears(|kind| matches!(kind, EventKind::Link(LinkState::Online))).await?;
    let second = Bot::start(server, authority, RESOURCE)?;
    first.hears(is_conflict).await?;
    first.end().await?;
    second.end().await
}

fn is_conflict(kind: &EventKind) -> bool {
    let EventKind::Link(LinkState::Offline { why }) = kind else { return false };
    why.starts_with("another client took our place: give each a `resource` of its own")
}
