//! Running a bot: everything is put together here, and taken apart in good order.

mod control;

use std::sync::Arc;

use nuncio_config::{Durability, UnknownNames};
use nuncio_core::dispatch::{Dispatcher, Input};
use nuncio_core::house::{Clock, House, Parts, Plugins as Loaded};
use nuncio_core::rules::Rules;
use nuncio_core::store::Store;
use nuncio_policy::Managed;
use nuncio_store::{Options, SqliteStore};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::cli::Bot;
use crate::exit::Exit;
use crate::load::{self, load};
use crate::log::Logs;
use crate::networks::Networks;
use crate::paths;
use crate::plugins::Plugins;
use crate::porter::{ORDERS, Porter};
use crate::say::{self, Failed};
use crate::screen::Screen;
use crate::settings::Settings;
use crate::shared::Shared;
use crate::views;

/// How a bot's run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It is over.
    Over(Exit),
    /// It is to begin again, in a new process image.
    Again,
}

/// Runs a bot until it is stopped.
///
/// # Errors
/// Where it cannot start; the reason was printed.
pub(crate) async fn run(bot: &Bot) -> Result<End, Failed> {
    let plugins = Plugins::standard();
    let mut loader = load::loader(bot, &plugins, Vec::new());
    let first = loader.load()?;
    let screen = Screen::new();
    let logs =
        Logs::begin(first.log(), &screen).map_err(|why| Failed::saying(Exit::Config, why))?;
    let store = open(&first)?;
    let base = loader.clone();
    loader.settings = store.settings().await.map_err(stored)?;
    let mut loaded = load(&loader, &plugins, 1, UnknownNames::Warn)?;
    say::problems(&loaded.warnings);
    let managed = Managed::load(store.managed().await.map_err(stored)?);
    if !managed.is_empty() {
        let (policy, warnings) = loaded.policy.manage(&managed, 2);
        for warning in &warnings {
            tracing::warn!("{warning}");
        }
        loaded.policy = policy;
    }

    let clock = Clock::system();
    let cancel = CancellationToken::new();
    let catalogue = Arc::new(loaded.catalogue);
    let rules = Arc::new(Rules::new(&loaded.policy, Arc::clone(&catalogue), clock));
    let (manners, limits) = (loaded.config.manners(), loaded.config.limits());
    let dispatcher = Dispatcher::new(loaded.policy, catalogue, manners, limits);
    let shared = Arc::new(Shared::new(loaded.config, Arc::clone(&rules), logs, screen, clock));
    let view = Arc::new(Settings { shared: Arc::clone(&shared), base });
    let durable: Arc<dyn Store> = Arc::clone(&store) as Arc<dyn Store>;
    let (orders, ordered) = mpsc::channel(ORDERS);
    let parts = Parts {
        dispatcher,
        rules,
        store: Arc::clone(&durable),
        plugins: serve(&plugins, &shared, &view, &durable),
        overseer: Arc::new(Porter { shared: Arc::clone(&shared), orders }),
        clock,
    };
    let (house, door) = House::new(parts, cancel.clone());
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(house.run());

    let mut networks = Networks::new(door.clone(), Arc::clone(&shared));
    let outbox = durable.unsent().await.map_err(stored)?;
    for (key, why) in durable.unreadable_outputs().await.map_err(stored)? {
        tracing::error!(%key, %why, "An output cannot be read, and is not sent.");
    }
    let interrupted = durable.interrupted().await.map_err(stored)?;
    networks.announce(&loaded.networks).await;
    let audited = durable.last_audit().await.map_err(stored)?;
    let cursors = durable.cursors().await.map_err(stored)?;
    door.tell(Input::Restored { outbox, interrupted, audited, cursors }).await;
    networks.start(loaded.networks);
    tracing::info!(bot = %shared.config.load().bot().name, "Ready.");
    if bot.folder.is_none() {
        shared.screen.greet(&greeting(&shared.config.load())).await;
    }

    let control = control::Control { plugins, shared, view, store: durable, door };
    let end = control.serve(ordered, &mut networks).await;
    networks.stop().await;
    cancel.cancel();
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "The house did not close in good order.");
        }
    }
    store.close().await;
    Ok(end)
}

fn open(config: &nuncio_config::Config) -> Result<Arc<SqliteStore>, Failed> {
    let durability = match config.store().durability {
        Durability::Process => nuncio_store::Durability::Process,
        Durability::Power => nuncio_store::Durability::Power,
    };
    let opened = SqliteStore::open(&paths::state_of(config), Options { durability });
    opened.map(Arc::new).map_err(|error| Failed::saying(Exit::Store, error))
}

/// What the quickstart bot says to whoever started it.
fn greeting(config: &nuncio_config::Config) -> String {
    let name = &config.bot().name;
    format!(
        "\nHello! I am {name}, and you are my owner here. Three things to type:\n\
         \n  help                              what I can do\
         \n  whoami                            how I know you\
         \n  why u:socket:uid/1000 restart     who may do what, and why\n\
         \nIn another terminal, `nuncio chat` talks to me (or `cargo run -- chat`).\
         \nCopy bots/irc-helper to make me a bot of your own. `stop` ends me.\n"
    )
}

/// Each plugin with what it may read.
fn serve(
    plugins: &Plugins,
    shared: &Arc<Shared>,
    view: &Arc<Settings>,
    store: &Arc<dyn Store>,
) -> Loaded {
    let with_services = |(plugin, manifest): (
        &Arc<dyn nuncio_core::plugin::Plugin>,
        &nuncio_core::plugin::Manifest,
    )| {
        let services = views::services(&manifest.name, shared, view, store);
        (manifest.name.clone(), (Arc::clone(plugin), services))
    };
    plugins.iter().map(with_services).collect()
}

fn stored(error: nuncio_core::store::StoreError) -> Failed {
    Failed::saying(Exit::Store, error)
}
