//! From an account to a client that is logged in, on the device that it had before.

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
use rustls::ClientConfig;
use serde::{Deserialize, Serialize};

use super::failure::{Failure, chain};
use crate::config::Account;

/// Under which the library's store keeps our session; with a passphrase, it is encrypted there.
const SESSION: &[u8] = b"nuncio.session";

/// How long the server may take to answer what does not wait for anything.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// How we log in.
#[derive(Debug)]
pub(super) struct Login {
    account: Account,
    folder: PathBuf,
    /// The configured token, once the server has refused it.
    refused_token: bool,
}

/// Why we are not logged in.
#[derive(Debug, thiserror::Error)]
pub(super) enum LoginError {
    /// The store's folder cannot be used.
    #[error("cannot use `{folder}`")]
    Folder {
        folder: PathBuf,
        #[source]
        source: io::Error,
    },
    /// The library cannot open its store.
    #[error("cannot open the store in `{folder}` ({why}): is `store_passphrase` another one now?")]
    Store { folder: PathBuf, why: String },
    /// The store is another account's.
    #[error("the store in `{folder}` is of `{user}`: move it away, or change `user` back")]
    Stranger { folder: PathBuf, user: OwnedUserId },
    /// The proxy's address is none.
    #[error("`proxy` is no `http://` or `socks5://` address")]
    Proxy,
    /// The domain does not say where its homeserver is.
    #[error("`{domain}` does not say where its homeserver is ({why}): name it in `homeserver`")]
    Discovery { domain: String, why: String },
    /// The account or what proves it is wrong.
    #[error("the server refuses the login: {why}")]
    Refused { why: String },
    /// The token is no good, and there is no password.
    #[error(
        "the server takes the token no more, and there is no `password`: put another in `token`"
    )]
    Token,
    /// The token is somebody else's.
    #[error("the token is of `{user}`")]
    OtherToken { user: OwnedUserId },
    /// The server did not answer, or not as one would.
    #[error("{why}")]
    Passing { why: String },
}

impl LoginError {
    /// Whether only a person can help.
    pub(super) fn is_final(&self) -> bool {
        !matches!(self, Self::Passing { .. } | Self::Discovery { .. })
    }
}

/// What is kept of a login.
#[derive(Serialize, Deserialize)]
struct Kept {
    user: OwnedUserId,
    device: OwnedDeviceId,
    /// None when the server took it back and left us the device.
    token: Option<String>,
}

impl Login {
    pub(super) fn new(account: Account, folder: PathBuf) -> Self {
        Self { account, folder, refused_token: false }
    }

    pub(super) fn account(&self) -> &Account {
        &self.account
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
    async fn device(
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
        if let Err(error) = self.set_aside() {
            tracing::error!(folder = %self.folder.display(), %error, "The store cannot be set aside.");
        }
    }

    fn set_aside(&self) -> io::Result<()> {
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

    async fn client(&self) -> Result<Client, LoginError> {
        let (account, store) = (&self.account, self.store());
        private(&store).map_err(|source| LoginError::Folder { folder: store.clone(), source })?;
        let requests = RequestConfig::new().disable_retry().timeout(PATIENCE);
        let mut builder = Client::builder()
            .sqlite_store(&store, account.passphrase.as_ref().map(Secret::expose))
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

    async fn kept(&self, client: &Client) -> Result<Option<Kept>, LoginError> {
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
        let Some(whoami) = who_is(&client, token).await? else {
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
        let client = if device.is_some_and(|device| device != whoami.device_id) {
            drop(client);
            self.set_aside()
                .map_err(|source| LoginError::Folder { folder: self.store(), source })?;
            self.client().await?
        } else {
            client
        };
        self.keep(&client, &kept).await?;
        self.restore(&client, whoami.device_id, token.expose().to_owned()).await?;
        Ok(client)
    }

    async fn open_by_password(
        &self,
        client: Client,
        device: Option<OwnedDeviceId>,
    ) -> Result<Client, LoginError> {
        let password = self.account.proof.password.as_ref().ok_or(LoginError::Token)?;
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

/// Whose a token is.
#[derive(Deserialize)]
struct WhoAmI {
    user_id: OwnedUserId,
    device_id: OwnedDeviceId,
}

/// Asks whose a token is; nothing if the server does not know it. The library can only ask once it
/// has a device, which is what we ask for.
async fn who_is(client: &Client, token: &Secret) -> Result<Option<WhoAmI>, LoginError> {
    let passing = |error: &dyn std::error::Error| LoginError::Passing { why: chain(error) };
    let address = client.homeserver().join("_matrix/client/v3/account/whoami");
    let request = client
        .http_client()
        .get(address.map_err(|error| passing(&error))?)
        .bearer_auth(token.expose())
        .timeout(PATIENCE);
    let answer = request.send().await.map_err(|error| passing(&error))?;
    if answer.status().as_u16() == 401 {
        return Ok(None);
    }
    let answer = answer.error_for_status().map_err(|error| passing(&error))?;
    let body = answer.bytes().await.map_err(|error| passing(&error))?;
    serde_json::from_slice(&body).map(Some).map_err(|error| passing(&error))
}

/// Makes a folder that nobody else can look into.
fn private(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}
