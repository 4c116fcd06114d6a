//! The configuration as plugins see it: shown, and set from chat.

use std::sync::Arc;

use nuncio_config::{Config, KeyPath, Loader, Scope};
use nuncio_core::services::ConfigView;
use nuncio_core::store::SettingWrite;
use nuncio_policy::RoomId;

use crate::shared::Shared;

/// The configuration as plugins see it.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) shared: Arc<Shared>,
    /// What the configuration is loaded from, without what was set from chat.
    pub(crate) base: Loader,
}

impl Settings {
    fn config(&self) -> Arc<Config> {
        self.shared.config.load_full()
    }

    /// What becomes of the bot when a key is set, or taken back.
    fn consequence(&self, path: &KeyPath, value: Option<&str>) -> Result<String, String> {
        let current = self.config();
        let mut loader = self.base.clone();
        loader.settings = current.settings().to_vec();
        loader.settings.retain(|setting| setting.key != path.to_string());
        loader.settings.extend(value.map(|value| SettingWrite {
            key: path.to_string(),
            value: Some(value.to_owned()),
            by: String::new(),
            at: self.shared.clock.now().wall,
        }));
        let new = loader.load().map_err(|problems| {
            problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
        })?;
        let changes = current.changes(&new);
        let reconnects: Vec<_> = changes.reconnect.keys().map(String::as_str).collect();
        Ok(if !changes.restart.is_empty() {
            "holds when the bot is started again".into()
        } else if !reconnects.is_empty() {
            format!("reconnects {}", reconnects.join(", "))
        } else if changes.is_empty() {
            "changes nothing".into()
        } else {
            "holds at once".into()
        })
    }
}

impl ConfigView for Settings {
    fn show(&self, key: &str, room: Option<&RoomId>) -> Option<String> {
        let config = self.config();
        let path: KeyPath = key.parse().ok()?;
        let path = config.effective(&path, room.map_or(Scope::Bot, Scope::Room));
        let value = config.show_value(&path)?;
        let origin = config.origin(&path).map(|origin| format!("  # {}", origin.place));
        Some(format!("{path} = {value}{}", origin.unwrap_or_default()))
    }

    fn place(&self, key: &str) -> Option<String> {
        let path: KeyPath = key.parse().ok()?;
        self.config().origin(&path).map(|origin| origin.place.to_string())
    }

    fn keys(&self, prefix: &str) -> Vec<String> {
        let all = self.config().paths().map(|path| path.to_string()).collect::<Vec<_>>();
        all.into_iter().filter(|path| path.starts_with(prefix)).collect()
    }

    fn diff(&self) -> Vec<(String, Option<String>, String)> {
        let current = self.config();
        let Ok(declared) = self.base.load() else { return Vec::new() };
        let set = |difference: nuncio_config::Difference| {
            Some((difference.path.to_string(), difference.old, difference.new?))
        };
        declared.diff(&current).into_iter().filter_map(set).collect()
    }

    fn check_set(&self, key: &str, value: Option<&str>) -> Result<String, String> {
        let config = self.config();
        if let Some(value) = value {
            let (path, toml) = config.setting(key, value).map_err(|error| error.to_string())?;
            return self.consequence(&path, Some(&toml));
        }
        let path = config.settable(key).map_err(|error| error.to_string())?;
        if !config.settings().iter().any(|setting| setting.key == path.to_string()) {
            return Err(format!("`{path}` was not set from chat"));
        }
        self.consequence(&path, None)
    }

    fn plugin_value(&self, plugin: &str, key: &str, room: Option<&RoomId>) -> Option<String> {
        let config = self.config();
        let path: KeyPath = format!("plugin.{plugin}.{key}").parse().ok()?;
        let path = config.effective(&path, room.map_or(Scope::Bot, Scope::Room));
        config.show_value(&path)
    }
}
