//! The bot while it runs: the house, its plugins and its networks.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use nuncio_core::catalogue::Catalogue;
use nuncio_core::command::CommandTree;
use nuncio_core::config::Key;
use nuncio_core::dispatch::{Dispatcher, FloodLimits, Input, Limits, Manners};
use nuncio_core::house::{Attachment, Clock, Door, House, Parts, Plugins, attach};
use nuncio_core::plugin::Manifest;
use nuncio_core::rules::Rules;
use nuncio_core::scoped::Scoped;
use nuncio_core::services::{Services, Stored};
use nuncio_core::store::Store;
use nuncio_policy::{CommandId, Declared, Managed, Networks, Policy};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::Bot;
use crate::test::fail;
use crate::test::views::{Seen, Views};

/// When the calendar of a test begins.
const NOON: &str = "2026-11-22T12:00:00Z";

#[derive(Debug)]
pub(super) struct Running {
    pub(super) door: Door,
    pub(super) views: Arc<Views>,
    cancel: CancellationToken,
    tasks: tokio::sync::Mutex<JoinSet<()>>,
}

impl Bot {
    /// Puts the house together, as the runner does.
    pub(super) async fn start(&self) -> Running {
        let noon: Timestamp = NOON.parse().unwrap_or_else(|error| fail(error));
        let now = noon.checked_add(self.began.elapsed()).unwrap_or(noon);
        let clock = Clock::starting_at(now);
        let manifests: Vec<Manifest> =
            self.plugins.iter().map(|plugin| plugin.manifest()).collect();
        let mut catalogue = catalogue(&manifests, &self.renames);
        if !self.trusted {
            catalogue.trusted.clear();
        }
        let catalogue = Arc::new(catalogue);
        let policy = compile(&self.policy, &catalogue.commands);
        let managed = self.store.managed().await.unwrap_or_else(|error| fail(error));
        let (policy, _) = policy.manage(&Managed::load(managed), 2);
        let views = Arc::new(Views {
            memory: self.memory.clone(),
            stored: Stored::new(Arc::clone(&self.store) as Arc<dyn Store>),
            clock,
            started: now,
            keys: keys(&manifests),
            seen: Mutex::new(Seen { declared: self.declared.clone(), ..Seen::default() }),
        });
        let rules = Arc::new(Rules::new(&policy, Arc::clone(&catalogue), clock));
        let services = |name: &str| Services {
            policy: Arc::clone(&rules),
            config: Arc::clone(&views) as _,
            status: Arc::clone(&views) as _,
            records: Arc::clone(&views) as _,
            values: Arc::new(views.stored.values(name)),
        };
        let plugins: Plugins = manifests
            .iter()
            .zip(&self.plugins)
            .map(|(manifest, plugin)| {
                (manifest.name.clone(), (Arc::clone(plugin), services(&manifest.name)))
            })
            .collect();
        let manners = Manners {
            prefix: Scoped::everywhere("!".into()),
            by_name: Scoped::everywhere(true),
            answer_unknown: Scoped::everywhere(false),
            name: "nuncio".into(),
        };
        // A test says as much as it likes.
        let limits = Limits { floods: FloodLimits::OFF, ..Limits::default() };
        let dispatcher = Dispatcher::new(policy, catalogue, manners, limits);
        let cancel = CancellationToken::new();
        let (house, door) = House::new(
            Parts {
                dispatcher,
                rules,
                store: Arc::clone(&self.store) as Arc<dyn Store>,
                plugins,
                overseer: Arc::clone(&views) as _,
                clock,
            },
            cancel.clone(),
        );
        let mut tasks = JoinSet::new();
        tasks.spawn(house.run());
        let audited = self.store.last_audit().await.unwrap_or_else(|error| fail(error));
        let (outbox, interrupted, cursors) = (Vec::new(), Vec::new(), Vec::new());
        door.tell(Input::Restored { outbox, interrupted, audited, cursors }).await;
        for memory in [&self.memory].into_iter().chain(&self.others) {
            let transport = memory.clone();
            let attachment = Attachment {
                network: memory.network().clone(),
                make: Box::new(move || Ok(transport.transport())),
                machine: false,
                window: 64,
                random: || 0.5,
            };
            tasks.spawn(attach(attachment, door.clone(), clock, cancel.clone()));
            memory.sees_bot(true).await;
        }
        Running { door, views, cancel, tasks: tokio::sync::Mutex::new(tasks) }
    }
}

impl Running {
    pub(super) async fn close(self) {
        self.cancel.cancel();
        let mut tasks = self.tasks.into_inner();
        while tasks.join_next().await.is_some() {}
    }
}

fn catalogue(manifests: &[Manifest], renames: &[(String, String)]) -> Catalogue {
    let commands = manifests.iter().flat_map(|manifest| manifest.commands.iter().cloned());
    let id = |full: &String| full.parse::<CommandId>().unwrap_or_else(|error| fail(error));
    let renames = renames.iter().map(|(old, new)| (id(old), id(new)));
    let commands = CommandTree::build(commands, renames).unwrap_or_else(|error| fail(error));
    let name =
        |plugin: &str, path: &str| CommandId::new(plugin, path).unwrap_or_else(|error| fail(error));
    let mut catalogue = Catalogue {
        commands: Arc::new(commands),
        watchers: Vec::new(),
        handlers: Vec::new(),
        trusted: manifests.iter().map(|manifest| manifest.name.clone()).collect(),
    };
    for manifest in manifests {
        for watcher in &manifest.watchers {
            catalogue.watchers.push((name(&manifest.name, &watcher.path), watcher.clone()));
        }
        for handler in &manifest.handlers {
            catalogue.handlers.push((name(&manifest.name, &handler.path), handler.clone()));
        }
    }
    catalogue
}

#[track_caller]
fn compile(toml: &str, commands: &CommandTree) -> Policy {
    let declared: Declared = toml::from_str(toml).unwrap_or_else(|error| fail(error));
    match Policy::compile(&declared, &Networks::new(), &commands.registry(), 1) {
        Ok((policy, _)) => policy,
        Err(diagnostics) => fail(format!("the policy is wrong: {diagnostics:#?}")),
    }
}

fn keys(manifests: &[Manifest]) -> BTreeMap<String, Key> {
    let of = |manifest: &Manifest| {
        let name = manifest.name.clone();
        let full = move |key: &Key| (format!("plugin.{name}.{}", key.path), *key);
        manifest.keys.iter().map(full).collect::<Vec<_>>()
    };
    manifests.iter().flat_map(of).collect()
}
