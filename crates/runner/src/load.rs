//! From a command line to a configuration and a policy.

use std::path::Path;

use nuncio_config::{Config, Files, Loader, Problems, UnknownNames};
use nuncio_core::catalogue::Catalogue;
use nuncio_core::store::SettingWrite;
use nuncio_policy::Policy;

use crate::cli::Bot;
use crate::networks::{self, Plans};
use crate::plugins::{self, Plugins};

/// Everything that files say, understood.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) config: Config,
    pub(crate) catalogue: Catalogue,
    pub(crate) policy: Policy,
    pub(crate) networks: Plans,
    pub(crate) warnings: Problems,
}

/// Which files a path means: a bot's folder, or one file.
pub(crate) fn files(path: Option<&Path>) -> Files {
    match path {
        None => Files::None,
        Some(path) if path.is_dir() => Files::Folder(path.to_owned()),
        Some(path) => Files::One(path.to_owned()),
    }
}

/// What a bot is loaded from. The environment is read here, once.
pub(crate) fn loader(bot: &Bot, plugins: &Plugins, settings: Vec<SettingWrite>) -> Loader {
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with("NUNCIO_"));
    Loader {
        files: files(bot.folder.as_deref()),
        profile: bot.profile.clone(),
        settings,
        environment: environment.collect(),
        sets: bot.sets.clone(),
        ..Loader::new(plugins.schema())
    }
}

/// Reads and understands everything.
///
/// # Errors
/// All that is wrong, each at its place.
pub(crate) fn load(
    loader: &Loader,
    plugins: &Plugins,
    generation: u64,
    unknown: UnknownNames,
) -> Result<Loaded, Problems> {
    let config = loader.load()?;
    let networks = networks::plan(&config);
    let catalogue = plugins.catalogue(&config)?;
    let registry = plugins::registry(&catalogue);
    let compiled = config.compile_policy(&registry, generation, unknown);
    let (networks, policy, mut warnings) = match (networks, compiled) {
        (Ok(networks), Ok((policy, mut warnings))) => {
            warnings.extend(networks.doubts.iter().cloned());
            (networks, policy, warnings)
        }
        (Err(problems), Ok(_)) | (Ok(_), Err(problems)) => return Err(problems),
        (Err(mut problems), Err(policy)) => {
            problems.extend(policy.iter().cloned());
            return Err(problems);
        }
    };
    warnings.extend(config.warnings().iter().cloned());
    Ok(Loaded { config, catalogue, policy, networks, warnings })
}
