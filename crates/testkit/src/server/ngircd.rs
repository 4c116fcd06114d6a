//! ngIRCd: a small server without services, accounts or most of IRCv3.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Result;

use super::daemon::{Daemon, Folder, Recipe, Version};
use crate::tls::Authority;

/// A running ngIRCd.
#[derive(Debug)]
pub struct NgIrcd {
    daemon: Daemon,
    authority: Authority,
    plain: u16,
    tls: u16,
}

impl NgIrcd {
    /// Starts a server with a plain and a TLS port.
    ///
    /// # Errors
    /// When it is not installed or does not start.
    pub async fn start() -> Result<Self> {
        let authority = Authority::new()?;
        let identity = authority.server(&["localhost", "127.0.0.1"])?;
        let mut folder = Folder::new()?;
        let [plain, tls] = folder.ports()?;
        folder.write("cert.pem", identity.certificate_pem())?;
        folder.write("key.pem", identity.key_pem())?;
        folder.write("dh.pem", FFDHE2048)?;
        let config = folder.write("ngircd.conf", &config(plain, tls))?;
        let recipe = Recipe {
            program: "ngircd",
            version: Version::Option("--version"),
            arguments: vec!["--nodaemon".into(), "--config".into(), config.into()],
            environment: Vec::new(),
            ready: "\") ready.",
            refuses: "Can't bind socket",
        };
        let daemon = Daemon::start(recipe, folder).await?;
        Ok(Self { daemon, authority, plain, tls })
    }

    /// Where it listens without TLS.
    pub fn addr(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.plain).into()
    }

    /// Where it listens with TLS, as `localhost`.
    pub fn tls_addr(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.tls).into()
    }

    /// Who signed its certificate.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Ends it the hard way, as a crash would.
    ///
    /// # Errors
    /// When the process cannot be ended.
    pub fn kill9(&mut self) -> Result<()> {
        self.daemon.kill9()
    }

    /// Starts it again on the same ports, if need be after a kill.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn restart(&mut self) -> Result<()> {
        self.daemon.restart().await
    }
}

fn config(plain: u16, tls: u16) -> String {
    format!(
        "[Global]
Name = ng.test
Info = nuncio test server
AdminInfo1 = nobody
AdminEMail = nobody@ng.test
Listen = 127.0.0.1
Ports = {plain}
MotdPhrase = Welcome
Network = TestNet
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxNickLength = 30
MaxPenaltyTime = 0
PingTimeout = 120
PongTimeout = 20
[Options]
DNS = no
Ident = no
PAM = no
[SSL]
CertFile = cert.pem
KeyFile = key.pem
DHFile = dh.pem
Ports = {tls}
"
    )
}

/// The group of RFC 7919, so that the server need not look for one at each start.
const FFDHE2048: &str = "\
-----BEGIN DH PARAMETERS-----
MIIBCAKCAQEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz
+8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a
87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7
YdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi
7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD
ssbzSibBsu/6iGtCOGEoXJf//////////wIBAg==
-----END DH PARAMETERS-----
";
