//! A server that falls silent: nothing says that it is gone, neither an end nor a reset.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use nuncio_core::{
    config::SecretSource,
    delivery::{Deliveries, Delivery},
    event::{Event, EventKind, LinkState, RoomState},
    query::Questions,
    transport::{Link, Transport as _, TransportError},
};
use nuncio_testkit::{
    server::{Ejabberd, Prosody},
    tls::Authority,
    xmpp::Person,
};
use nuncio_xmpp::{
    Xmpp,
    config::{Config, ConfigError},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
    task::JoinSet,
    time::{self, Instant, timeout},
};
use tokio_util::sync::CancellationToken;

pub(super) const ROOM: &str = "test@muc.localhost";

/// Longer than anything may take, also where the clock stands still but for timers.
const EVER: Duration = Duration::from_mins(10);

#[tokio::test]
async fn prosody_is_missed_within_the_ping_timeout() -> Result<()> {
    let server = Prosody::start().await?;
    for name in ["bot", "ann"] {
        server.add_user(name, "secret")?;
    }
    is_missed(server.addr(), server.tls_addr(), server.authority()).await
}

#[tokio::test]
async fn ejabberd_is_missed_within_the_ping_timeout() -> Result<()> {
    let mut server = Ejabberd::start().await?;
    for name in ["bot", "ann"] {
        server.add_user(name, "secret").await?;
    }
    is_missed(server.addr(), server.tls_addr(), server.authority()).await
}

/// A line that carries nothing any more is noticed in time, and another is taken.
async fn is_missed(starttls: SocketAddr, tls: SocketAddr, authority: &Authority) -> Result<()> {
    let line = Line::to(starttls).await?;
    let mut bot = Bot::start(line.at, authority, "ping_timeout = \"4s\"")?;
    bot.hears(is_in_room).await?;
    line.fall_silent(0);
    let since = Instant::now();
    bot.hears(is_offline).await?;
    let noticed = since.elapsed();
    line.speak();
    bot.hears(is_online).await?;
    let mut ann = Person::login(tls, authority, "ann", "secret").await?;
    ann.enter(ROOM, "annie").await?;
    ann.say(ROOM, "here?").await?;
    bot.hears(|kind| matches!(kind, EventKind::Message(said) if said.text == "here?")).await?;
    // The last thing heard may have come up to a timer's grain before.
    ensure!(noticed < Duration::from_secs(6), "noticed after {noticed:?}");
    bot.end().await
}

#[tokio::test]
async fn prosody_may_fall_silent_at_any_point_of_a_login() -> Result<()> {
    let server = Prosody::start().await?;
    server.add_user("bot", "secret")?;
    falls_silent(server.addr(), server.authority()).await
}

#[tokio::test]
async fn ejabberd_may_fall_silent_at_any_point_of_a_login() -> Result<()> {
    let mut server = Ejabberd::start().await?;
    server.add_user("bot", "secret").await?;
    falls_silent(server.addr(), server.authority()).await
}

/// Before its first byte, in the middle of TLS, of the login, of binding, of a join: whenever a
/// server falls silent, it is given up in time, and tried again.
async fn falls_silent(server: SocketAddr, authority: &Authority) -> Result<()> {
    let line = Line::to(server).await?;
    let mut bot = Bot::start(line.at, authority, "")?;
    bot.hears(is_in_room).await?;
    bot.end().await?;
    let whole = line.carried();
    for part in 0..10 {
        line.fall_silent(whole * part / 10);
        let mut bot = Bot::start(line.at, authority, "")?;
        // It may come in with fewer bytes than the first time; then it is silent from there on.
        tokio::select! {
            silent = line.is_silent() => silent?,
            joined = bot.hears(is_in_room) => {
                joined?;
                line.fall_silent(0);
                line.is_silent().await?;
            }
        }
        // Nothing more will come, so that all there is to wait for are our own timers.
        time::pause();
        let since = Instant::now();
        bot.hears(is_offline).await.with_context(|| format!("silent at {part}/10"))?;
        let took = since.elapsed();
        time::resume();
        // A timer may have gone by before the last bytes were read, and begin anew with them.
        ensure!(took <= Duration::from_secs(185), "at {part}/10 it is given up after {took:?}");
        line.speak();
        bot.hears(is_online).await?;
        // A stream that is resumed is in the room that it was in, and says nothing of it.
        if !bot.joined {
            bot.hears(is_in_room).await?;
        }
        bot.end().await?;
    }
    Ok(())
}

fn is_online(kind: &EventKind) -> bool {
    matches!(kind, EventKind::Link(LinkState::Online))
}

fn is_offline(kind: &EventKind) -> bool {
    matches!(kind, EventKind::Link(LinkState::Offline { .. }))
}

fn is_in_room(kind: &EventKind) -> bool {
    matches!(kind, EventKind::Room { state: RoomState::Joined, .. })
}

/// What stands between the bot and its server, and may stop to carry what the server says without
/// ending anything.
struct Line {
    at: SocketAddr,
    /// How many bytes of the server's are carried on each connection.
    most: watch::Sender<usize>,
    /// How many were carried on the last one.
    carried: Arc<AtomicUsize>,
    silent: watch::Receiver<bool>,
    _running: JoinSet<()>,
}

impl Line {
    async fn to(server: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let at = listener.local_addr()?;
        let (most, limit) = watch::channel(usize::MAX);
        let (said, silent) = watch::channel(false);
        let carried = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&carried);
        let mut running = JoinSet::new();
        running.spawn(async move {
            let mut calls = JoinSet::new();
            while let Ok((ours, _)) = listener.accept().await {
                let Ok(theirs) = TcpStream::connect(server).await else { continue };
                let (from_us, to_us) = ours.into_split();
                let (from_them, to_them) = theirs.into_split();
                let (limit, said, count) = (limit.clone(), said.clone(), Arc::clone(&count));
                count.store(0, Ordering::Relaxed);
                calls.spawn(carry(from_us, to_them, limit.clone(), None));
                calls.spawn(carry(from_them, to_us, limit, Some((count, said))));
            }
        });
        Ok(Self { at, most, carried, silent, _running: running })
    }

    /// Carries no more than so many bytes of the server's on a connection; at once where it has.
    fn fall_silent(&self, most: usize) {
        self.most.send_replace(most);
    }

    fn speak(&self) {
        self.most.send_replace(usize::MAX);
    }

    fn carried(&self) -> usize {
        self.carried.load(Ordering::Relaxed)
    }

    /// Waits until there is something that is not carried.
    async fn is_silent(&self) -> Result<()> {
        let mut silent = self.silent.clone();
        timeout(EVER, silent.wait_for(|silent| *silent)).await.context("it goes on")??;
        Ok(())
    }
}

/// Carries bytes one way, until it may not; then the connection stays as it is.
async fn carry(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut limit: watch::Receiver<usize>,
    counts: Option<(Arc<AtomicUsize>, watch::Sender<bool>)>,
) {
    let mut chunk = vec![0; 64 * 1024];
    if let Some((_, silent)) = &counts {
        silent.send_replace(false);
    }
    let mut sum = 0;
    loop {
        let most = *limit.borrow_and_update();
        let left = if counts.is_some() { most.saturating_sub(sum) } else { most };
        if left == 0 {
            if let Some((_, silent)) = &counts {
                silent.send_replace(true);
            }
            return std::future::pending().await;
        }
        let room = left.min(chunk.len());
        let Some(room) = chunk.get_mut(..room) else { return };
        tokio::select! {
            changed = limit.changed() => if changed.is_err() { return },
            read = from.read(room) => {
                let Some(bytes) = read.ok().filter(|read| *read > 0) else { return };
                sum += bytes;
                if let Some((count, _)) = &counts {
                    count.store(sum, Ordering::Relaxed);
                }
                let Some(bytes) = chunk.get(..bytes) else { return };
                if to.write_all(bytes).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// The transport, running.
pub(super) struct Bot {
    events: mpsc::Receiver<Event>,
    /// Whether it was ever in the room.
    joined: bool,
    cancel: CancellationToken,
    running: JoinSet<Result<(), TransportError>>,
    _kept: (mpsc::Sender<Delivery>, TempDir),
}

impl Bot {
    pub(super) fn start(at: SocketAddr, authority: &Authority, keys: &str) -> Result<Self> {
        let folder = TempDir::new()?;
        let file = folder.path().join("authority.pem");
        std::fs::write(&file, authority.pem())?;
        let config: Config = toml::from_str(&format!(
            "kind = \"xmpp\"\njid = \"bot@localhost\"\npassword = \"secret\"\nrooms = [\"{ROOM}\"]\n\
             address = \"{at}\"\nca_file = \"{}\"\n{keys}",
            file.display()
        ))?;
        let xmpp = Xmpp::new("xmpp".parse()?, &config, |source| match source {
            SecretSource::Text(secret) => Ok(secret.clone()),
            _ => Err(ConfigError::NoProof),
        })?;
        let (events, heard) = mpsc::channel(256);
        let (deliveries, queue) = mpsc::channel(16);
        let queue = Deliveries::new(queue, Arc::new(AtomicU64::new(1)));
        let (mut running, cancel) = (JoinSet::new(), CancellationToken::new());
        let cancelled = cancel.clone();
        let questions = Questions::none();
        let link =
            Link { events, deliveries: queue, questions, cursors: Vec::new(), cancel: cancelled };
        running.spawn(Box::new(xmpp).run(link));
        let kept = (deliveries, folder);
        Ok(Self { events: heard, joined: false, cancel, running, _kept: kept })
    }

    /// Waits for an event.
    pub(super) async fn hears(&mut self, is_it: impl Fn(&EventKind) -> bool) -> Result<()> {
        let found = timeout(EVER, async {
            while let Some(event) = self.events.recv().await {
                self.joined |= is_in_room(&event.kind);
                if is_it(&event.kind) {
                    return true;
                }
            }
            false
        });
        ensure!(found.await.context("it did not happen")?, "the transport ended");
        Ok(())
    }

    pub(super) async fn end(mut self) -> Result<()> {
        self.cancel.cancel();
        // Whoever does not listen keeps nobody from leaving.
        self.events.close();
        self.running.join_next().await.context("it was running")???;
        Ok(())
    }
}
