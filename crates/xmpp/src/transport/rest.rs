//! Without a connection: waiting, logging in, and refusing what is to go out meanwhile.

use std::{future::Future, pin::pin};

use nuncio_core::{
    query::QueryError,
    receipt::{Receipt, Retry},
};
use tokio::time::{Instant, sleep_until};
use tokio_xmpp::stanzastream::Connection;

use super::shell::Shell;
use crate::{
    login::LoginError,
    session::{Ending, Input},
};

/// What became of a try to connect.
pub(super) enum Tried {
    /// There is a connection that is logged in.
    Connected(Box<Connection>),
    /// There is none, for now or for good.
    Failed(Ending),
    /// We are to end.
    Cancelled,
}

impl Shell {
    /// Logs in once.
    pub(super) async fn connect(&mut self) -> Tried {
        self.step(Input::Connecting);
        let login = self.login.clone();
        // TLS and what was read of the stream stand in it: it is large, and made seldom.
        match self.meanwhile(Box::pin(login.connect())).await {
            None => Tried::Cancelled,
            Some(Ok(logged_in)) => {
                tracing::info!(
                    network = %self.network, mechanism = %logged_in.mechanism, "Logged in."
                );
                self.last_words = Some(logged_in.last_words);
                let connection = logged_in.connection;
                if connection.features.can_bind() {
                    Tried::Connected(Box::new(connection))
                } else {
                    let why = "the server lets nobody in after the login".to_owned();
                    Tried::Failed(Ending::Again(why))
                }
            }
            Some(Err(error)) => Tried::Failed(ending(&error)),
        }
    }

    /// Waits. Whether we are to go on.
    pub(super) async fn rest(&mut self) -> bool {
        let until = Instant::now() + self.backoff.next(fastrand::f64());
        self.meanwhile(sleep_until(until)).await.is_some()
    }

    /// Does something that needs no connection, passes on what the house had no room for, and
    /// refuses what is to go out: what waited here would neither age nor make room. `None` when we
    /// are to end.
    async fn meanwhile<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
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

/// A login that cannot end otherwise until somebody changes something ends the network.
fn ending(error: &LoginError) -> Ending {
    let why = error.to_string();
    if error.is_final() { Ending::Refused(why) } else { Ending::Again(why) }
}
