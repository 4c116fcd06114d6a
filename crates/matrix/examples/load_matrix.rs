//! People who press on a bot in encrypted rooms, for `measure matrix`: `load_matrix ADDRESS
//! PASSWORD BOT IN_FLIGHT WARM_UP_MS COUNT_MS NAME…`.
//!
//! Each makes an encrypted room of his own. It prints the rooms, and a line when the bot is in all
//! of them; then a line of input lets the people press; and it prints what came of it. All of that
//! is JSON. It is a program of its own because nothing but the transport builds on matrix-sdk.

#![expect(clippy::print_stdout, reason = "its output is its purpose")]

use std::{
    collections::VecDeque,
    env,
    time::{Duration, Instant},
};

use anyhow::{Result, bail, ensure};
use futures_util::future::try_join_all;
use matrix_sdk::{
    Client, Room,
    config::{RequestConfig, SyncSettings},
    deserialized_responses::{TimelineEvent, TimelineEventKind},
    ruma::{
        OwnedUserId, UserId,
        api::client::{filter::FilterDefinition, room::create_room, sync::sync_events::v3::Filter},
        serde::Raw,
    },
};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};

/// How hard to press.
#[derive(Clone, Copy)]
struct Load {
    in_flight: usize,
    warm_up: Duration,
    count: Duration,
}

struct Person {
    client: Client,
    room: Room,
    bot: OwnedUserId,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [address, password, bot, in_flight, warm_up, count, names @ ..] = arguments.as_slice()
    else {
        bail!("load_matrix ADDRESS PASSWORD BOT IN_FLIGHT WARM_UP_MS COUNT_MS NAME…");
    };
    let load = Load {
        in_flight: in_flight.parse()?,
        warm_up: Duration::from_millis(warm_up.parse()?),
        count: Duration::from_millis(count.parse()?),
    };
    let bot = UserId::parse(bot.as_str())?;
    let mut people = Vec::with_capacity(names.len());
    for name in names {
        people.push(Box::pin(Person::login(address, name, password, bot.clone())).await?);
    }
    println!("{}", json!(people.iter().map(|person| person.room.room_id()).collect::<Vec<_>>()));
    try_join_all(people.iter().map(Person::meet)).await?;
    println!("{}", json!("met"));
    BufReader::new(tokio::io::stdin()).read_line(&mut String::new()).await?;
    let begun = Instant::now();
    let (mut latencies, mut all) = (Vec::new(), 0);
    for (counted, answers) in try_join_all(people.iter().map(|it| it.press(load, begun))).await? {
        latencies.extend(counted);
        all += answers;
    }
    println!("{}", json!({ "all": all, "latencies_ns": latencies }));
    Ok(())
}

impl Person {
    async fn login(address: &str, name: &str, password: &str, bot: OwnedUserId) -> Result<Self> {
        let client = Client::builder()
            .homeserver_url(format!("http://{address}"))
            .request_config(RequestConfig::new().disable_retry())
            .build()
            .await?;
        client.matrix_auth().login_username(name, password).await?;
        let encryption = json!({
            "type": "m.room.encryption", "state_key": "",
            "content": { "algorithm": "m.megolm.v1.aes-sha2" },
        });
        let mut request = create_room::v3::Request::new();
        request.preset = Some(create_room::v3::RoomPreset::PublicChat);
        request.initial_state = vec![Raw::new(&encryption)?.cast_unchecked()];
        let room = client.create_room(request).await?;
        Ok(Self { client, room, bot })
    }

    /// Waits until the bot is in the room, with a device that may read what is said.
    async fn meet(&self) -> Result<()> {
        loop {
            self.sync().await?;
            let member = self.room.get_member(&self.bot).await?;
            if member.is_some_and(|member| member.membership().as_str() == "join") {
                return Ok(());
            }
        }
    }

    /// Presses until the time is over. The latencies that counted in nanoseconds, and all answers.
    async fn press(&self, load: Load, begun: Instant) -> Result<(Vec<u64>, u64)> {
        let (mut latencies, mut asked) = (Vec::new(), VecDeque::new());
        let (mut next, mut due) = (0_u64, 0_u64);
        loop {
            while asked.len() < load.in_flight {
                asked.push_back(Instant::now());
                let words = json!({ "msgtype": "m.text", "body": format!("!echo {next}") });
                self.room.send_raw("m.room.message", words).await?;
                next += 1;
            }
            for answer in self.sync().await? {
                let number = answer.rsplit(' ').next().and_then(|number| number.parse().ok());
                ensure!(number == Some(due), "`{answer}` came where the answer to {due} was due");
                due += 1;
                let Some(asked) = asked.pop_front() else { bail!("nobody asked for `{answer}`") };
                if begun.elapsed() >= load.warm_up {
                    latencies.push(u64::try_from(asked.elapsed().as_nanos())?);
                }
            }
            if begun.elapsed() >= load.warm_up + load.count {
                return Ok((latencies, due));
            }
        }
    }

    /// What the bot said meanwhile, decrypted.
    async fn sync(&self) -> Result<Vec<String>> {
        // By default a server tells the last ten of a room, and no more.
        let mut wanted = FilterDefinition::default();
        wanted.room.timeline.limit = Some(1000_u32.into());
        let settings = SyncSettings::new()
            .timeout(Duration::from_secs(30))
            .filter(Filter::FilterDefinition(wanted));
        let mut news = self.client.sync_once(settings).await?;
        let Some(room) = news.rooms.joined.remove(self.room.room_id()) else {
            return Ok(Vec::new());
        };
        room.timeline.events.iter().filter_map(|event| self.said(event).transpose()).collect()
    }

    fn said(&self, event: &TimelineEvent) -> Result<Option<String>> {
        let json: Value = serde_json::from_str(event.raw().json().get())?;
        if json.get("sender").and_then(Value::as_str) != Some(self.bot.as_str()) {
            return Ok(None);
        }
        if matches!(event.kind, TimelineEventKind::UnableToDecrypt { .. }) {
            bail!("the bot said what this device cannot read");
        }
        let Some(body) = json.pointer("/content/body").and_then(Value::as_str) else {
            return Ok(None);
        };
        let is_encrypted = matches!(event.kind, TimelineEventKind::Decrypted(_));
        ensure!(is_encrypted, "`{body}` was said for everybody to hear");
        Ok(Some(body.to_owned()))
    }
}
