//! Networks of kind `matrix`.

use std::path;

use nuncio_config::{Config, NetworkSection, Problem};
use nuncio_core::config::SecretSource;
use nuncio_core::transport::Transport;
use nuncio_matrix::Matrix;
use nuncio_matrix::config::Config as Table;
use nuncio_policy::Network;

use super::{Make, Unusable, unusable};
use crate::paths;

/// Understands a table: its files and secrets are read once now, and again at each start. The
/// account's keys are kept in a folder of the network's own, beside the bot's other state.
pub(super) fn make(
    config: &Config,
    section: &NetworkSection<'_>,
    network: Network,
) -> Result<Make, Problem> {
    let build = builder(config, section, network)?;
    build().map_err(|error| unusable(config, section, &error))?;
    Ok(Box::new(move |_| {
        let built = build().map_err(|error| error.to_string())?;
        Ok(Box::new(built) as Box<dyn Transport>)
    }))
}

/// What runs on a network, for whoever is to log in there.
pub(crate) fn transport(config: &Config, section: &NetworkSection<'_>) -> Result<Matrix, Problem> {
    let network = section.name.parse::<Network>();
    let network = network.map_err(|error| Problem::error(error.to_string(), None))?;
    builder(config, section, network)?().map_err(|error| unusable(config, section, &error))
}

fn builder(
    config: &Config,
    section: &NetworkSection<'_>,
    network: Network,
) -> Result<impl Fn() -> Result<Matrix, Unusable> + Send + Sync + use<>, Problem> {
    let folder = config.folder().to_owned();
    let mut table: Table = section.section.parse()?;
    // A file that is not there yet is made; one that is there is fetched as any other.
    if let Some(SecretSource::File(file)) = &mut table.recovery
        && let Ok(anchored) = path::absolute(folder.join(&*file))
    {
        *file = anchored.to_string_lossy().into_owned();
    }
    let state = paths::state_of(config).join("matrix").join(network.as_str());
    Ok(move || {
        let secret = |source: &SecretSource| super::secret(source, &folder);
        Matrix::new(network.clone(), &table, state.clone(), secret)
    })
}
