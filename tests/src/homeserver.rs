//! A homeserver, the accounts on it, and what a bot's configuration says of it.

use anyhow::Result;
use nuncio_testkit::{matrix::Person, server::Synapse};

use crate::prover::Prover;

/// The bot's account.
pub const BOT: &str = "@nuncio:localhost";

/// The password of each account.
pub const PASSWORD: &str = "sesame";

/// Starts a homeserver with accounts for the bot and for these people.
///
/// # Errors
/// When it does not start, or does not make one of them.
pub async fn homeserver(people: &[&str]) -> Result<Synapse> {
    let server = Synapse::start().await?;
    for name in ["nuncio"].iter().chain(people) {
        server.add_user(name, PASSWORD).await?;
    }
    Ok(server)
}

/// The network as the bot's configuration has it, whose room is `#nuncio:localhost`; more of its keys
/// may follow.
pub fn network(server: &Synapse) -> String {
    format!(
        r##"
[network.matrix]
user = "{BOT}"
password = "{PASSWORD}"
homeserver = "http://{}"
rooms = ["#nuncio:localhost"]
flood = {{ per_second = 0 }}
"##,
        server.addr()
    )
}

/// Somebody who has an account logs in.
///
/// # Errors
/// When the server does not let him.
pub async fn person(server: &Synapse, name: &str) -> Result<Person> {
    Person::login(server.addr(), name, PASSWORD).await
}

/// The same with a device that proves whose it is.
///
/// # Errors
/// When the server does not let him.
pub async fn prover(server: &Synapse, name: &str) -> Result<Prover> {
    Prover::login(server.addr(), name, PASSWORD).await
}
