//! From an account to a client that is logged in, on the device that it had before.

mod error;
mod known;

use std::{
    fs, io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use matrix_sdk::{
    Client, ClientBuildError, SessionMeta, SessionTokens,
    authentication::matrix::MatrixSession,
    config::RequestConfig,
    encryption::{BackupDownloadStrategy, EncryptionSettings},
    reqwest,
    ruma::{DeviceId, OwnedDeviceId, OwnedUserId},
    store::RoomLoadSettings,
};
use nuncio_core::config::Secret;
use nuncio_policy::Network;
use rustls::ClientConfig;
use serde::{Deserialize, Serialize};

pub(super) use self::{
    error::LoginError,
    known::{Known, who_is},
};
use super::{
    failure::{Failure, chain},
    vault::{self, Tally},
};
use crate::config::Account;

/// Under which the library's store keeps our session; with a passphrase, it is encrypted there.
const SESSION: &[u8] = b"nuncio.session";

/// How long the server may take to answer what does not wait for anything.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// How we log in.
#[derive(Debug)]
pub(super) struct Login {
    network: Network,
    account: Account,
    folder: PathBuf,
    /// The configured token, once the server has refused it.
    refused_token: bool,
    tally: Tally,
}

/// What is kept of a login.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) user: OwnedUserId,
    pub(super) device: OwnedDeviceId,
    /// None when the server took it back and left us the device.
    pub(super) token: Option<String>,
}

impl Login {
    pub(super) fn new(network: Network, account: Account, folder: PathBuf) -> Self {
        Self { network, account, folder, refused_token: false, tally: Tally::default() }
    }

    pub(super) fn account(&self) -> &Account {
        &self.account
    }

    /// How many keys the account's other devices are asked for.
    pub(super) fn tally(&self) -> Tally {
        self.tally.clone()
    }

    /// A client that goes on where the last one stopped, or logs in.
    pub(super) async fn open(&mut self) -> Result<Client, LoginError> {
        let client = self.client().await?;
        let kept = self.kept(&client).await?;
        let device = match kept {
            Some(Kept { device, token: Some(token), .. }) => {
                self.restore(&client, device, token).await?;
                return Ok(client);
            }
            Some(Kept { device, .. }) => Some(device),
            None => None,
        };
        match self.account.proof.token.clone().filter(|_| !self.refused_token) {
            Some(token) => self.open_by_token(client, device, &token).await,
            None => self.open_by_password(client, device).await,
        }
    }

    /// The device to log in as. It is kept before the server hears of it: the library binds its
    /// store to the first device that it sees, and a crash in between must not leave it with one
    /// that nobody knows.
    pub(super) async fn device(
        &self,
        client: &Client,
        known: Option<OwnedDeviceId>,
    ) -> Result<OwnedDeviceId, LoginError> {
        if let Some(device) = known {
            return Ok(device);
        }
        let (user, device) = (self.account.user.clone(), DeviceId::new());
        self.keep(client, &Kept { user, device: device.clone(), token: None }).await?;
        Ok(device)
    }

    /// The server knows our session no more. With the device gone, its keys are worth nothing: the
    /// store is set aside, for a person to look at.
    pub(super) async fn forget(&mut self, client: Client, soft: bool) {
        let token = client.access_token();
        let configured = self.account.proof.token.as_ref().map(|token| token.expose().to_owned());
        self.refused_token |= configured.is_some() && configured == token;
        if soft && let Some(session) = client.matrix_auth().session() {
            let SessionMeta { user_id: user, device_id: device } = session.meta;
            self.keep(&client, &Kept { user, device, token: None }).await.ok();
            return;
        }
        drop(client);
        if let Err(error) = self.move_aside() {
            tracing::error!(folder = %self.folder.display(), %error, "The store cannot be set aside.");
        }
    }

    /// Moves the store out of the way; the one that lay there before is gone then.
    pub(super) fn set_aside(&self) -> Result<(), LoginError> {
        let moved = self.move_aside();
        moved.map_err(|source| LoginError::Folder { folder: self.store(), source })
    }

    fn move_aside(&self) -> io::Result<()> {
        let (store, lost) = (self.store(), self.folder.join("store.lost"));
        if !store.exists() {
            return Ok(());
        }
        if lost.exists() {
            fs::remove_dir_all(&lost)?;
        }
        tracing::warn!(
            folder = %lost.display(),
            "The server has ended our session for good; its keys are set aside."
        );
        fs::rename(store, lost)
    }

    fn store(&self) -> PathBuf {
        self.folder.join("store")
    }

    pub(super) async fn client(&self) -> Result<Client, LoginError> {
        let (account, store) = (&self.account, self.store());
        private(&store).map_err(|source| LoginError::Folder { folder: store.clone(), source })?;
        let passphrase = account.passphrase.as_ref().map(Secret::expose);
        let stores = Box::pin(vault::open(&store, passphrase, self.tally.clone())).await;
        let stores = stores.map_err(|error| self.not_built(&error))?;
        let requests = RequestConfig::new().disable_retry().timeout(PATIENCE);
        let mut builder = Client::builder()
            .store_config(stores)
            .request_config(requests)
            .respect_login_well_known(false)
            .http_client(self.http()?)
            .with_encryption_settings(EncryptionSettings {
                auto_enable_cross_signing: false,
                backup_download_strategy: BackupDownloadStrategy::Manual,
                auto_enable_backups: false,
            });
        builder = match &account.homeserver {
            Some(homeserver) => builder.homeserver_url(homeserver),
            None => builder.server_name(account.user.server_name()),
        };
        let client = Box::pin(builder.build()).await.map_err(|error| self.not_built(&error))?;
        if account.homeserver.is_none() && client.homeserver().scheme() != "https" {
            let domain = account.user.server_name().to_string();
            let why = format!("it names `{}`, which is not encrypted", client.homeserver());
            return Err(LoginError::Discovery { domain, why });
        }
        Ok(client)
    }

    fn http(&self) -> Result<reqwest::Client, LoginError> {
        let mut tls = ClientConfig::clone(&self.account.tls);
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(concat!("nuncio/", env!("CARGO_PKG_VERSION")))
            .timeout(PATIENCE);
        if let Some(proxy) = &self.account.proxy {
            // Its error may repeat the address, in which a password may stand.
            let proxy = reqwest::Proxy::all(proxy.expose()).map_err(|_| LoginError::Proxy)?;
            builder = builder.proxy(proxy);
        }
        builder.build().map_err(|error| LoginError::Passing { why: chain(&error) })
    }

    fn not_built(&self, error: &ClientBuildError) -> LoginError {
        let why = chain(error);
        match error {
            ClientBuildError::SqliteStore(_) => LoginError::Store { folder: self.store(), why },
            ClientBuildError::AutoDiscovery(_) | ClientBuildError::InvalidServerName => {
                LoginError::Discovery { domain: self.account.user.server_name().to_string(), why }
            }
            _ => LoginError::Passing { why },
        }
    }

    /// What is kept of the last login.
    pub(super) async fn kept(&self, client: &Client) -> Result<Option<Kept>, LoginError> {
        let kept = client.state_store().get_custom_value(SESSION).await;
        let kept = kept.map_err(|error| self.unreadable(&error))?;
        let kept: Option<Kept> = kept.and_then(|kept| serde_json::from_slice(&kept).ok());
        match kept {
            Some(kept) if kept.user != self.account.user => {
                Err(LoginError::Stranger { folder: self.store(), user: kept.user })
            }
            kept => Ok(kept),
        }
    }

    async fn keep(&self, client: &Client, kept: &Kept) -> Result<(), LoginError> {
        let text = serde_json::to_vec(kept).unwrap_or_default();
        let written = client.state_store().set_custom_value_no_read(SESSION, text).await;
        written.map_err(|error| self.unreadable(&error))
    }

    fn unreadable(&self, error: &dyn std::error::Error) -> LoginError {
        LoginError::Store { folder: self.store(), why: chain(error) }
    }

    async fn restore(
        &self,
        client: &Client,
        device: OwnedDeviceId,
        token: String,
    ) -> Result<(), LoginError> {
        let session = MatrixSession {
            meta: SessionMeta { user_id: self.account.user.clone(), device_id: device },
            tokens: SessionTokens { access_token: token, refresh_token: None },
        };
        let auth = client.matrix_auth();
        let restored = Box::pin(auth.restore_session(session, RoomLoadSettings::default())).await;
        restored.map_err(|error| self.unreadable(&error))
    }

    async fn open_by_token(
        &mut self,
        client: Client,
        device: Option<OwnedDeviceId>,
        token: &Secret,
    ) -> Result<Client, LoginError> {
        let Known::Of(whoami) = who_is(&client, token.expose()).await? else {
            self.refused_token = true;
            return self.open_by_password(client, device).await;
        };
        if whoami.user_id != self.account.user {
            return Err(LoginError::OtherToken { user: whoami.user_id });
        }
        let kept = Kept {
            user: whoami.user_id,
            device: whoami.device_id.clone(),
            token: Some(token.expose().to_owned()),
        };
        let client = self.begin(client, device, &kept).await?;
        self.restore(&client, whoami.device_id, token.expose().to_owned()).await?;
        Ok(client)
    }

    /// Keeps a session that has just begun. A store of another device is set aside, for the library
    /// binds its store to one.
    pub(super) async fn begin(
        &self,
        client: Client,
        known: Option<OwnedDeviceId>,
        kept: &Kept,
    ) -> Result<Client, LoginError> {
        let client = if known.is_some_and(|known| known != kept.device) {
            drop(client);
            self.set_aside()?;
            self.client().await?
        } else {
            client
        };
        self.keep(&client, kept).await?;
        Ok(client)
    }

    /// Nothing is there to log in with.
    fn helpless(&self) -> LoginError {
        let network = self.network.clone();
        match self.account.proof.token {
            Some(_) => LoginError::Token { network },
            None => LoginError::NoSession { network },
        }
    }

    async fn open_by_password(
        &self,
        client: Client,
        device: Option<OwnedDeviceId>,
    ) -> Result<Client, LoginError> {
        let password = self.account.proof.password.as_ref().ok_or_else(|| self.helpless())?;
        let device = self.device(&client, device).await?;
        let auth = client.matrix_auth();
        let login = auth
            .login_username(self.account.user.as_str(), password.expose())
            .initial_device_display_name(&self.account.device_name)
            .device_id(device.as_str());
        let logged_in =
            Box::pin(login.send()).await.map_err(|error| match Failure::from(error) {
                Failure::Refused(why) => LoginError::Refused { why },
                failure => LoginError::Passing { why: failure.why() },
            })?;
        let kept = Kept {
            user: logged_in.user_id,
            device: logged_in.device_id,
            token: Some(logged_in.access_token),
        };
        self.keep(&client, &kept).await?;
        Ok(client)
    }
}

/// Makes a folder that nobody else can look into.
fn private(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}
