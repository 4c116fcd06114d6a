//! What a command knows of its call.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use nuncio_core::event::MessageId;
use nuncio_core::file::{Attached, Fetched};
use nuncio_core::place::Place;
use nuncio_core::plugin::Call;
use nuncio_core::query::{Answer, Listing, Members, Query, QueryError, Within};
use nuncio_core::rules::Rules;
use nuncio_core::services::{ConfigView, RecordsView, StatusView};
use nuncio_policy::{AccountName, CommandId, Network, PasswordHash, RoomId, Speaker};
use serde::de::DeserializeOwned;

use crate::{Error, Result};

/// The call that a command answers: who asked, where and when, and what the house lets it read.
///
/// Clones in constant time.
#[derive(Clone)]
pub struct Context(Arc<Call>);

impl Context {
    pub(crate) fn new(call: Arc<Call>) -> Self {
        Self(call)
    }

    /// For whom the command runs, with what evidence.
    pub fn speaker(&self) -> &Speaker {
        self.0.speaker()
    }

    /// What to call the person: shown, never trusted.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Where it was asked, and where the answer goes.
    pub fn place(&self) -> &Place {
        &self.0.place
    }

    /// The message that asked, where the network has a name for it.
    pub fn message(&self) -> Option<&MessageId> {
        self.0.about.as_ref()
    }

    /// The room in which it was asked; `None` in private.
    pub fn room(&self) -> Option<&RoomId> {
        self.0.place.room()
    }

    /// The network on which it was asked.
    pub fn network(&self) -> &Network {
        self.0.place.network()
    }

    /// When it was asked.
    pub fn now(&self) -> Timestamp {
        self.0.at.wall
    }

    /// The command that runs, as policy names it.
    pub fn command(&self) -> &CommandId {
        self.0.permit().command()
    }

    /// The plugin's name.
    pub fn plugin(&self) -> &str {
        self.command().plugin()
    }

    /// The value that the plugin keeps under a key ([`Reply::keep`](crate::Reply::keep)).
    ///
    /// # Errors
    /// When the store fails, or the value is no `T`.
    pub async fn value<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        let bytes = self.0.services.values.get(key).await.map_err(Error::internal)?;
        Ok(bytes.map(|bytes| serde_json::from_slice(&bytes)).transpose()?)
    }

    /// The values that the plugin keeps under the keys that begin with `prefix`, by key, at most
    /// `limit`.
    ///
    /// # Errors
    /// When the store fails, or a value is no `T`.
    pub async fn values<T: DeserializeOwned>(
        &self,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<(String, T)>> {
        let values = self.0.services.values.list(prefix, limit).await.map_err(Error::internal)?;
        let read = |(key, bytes): (String, Vec<u8>)| Ok((key, serde_json::from_slice(&bytes)?));
        values.into_iter().map(read).collect()
    }

    /// A key of the plugin's own configuration, as it holds where it was asked; `None` where it
    /// is not set and has no default.
    ///
    /// # Errors
    /// When the value is no `T`.
    pub fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        let text = self.config().plugin_value(self.plugin(), key, self.room());
        let read = |text: String| T::deserialize(toml::de::ValueDeserializer::parse(&text)?);
        Ok(text.map(read).transpose()?)
    }

    /// The files that came with the message that asked, which [`fetch`](Context::fetch) can get.
    pub fn files(&self) -> &[Attached] {
        &self.0.files
    }

    /// What is in a file that somebody sent, as long as its network takes it to be no larger than it
    /// gets. Decided by policy as `query.fetch`, where the file was sent.
    ///
    /// # Errors
    /// Why not, for the person; see [`QueryError`].
    pub async fn fetch(&self, file: &Attached) -> Result<Fetched> {
        self.fetch_within(file, u64::MAX).await
    }

    /// The same, of at most so many bytes.
    ///
    /// # Errors
    /// Why not, for the person; see [`QueryError`].
    pub async fn fetch_within(&self, file: &Attached, limit: u64) -> Result<Fetched> {
        match self.ask(Query::Fetch { file: file.clone(), limit }).await {
            Ok(Answer::File(fetched)) => Ok(fetched),
            other => Err(unanswered(other)),
        }
    }

    /// Who is in a room. Decided by policy as `query.members`, in that room.
    ///
    /// # Errors
    /// Why not, for the person; see [`QueryError`].
    pub async fn members(&self, room: &RoomId) -> Result<Members> {
        match self.ask(Query::Members { room: room.clone() }).await {
            Ok(Answer::Members(members)) => Ok(members),
            other => Err(unanswered(other)),
        }
    }

    /// Which rooms a space holds, or a network lists. Decided by policy as `query.rooms`, in that
    /// space.
    ///
    /// # Errors
    /// Why not, for the person; see [`QueryError`].
    pub async fn rooms(&self, within: Within) -> Result<Listing> {
        match self.ask(Query::Rooms { within }).await {
            Ok(Answer::Rooms(listing)) => Ok(listing),
            other => Err(unanswered(other)),
        }
    }

    /// Asks a network something, and waits for the answer: for a plugin that goes on otherwise where
    /// there is none. It is decided by policy under the query's own name, at this command's level.
    ///
    /// # Errors
    /// [`QueryError`].
    pub async fn ask(&self, query: Query) -> std::result::Result<Answer, QueryError> {
        self.0.asker.ask(query).await
    }

    /// Waits until the call is to end: its deadline has passed, or the house closes.
    pub async fn cancelled(&self) {
        self.0.cancel.cancelled().await;
    }

    /// Rules and commands, without hashes of passwords.
    pub fn policy(&self) -> &Rules {
        &self.0.services.policy
    }

    /// The hash of an account's password, now: for a plugin that the house trusts. Another is
    /// always told `None`.
    pub fn password(&self, account: &AccountName) -> Option<PasswordHash> {
        self.0.passwords.as_ref()?.of(account)
    }

    /// The configuration.
    pub fn config(&self) -> &dyn ConfigView {
        &*self.0.services.config
    }

    /// How the house is doing.
    pub fn status(&self) -> &dyn StatusView {
        &*self.0.services.status
    }

    /// The log and the outbox.
    pub fn records(&self) -> &dyn RecordsView {
        &*self.0.services.records
    }
}

/// Why there is no answer, for the person; an answer to something else is a defect of the network's.
fn unanswered(answered: std::result::Result<Answer, QueryError>) -> Error {
    match answered {
        Ok(_) => Error::internal("the network answered something else than was asked"),
        Err(why @ (QueryError::Ended | QueryError::Stale)) => Error::internal(why),
        Err(why) => {
            let text = why.to_string();
            let mut rest = text.trim_end_matches('.').chars();
            let first = rest.next().map(|first| first.to_ascii_uppercase());
            Error::user(format!("{}{}.", first.into_iter().collect::<String>(), rest.as_str()))
        }
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("command", self.command())
            .field("speaker", self.speaker())
            .field("place", self.place())
            .finish_non_exhaustive()
    }
}
