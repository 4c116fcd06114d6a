//! The bots that are measured, each a process.

use std::{
    env, fs,
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result};
use nuncio_testkit::server::{Synapse, xmpp::DOMAIN};
use tempfile::TempDir;

use crate::memory::Resident;

/// The subcommand of this program that is the bare loop.
pub(crate) const BARE: &str = "bare";

/// How many commands of one person in one place may wait, unless configured otherwise.
const SHIPPED_LANE: usize = 16;

/// What answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bot {
    /// A loop that does nothing else.
    Bare,
    /// The shipped binary with the shipped configuration less the throttle.
    Nuncio {
        /// What its acknowledgements survive: `process` or `power`.
        durability: &'static str,
    },
}

/// The server that it is on.
#[derive(Debug, Clone)]
pub(crate) enum At {
    /// In plain text.
    Irc(SocketAddr),
    /// With TLS from the first byte. The bot's account is called as its nick is.
    Xmpp {
        /// Where.
        addr: SocketAddr,
        /// Who signed its certificate, as PEM.
        authority: String,
    },
    /// In plain HTTP. The bot's account is called as its nick is.
    Matrix(SocketAddr),
}

/// The password of each bot's account.
pub(crate) const PASSWORD: &str = "secret";

/// A running bot, which ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    command: Command,
    // Removed after the process has ended.
    _folder: TempDir,
}

impl Bot {
    /// What it is called in the table.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Bare => "bare echo loop".to_owned(),
            Self::Nuncio { durability } => format!("nuncio, `durability = \"{durability}\"`"),
        }
    }

    /// Starts it on a server, to go to some rooms, where a person has so many commands in flight.
    pub(crate) fn start(
        self,
        at: &At,
        nick: &str,
        rooms: &[String],
        in_flight: usize,
    ) -> Result<Running> {
        let folder = tempfile::Builder::new().prefix("nuncio-measure-").tempdir()?;
        let ca_file = folder.path().join("ca.pem");
        if let At::Xmpp { authority, .. } = at {
            fs::write(&ca_file, authority)?;
        }
        let mut command = match (self, at) {
            (Self::Bare, At::Irc(addr)) => {
                let mut command = Command::new(env::current_exe()?);
                command.arg(BARE).arg(addr.to_string()).arg(nick).args(rooms);
                command
            }
            (Self::Bare, At::Xmpp { addr, .. }) => {
                let mut command = Command::new(env::current_exe()?.with_file_name("examples/echo"));
                command.arg(addr.to_string()).arg(ca_file).arg(account(nick));
                command.arg(PASSWORD).arg(nick).args(rooms);
                command
            }
            (Self::Bare, At::Matrix(addr)) => {
                let bare = env::current_exe()?.with_file_name("examples/echo_matrix");
                let mut command = Command::new(bare);
                command.arg(addr.to_string()).arg(nick).arg(PASSWORD).args(rooms);
                command
            }
            (Self::Nuncio { durability }, _) => {
                let network = network(at, nick, rooms);
                let config = config(durability, in_flight, &network);
                fs::write(folder.path().join("nuncio.toml"), config)?;
                nuncio(folder.path())?
            }
        };
        let log = fs::File::create(folder.path().join("log"))?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let child = command.spawn().with_context(|| format!("failed to start {command:?}"))?;
        Ok(Running { child, command, _folder: folder })
    }
}

/// The binary beside this one, with all its state in `folder`.
fn nuncio(folder: &Path) -> Result<Command> {
    let binary = env::current_exe()?.with_file_name("nuncio");
    let mut command = Command::new(binary);
    command.arg("run").arg(folder);
    for name in ["XDG_RUNTIME_DIR", "XDG_STATE_HOME", "XDG_CONFIG_HOME"] {
        command.env(name, folder);
    }
    Ok(command)
}

fn account(nick: &str) -> String {
    format!("{nick}@{DOMAIN}")
}

/// The shipped configuration less the throttles: no flood limits, and room in a person's lane.
fn config(durability: &str, in_flight: usize, network: &str) -> String {
    let lane = in_flight.max(SHIPPED_LANE);
    format!(
        r#"[store]
durability = "{durability}"

[limits]
lane = {lane}
flood_commands = 0
flood_invalid = 0

[network.socket]
kind = "socket"

{network}
"#
    )
}

/// The table of the bot's network, which ends the configuration.
fn network(at: &At, nick: &str, rooms: &[String]) -> String {
    let server = match at {
        At::Irc(addr) => {
            let (host, port) = (addr.ip(), addr.port());
            format!(
                r#"[network.irc]
kind = "irc"
server = "{host}"
port = {port}
tls = false"#
            )
        }
        At::Xmpp { addr, .. } => {
            let account = account(nick);
            format!(
                r#"[network.xmpp]
kind = "xmpp"
jid = "{account}"
password = "{PASSWORD}"
address = "{addr}"
security = "direct"
ca_file = "ca.pem""#
            )
        }
        At::Matrix(addr) => {
            let domain = Synapse::DOMAIN;
            format!(
                r#"[network.matrix]
kind = "matrix"
user = "@{nick}:{domain}"
password = "{PASSWORD}"
homeserver = "http://{addr}""#
            )
        }
    };
    let nick = match at {
        At::Matrix(_) => String::new(),
        _ => format!("nick = \"{nick}\"\n"),
    };
    format!("{server}\n{nick}rooms = {rooms:?}\nflood = {{ per_second = 0 }}")
}

impl Running {
    /// Ends it the hard way. It leaves what it has written.
    pub(crate) fn stop(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Starts it again with what it has written.
    pub(crate) fn again(&mut self) -> Result<()> {
        self.child = self.command.spawn()?;
        Ok(())
    }

    /// What of it is in memory, as the kernel counts it.
    pub(crate) fn resident(&self) -> Result<Resident> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let bytes = |name: &str| -> Result<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
            Ok(kib.context("it has ended")?.parse::<u64>()? * 1024)
        };
        Ok(Resident { all: bytes("VmRSS:")?, own: bytes("RssAnon:")? })
    }

    /// Processor time of its threads so far, in the kernel too.
    pub(crate) fn worked(&self) -> Result<Duration> {
        let threads = fs::read_dir(format!("/proc/{}/task", self.child.id()))?;
        let mut sum = Duration::ZERO;
        for thread in threads {
            // Its first figure is nanoseconds. A thread may have ended meanwhile.
            let Ok(stat) = fs::read_to_string(thread?.path().join("schedstat")) else { continue };
            let nanos = stat.split(' ').next().unwrap_or_default().parse()?;
            sum += Duration::from_nanos(nanos);
        }
        Ok(sum)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
