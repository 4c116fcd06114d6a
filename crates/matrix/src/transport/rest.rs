//! Without a connection: waiting and logging in.

use matrix_sdk::Client;
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
        let open = Box::pin(async move {
            let opened = Box::pin(login.open()).await;
            (login, opened)
        });
        let (login, opened) = self.link.meanwhile(&mut self.events, open).await?;
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
        self.link.meanwhile(&mut self.events, sleep_until(until)).await.is_some()
    }
}
