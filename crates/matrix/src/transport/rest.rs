//! Without a connection: waiting, logging in, and refusing what is to go out meanwhile.

use std::{future::Future, pin::pin};

use matrix_sdk::Client;
use nuncio_core::{
    query::QueryError,
    receipt::{Receipt, Retry},
};
use tokio::time::{Instant, sleep_until};

use super::shell::Shell;
use crate::session::Ending;

impl Shell {
    /// The client that there is, or one that has just logged in. `None` when we are to end.
    pub(super) async fn connect(&mut self) -> Option<Result<Client, Ending>> {
        self.session().connecting();
        self.collect();
        if let Some(client) = &self.client {
            return Some(Ok(client.clone()));
        }
        let mut login = self.login.take()?;
        let (login, opened) = self
            .meanwhile(Box::pin(async move {
                let opened = Box::pin(login.open()).await;
                (login, opened)
            }))
            .await?;
        self.login = Some(login);
        Some(match opened {
            Ok(client) => {
                self.client = Some(client.clone());
                let known = client.joined_rooms().into_iter();
                let known: Vec<_> = known.map(|room| room.room_id().to_string()).collect();
                self.session().knows(known);
                Ok(client)
            }
            Err(error) => {
                let why = super::failure::chain(&error);
                Err(if error.is_final() { Ending::Refused(why) } else { Ending::Again(why) })
            }
        })
    }

    /// Waits. Whether we are to go on.
    pub(super) async fn rest(&mut self) -> bool {
        let until = Instant::now() + self.backoff.next(fastrand::f64()).max(self.barred());
        self.meanwhile(sleep_until(until)).await.is_some()
    }

    /// Does something that needs no connection, passes on what the house had no room for, and
    /// refuses what is to go out: what waited here would neither age nor make room. `None` when we
    /// are to end.
    pub(super) async fn meanwhile<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        let (cancel, events) = (self.link.cancel.clone(), self.link.events.clone());
        loop {
            tokio::select! {
                biased;
                () = cancel.cancelled() => return None,
                slot = events.reserve(), if !self.events.is_empty() => {
                    self.pass_event(slot.ok()?);
                }
                delivery = self.link.deliveries.next() => delivery?.settle(Receipt::failed(
                    "there is no connection",
                    Retry::Untried(Receipt::A_MOMENT),
                )),
                Some(question) = self.link.questions.next() => {
                    question.answer(Err(QueryError::Offline(self.network.clone())));
                }
                done = &mut work => return Some(done),
            }
        }
    }
}
