//! `nuncio check` and `nuncio config show`.

use nuncio_config::{Config, Show, UnknownNames};
use nuncio_core::cursor::Cursor;
use nuncio_core::store::Store as _;
use nuncio_store::SqliteStore;

use crate::cli::{Bot, ConfigCommand};
use crate::exit::Exit;
use crate::load;
use crate::networks;
use crate::paths;
use crate::plugins::Plugins;
use crate::say::{self, Failed};

/// Reads a bot's configuration and policy, and says everything that is wrong or doubtful.
pub(crate) async fn check(bot: &Bot) -> Result<Exit, Failed> {
    let plugins = Plugins::standard();
    let loader = load::loader(bot, &plugins, Vec::new());
    let loaded = load::load(&loader, &plugins, 1, UnknownNames::Fail)?;
    say::problems(&loaded.warnings);
    for diagnostic in nuncio_policy::cli::lint(&loaded.policy) {
        say::problems(&loaded.config.policy_problem(&diagnostic, UnknownNames::Fail).into());
    }
    say::problems(&networks::lossy(&loaded.config, &cursors(&loaded.config).await));
    let networks = loaded.config.networks().count();
    let commands = loaded.catalogue.commands.iter().count();
    say::line(format_args!("No errors. Networks: {networks}; commands: {commands}."));
    Ok(Exit::Fine)
}

/// How far the bot heard archives when it was online last; nothing where it never was, or where its
/// state cannot be read, which is no matter of its configuration.
async fn cursors(config: &Config) -> Vec<Cursor> {
    match SqliteStore::open_to_read(&paths::state_of(config)) {
        Ok(store) => store.cursors().await.unwrap_or_default(),
        Err(_) => Vec::new(),
    }
}

/// Prints the configuration.
pub(crate) fn show(command: &ConfigCommand) -> Result<Exit, Failed> {
    let ConfigCommand::Show { bot, origin, room } = command;
    let config = load::loader(bot, &Plugins::standard(), Vec::new()).load()?;
    let room = room.as_deref().map(|room| config.identities().parse_room(room)).transpose();
    let room = room.map_err(|error| Failed::saying(Exit::Usage, error))?;
    say::text(config.show(Show { origin: *origin, room: room.as_ref() }));
    Ok(Exit::Fine)
}
