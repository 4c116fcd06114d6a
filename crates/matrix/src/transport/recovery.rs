//! The account's secret storage and key backup: made once, opened by whoever lost the store, and
//! never replaced.

use std::io;

use matrix_sdk::{
    Client,
    encryption::{
        identities::ManualVerifyError,
        recovery::RecoveryError,
        secret_storage::{ImportError, SecretStorageError},
    },
};

use super::{
    failure::{Failure, chain},
    keys,
};
use crate::config::{Account, Recovery};

/// Under which the library's store keeps which secret storage we have opened.
const OPENED: &[u8] = b"nuncio.recovery";

/// Why the account's keys are not ours, or not known to be.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// Another client made the account's signing keys.
    #[error(
        "the account's signing keys are not ours: put the account's recovery key into `recovery`, \
         or give the bot an account of its own"
    )]
    Identity,
    /// There is something to open, and nothing to open it with.
    #[error(
        "the account has a secret storage already, and the file of `recovery` is not there: put \
         the account's recovery key or passphrase into it"
    )]
    Absent,
    /// It cannot be opened.
    #[error(
        "`recovery` does not open the account's secret storage ({0}): put the account's recovery \
         key or passphrase into it"
    )]
    Closed(String),
    /// The backup is somebody else's.
    #[error(
        "the account has a key backup that its secret storage does not open: let the client that \
         made it put its key there, or delete it with that client"
    )]
    Backup,
    /// The passphrase cannot be kept.
    #[error("the file of `recovery` cannot be used")]
    File(#[from] io::Error),
    /// The server did not do what it takes.
    #[error("{}", .0.why())]
    Server(Failure),
}

impl Trouble {
    /// Whether nobody knows yet: it may be better next time.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self, Self::Server(failure) if !matches!(failure, Failure::Refused(_)))
    }
}

impl From<matrix_sdk::Error> for Trouble {
    fn from(error: matrix_sdk::Error) -> Self {
        Self::Server(error.into())
    }
}

impl From<SecretStorageError> for Trouble {
    fn from(error: SecretStorageError) -> Self {
        match error {
            SecretStorageError::Sdk(error)
            | SecretStorageError::ImportError { error: ImportError::Sdk(error), .. } => {
                error.into()
            }
            SecretStorageError::InconsistentBackupDecryptionKey
            | SecretStorageError::MissingOrInvalidBackupDecryptionKey => Self::Backup,
            error => Self::Closed(chain(&error)),
        }
    }
}

impl From<RecoveryError> for Trouble {
    fn from(error: RecoveryError) -> Self {
        match error {
            RecoveryError::BackupExistsOnServer => Self::Backup,
            RecoveryError::Sdk(error) => error.into(),
            RecoveryError::SecretStorage(error) => error.into(),
        }
    }
}

impl From<ManualVerifyError> for Trouble {
    fn from(error: ManualVerifyError) -> Self {
        Self::Server(match error {
            ManualVerifyError::Http(error) => error.into(),
            ManualVerifyError::Signature(error) => Failure::Refused(chain(&error)),
        })
    }
}

/// Sees to it that the account's signing keys and, with `recovery`, its backup are ours: makes what
/// the account does not have, and opens what it has.
pub(super) async fn settle(client: &Client, account: &Account) -> Result<(), Trouble> {
    client.encryption().wait_for_e2ee_initialization_tasks().await;
    let storage = storage(client).await?;
    if let (Some(recovery), Some(storage)) = (&account.recovery, &storage)
        && !(has_all(client, account).await && opened(client).await.as_ref() == Some(storage))
    {
        open(client, recovery, storage).await?;
    }
    keys::sign(client, account).await?;
    if !keys::are_ours(client).await {
        return Err(Trouble::Identity);
    }
    if let Some(recovery) = &account.recovery {
        back_up(client, recovery, storage).await?;
    }
    sign_device(client).await
}

/// Whether we hold what `settle` sees to; nobody is asked.
pub(super) async fn has_all(client: &Client, account: &Account) -> bool {
    let has_backup =
        account.recovery.is_none() || client.encryption().backups().are_enabled().await;
    has_backup && keys::are_ours(client).await
}

/// The name of the key of the account's secret storage, if there is one.
async fn storage(client: &Client) -> Result<Option<String>, Trouble> {
    let key = client.encryption().secret_storage().fetch_default_key_id().await?;
    Ok(key.and_then(|key| key.deserialize().ok()).map(|key| key.key_id))
}

/// Which secret storage we have opened. Opening it takes time, and so it is done once.
async fn opened(client: &Client) -> Option<String> {
    let opened = client.state_store().get_custom_value(OPENED).await.ok()??;
    String::from_utf8(opened).ok()
}

async fn note(client: &Client, storage: &str) {
    let noted = client.state_store().set_custom_value_no_read(OPENED, storage.into()).await;
    if let Err(error) = noted {
        tracing::warn!(%error, "The secret storage will be opened once more.");
    }
}

async fn open(client: &Client, recovery: &Recovery, storage: &str) -> Result<(), Trouble> {
    let secret = recovery.get()?.ok_or(Trouble::Absent)?;
    client.encryption().recovery().recover(secret.expose()).await?;
    note(client, storage).await;
    tracing::info!("The account's secret storage is open.");
    Ok(())
}

/// Makes a backup of the keys of messages, if there is none, and puts the account's keys into the
/// secret storage.
async fn back_up(
    client: &Client,
    recovery: &Recovery,
    storage_before: Option<String>,
) -> Result<(), Trouble> {
    let encryption = client.encryption();
    let is_ours = encryption.backups().are_enabled().await;
    match storage_before {
        Some(_) if is_ours => Ok(()),
        _ if !is_ours && encryption.backups().fetch_exists_on_server().await? => {
            Err(Trouble::Backup)
        }
        Some(_) => {
            let secret = recovery.get()?.ok_or(Trouble::Absent)?;
            let store = encryption.secret_storage().open_secret_store(secret.expose()).await?;
            encryption.recovery().enable_backup().await?;
            Ok(store.export_secrets().await?)
        }
        None => {
            // It is on the disk before anything is locked with it.
            let secret = recovery.get_or_make()?;
            encryption.recovery().enable().with_passphrase(secret.expose()).await?;
            if let Some(storage) = storage(client).await? {
                note(client, &storage).await;
            }
            tracing::info!("The account has a secret storage and a key backup now.");
            Ok(())
        }
    }
}

/// Signs our own device, unless it is: who excludes unsigned devices hears us all the same.
async fn sign_device(client: &Client) -> Result<(), Trouble> {
    let device = client.encryption().get_own_device().await.map_err(matrix_sdk::Error::from)?;
    match device.filter(|device| !device.is_cross_signed_by_owner()) {
        Some(device) => Ok(device.verify().await?),
        None => Ok(()),
    }
}
