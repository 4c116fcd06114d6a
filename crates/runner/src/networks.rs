//! The configured networks: from their tables to transports that run.
//!
//! One module per kind, each behind the feature of its name.

#[cfg(feature = "socket")]
mod console;
#[cfg(feature = "irc")]
mod irc;
#[cfg(feature = "matrix")]
pub(crate) mod matrix;
#[cfg(feature = "socket")]
mod socket;
#[cfg(feature = "xmpp")]
mod xmpp;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use nuncio_config::{Changes, Config, NetworkSection, Problem, Problems, Schema};
use nuncio_core::config::{Secret, SecretSource};
use nuncio_core::cursor::Cursor;
use nuncio_core::dispatch::Input;
use nuncio_core::house::{Attachment, Door, attach};
use nuncio_core::transport::Transport;
use nuncio_policy::Network;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::shared::Shared;

/// Makes a network's transport, once for each start.
pub(crate) type Make =
    Box<dyn Fn(&Arc<Shared>) -> Result<Box<dyn Transport>, String> + Send + Sync>;

/// Why a network's table cannot be used.
#[derive(Debug)]
pub(crate) struct Unusable(String);

impl std::fmt::Display for Unusable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Every error of a kind of network, with what lies behind it.
impl<E: std::error::Error> From<E> for Unusable {
    fn from(error: E) -> Self {
        Self(in_full(&error))
    }
}

/// An error with what lies behind it.
pub(crate) fn in_full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

/// Fetches a secret for a network.
fn secret(source: &SecretSource, folder: &Path) -> Result<Secret, Unusable> {
    let fetched = nuncio_config::fetch(source, folder)?;
    if let Some(file) = &fetched.exposed {
        let file = file.display();
        tracing::warn!(%file, "Others can read this file of a secret; `chmod 600` it.");
    }
    Ok(fetched.secret)
}

/// A problem of a network's table, at its place.
fn unusable(config: &Config, section: &NetworkSection<'_>, error: &Unusable) -> Problem {
    let place = config.origin(&section.section.path().name("kind")).map(|origin| origin.place);
    Problem::error(format!("network `{}`: {error}", section.name), place)
}

/// Adds the keys of all kinds.
pub(crate) fn schema(schema: Schema) -> Schema {
    #[cfg(feature = "irc")]
    let schema = schema.transport("irc", nuncio_irc::config::KEYS);
    #[cfg(feature = "matrix")]
    let schema = schema.transport("matrix", nuncio_matrix::config::KEYS);
    #[cfg(feature = "socket")]
    let schema = schema.transport("socket", nuncio_socket::config::KEYS);
    #[cfg(feature = "xmpp")]
    let schema = schema.transport("xmpp", nuncio_xmpp::config::KEYS);
    schema
}

/// What is to run, understood as far as that can be done without connecting.
#[derive(Debug)]
pub(crate) struct Plans {
    plans: Vec<Plan>,
    /// What is doubtful.
    pub(crate) doubts: Problems,
}

/// What can be lost, by what is known from when the bot was online last.
#[cfg_attr(
    not(feature = "xmpp"),
    expect(unused_variables, reason = "no other network has an archive yet")
)]
pub(crate) fn lossy(config: &Config, cursors: &[Cursor]) -> Problems {
    let doubts = Vec::new();
    #[cfg(feature = "xmpp")]
    let doubts = {
        let tables = config.networks().filter(|section| section.kind == "xmpp");
        let lossy = tables.filter_map(|section| xmpp::lossy(config, &section, cursors));
        lossy.chain(doubts).collect::<Vec<_>>()
    };
    doubts.into()
}

/// A network that is to run.
struct Plan {
    network: Network,
    kind: String,
    make: Make,
}

/// What makes it holds secrets.
impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Plan({}, {})", self.network, self.kind)
    }
}

/// Understands all networks: the configured ones, and those that are always there. Files and secrets
/// are read, which may take as long as the commands that tell them.
///
/// # Errors
/// All that is wrong, each at its place.
pub(crate) fn plan(config: &Config) -> Result<Plans, Problems> {
    let (mut plans, mut problems) = (Vec::new(), Vec::new());
    for section in config.networks() {
        let network = section.name.parse::<Network>();
        let network = network.map_err(|error| Problem::error(error.to_string(), None));
        match network.and_then(|network| Ok((make(config, &section, network.clone())?, network))) {
            Ok((make, network)) => plans.push(Plan { network, kind: section.kind, make }),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(problems.into());
    }
    #[cfg(feature = "socket")]
    {
        let network = Network::console();
        plans.push(Plan { network, kind: "console".into(), make: console::make(config) });
        if !plans.iter().any(|plan| plan.kind == "socket") {
            let network = Network::socket();
            let make = socket::quickstart(config, network.clone())?;
            plans.push(Plan { network, kind: "socket".into(), make });
        }
    }
    Ok(Plans { plans, doubts: doubts(config) })
}

#[cfg_attr(
    not(feature = "irc"),
    expect(unused_variables, reason = "nothing is doubtful of another network")
)]
fn doubts(config: &Config) -> Problems {
    let doubts = Vec::new();
    #[cfg(feature = "irc")]
    let doubts = {
        let tables = config.networks().filter(|section| section.kind == "irc");
        tables.filter_map(|section| irc::doubt(config, &section)).chain(doubts).collect::<Vec<_>>()
    };
    doubts.into()
}

fn make(config: &Config, section: &NetworkSection<'_>, network: Network) -> Result<Make, Problem> {
    match section.kind.as_str() {
        #[cfg(feature = "irc")]
        "irc" => irc::make(config, section, network),
        #[cfg(feature = "matrix")]
        "matrix" => matrix::make(config, section, network),
        #[cfg(feature = "socket")]
        "socket" => socket::make(config, section, network),
        #[cfg(feature = "xmpp")]
        "xmpp" => xmpp::make(config, section, network),
        kind => {
            let place =
                config.origin(&section.section.path().name("kind")).map(|origin| origin.place);
            let message = format!("this nuncio was built without networks of kind `{kind}`");
            Err(Problem::error(message, place)
                .with_help(format!("build it with `--features {kind}`")))
        }
    }
}

/// The networks that run.
#[derive(Debug)]
pub(crate) struct Networks {
    door: Door,
    shared: Arc<Shared>,
    /// How many deliveries each holds at once, as at the start: the house counts on it.
    window: usize,
    running: BTreeMap<Network, Running>,
}

#[derive(Debug)]
struct Running {
    cancel: CancellationToken,
    task: JoinSet<()>,
}

impl Networks {
    pub(crate) fn new(door: Door, shared: Arc<Shared>) -> Self {
        let window = shared.config.load().limits().window;
        Self { door, shared, window, running: BTreeMap::new() }
    }

    /// Tells the house which networks there will be, so that it knows where its outputs can go.
    pub(crate) async fn announce(&self, plans: &Plans) {
        for Plan { network, kind, make } in &plans.plans {
            let features =
                make(&self.shared).map(|transport| transport.features()).unwrap_or_default();
            let (network, machine) = (network.clone(), kind == "socket");
            self.door.tell(Input::Network { network, features, machine }).await;
        }
    }

    /// Starts every network.
    pub(crate) fn start(&mut self, plans: Plans) {
        for plan in plans.plans {
            self.start_one(plan);
        }
    }

    fn start_one(&mut self, plan: Plan) {
        let Plan { network, kind, make } = plan;
        self.shared.add_network(&network, &kind);
        let shared = Arc::clone(&self.shared);
        let attachment = Attachment {
            network: network.clone(),
            make: Box::new(move || make(&shared)),
            machine: kind == "socket",
            window: self.window,
            random: || fastrand::f64(),
        };
        let cancel = CancellationToken::new();
        let mut task = JoinSet::new();
        task.spawn(attach(attachment, self.door.clone(), self.shared.clock, cancel.clone()));
        self.running.insert(network, Running { cancel, task });
    }

    /// Stops, starts and restarts the networks that a reload changed.
    pub(crate) async fn apply(&mut self, plans: Plans, changes: &Changes) {
        let changed = |name: &str| {
            changes.added.contains(name)
                || changes.removed.contains(name)
                || changes.reconnect.contains_key(name)
        };
        let gone: Vec<_> =
            self.running.keys().filter(|network| changed(network.as_str())).cloned().collect();
        for network in gone {
            self.stop_one(&network).await;
            if changes.removed.contains(network.as_str()) {
                self.shared.remove_network(&network);
                self.door.tell(Input::NoNetwork(network)).await;
            }
        }
        for plan in plans.plans {
            if !self.running.contains_key(&plan.network) {
                self.start_one(plan);
            }
        }
    }

    /// Stops every network; each takes its leave.
    pub(crate) async fn stop(&mut self) {
        for running in self.running.values() {
            running.cancel.cancel();
        }
        let networks: Vec<_> = self.running.keys().cloned().collect();
        for network in networks {
            self.stop_one(&network).await;
        }
    }

    async fn stop_one(&mut self, network: &Network) {
        let Some(mut running) = self.running.remove(network) else { return };
        running.cancel.cancel();
        let ended = tokio::time::timeout(PATIENCE, running.task.join_next()).await;
        if ended.is_err() {
            tracing::error!(%network, "The network did not take its leave in time.");
        }
    }
}

/// How long a network may take to take its leave: the contract's five seconds, and some.
const PATIENCE: Duration = Duration::from_secs(6);
