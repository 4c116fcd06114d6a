//! The console, which every bot has.

use std::sync::Arc;

use nuncio_config::Config;
use nuncio_core::transport::Transport;
use nuncio_socket::Console;
use smol_str::SmolStr;

use super::{Make, socket::Known};
use crate::paths;

/// The file in the state folder that keeps what was typed.
const HISTORY: &str = "console-history";

/// The console of a bot.
pub(super) fn make(config: &Config) -> Make {
    let bot = SmolStr::new(&config.bot().name);
    let history = paths::state_of(config).join(HISTORY);
    Box::new(move |shared| {
        let known = Arc::new(Known { shared: Arc::clone(shared) });
        let screen = shared.screen.console.clone();
        let console: Box<dyn Transport> =
            Box::new(Console::new(bot.clone(), known, screen, Some(history.clone())));
        Ok(console)
    })
}
