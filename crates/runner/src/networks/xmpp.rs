//! Networks of kind `xmpp`.

use nuncio_config::{Config, NetworkSection, Problem};
use nuncio_core::config::SecretSource;
use nuncio_core::transport::Transport;
use nuncio_policy::Network;
use nuncio_xmpp::Xmpp;
use nuncio_xmpp::config::Config as Table;

use super::{Make, Unusable, absolute, unusable};

/// Understands a table: its files and secrets are read once now, and again at each start.
pub(super) fn make(
    config: &Config,
    section: &NetworkSection<'_>,
    network: Network,
) -> Result<Make, Problem> {
    let folder = config.folder().to_owned();
    let mut table: Table = section.section.parse()?;
    for path in [&mut table.ca_file, &mut table.client_cert, &mut table.client_key] {
        absolute(path, &folder);
    }
    let build = move || -> Result<Box<dyn Transport>, Unusable> {
        let secret = |source: &SecretSource| super::secret(source, &folder);
        Ok(Box::new(Xmpp::new(network.clone(), &table, secret)?))
    };
    build().map_err(|error| unusable(config, section, &error))?;
    Ok(Box::new(move |_| build().map_err(|error| error.to_string())))
}
