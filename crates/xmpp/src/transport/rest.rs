//! Without a connection: waiting and logging in.

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
        match self.link.meanwhile(&mut self.events, Box::pin(login.connect())).await {
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
        self.link.meanwhile(&mut self.events, sleep_until(until)).await.is_some()
    }
}

/// A login that cannot end otherwise until somebody changes something ends the network.
fn ending(error: &LoginError) -> Ending {
    let why = error.to_string();
    if error.is_final() { Ending::Refused(why) } else { Ending::Again(why) }
}
