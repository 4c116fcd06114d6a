//! A homeserver that says what it is told to say: HTTP written by hand, one request a connection.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use anyhow::Result;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Mutex,
    task::JoinSet,
};

use crate::bot::BOT;

/// What a sync is answered.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// A status and a body.
    Says(u16, String),
    /// Nothing, for ever.
    Hangs,
    /// The connection's end, in the middle of an answer.
    Breaks,
}

/// A server that runs until this is dropped.
#[derive(Debug)]
pub(crate) struct Liar {
    pub(crate) addr: SocketAddr,
    _task: JoinSet<()>,
}

impl Liar {
    /// One that answers each sync by the next of these, and the last of them again and again with
    /// nothing new; what else it is asked, it answers as any server.
    pub(crate) async fn start(syncs: impl IntoIterator<Item = Answer>) -> Result<Self> {
        Self::start_refusing("nothing", 0, syncs).await
    }

    /// One that has a bad moment when it is asked for this part of its API for the so-manieth time.
    pub(crate) async fn start_refusing(
        part: &'static str,
        time: usize,
        syncs: impl IntoIterator<Item = Answer>,
    ) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let asked = Arc::new(AtomicUsize::new(0));
        let addr = listener.local_addr()?;
        let syncs = Arc::new(Mutex::new(syncs.into_iter().collect::<VecDeque<_>>()));
        let mut task = JoinSet::new();
        task.spawn(async move {
            let mut answering = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (syncs, asked) = (Arc::clone(&syncs), Arc::clone(&asked));
                let refuses = move |path: &str| {
                    path.contains(part) && asked.fetch_add(1, Ordering::Relaxed) + 1 == time
                };
                answering.spawn(async move { answer(stream, &syncs, refuses).await.ok() });
            }
        });
        Ok(Self { addr, _task: task })
    }
}

/// Room `!r:localhost`, in which these events happen; the first sync tells that the bot is in it.
pub(crate) fn sync(batch: &str, events: &[Value]) -> Answer {
    let room = json!({ "timeline": { "events": events, "limited": false } });
    let rooms = json!({ "join": { "!r:localhost": room } });
    Answer::Says(200, json!({ "next_batch": batch, "rooms": rooms }).to_string())
}

/// The same by sliding sync, told as to somebody who knows nothing of the room.
pub(crate) fn slide(pos: &str, events: &[Value]) -> Answer {
    slide_all(pos, &[("!r:localhost", events)])
}

/// The same of several rooms.
pub(crate) fn slide_all(pos: &str, rooms: &[(&str, &[Value])]) -> Answer {
    let told = |events| json!({ "initial": true, "limited": true, "timeline": events, "required_state": [] });
    let rooms: serde_json::Map<_, _> =
        rooms.iter().map(|(id, events)| ((*id).to_owned(), told(*events))).collect();
    let lists = json!({ "all": { "count": rooms.len() } });
    Answer::Says(200, json!({ "pos": pos, "lists": lists, "rooms": rooms }).to_string())
}

/// What somebody says.
pub(crate) fn said(id: &str, text: &str) -> Value {
    json!({
        "type": "m.room.message", "event_id": id, "sender": "@ann:localhost",
        "origin_server_ts": 1, "content": { "msgtype": "m.text", "body": text },
    })
}

async fn answer(
    mut stream: TcpStream,
    syncs: &Mutex<VecDeque<Answer>>,
    refuses: impl Fn(&str) -> bool,
) -> Result<()> {
    let (head, body) = request(&mut stream).await?;
    let path = head.split(' ').nth(1).unwrap_or_default();
    let answer = if refuses(path) {
        Answer::Says(502, "a bad moment".to_owned())
    } else if path.contains("/sync") {
        // When there is nothing more to say, it waits, as a server does.
        syncs.lock().await.pop_front().unwrap_or(Answer::Hangs)
    } else {
        known(path, &body)
    };
    match answer {
        Answer::Hangs => std::future::pending().await,
        Answer::Breaks => {
            Ok(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{").await?)
        }
        Answer::Says(status, body) => {
            let head = format!(
                "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
                 Connection: close\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).await?;
            Ok(stream.write_all(body.as_bytes()).await?)
        }
    }
}

async fn request(stream: &mut TcpStream) -> Result<(String, Value)> {
    let mut read = Vec::new();
    loop {
        let mut more = [0; 4096];
        let length = stream.read(&mut more).await?;
        read.extend(more.iter().take(length));
        let text = String::from_utf8_lossy(&read).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            anyhow::ensure!(length > 0, "it ends early");
            continue;
        };
        let lower = head.to_ascii_lowercase();
        let wanted =
            lower.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= wanted.unwrap_or(0_usize) || length == 0 {
            return Ok((head.to_owned(), serde_json::from_str(body).unwrap_or_default()));
        }
    }
}

/// What any server answers.
fn known(path: &str, body: &Value) -> Answer {
    let device = body.get("device_id").and_then(Value::as_str).unwrap_or("D");
    let known = [
        (
            "/versions",
            json!({
                "versions": ["v1.1", "v1.5", "v1.11"],
                "unstable_features": { "org.matrix.simplified_msc3575": true },
            }),
        ),
        ("/joined_rooms", json!({ "joined_rooms": ["!r:localhost"] })),
        ("/login", json!({ "user_id": BOT, "access_token": "t", "device_id": device })),
        ("/keys/upload", json!({ "one_time_key_counts": { "signed_curve25519": 50 } })),
        ("/keys/query", json!({ "device_keys": {} })),
        ("/device_signing/upload", json!({})),
        ("/signatures/upload", json!({ "failures": {} })),
        ("/knock/", json!({ "room_id": "!closed:localhost" })),
        ("/members", json!({ "chunk": [] })),
        ("/profile/", json!({})),
        ("/presence/", json!({})),
    ];
    let found = known.into_iter().find(|(part, _)| path.contains(part));
    match found {
        Some((_, body)) => Answer::Says(200, body.to_string()),
        None => {
            Answer::Says(404, json!({ "errcode": "M_UNRECOGNIZED", "error": path }).to_string())
        }
    }
}
