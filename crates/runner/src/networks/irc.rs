//! Networks of kind `irc`.

use nuncio_config::{Config, NetworkSection, Problem};
use nuncio_core::config::SecretSource;
use nuncio_core::transport::Transport;
use nuncio_irc::Irc;
use nuncio_irc::config::Config as Table;
use nuncio_policy::Network;

use super::{Make, Unusable, unusable};

/// What is doubtful in a table that can be used.
pub(super) fn doubt(config: &Config, section: &NetworkSection<'_>) -> Option<Problem> {
    let table: Table = section.section.parse().ok()?;
    let place = config.origin(&section.section.path().name("tls")).map(|origin| origin.place);
    let why = format!("network `{}`: its password crosses the network in plain text", section.name);
    let warning =
        Problem::warning(why, place).with_help("whoever is between reads it: use `tls = true`");
    table.shows_password().then_some(warning)
}

/// Understands a table: its files and secrets are read once now, and again at each start.
pub(super) fn make(
    config: &Config,
    section: &NetworkSection<'_>,
    network: Network,
) -> Result<Make, Problem> {
    let folder = config.folder().to_owned();
    let table: Table = section.section.parse()?;
    let build = move || -> Result<Box<dyn Transport>, Unusable> {
        let secret = |source: &SecretSource| super::secret(source, &folder);
        Ok(Box::new(Irc::new(network.clone(), &table, secret)?))
    };
    build().map_err(|error| unusable(config, section, &error))?;
    Ok(Box::new(move |_| build().map_err(|error| error.to_string())))
}
