//! What happens while a bot runs: signals, orders, reloads.

use std::sync::Arc;
use std::time::Duration;

use nuncio_config::{Problems, UnknownNames};
use nuncio_core::dispatch::Input;
use nuncio_core::house::Door;
use nuncio_core::plugin::Order;
use nuncio_core::store::{OutboxRow, Store};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::End;
use crate::exit::Exit;
use crate::load::{Loaded, load};
use crate::networks::Networks;
use crate::plugins::Plugins;
use crate::settings::Settings;
use crate::shared::Shared;

/// How often what is old enough is forgotten.
const SWEEP: Duration = Duration::from_hours(1);

/// How long a bot that is to end waits for what is under way.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Everything that a running bot is steered with.
#[derive(Debug)]
pub(super) struct Control {
    pub(super) plugins: Plugins,
    pub(super) shared: Arc<Shared>,
    pub(super) view: Arc<Settings>,
    pub(super) store: Arc<dyn Store>,
    pub(super) door: Door,
}

impl Control {
    /// Carries out orders and heeds signals until one of them ends the bot.
    pub(super) async fn serve(
        self,
        mut orders: mpsc::Receiver<Order>,
        networks: &mut Networks,
    ) -> End {
        let mut interrupt = on(SignalKind::interrupt());
        let mut terminate = on(SignalKind::terminate());
        let mut hangup = on(SignalKind::hangup());
        let mut sweep = tokio::time::interval(SWEEP);
        let mut reading = Reading::default();
        loop {
            let order = tokio::select! {
                biased;
                read = reading.done() => {
                    self.apply(read, networks).await;
                    if std::mem::take(&mut reading.is_old) {
                        self.read(&mut reading).await;
                    }
                    continue;
                }
                () = came(&mut interrupt) => Order::Stop,
                () = came(&mut terminate) => Order::Stop,
                () = came(&mut hangup) => Order::Reload,
                Some(order) = orders.recv() => order,
                _ = sweep.tick() => {
                    self.forget().await;
                    continue;
                }
            };
            match order {
                Order::Stop => {
                    tracing::info!("Stopping.");
                    self.finish().await;
                    return End::Over(Exit::Fine);
                }
                Order::Restart => {
                    tracing::info!("Restarting.");
                    self.finish().await;
                    return End::Again;
                }
                Order::Reload | Order::Set { .. } => self.read(&mut reading).await,
                Order::LogLevel(level) => match self.shared.logs.set_level(&level) {
                    Ok(()) => tracing::info!(%level, "The log level was set."),
                    Err(why) => tracing::error!(%why, "The log level was not set."),
                },
                Order::Resend(key) => {
                    if let Some(row) = self.find(key.as_str()).await {
                        self.door.tell(Input::Resend(Box::new(row))).await;
                    }
                }
                Order::Discard(key) => self.door.tell(Input::Discard(key)).await,
                order => tracing::error!(?order, "An order is not known."),
            }
        }
    }

    /// Lets what is under way arrive, the farewell among it, while the networks are still there.
    async fn finish(&self) {
        self.shared.end();
        if tokio::time::timeout(LAST_WORDS, self.door.idle()).await.is_err() {
            tracing::debug!("Something was still under way; it is sent when the bot starts again.");
        }
    }

    /// Reads everything again, or once more if it is being read. That has a thread of its own: the
    /// command that tells a secret takes its time.
    async fn read(&self, reading: &mut Reading) {
        if !reading.task.is_empty() {
            reading.is_old = true;
            return;
        }
        let mut loader = self.view.base.clone();
        match self.store.settings().await {
            Ok(settings) => loader.settings = settings,
            Err(error) => return tracing::error!(%error, "Nothing was reloaded."),
        }
        let generation = self.shared.rules.policy().generation() + 1;
        let plugins = self.plugins.clone();
        reading
            .task
            .spawn_blocking(move || load(&loader, &plugins, generation, UnknownNames::Warn));
    }

    /// Applies what changed of what was read, and only that. What is wrong changes nothing.
    async fn apply(&self, read: Result<Loaded, Problems>, networks: &mut Networks) {
        let loaded = match read {
            Ok(loaded) => loaded,
            Err(problems) => {
                for problem in &problems {
                    let place = problem.place().map(ToString::to_string).unwrap_or_default();
                    tracing::error!(%place, %problem, "Nothing was reloaded.");
                }
                return;
            }
        };
        let Loaded { config, catalogue, policy, networks: plans, .. } = loaded;
        let changes = self.shared.config.load().changes(&config);
        for key in &changes.restart {
            tracing::warn!(%key, "It holds when the bot is started again.");
        }
        if config.log().level != self.shared.config.load().log().level
            && let Err(why) = self.shared.logs.set_level(&config.log().level)
        {
            tracing::error!(%why, "The log level was not set.");
        }
        self.door.tell(Input::Manners(Box::new(config.manners()))).await;
        self.door.tell(Input::Limits(config.limits())).await;
        self.door.tell(Input::Catalogue(Arc::new(catalogue))).await;
        self.door.tell(Input::Policy(policy)).await;
        self.shared.config.store(Arc::new(config));
        networks.apply(plans, &changes).await;
        tracing::info!(
            live = changes.live.len(),
            reconnected = changes.reconnect.len(),
            "Reloaded."
        );
    }

    async fn find(&self, key: &str) -> Option<OutboxRow> {
        let rows = self.store.outbox(usize::MAX).await.unwrap_or_default();
        let row = rows.into_iter().find(|row| row.key.as_str() == key);
        if row.is_none() {
            tracing::warn!(%key, "There is no such output in the outbox.");
        }
        row
    }

    async fn forget(&self) {
        let keep = self.shared.config.load().retention();
        match self.store.prune(keep, self.shared.clock.now().wall).await {
            Ok(rows) => tracing::debug!(rows, "Forgot what is old enough."),
            Err(error) => tracing::error!(%error, "Old rows were not forgotten."),
        }
    }
}

/// The configuration while it is read again.
#[derive(Debug, Default)]
struct Reading {
    task: JoinSet<Result<Loaded, Problems>>,
    /// Whether something has changed since it began.
    is_old: bool,
}

impl Reading {
    /// What was read; waits for ever while nothing is.
    ///
    /// # Cancel safety
    /// Nothing is lost.
    async fn done(&mut self) -> Result<Loaded, Problems> {
        loop {
            match self.task.join_next().await {
                Some(Ok(read)) => return read,
                Some(Err(error)) => tracing::error!(%error, "Nothing was reloaded."),
                None => std::future::pending().await,
            }
        }
    }
}

/// A signal, or nothing where the system has none to give.
fn on(kind: SignalKind) -> Option<Signal> {
    signal(kind).inspect_err(|error| tracing::error!(%error, "A signal cannot be heeded.")).ok()
}

async fn came(signal: &mut Option<Signal>) {
    if let Some(signal) = signal
        && signal.recv().await.is_some()
    {
        return;
    }
    std::future::pending::<()>().await;
}
