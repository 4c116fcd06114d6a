//! A socket that is open, and the house behind it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use nuncio_core::action::Output;
use nuncio_core::content::Content;
use nuncio_core::event::{EventKind, LinkState, Message};
use nuncio_core::transport::{Transport, TransportError};
use nuncio_policy::Speaker;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::{Far, House, answer, network};
use crate::config::{Config, ConfigError};
use crate::path::own_uid;
use crate::protocol::CommandInfo;
use crate::{Catalogue, Socket};

/// A socket that is open, with a house that answers as the test says.
#[derive(Debug)]
pub(crate) struct Bot {
    pub(crate) folder: TempDir,
    pub(crate) far: Far,
    pub(crate) house: House,
    running: JoinHandle<Result<(), TransportError>>,
}

#[derive(Debug)]
pub(crate) struct Commands;

impl Catalogue for Commands {
    fn commands(&self, speaker: &Speaker) -> Vec<CommandInfo> {
        vec![CommandInfo {
            name: format!("hello {speaker}"),
            about: "Greets.".into(),
            confidential: false,
        }]
    }
}

impl Bot {
    pub(crate) async fn start(toml: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self::start_in(folder, toml).await
    }

    pub(crate) async fn start_in(folder: TempDir, toml: &str) -> Self {
        let config: Config = toml::from_str(toml).expect("a config");
        let path = folder.path().join("bot.sock");
        let settings = config.settings(network(), path, own_uid(), |source| match source {
            nuncio_core::config::SecretSource::Text(secret) => Ok(secret.clone()),
            _ => Err(ConfigError::Nobody),
        });
        let socket = Socket::new(settings.expect("settings"), "nuncio".into(), Arc::new(Commands));
        let (link, mut far) = Far::link();
        #[expect(clippy::disallowed_methods, reason = "the test owns it")]
        let running = tokio::spawn(Box::new(socket).run(link));
        let online = far.events.recv().await.expect("it is open");
        assert!(matches!(online.kind, EventKind::Link(LinkState::Online)), "{online:?}");
        Self { folder, far, house: House::new(), running }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("bot.sock")
    }

    pub(crate) async fn say(&mut self, output: Output) {
        let delivery = self.house.delivery(output);
        self.far.deliveries.send(delivery).await.expect("a transport");
    }

    /// Hears something, and answers it.
    pub(crate) async fn answer(&mut self, content: impl Into<Content>) -> Message {
        let message = self.far.message().await;
        self.say(answer(message.place.clone(), message.id.clone(), content)).await;
        message
    }

    pub(crate) async fn stop(mut self) -> House {
        self.far.cancel.cancel();
        let ended = timeout(Duration::from_secs(5), &mut self.running).await;
        ended.expect("in time").expect("no panic").expect("no error");
        self.house
    }
}
