//! Where a bot keeps its state.

use std::path::{Path, PathBuf};

use nuncio_config::Config;

/// The folder of a bot's state: `$XDG_STATE_HOME/nuncio/<bot>` (XDG Base Directory Specification),
/// by default under `~/.local/state`.
pub(crate) fn state(bot: &str) -> PathBuf {
    let given =
        std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".local/state"));
    given.or_else(home).unwrap_or_else(std::env::temp_dir).join("nuncio").join(bot)
}

/// The folder of a configured bot's state.
pub(crate) fn state_of(config: &Config) -> PathBuf {
    match &config.store().path {
        Some(path) => config.folder().join(path),
        None => state(&config.bot().name),
    }
}
