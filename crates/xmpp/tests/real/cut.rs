//! A connection that is cut under a stream which can be resumed (XEP-0198).

use std::{
    net::SocketAddr,
    sync::{Arc, atomic::AtomicU64},
};

use anyhow::{Context as _, Result, anyhow, bail};
use nuncio_core::{
    action::Action,
    config::SecretSource,
    content::Content,
    delivery::Deliveries,
    event::{Event, EventKind, Form, LinkState, RoomState},
    query::Questions,
    transport::{Link, Transport as _},
};
use nuncio_testkit::{
    DEADLINE,
    conformance::{House, Party as _, Subject as _},
    server::Prosody,
    tls::Authority,
    xmpp::Person,
};
use nuncio_xmpp::{
    Xmpp,
    config::{Config, ConfigError},
};
use tempfile::TempDir;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
    task::JoinSet,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::conformance::{OnServer, Server};

const ROOM: &str = "test@muc.localhost";

/// What stands between the bot and its server, and can be cut.
struct Line {
    at: SocketAddr,
    /// How many cuts there were, and whether anybody gets through.
    cut: watch::Sender<(u32, bool)>,
    _running: JoinSet<()>,
}

impl Line {
    async fn to(server: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let at = listener.local_addr()?;
        let (cut, cuts) = watch::channel((0, true));
        let mut running = JoinSet::new();
        running.spawn(async move {
            let mut calls = JoinSet::new();
            while let Ok((mut ours, _)) = listener.accept().await {
                let mut cuts = cuts.clone();
                let (before, open) = *cuts.borrow_and_update();
                if !open {
                    continue;
                }
                calls.spawn(async move {
                    let Ok(mut theirs) = TcpStream::connect(server).await else { return };
                    tokio::select! {
                        _ = copy_bidirectional(&mut ours, &mut theirs) => {}
                        _ = cuts.wait_for(|(cuts, _)| *cuts > before) => {}
                    }
                });
            }
        });
        Ok(Self { at, cut, _running: running })
    }

    /// Cuts it; nobody gets through until it is mended.
    fn cut(&self) {
        self.cut.send_modify(|(cuts, open)| (*cuts, *open) = (*cuts + 1, false));
    }

    fn mend(&self) {
        self.cut.send_modify(|(_, open)| *open = true);
    }
}

/// The next event of which `pick` makes something.
async fn event<T>(
    events: &mut mpsc::Receiver<Event>,
    mut pick: impl FnMut(EventKind) -> Option<T>,
) -> Result<T> {
    let found = timeout(DEADLINE, async {
        while let Some(event) = events.recv().await {
            if let Some(found) = pick(event.kind) {
                return Some(found);
            }
        }
        None
    });
    found.await.context("it did not happen in time")?.context("the transport ended")
}

async fn links(events: &mut mpsc::Receiver<Event>, wanted: LinkState) -> Result<()> {
    let is = |kind| matches!(kind, EventKind::Link(state) if state == wanted).then_some(());
    event(events, is).await
}

#[tokio::test]
async fn nothing_is_lost_or_doubled_and_no_room_is_left() -> Result<()> {
    let server = Prosody::start().await?;
    for name in ["bot", "ann"] {
        server.add_user(name, "secret")?;
    }
    let line = Line::to(server.addr()).await?;
    let folder = TempDir::new()?;
    let authority = folder.path().join("authority.pem");
    std::fs::write(&authority, server.authority().pem())?;
    let config: Config = toml::from_str(&format!(
        "kind = \"xmpp\"\njid = \"bot@localhost\"\npassword = \"secret\"\nrooms = [\"{ROOM}\"]\n\
         address = \"{}\"\nca_file = \"{}\"",
        line.at,
        authority.display()
    ))?;
    let xmpp = Xmpp::new("xmpp".parse()?, &config, |source| match source {
        SecretSource::Text(secret) => Ok(secret.clone()),
        _ => Err(ConfigError::NoProof),
    })?;
    let (events, mut heard) = mpsc::channel(256);
    let (_deliveries, queue) = mpsc::channel(16);
    let deliveries = Deliveries::new(queue, Arc::new(AtomicU64::new(1)));
    let mut running = JoinSet::new();
    let cancel = CancellationToken::new();
    running.spawn(Box::new(xmpp).run(Link {
        events,
        deliveries,
        questions: Questions::none(),
        cursors: Vec::new(),
        cancel: cancel.clone(),
    }));

    let mut ann = Person::login(server.tls_addr(), server.authority(), "ann", "secret").await?;
    ann.enter(ROOM, "annie").await?;
    ann.meets(&format!("{ROOM}/bot")).await?;
    ann.say(ROOM, "before").await?;
    let said = |kind| match kind {
        EventKind::Message(said) => Some(said.text),
        _ => None,
    };
    assert_eq!(event(&mut heard, said).await?, "before");

    line.cut();
    let cut = LinkState::Offline { why: "the connection was cut".to_owned() };
    links(&mut heard, cut).await?;
    for number in 0..5 {
        ann.say(ROOM, &format!("meanwhile {number}")).await?;
    }
    line.mend();
    links(&mut heard, LinkState::Online).await?;
    ann.say(ROOM, "after").await?;
    let mut all = Vec::new();
    while all.last().is_none_or(|last| last != "after") {
        let said = |kind| match kind {
            EventKind::Message(said) => Some(Ok(said.text)),
            EventKind::Room { state: RoomState::Joined, .. } => Some(Err(())),
            _ => None,
        };
        let Ok(text) = event(&mut heard, said).await? else { bail!("the room was joined again") };
        all.push(text);
    }
    let wanted =
        ["meanwhile 0", "meanwhile 1", "meanwhile 2", "meanwhile 3", "meanwhile 4", "after"];
    assert_eq!(all, wanted);
    cancel.cancel();
    running.join_next().await.context("it was running")???;
    Ok(())
}

/// Prosody behind a line that can be cut.
struct Cuttable {
    server: Prosody,
    line: Line,
}

impl Server for Cuttable {
    async fn begin() -> Result<Self> {
        let server = Prosody::start().await?;
        let line = Line::to(server.addr()).await?;
        Ok(Self { server, line })
    }

    async fn account(&mut self, name: &str) -> Result<()> {
        self.server.account(name).await
    }

    fn addr(&self) -> SocketAddr {
        self.line.at
    }

    fn tls_addr(&self) -> SocketAddr {
        self.server.tls_addr()
    }

    fn authority(&self) -> &Authority {
        self.server.authority()
    }

    fn kill(&mut self) -> Result<()> {
        self.line.cut();
        Ok(())
    }

    async fn again(&mut self) -> Result<()> {
        self.line.mend();
        Ok(())
    }
}

#[tokio::test]
async fn what_we_say_under_a_cut_arrives_once() -> Result<()> {
    let mut house = House::<OnServer<Cuttable>>::open().await?;
    let mut peer = house.subject.peer().await?;
    peer.say("hello").await?;
    let place = |event: Event| match event.kind {
        EventKind::Message(said) if said.text == "hello" => Some(said.place),
        _ => None,
    };
    let place = house.event("somebody said hello", place).await?;
    for round in 0..2 {
        let mut keys = Vec::new();
        for number in 0..5 {
            let content = Content::text(format!("{round}.{number}"));
            keys.push(house.act(&place, Action::Say { content, form: Form::Text }).await?);
        }
        // They are taken; whether they or their answers get through is the line's matter.
        tokio::task::yield_now().await;
        house.subject.cut().await?;
        let gone = |event: Event| match event.kind {
            EventKind::Link(LinkState::Offline { .. }) => Some(()),
            _ => None,
        };
        house.event("the connection is cut", gone).await?;
        house.subject.mend().await?;
        let back = |event: Event| match event.kind {
            EventKind::Room { .. } => Some(Err(anyhow!("the stream was not resumed"))),
            EventKind::Link(LinkState::Online) => Some(Ok(())),
            _ => None,
        };
        house.event("the stream goes on", back).await??;
        for (number, key) in keys.iter().enumerate() {
            let receipt = house.receipt(key).await?;
            assert!(receipt.is_delivered(), "{round}.{number}: {receipt:?}");
            assert_eq!(peer.hear().await?, format!("{round}.{number}"));
        }
    }
    let content = Content::text("that is all");
    house.act(&place, Action::Say { content, form: Form::Text }).await?;
    assert_eq!(peer.hear().await?, "that is all");
    Ok(())
}

#[tokio::test]
async fn what_is_cut_three_times_as_soon_as_it_goes_on_is_begun_anew() -> Result<()> {
    let mut house = House::<OnServer<Cuttable>>::open().await?;
    let joined = |event: Event| {
        let is = matches!(event.kind, EventKind::Room { state: RoomState::Joined, .. });
        is.then_some(())
    };
    house.event("it is in the room", joined).await?;
    // Nobody gets in before the room is open, which a cut may come before.
    let _peer = house.subject.peer().await?;
    for cut in 1..=3 {
        house.subject.cut().await?;
        let gone = |event: Event| match event.kind {
            EventKind::Link(LinkState::Offline { .. }) => Some(()),
            _ => None,
        };
        house.event("the connection is cut", gone).await?;
        house.subject.mend().await?;
        let back = |event: Event| match event.kind {
            EventKind::OwnName { room: None, .. } => Some("anew"),
            EventKind::Link(LinkState::Online) => Some("where it was"),
            _ => None,
        };
        let goes_on = house.event("the stream goes on", back).await?;
        assert_eq!(goes_on, if cut < 3 { "where it was" } else { "anew" }, "after cut {cut}");
    }
    house.event("it is in the room again", joined).await
}
