//! The socket.

use std::sync::Arc;

use nuncio_config::{Config, NetworkSection, Problem};
use nuncio_core::config::SecretSource;
use nuncio_core::transport::Transport;
use nuncio_policy::{Network, Speaker};
use nuncio_socket::config::{Config as Table, Settings};
use nuncio_socket::protocol::CommandInfo;
use nuncio_socket::{Catalogue, Socket};
use smol_str::SmolStr;

use super::{Make, Unusable, unusable};
use crate::shared::Shared;

/// Makes the settings, at each start anew.
type Build = Box<dyn Fn() -> Result<Settings, Unusable> + Send + Sync>;

/// Understands a table.
pub(super) fn make(
    config: &Config,
    section: &NetworkSection<'_>,
    network: Network,
) -> Result<Make, Problem> {
    let build = builder(config, section.section.parse()?, network);
    build().map_err(|error| unusable(config, section, &error))?;
    Ok(making(config, build))
}

/// The socket of a bot that configures none.
pub(super) fn quickstart(config: &Config, network: Network) -> Result<Make, Problem> {
    let build = builder(config, Table::default(), network);
    build().map_err(|error| Problem::error(format!("the socket cannot be used: {error}"), None))?;
    Ok(making(config, build))
}

fn builder(config: &Config, table: Table, network: Network) -> Build {
    let folder = config.folder().to_owned();
    let bot = config.bot().name.clone();
    Box::new(move || {
        let path = nuncio_socket::path::default_path(&bot)?;
        let secret = |source: &SecretSource| super::secret(source, &folder);
        table.clone().settings(network.clone(), path, nuncio_socket::path::own_uid(), secret)
    })
}

fn making(config: &Config, build: Build) -> Make {
    let bot = SmolStr::new(&config.bot().name);
    Box::new(move |shared| {
        let settings = build().map_err(|error| error.to_string())?;
        let known = Arc::new(Known { shared: Arc::clone(shared) });
        let socket: Box<dyn Transport> = Box::new(Socket::new(settings, bot.clone(), known));
        Ok(socket)
    })
}

/// The commands that a client can complete: those that he may run.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) shared: Arc<Shared>,
}

impl Catalogue for Known {
    fn commands(&self, speaker: &Speaker) -> Vec<CommandInfo> {
        let (rules, commands) = (&self.shared.rules, self.shared.rules.commands());
        let visible = commands
            .iter()
            .filter(|command| !command.hidden && rules.may_run(speaker, None, &command.id));
        visible
            .map(|command| CommandInfo {
                name: commands.spoken(&command.id),
                about: command.summary.clone(),
                confidential: command.is_confidential(),
            })
            .collect()
    }
}
