//! The bot in memory.

mod running;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use nuncio_core::event::{EventKind, Timing};
use nuncio_core::features::Features;
use nuncio_core::file::Attached;
use nuncio_core::place::Place;
use nuncio_core::plugin::{Order, Plugin};
use nuncio_core::store::Store;
use nuncio_core::store::memory::MemoryStore;
use nuncio_policy::Speaker;
use tokio::sync::OnceCell;

use self::running::Running;
use super::{Heard, Memory, Person, Received, fail};

/// Who may do what where a test does not say.
const POLICY: &str = r#"
owners = ["u:memory:owner"]
sudoers = ["u:memory:sudoer"]
"#;

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

    /// One of its other networks.
    ///
    /// # Panics
    /// Where it is not on it.
    #[track_caller]
    pub fn other(&self, name: &str) -> &Memory {
        let named = self.others.iter().find(|other| other.network().as_str() == name);
        named.unwrap_or_else(|| fail(format!("the bot is on no network `{name}`")))
    }

    pub(super) async fn sees_leave(&self, network: &Memory, address: &str) {
        let running = self.running().await;
        network.leave(address).await.taken().await;
        running.door.idle().await;
    }

    pub(super) async fn sees(&self, kind: EventKind, place: Place) -> Heard {
        let running = self.running().await;
        self.take_received();
        let what = format!("{kind:?}");
        self.memory.happen(kind, Timing::Live).await.taken().await;
        running.door.idle().await;
        Heard::new(&what, place, self.take_received())
    }

    /// What was received on all networks since the last time.
    fn take_received(&self) -> Vec<Received> {
        [&self.memory].into_iter().chain(&self.others).flat_map(Memory::take_received).collect()
    }

    pub(super) async fn hear(
        &self,
        network: &Memory,
        speaker: Speaker,
        name: &str,
        (place, files): (Place, Vec<Attached>),
        text: &str,
    ) -> Heard {
        let running = self.running().await;
        self.take_received();
        network.show(speaker, name, place.clone(), text, files).await.taken().await;
        running.door.idle().await;
        Heard::new(text, place, self.take_received())
    }

    async fn running(&self) -> &Running {
        self.running.get_or_init(|| self.start()).await
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
