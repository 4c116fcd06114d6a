//! Somebody on Matrix who talks in encrypted rooms, to nobody whose device its owner has not signed,
//! and hears nobody else; with a store of his own, out of which he comes back as the same device.

use std::{collections::VecDeque, net::SocketAddr, time::Duration};

use anyhow::{Context as _, Result, bail, ensure};
use matrix_sdk::{
    Client, Room,
    authentication::matrix::MatrixSession,
    config::SyncSettings,
    deserialized_responses::{TimelineEvent, TimelineEventKind},
    encryption::EncryptionSettings,
    ruma::{OwnedRoomId, UserId, api::client::room::create_room, serde::Raw},
    store::RoomLoadSettings,
};
use matrix_sdk_base::crypto::{CollectStrategy, DecryptionSettings, TrustRequirement};
use nuncio_testkit::{DEADLINE, matrix::text};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::timeout;

/// How long a bot may take to come: a program that is not optimised takes its time to make a key out
/// of a passphrase.
const PATIENCE: Duration = DEADLINE.saturating_mul(3);

/// Somebody who is logged in.
#[derive(Debug)]
pub struct Confidant {
    client: Client,
    server: SocketAddr,
    session: MatrixSession,
    store: TempDir,
    room: OwnedRoomId,
    /// What came and was not looked at yet.
    news: VecDeque<TimelineEvent>,
}

impl Confidant {
    /// Logs in, makes his signing keys, and opens an encrypted room with this alias.
    ///
    /// # Errors
    /// When the server does not let him.
    pub async fn open_room(
        server: SocketAddr,
        name: &str,
        password: &str,
        alias: &str,
    ) -> Result<Self> {
        let store = tempfile::Builder::new().prefix("nuncio-person-").tempdir()?;
        let client = client(server, &store).await?;
        client.matrix_auth().login_username(name, password).await?;
        client.encryption().wait_for_e2ee_initialization_tasks().await;
        let session = client.matrix_auth().session().context("he is logged in")?;
        let encryption = json!({
            "type": "m.room.encryption", "state_key": "",
            "content": { "algorithm": "m.megolm.v1.aes-sha2" },
        });
        let mut request = create_room::v3::Request::new();
        request.preset = Some(create_room::v3::RoomPreset::PublicChat);
        request.room_alias_name = Some(alias.to_owned());
        request.initial_state = vec![Raw::new(&encryption)?.cast_unchecked()];
        let room = client.create_room(request).await?.room_id().to_owned();
        Ok(Self { client, server, session, store, room, news: VecDeque::new() })
    }

    /// The room's id.
    pub fn room(&self) -> &str {
        self.room.as_str()
    }

    /// Ends, and comes back out of his store.
    ///
    /// # Errors
    /// When his store does not hold what it should.
    pub async fn restart(self) -> Result<Self> {
        let Self { client, server, session, store, room, .. } = self;
        drop(client);
        let client = self::client(server, &store).await?;
        let known = RoomLoadSettings::default();
        client.matrix_auth().restore_session(session.clone(), known).await?;
        Ok(Self { client, server, session, store, room, news: VecDeque::new() })
    }

    /// Waits until somebody is in the room.
    ///
    /// # Errors
    /// When he does not come in time.
    pub async fn meets(&mut self, who: &str) -> Result<()> {
        let who = UserId::parse(who)?;
        let meets = async {
            loop {
                self.sync().await?;
                let member = self.at()?.get_member(&who).await?;
                if member.is_some_and(|member| member.membership().as_str() == "join") {
                    return Ok(());
                }
            }
        };
        timeout(PATIENCE, meets).await.context("nobody comes")?
    }

    /// Says something, encrypted.
    ///
    /// # Errors
    /// When the server does not take it.
    pub async fn say(&self, words: &str) -> Result<()> {
        let room = self.at()?;
        ensure!(room.encryption_state().is_encrypted(), "the room is not encrypted");
        room.send_raw("m.room.message", json!({ "msgtype": "m.text", "body": words })).await?;
        Ok(())
    }

    /// The next words of somebody else, whose device he has signed himself.
    ///
    /// # Errors
    /// When none come in time, or they were not encrypted, or cannot be decrypted.
    pub async fn hear(&mut self, from: &str) -> Result<String> {
        timeout(PATIENCE, self.next(from)).await.context("nothing is said")?
    }

    async fn next(&mut self, from: &str) -> Result<String> {
        loop {
            while let Some(event) = self.news.pop_front() {
                let json: Value = serde_json::from_str(event.raw().json().get())?;
                if text(&json, "/sender") != from {
                    continue;
                }
                match (&event.kind, text(&json, "/type")) {
                    (TimelineEventKind::Decrypted(_), "m.room.message") => {
                        return Ok(text(&json, "/content/body").to_owned());
                    }
                    (TimelineEventKind::UnableToDecrypt { utd_info, .. }, _) => {
                        bail!("he cannot read what `{from}` says: {:?}", utd_info.reason)
                    }
                    (TimelineEventKind::PlainText { .. }, "m.room.message") => {
                        bail!("it was said for everybody to hear: {json}")
                    }
                    _ => {}
                }
            }
            self.sync().await?;
        }
    }

    async fn sync(&mut self) -> Result<()> {
        let settings = SyncSettings::new().timeout(Duration::from_secs(20));
        let news = self.client.sync_once(settings).await?;
        self.news.extend(news.rooms.joined.into_values().flat_map(|room| room.timeline.events));
        Ok(())
    }

    fn at(&self) -> Result<Room> {
        self.client.get_room(&self.room).context("he is not in the room")
    }
}

async fn client(server: SocketAddr, store: &TempDir) -> Result<Client> {
    let client = Client::builder()
        .homeserver_url(format!("http://{server}"))
        .sqlite_store(store.path(), None)
        .with_encryption_settings(EncryptionSettings {
            auto_enable_cross_signing: true,
            ..EncryptionSettings::default()
        })
        .with_room_key_recipient_strategy(CollectStrategy::IdentityBasedStrategy)
        .with_decryption_settings(DecryptionSettings {
            sender_device_trust_requirement: TrustRequirement::CrossSigned,
        });
    Ok(client.build().await?)
}
