//! The socket as a transport, over real sockets of this machine.

mod hostile;
mod remote;

use nuncio_core::content::Content;
use nuncio_core::event::Message;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;

use super::*;
use crate::config::{Config, ConfigError};
use crate::for_test::{Bot, Commands, Far, answer, network, room};
use crate::path::own_uid;

impl Bot {
    async fn client(&self) -> Client<UnixStream> {
        Client::new(UnixStream::connect(self.path()).await.expect("a connection"))
    }

    /// Asks and is answered, as a whole.
    async fn works(&mut self) {
        let mut client = self.client().await;
        client.send(r#"{"type":"say","id":"works","text":"ping"}"#).await;
        self.answer("pong").await;
        assert!(client.line().await.contains("pong"));
        assert!(client.line().await.contains("\"done\""));
    }
}

/// A client by hand.
struct Client<S> {
    stream: BufReader<S>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    fn new(stream: S) -> Self {
        Self { stream: BufReader::new(stream) }
    }

    async fn send(&mut self, line: &str) {
        self.stream.write_all(line.as_bytes()).await.expect("a connection");
        self.stream.write_all(b"\n").await.expect("a connection");
        self.stream.flush().await.expect("a connection");
    }

    /// The next line; empty at the end.
    async fn line(&mut self) -> String {
        let mut line = String::new();
        let read = timeout(Duration::from_secs(10), self.stream.read_line(&mut line)).await;
        // A peer that is cut off in the middle is at the end too.
        if read.expect("in time").is_err() { String::new() } else { line }
    }

    async fn rest(&mut self) -> String {
        let mut rest = String::new();
        loop {
            match self.line().await {
                line if line.is_empty() => return rest,
                line => rest.push_str(&line),
            }
        }
    }
}

#[tokio::test]
async fn a_line_becomes_an_event_and_a_delivery_a_line() {
    let mut bot = Bot::start("").await;
    let mut client = bot.client().await;
    client.send(r#"{"type":"say","id":1,"text":"!ping","form":"emote"}"#).await;
    let message = bot.answer(Content::markdown("**pong**")).await;
    let id = message.speaker.verified_id().expect("it is vouched for").to_string();
    assert_eq!(id, format!("u:socket:uid/{}", own_uid()));
    assert_eq!((message.text.as_str(), message.own), ("!ping", false));
    assert!(message.place.is_private());
    insta::assert_snapshot!(format!("{}{}", client.line().await, client.line().await), @r#"
    {"type":"reply","to":1,"name":"nuncio","key":"k1","text":"pong","markdown":"**pong**","form":"text"}
    {"type":"done","to":1,"replies":1,"outcome":"answered"}
    "#);
    assert_eq!(bot.house.receipt().await, "k1 sent");
    client.send(r#"{"type":"commands","id":2}"#).await;
    assert!(client.line().await.contains(&format!("hello {id}")));
    bot.stop().await;
}

#[tokio::test]
async fn what_is_said_before_the_end_of_input_is_answered() {
    let mut bot = Bot::start("").await;
    let mut client = bot.client().await;
    client.send(r#"{"type":"say","text":"one"}"#).await;
    client.stream.write_all(br#"{"type":"say","text":"two"}"#).await.expect("a connection");
    client.stream.shutdown().await.expect("half closed");
    assert_eq!(bot.answer("1").await.text, "one");
    assert_eq!(bot.answer("2").await.text, "two");
    insta::assert_snapshot!(client.rest().await, @r#"
    {"type":"reply","name":"nuncio","key":"k1","text":"1","form":"text"}
    {"type":"reply","name":"nuncio","key":"k2","text":"2","form":"text"}
    "#);
    bot.stop().await;
}

#[tokio::test]
async fn rooms_join_people_and_the_house_knows() {
    let mut bot = Bot::start("rooms = [\"lobby\"]").await;
    let (mut ann, mut bob) = (bot.client().await, bot.client().await);
    let here = bot.far.events.recv().await.expect("the room");
    assert!(matches!(here.kind, EventKind::Room { state: RoomState::Joined, .. }));
    for client in [&mut ann, &mut bob] {
        client.send(r#"{"type":"join","room":"lobby"}"#).await;
        assert_eq!(client.line().await, "{\"type\":\"joined\",\"room\":\"lobby\"}\n");
        let joined = bot.far.events.recv().await.expect("an event");
        assert!(matches!(joined.kind, EventKind::Membership(_)), "{joined:?}");
    }
    ann.send(r#"{"type":"say","text":"hi all","room":"lobby"}"#).await;
    assert_eq!(bot.answer("hi ann").await.place, room("lobby"));
    assert!(bob.line().await.contains("hi all"));
    assert!(bob.line().await.contains("hi ann"));
    assert!(ann.line().await.contains("hi ann"));
    assert_eq!(bot.house.receipt().await, "k1 sent");
    drop(bob);
    let left = bot.far.events.recv().await.expect("an event");
    let EventKind::Membership(membership) = left.kind else { panic!("{left:?}") };
    assert_eq!(membership.change, nuncio_core::event::Change::Leave(None));
    bot.stop().await;
}

#[tokio::test]
async fn an_acknowledged_delivery_is_confirmed() {
    let mut bot = Bot::start("").await;
    let mut client = bot.client().await;
    client.send(r#"{"type":"hello","protocol":1,"name":"Ann","acks":true}"#).await;
    assert!(client.line().await.contains("\"verified\":true"));
    client.send(r#"{"type":"say","text":"ping"}"#).await;
    assert_eq!(bot.answer("pong").await.name, "Ann");
    client.line().await;
    client.send(r#"{"type":"ack","key":"k1"}"#).await;
    assert_eq!(bot.house.receipt().await, "k1 confirmed");
    bot.stop().await;
}

#[tokio::test]
async fn a_client_that_is_gone_gets_nothing_and_the_house_is_told() {
    let mut bot = Bot::start("").await;
    let mut client = bot.client().await;
    client.send(r#"{"type":"say","text":"ping"}"#).await;
    let Message { place, id, .. } = bot.far.message().await;
    client.stream.shutdown().await.expect("half closed");
    bot.say(answer(place.clone(), id, "pong")).await;
    assert_eq!(bot.house.receipt().await, "k1 sent");
    assert!(client.rest().await.contains("pong"));
    bot.say(answer(place, None, "more")).await;
    assert_eq!(bot.house.receipt().await, "k2 failed, retry Never: the client is gone");
    bot.stop().await;
}

#[tokio::test]
async fn cancelling_takes_leave_and_settles_everything() {
    let mut bot = Bot::start("").await;
    let (mut client, path) = (bot.client().await, bot.path());
    client.send(r#"{"type":"say","text":"ping"}"#).await;
    let Message { place, id, .. } = bot.far.message().await;
    let last = answer(place, id, "pong");
    bot.far.cancel.cancel();
    let delivery = bot.house.delivery(last);
    // It may be taken or not, and is settled in both cases.
    drop(bot.far.deliveries.send(delivery).await);
    let mut house = bot.stop().await;
    let receipts = house.receipts();
    assert_eq!(receipts.len(), 1, "{receipts:?}");
    assert!(!receipts[0].contains("sent"), "{receipts:?}");
    assert_eq!(client.rest().await, "{\"type\":\"bye\",\"reason\":\"the bot closes\"}\n");
    assert!(!path.exists());
}

#[tokio::test]
async fn a_second_bot_is_told_of_the_first() {
    let mut bot = Bot::start("").await;
    let path = bot.path();
    let config = Config { path: Some(path), ..Config::default() };
    let settings = config.settings(network(), "x".into(), 0, |_| Err(ConfigError::Nobody));
    let second = Socket::new(settings.expect("settings"), "b".into(), Arc::new(Commands));
    let (link, _far) = Far::link();
    let error = Box::new(second).run(link).await.expect_err("the place is taken");
    assert!(error.to_string().contains("another bot listens at"), "{error}");
    bot.works().await;
    bot.stop().await;
}
