//! The bot in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use nuncio_core::catalogue::Catalogue;
use nuncio_core::command::CommandTree;
use nuncio_core::dispatch::{Dispatcher, FloodLimits, Input, Limits, Manners};
use nuncio_core::features::Features;
use nuncio_core::house::{Attachment, Clock, Door, House, Parts, Plugins, attach};
use nuncio_core::place::Place;
use nuncio_core::plugin::{Manifest, Order, Plugin};
use nuncio_core::rules::Rules;
use nuncio_core::scoped::Scoped;
use nuncio_core::services::{Services, Stored};
use nuncio_core::store::Store;
use nuncio_core::store::memory::MemoryStore;
use nuncio_policy::{CommandId, Declared, Managed, Networks, Policy, Speaker};
use tokio::sync::OnceCell;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::views::{Seen, Views};
use super::{Heard, Memory, Person, fail};

/// Who may do what where a test does not say.
const POLICY: &str = r#"
owners = ["u:memory:owner"]
sudoers = ["u:memory:sudoer"]
"#;

/// When the calendar of a test begins.
const NOON: &str = "2026-11-22T12:00:00Z";

/// A bot in memory, on the network `memory` and on others that a test names.
///
/// It is built like `Bot::with(plugin()).policy("…")` and starts when somebody first speaks.
/// `owner` is an owner, `sudoer` a sudoer, everybody else nothing in particular.
#[derive(Debug)]
pub struct Bot {
    plugins: Vec<Arc<dyn Plugin>>,
    /// Whether they are taken for standard ones.
    trusted: bool,
    policy: String,
    declared: BTreeMap<String, String>,
    renames: Vec<(String, String)>,
    memory: Memory,
    others: Vec<Memory>,
    store: Arc<MemoryStore>,
    /// When its calendar began.
    began: tokio::time::Instant,
    running: OnceCell<Running>,
}

#[derive(Debug)]
struct Running {
    door: Door,
    views: Arc<Views>,
    cancel: CancellationToken,
    tasks: tokio::sync::Mutex<JoinSet<()>>,
}

impl Bot {
    /// A bot with a plugin.
    ///
    /// # Panics
    /// Outside of a Tokio runtime of one thread, such as `#[tokio::test]` makes one.
    pub fn with(plugin: impl Plugin + 'static) -> Self {
        Self::with_shared(Arc::new(plugin))
    }

    pub(super) fn with_shared(plugin: Arc<dyn Plugin>) -> Self {
        stop_time();
        let memory = Memory::new("memory".parse().unwrap_or_else(|error| fail(error)));
        Self {
            plugins: vec![plugin],
            trusted: true,
            policy: POLICY.to_owned(),
            declared: BTreeMap::new(),
            renames: Vec::new(),
            memory,
            others: Vec::new(),
            store: Arc::new(MemoryStore::new()),
            began: tokio::time::Instant::now(),
            running: OnceCell::new(),
        }
    }

    /// The same bot with another plugin.
    #[must_use]
    pub fn and(mut self, plugin: impl Plugin + 'static) -> Self {
        self.plugins.push(Arc::new(plugin));
        self
    }

    /// The same bot, which takes its plugins for anybody's from its next start on: it gives them no
    /// hashes of passwords, and heeds no orders, changes of the policy, sessions and notes.
    #[must_use]
    pub fn untrusted(self) -> Self {
        Self { trusted: false, ..self }
    }

    /// The same bot under a policy: the keys of the `[policy]` table, as TOML. It replaces the one
    /// that names `owner` and `sudoer`.
    #[must_use]
    pub fn policy(self, toml: &str) -> Self {
        Self { policy: toml.to_owned(), ..self }
    }

    /// The same bot with a key of its configuration set in a file: `plugin.dice.sides`, `20`.
    #[must_use]
    pub fn config(mut self, key: &str, toml: &str) -> Self {
        self.declared.insert(key.to_owned(), toml.to_owned());
        self
    }

    /// The same bot with a command renamed: `greet.hello` to `greet.hi`.
    #[must_use]
    pub fn rename(mut self, old: &str, new: &str) -> Self {
        self.renames.push((old.to_owned(), new.to_owned()));
        self
    }

    /// The same bot on a network that can do so much.
    #[must_use]
    pub fn on(self, features: Features) -> Self {
        self.memory.offer(features);
        self
    }

    /// The same bot on one more network, where [`Person::on`] lets people speak.
    #[must_use]
    pub fn network(mut self, name: &str) -> Self {
        self.others.push(Memory::new(name.parse().unwrap_or_else(|error| fail(error))));
        self
    }

    /// Ann says something in private, who is verified and nothing in particular.
    pub async fn ann(&self, text: &str) -> Heard {
        self.person("ann").asks(text).await
    }

    /// A sudoer says something in private.
    pub async fn sudoer(&self, text: &str) -> Heard {
        self.person("sudoer").asks(text).await
    }

    /// An owner says something in private.
    pub async fn owner(&self, text: &str) -> Heard {
        self.person("owner").asks(text).await
    }

    /// Somebody of this name, whom the network vouches for.
    pub fn person(&self, name: &str) -> Person<'_> {
        Person::new(self, name)
    }

    /// Lets time pass.
    pub async fn wait(&self, time: Duration) {
        let running = self.running().await;
        tokio::time::sleep(time).await;
        running.door.idle().await;
    }

    /// Ends the bot and starts it again, on the same store and the same network.
    pub async fn restart(&mut self) {
        if let Some(running) = self.running.take() {
            running.close().await;
        }
        self.running().await;
    }

    /// What the house was asked to do, in order.
    pub async fn orders(&self) -> Vec<Order> {
        self.running().await.views.seen().orders.clone()
    }

    /// Adds a line to the log that `log tail` shows.
    pub async fn log(&self, line: &str) {
        self.running().await.views.seen().log.push(line.to_owned());
    }

    /// The network.
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    /// The store.
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// One of its networks.
    #[track_caller]
    pub(super) fn other(&self, name: &str) -> &Memory {
        let named = self.others.iter().find(|other| other.network().as_str() == name);
        named.unwrap_or_else(|| fail(format!("the bot is on no network `{name}`")))
    }

    pub(super) async fn sees_leave(&self, network: &Memory, address: &str) {
        let running = self.running().await;
        network.leave(address).await.taken().await;
        running.door.idle().await;
    }

    pub(super) async fn hear(
        &self,
        network: &Memory,
        speaker: Speaker,
        name: &str,
        place: Place,
        text: &str,
    ) -> Heard {
        let running = self.running().await;
        network.take_received();
        network.say(speaker, name, place.clone(), text).await.taken().await;
        running.door.idle().await;
        Heard::new(text, place, network.take_received())
    }

    async fn running(&self) -> &Running {
        self.running.get_or_init(|| self.start()).await
    }

    async fn start(&self) -> Running {
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
    async fn close(self) {
        self.cancel.cancel();
        let mut tasks = self.tasks.into_inner();
        while tasks.join_next().await.is_some() {}
    }
}

/// Makes the runtime's time stand still, unless it does already.
fn stop_time() {
    let (real, ours) = (std::time::Instant::now(), tokio::time::Instant::now());
    while real.elapsed().is_zero() {
        std::hint::spin_loop();
    }
    if !ours.elapsed().is_zero() {
        tokio::time::pause();
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

fn keys(manifests: &[Manifest]) -> BTreeMap<String, nuncio_core::config::Key> {
    let of = |manifest: &Manifest| {
        let name = manifest.name.clone();
        let full =
            move |key: &nuncio_core::config::Key| (format!("plugin.{name}.{}", key.path), *key);
        manifest.keys.iter().map(full).collect::<Vec<_>>()
    };
    manifests.iter().flat_map(of).collect()
}
