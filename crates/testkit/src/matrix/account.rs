//! What the server keeps of accounts: their devices, their keys, and what is locked with those.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::{Person, escape, held, list};

impl Person {
    /// How many devices somebody has of which others can know keys.
    ///
    /// # Errors
    /// When the server does not say.
    pub async fn devices(&self, who: &str) -> Result<usize> {
        let wanted = json!({ "device_keys": { who: [] } });
        let keys = self.http.post("/_matrix/client/v3/keys/query", &wanted).await?;
        let devices = keys.get("device_keys").and_then(|keys| keys.get(who)?.as_object());
        Ok(devices.map_or(0, serde_json::Map::len))
    }

    /// The keys in his account's backup: those of each room, by their names.
    ///
    /// # Errors
    /// When he has no backup.
    pub async fn backup(&self) -> Result<Value> {
        let version = held(&self.backup_version().await?, "/version")?;
        let path = format!("/_matrix/client/v3/room_keys/keys?version={}", escape(&version));
        let keys = self.http.get(&path).await?;
        keys.get("rooms").cloned().context("the backup has no rooms")
    }

    /// What the server shows of his account's backup.
    ///
    /// # Errors
    /// When he has none.
    pub async fn backup_version(&self) -> Result<Value> {
        self.http.get("/_matrix/client/v3/room_keys/version").await
    }

    /// His account's signing keys, as everybody sees them.
    ///
    /// # Errors
    /// When the server does not show them.
    pub async fn signing_keys(&self) -> Result<Value> {
        let keys = self.keys_of(&self.id).await?;
        Ok(keys.get("master_keys").cloned().unwrap_or_default())
    }

    /// The keys of somebody and of his devices, with those signatures that his own account may see.
    ///
    /// # Errors
    /// When the server does not say.
    pub async fn keys_of(&self, who: &str) -> Result<Value> {
        let wanted = json!({ "device_keys": { who: [] } });
        self.http.post("/_matrix/client/v3/keys/query", &wanted).await
    }

    /// What the server keeps of his account under this name.
    ///
    /// # Errors
    /// When it keeps nothing.
    pub async fn account_data(&self, kind: &str) -> Result<Value> {
        let (user, kind) = (escape(&self.id), escape(kind));
        let path = format!("/_matrix/client/v3/user/{user}/account_data/{kind}");
        self.http.get(&path).await
    }

    /// How many sessions his account has.
    ///
    /// # Errors
    /// When the server does not say.
    pub async fn sessions(&self) -> Result<usize> {
        let devices = self.http.get("/_matrix/client/v3/devices").await?;
        Ok(list(&devices, "/devices").count())
    }

    /// Ends all sessions of his account.
    ///
    /// # Errors
    /// When the server does not.
    pub async fn log_out_all(self) -> Result<()> {
        self.http.post("/_matrix/client/v3/logout/all", &json!({})).await.map(drop)
    }
}
