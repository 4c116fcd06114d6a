//! Which policy is asked: a file alone, or a bot's folder with what is managed in its store.

use std::path::Path;

use jiff::Timestamp;
use nuncio_config::{Config, Files, Loader, UnknownNames};
use nuncio_core::catalogue::Catalogue;
use nuncio_core::store::{Store, StoreError};
use nuncio_policy::cli::expired;
use nuncio_policy::{Diagnostic, Managed, Policy, Registry};
use nuncio_store::{OpenError, SqliteStore};

use crate::cli::{Bot, PolicyFile};
use crate::exit::Exit;
use crate::load;
use crate::paths;
use crate::plugins::{self, Plugins};
use crate::say::{self, Failed};

/// A policy, and where it was read.
pub(super) struct Source {
    pub(super) policy: Policy,
    pub(super) config: Config,
    /// The store of the bot whose policy it is, if it has one and is asked with it.
    pub(super) store: Option<SqliteStore>,
}

impl Source {
    /// Plugins, commands and levels come with each question.
    pub(super) async fn read(file: &PolicyFile) -> Result<Self, Failed> {
        let config = config(file.config.as_deref(), &Plugins::standard())?;
        let registry = plugins::old_names(&config)?;
        let source = Self::compile(config, &registry, file).await?;
        for diagnostic in expired(&source.policy, Timestamp::now()) {
            source.complain(&diagnostic);
        }
        Ok(source)
    }

    /// For the commands that there are.
    pub(super) async fn read_known(file: &PolicyFile) -> Result<(Self, Catalogue), Failed> {
        let plugins = Plugins::standard();
        let config = config(file.config.as_deref(), &plugins)?;
        let catalogue = plugins.catalogue(&config)?;
        let registry = plugins::registry(&catalogue);
        Ok((Self::compile(config, &registry, file).await?, catalogue))
    }

    async fn compile(
        config: Config,
        registry: &Registry,
        file: &PolicyFile,
    ) -> Result<Self, Failed> {
        let (policy, warnings) = config.compile_policy(registry, 1, UnknownNames::Warn)?;
        say::problems(&warnings);
        let folder = matches!(files(file.config.as_deref()), Files::Folder(_));
        let store = if folder && !file.declared { open(&config)? } else { None };
        let mut source = Self { policy, config, store };
        let managed = source.managed().await?;
        if !managed.is_empty() {
            source.manage(&managed);
        }
        Ok(source)
    }

    /// What is managed from chat; nothing without a store.
    pub(super) async fn managed(&self) -> Result<Managed, Failed> {
        let Some(store) = &self.store else { return Ok(Managed::default()) };
        Ok(Managed::load(store.managed().await.map_err(unreadable)?))
    }

    /// Adds what is managed from chat, and says what of it has no effect.
    pub(super) fn manage(&mut self, managed: &Managed) {
        let (policy, said) = self.policy.manage(managed, 2);
        self.policy = policy;
        for diagnostic in said.iter().filter(|said| is_managed(said)) {
            self.complain(diagnostic);
        }
    }

    /// Says what is wrong with an entry, at its place.
    pub(super) fn complain(&self, said: &Diagnostic) {
        if is_managed(said) {
            return say::complain(said);
        }
        say::problems(&self.config.policy_problem(said, UnknownNames::Warn).into());
    }
}

fn is_managed(said: &Diagnostic) -> bool {
    said.location.path.steps().first() == Some(&nuncio_policy::Key::Name("managed".into()))
}

/// The files, and nothing else: the environment is the running bot's business.
fn config(path: Option<&Path>, plugins: &Plugins) -> Result<Config, Failed> {
    let loader = Loader {
        environment: Vec::new(),
        files: files(path),
        ..load::loader(&Bot::default(), plugins, Vec::new())
    };
    Ok(loader.load()?)
}

/// What was named, else the folder that one is in, if it is a bot's.
fn files(path: Option<&Path>) -> Files {
    let here = || Path::new("nuncio.toml").exists().then_some(Path::new("."));
    load::files(path.or_else(here))
}

/// The store of a bot, only to be read; none where it has not run yet.
fn open(config: &Config) -> Result<Option<SqliteStore>, Failed> {
    match SqliteStore::open_to_read(&paths::state_of(config)) {
        Ok(store) => Ok(Some(store)),
        Err(OpenError::Missing { .. }) => Ok(None),
        Err(error) => Err(Failed::saying(Exit::Store, error)),
    }
}

pub(super) fn unreadable(error: StoreError) -> Failed {
    Failed::saying(Exit::Store, error)
}
