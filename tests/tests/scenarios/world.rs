//! Servers, and a bot on them.

use std::net::SocketAddr;

use anyhow::Result;
use nuncio_testkit::server::{InspIrcd, NgIrcd, Options};
use nuncio_tests::{bot::Bot, home::Home, room::Room};

/// Two servers and a bot's home; the bot is in `#nuncio` of both once it runs.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) inspircd: InspIrcd,
    pub(crate) ngircd: NgIrcd,
    pub(crate) home: Home,
}

impl World {
    /// Servers and a bot with this `[policy]`. On InspIRCd, which is `irc`, it speaks TLS.
    pub(crate) async fn with(policy: &str) -> Result<Self> {
        let inspircd = InspIrcd::start(Options::default()).await?;
        let ngircd = NgIrcd::start().await?;
        let home = Home::new(&format!(
            r##"
[network.irc]
server = "localhost"
port = {}
ca_file = "authority.pem"
nick = "nuncio"
rooms = ["#nuncio"]
flood = {{ per_second = 0 }}

[network.ng]
kind = "irc"
server = "127.0.0.1"
port = {}
tls = false
nick = "nuncio"
rooms = ["#nuncio"]
casemapping = "ascii"
flood = {{ per_second = 0 }}

{policy}
"##,
            inspircd.tls_addr().port(),
            ngircd.addr().port(),
        ))?;
        home.write("authority.pem", &inspircd.authority().pem())?;
        Ok(Self { inspircd, ngircd, home })
    }
}

/// An InspIRCd, and a bot's home; the bot is in `#nuncio` once it runs.
#[derive(Debug)]
pub(crate) struct Corner {
    pub(crate) server: InspIrcd,
    pub(crate) home: Home,
}

impl Corner {
    /// A server and a bot with this configuration besides its network.
    pub(crate) async fn with(config: &str) -> Result<Self> {
        Self::on(InspIrcd::start(Options::default()).await?, config)
    }

    /// A server with accounts, and a bot.
    pub(crate) async fn with_accounts(config: &str) -> Result<Self> {
        Self::on(InspIrcd::start(Options::with_services()).await?, config)
    }

    fn on(server: InspIrcd, config: &str) -> Result<Self> {
        let home = Home::new(&on_one(server.addr(), config))?;
        Ok(Self { server, home })
    }

    /// The bot, and the room that it is in with some people.
    pub(crate) async fn run(&self, people: &[&str]) -> Result<(Bot, Room)> {
        let bot = self.home.run().await?;
        Ok((bot, self.room(people).await?))
    }

    /// The room that the bot is in, once it is there, with some people.
    pub(crate) async fn room(&self, people: &[&str]) -> Result<Room> {
        let mut room = Room::open(self.server.addr(), "#nuncio", "nuncio", people).await?;
        room.bot_comes().await?;
        Ok(room)
    }

    /// The bot's configuration becomes this.
    pub(crate) fn rewrite(&self, config: &str) -> Result<()> {
        self.home.write("nuncio.toml", &on_one(self.server.addr(), config))
    }
}

fn on_one(server: SocketAddr, config: &str) -> String {
    let (host, port) = (server.ip(), server.port());
    format!(
        r##"{config}

[network.irc]
server = "{host}"
port = {port}
tls = false
nick = "nuncio"
rooms = ["#nuncio"]
flood = {{ per_second = 0 }}
"##
    )
}
