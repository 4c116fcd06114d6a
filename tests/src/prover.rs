//! Somebody on Matrix whose device proves that it is his, and sees what both sides compare.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context as _, Result, bail};
use matrix_sdk::{
    Client,
    config::SyncSettings,
    encryption::{
        EncryptionSettings,
        verification::{
            Emoji, SasState, SasVerification, VerificationRequest, VerificationRequestState,
        },
    },
    ruma::{UserId, events::key::verification::VerificationMethod},
};
use nuncio_core::event::{Shown, Symbol};
use nuncio_testkit::{DEADLINE, matrix::text};
use serde_json::Value;
use tokio::time::timeout;

const METHODS: [VerificationMethod; 1] = [VerificationMethod::SasV1];

/// Somebody who is logged in, and has signing keys of his own.
#[derive(Debug)]
pub struct Prover {
    client: Client,
}

impl Prover {
    /// Logs in, and makes his signing keys.
    ///
    /// # Errors
    /// When the server does not let him.
    pub async fn login(server: SocketAddr, name: &str, password: &str) -> Result<Self> {
        let settings =
            EncryptionSettings { auto_enable_cross_signing: true, ..EncryptionSettings::default() };
        let client = Client::builder()
            .homeserver_url(format!("http://{server}"))
            .with_encryption_settings(settings)
            .build()
            .await?;
        client.matrix_auth().login_username(name, password).await?;
        client.encryption().wait_for_e2ee_initialization_tasks().await;
        client.sync_once(SyncSettings::new()).await?;
        Ok(Self { client })
    }

    /// What his device is called.
    ///
    /// # Errors
    /// When he is not logged in.
    pub fn device(&self) -> Result<String> {
        Ok(self.client.device_id().context("he is logged in")?.to_string())
    }

    /// Whether he has signed somebody's name. His client heeds nobody of whom it was never asked.
    ///
    /// # Errors
    /// When whoever it is has no signing keys.
    pub async fn trusts(&self, who: &str) -> Result<bool> {
        let who = UserId::parse(who)?;
        let identity = self.client.encryption().request_user_identity(&who).await?;
        Ok(identity.context("he has signing keys")?.is_verified())
    }

    /// Asks somebody to prove himself, in private.
    ///
    /// # Errors
    /// When whoever it is has no signing keys.
    pub async fn asks(&self, who: &str) -> Result<Proof> {
        let who = UserId::parse(who)?;
        let identity = self.client.encryption().request_user_identity(&who).await?;
        let identity = identity.context("he has signing keys")?;
        let request = identity.request_verification_with_methods(METHODS.to_vec()).await?;
        Ok(Proof { client: self.client.clone(), request })
    }

    /// Asks until it is taken up: whoever hears of him for the first time learns of his devices by
    /// that, and hears him the next time.
    ///
    /// # Errors
    /// When it is not taken up in time.
    pub async fn asks_until_heard(&self, who: &str) -> Result<Proof> {
        let heard = async {
            loop {
                let proof = self.asks(who).await?;
                // What he asked comes back to him before anything can be said to it.
                for _ in 0..3 {
                    let settings = SyncSettings::new().timeout(Duration::from_secs(1));
                    self.client.sync_once(settings).await?;
                    if proof.request.is_ready() {
                        return Ok(proof);
                    }
                }
                proof.gives_up().await?;
            }
        };
        timeout(DEADLINE, heard).await.context("nobody takes it up")?
    }

    /// Waits until somebody asks him, and takes it up.
    ///
    /// # Errors
    /// When nobody asks in time.
    pub async fn is_asked_by(&self, who: &str) -> Result<Proof> {
        let who = UserId::parse(who)?;
        let asked = timeout(DEADLINE, self.next(&who)).await.context("nobody asks")??;
        asked.accept_with_methods(METHODS.to_vec()).await?;
        Ok(Proof { client: self.client.clone(), request: asked })
    }

    async fn next(&self, who: &UserId) -> Result<VerificationRequest> {
        loop {
            let settings = SyncSettings::new().timeout(Duration::from_secs(1));
            let news = self.client.sync_once(settings).await?;
            enter(&self.client).await?;
            for event in news.rooms.joined.values().flat_map(|room| &room.timeline.events) {
                let event: Value = serde_json::from_str(event.raw().json().get())?;
                let (encryption, flow) = (self.client.encryption(), text(&event, "/event_id"));
                let known = encryption.get_verification_request(who, flow).await;
                if let Some(request) = known.filter(|request| !request.we_started()) {
                    return Ok(request);
                }
            }
        }
    }
}

/// What is between his device and another.
#[derive(Debug)]
pub struct Proof {
    client: Client,
    request: VerificationRequest,
}

impl Proof {
    /// Whether the other side has taken up what he asks, by all that his server knows.
    ///
    /// # Errors
    /// When the server does not say.
    pub async fn is_taken_up(&self) -> Result<bool> {
        self.client.sync_once(SyncSettings::new().timeout(Duration::ZERO)).await?;
        Ok(!matches!(self.request.state(), VerificationRequestState::Created { .. }))
    }

    /// Asks no more. While something is open between two, nothing else can be asked of them.
    ///
    /// # Errors
    /// When the server does not take it.
    pub async fn gives_up(&self) -> Result<()> {
        Ok(self.request.cancel().await?)
    }

    /// What his device shows, written as the bot writes it. His side begins it if he asked, and
    /// else agrees to how the other does.
    ///
    /// # Errors
    /// When it does not come so far in time.
    pub async fn shows(&self) -> Result<String> {
        if self.request.we_started() {
            self.until("it is taken up", || self.request.is_ready().then_some(())).await?;
            self.request.start_sas().await?.context("it begins")?;
        } else {
            let began = self.until("something is compared", || self.sas()).await?;
            began.accept().await?;
        }
        let is = || self.sas().and_then(|sas| sas.emoji().zip(sas.decimals()));
        let (signs, (first, second, third)) = self.until("something is shown", is).await?;
        let symbol =
            |sign: &Emoji| Symbol { sign: sign.symbol.into(), word: sign.description.into() };
        let symbols = signs.iter().map(symbol).collect();
        Ok(Shown { symbols, numbers: vec![first, second, third] }.to_string())
    }

    /// He says that he is shown the same as the other side.
    ///
    /// # Errors
    /// When there is nothing to compare.
    pub async fn says_same(&self) -> Result<()> {
        Ok(self.sas().context("nothing is compared")?.confirm().await?)
    }

    /// Waits for its end, and says whether both sides said that it is the same.
    ///
    /// # Errors
    /// When it does not end in time.
    pub async fn ends(&self) -> Result<bool> {
        let sas = self.sas().context("nothing is compared")?;
        let is = || match sas.state() {
            SasState::Done { .. } => Some(true),
            SasState::Cancelled(_) => Some(false),
            _ => None,
        };
        self.until("it ends", is).await
    }

    fn sas(&self) -> Option<SasVerification> {
        match self.request.state() {
            VerificationRequestState::Transitioned { verification } => verification.sas(),
            _ => None,
        }
    }

    /// Follows what happens until something is so.
    async fn until<T>(&self, what: &str, is: impl Fn() -> Option<T>) -> Result<T> {
        let follow = async {
            loop {
                if let Some(found) = is() {
                    return Ok(found);
                }
                if let VerificationRequestState::Cancelled(why) = self.request.state() {
                    bail!("it was given up: {}", why.reason());
                }
                let settings = SyncSettings::new().timeout(Duration::from_secs(1));
                self.client.sync_once(settings).await?;
                enter(&self.client).await?;
            }
        };
        timeout(DEADLINE, follow).await.with_context(|| format!("never: {what}"))?
    }
}

/// Goes wherever he is asked to.
async fn enter(client: &Client) -> Result<()> {
    for room in client.invited_rooms() {
        room.join().await?;
    }
    Ok(())
}
