//! The shell with a scripted server, on time that the test makes pass.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, atomic::AtomicU64},
    time::Duration,
};

use nuncio_core::{
    config::SecretSource,
    delivery::{Deliveries, Delivery},
    event::{Event, EventKind, LinkState},
    query::Questions,
    transport::{Link, Transport as _, TransportError},
};
use nuncio_testkit::peer::Peer;
use tokio::{io::DuplexStream, sync::mpsc, task::JoinHandle, time::Instant};
use tokio_util::sync::CancellationToken;

use super::Irc;
use crate::{
    config::{Config, ConfigError},
    connect::{Dial, Stream},
    session::Ending,
};

/// Hands out streams made beforehand; then nobody answers.
#[derive(Debug, Clone, Default)]
struct Streams(Arc<Mutex<VecDeque<DuplexStream>>>);

impl Dial for Streams {
    async fn dial(&self) -> Result<Box<dyn Stream>, Ending> {
        let stream = self.0.lock().expect("nobody panicked").pop_front();
        match stream {
            Some(stream) => Ok(Box::new(stream)),
            None => Err(Ending::Again("nobody answers".to_owned())),
        }
    }
}

struct Running {
    events: mpsc::Receiver<Event>,
    _deliveries: mpsc::Sender<Delivery>,
    cancel: CancellationToken,
    task: JoinHandle<Result<(), TransportError>>,
}

/// A transport with these keys, and a server for each connection that it will make.
fn start(keys: &str, connections: usize, room_for_events: usize) -> (Running, Vec<Peer>) {
    let config = format!("kind = \"irc\"\nserver = \"irc.test\"\nnick = \"bot\"\n{keys}");
    let config: Config = toml::from_str(&config).expect("a config");
    let settings = config.settings(|source: &SecretSource| match source {
        SecretSource::Text(secret) => Ok(secret.clone()),
        _ => Err(ConfigError::NoPassword),
    });
    let streams = Streams::default();
    let mut servers = Vec::new();
    for _ in 0..connections {
        let (peer, stream) = Peer::in_memory();
        streams.0.lock().expect("nobody panicked").push_back(stream);
        servers.push(peer);
    }
    let transport = Irc {
        network: "irc".parse().expect("a name"),
        settings: settings.expect("settings"),
        flood: config.flood.bucket(),
        dialer: streams,
    };
    let (events, received) = mpsc::channel(room_for_events);
    let (deliveries, queue) = mpsc::channel(16);
    let cancel = CancellationToken::new();
    let deliveries_in = Deliveries::new(queue, Arc::new(AtomicU64::new(1)));
    let link = Link {
        events,
        deliveries: deliveries_in,
        questions: Questions::none(),
        cursors: Vec::new(),
        cancel: cancel.clone(),
    };
    #[expect(clippy::disallowed_methods, reason = "a test owns its one task")]
    let task = tokio::spawn(Box::new(transport).run(link));
    (Running { events: received, _deliveries: deliveries, cancel, task }, servers)
}

impl Running {
    async fn link(&mut self) -> LinkState {
        loop {
            let event = self.events.recv().await.expect("it runs");
            if let EventKind::Link(state) = event.kind {
                return state;
            }
        }
    }

    async fn message(&mut self) -> String {
        loop {
            let event = self.events.recv().await.expect("it runs");
            if let EventKind::Message(said) = event.kind {
                return said.text;
            }
        }
    }
}

const UNLIMITED: &str = "flood = { per_second = 0 }";

async fn welcome(server: &mut Peer) {
    server.expect("USER bot").await.expect("a greeting");
    for line in [":irc.test 001 bot :hi", ":irc.test 422 bot :no motd"] {
        server.send(line).await.expect("a connection");
    }
}

#[tokio::test(start_paused = true)]
async fn every_line_waits_for_the_bucket_pong_too() {
    let (mut bot, mut servers) = start("flood = { burst = 3, per_second = 0.5 }", 1, 64);
    let server = &mut servers[0];
    // The greeting has three lines and takes the whole burst.
    welcome(server).await;
    while bot.link().await != LinkState::Online {}
    let begun = Instant::now();
    for number in 0..4 {
        server.send(&format!("PING :{number}")).await.expect("a connection");
    }
    for number in 0..4 {
        server.expect(&format!("PONG :{number}")).await.expect("an answer");
        let earned = begun.elapsed() + Duration::from_millis(10);
        assert!(earned >= Duration::from_secs(2) * (number + 1), "{number}: {earned:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_cut_is_mended_after_a_wait_that_grows() {
    let (mut bot, mut servers) = start(UNLIMITED, 1, 64);
    welcome(&mut servers[0]).await;
    while bot.link().await != LinkState::Online {}
    drop(servers);
    let mut waits = Vec::new();
    let mut since = Instant::now();
    while waits.len() < 8 {
        match bot.link().await {
            LinkState::Offline { .. } => since = Instant::now(),
            LinkState::Connecting => waits.push(since.elapsed()),
            state => panic!("{state:?}"),
        }
    }
    for (number, wait) in waits.iter().enumerate() {
        let step = Duration::from_secs(1 << number.min(8));
        assert!(*wait >= step / 2 && *wait <= step + Duration::from_millis(10), "{waits:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_given_up_after_a_question() {
    let (mut bot, mut servers) = start(&format!("{UNLIMITED}\nping_timeout = \"50s\""), 1, 64);
    let server = &mut servers[0];
    welcome(server).await;
    while bot.link().await != LinkState::Online {}
    let begun = Instant::now();
    server.expect("PING").await.expect("a question");
    assert_eq!(begun.elapsed().as_secs(), 25);
    let why = LinkState::Offline { why: "the server was silent for 50 s".to_owned() };
    assert_eq!(bot.link().await, why);
    assert_eq!(begun.elapsed().as_secs(), 50);
}

#[tokio::test(start_paused = true)]
async fn a_house_that_is_behind_is_waited_for_and_nothing_is_lost() {
    let (mut bot, mut servers) = start(UNLIMITED, 1, 1);
    let server = &mut servers[0];
    let say = async {
        welcome(server).await;
        for number in 0..500 {
            server.send(&format!(":ann!a@h PRIVMSG bot :{number}")).await.expect("a connection");
        }
    };
    let hear = async {
        for number in 0..500 {
            assert_eq!(bot.message().await, number.to_string());
        }
    };
    tokio::join!(say, hear);
}

#[tokio::test(start_paused = true)]
async fn it_says_goodbye_and_does_not_wait_for_ever() {
    let (mut bot, mut servers) = start(UNLIMITED, 1, 64);
    let server = &mut servers[0];
    welcome(server).await;
    while bot.link().await != LinkState::Online {}
    bot.cancel.cancel();
    let begun = Instant::now();
    server.expect("QUIT :").await.expect("a goodbye");
    // The server never closes.
    bot.task.await.expect("no panic").expect("no error");
    assert!(begun.elapsed() <= Duration::from_secs(4), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_questions_is_not_read_faster_than_it_can_be_answered() {
    let (_bot, mut servers) = start("flood = { burst = 1, per_second = 1 }", 1, 64);
    let server = &mut servers[0];
    welcome(server).await;
    // Far more than the queue holds: the stream fills up, and writing to it blocks.
    let flood = async {
        let line = "PING :".to_owned() + &"x".repeat(400);
        while server.send(&line).await.is_ok() {}
    };
    assert!(tokio::time::timeout(Duration::from_secs(20), flood).await.is_err());
}
