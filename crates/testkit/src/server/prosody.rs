//! Prosody: the server that most small XMPP sites run, as Debian ships it.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Result;

use super::{
    daemon::{Daemon, Folder, Recipe, Version},
    xmpp::{DOMAIN, MAX_FILE_BYTES, MUC, PEOPLE, SECRET, UPLOAD, ask},
};
use crate::tls::Authority;

/// A running Prosody that serves `localhost`, with rooms and an archive of each.
#[derive(Debug)]
pub struct Prosody {
    daemon: Daemon,
    authority: Authority,
    ports: Ports,
}

#[derive(Debug, Clone, Copy)]
struct Ports {
    starttls: u16,
    tls: u16,
    http: u16,
    https: u16,
    component: u16,
}

impl Prosody {
    /// Starts a server with a port for STARTTLS and one for direct TLS.
    ///
    /// It offers what Debian's offers: SCRAM-SHA-1, and PLAIN within TLS.
    ///
    /// # Errors
    /// When it is not installed or does not start.
    pub async fn start() -> Result<Self> {
        Self::start_with(Archives::Kept).await
    }

    /// Starts a server for measures: without archives, which get slower as they grow.
    ///
    /// # Errors
    /// When it is not installed or does not start.
    pub async fn start_for_load() -> Result<Self> {
        Self::start_with(Archives::None).await
    }

    async fn start_with(archives: Archives) -> Result<Self> {
        let authority = Authority::new()?;
        let identity = authority.server(&[DOMAIN, MUC, UPLOAD])?;
        let mut folder = Folder::new()?;
        let [starttls, tls, http, https, component] = folder.ports()?;
        let ports = Ports { starttls, tls, http, https, component };
        folder.write("cert.pem", identity.certificate_pem())?;
        folder.write("key.pem", identity.key_pem())?;
        folder.make(&format!("data/{DOMAIN}/accounts"))?;
        let at = folder.path().display().to_string();
        folder.make("plugins")?;
        folder.write("plugins/mod_forget.lua", FORGET)?;
        let config = folder.write("prosody.cfg.lua", &config(&at, ports, archives))?;
        let recipe = Recipe {
            program: "prosody",
            version: Version::Line("Prosody version"),
            arguments: vec!["-F".into(), "--config".into(), config.into()],
            environment: Vec::new(),
            // Its last module does so as soon as it serves.
            ready: "Running periodic tasks",
            refuses: "Failed to open server port",
        };
        let daemon = Daemon::start(recipe, folder).await?;
        Ok(Self { daemon, authority, ports })
    }

    /// Makes an account, `name@localhost`.
    ///
    /// # Errors
    /// When its file cannot be written.
    pub fn add_user(&self, name: &str, password: &str) -> Result<()> {
        let folder = self.daemon.folder();
        let text = format!("return {{ [\"password\"] = \"{password}\"; }};\n");
        folder.write(&format!("data/{DOMAIN}/accounts/{name}.dat"), &text)?;
        Ok(())
    }

    /// Where it listens for STARTTLS.
    pub fn addr(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.ports.starttls).into()
    }

    /// Where it listens with TLS from the first byte.
    pub fn tls_addr(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.ports.tls).into()
    }

    /// Where it listens for the component of [`PEOPLE`].
    pub fn component_addr(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.ports.component).into()
    }

    /// Who signed its certificate.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Has its rooms lose everybody who is in them, as a service does that was cut off: nobody is
    /// told.
    ///
    /// # Errors
    /// When it does not do so.
    pub async fn forget_occupants(&self) -> Result<()> {
        let at = (Ipv4Addr::LOCALHOST, self.ports.http);
        ask(at.into(), "GET /forget HTTP/1.0\r\nHost: muc.localhost\r\n\r\n", "forgotten").await
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

/// Whether the server keeps what is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Archives {
    Kept,
    None,
}

/// A module of the rooms' service.
const FORGET: &str = r#"
local rooms = module:depends("muc");
module:depends("http");
module:provides("http", {
    default_path = "/forget";
    route = {
        GET = function ()
            for room in rooms.all_rooms() do
                room._occupants, room._jid_nick = {}, {};
            end
            return "forgotten";
        end;
    };
});
"#;

/// Without `posix`, which would change the user, and without other servers.
fn config(at: &str, ports: Ports, archives: Archives) -> String {
    let Ports { starttls, tls, http, https, component } = ports;
    let (mam, muc_mam) = match archives {
        Archives::Kept => ("\"mam\",", "\"muc_mam\""),
        Archives::None => ("", ""),
    };
    format!(
        r#"
data_path = "data"
plugin_paths = {{ "{at}/plugins" }}
log = {{ info = "*console" }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {starttls} }}
c2s_direct_tls_ports = {{ {tls} }}
component_interfaces = {{ "127.0.0.1" }}
component_ports = {{ {component} }}
http_interfaces = {{ "127.0.0.1" }}
http_ports = {{ {http} }}
https_interfaces = {{ "127.0.0.1" }}
https_ports = {{ {https} }}
https_ssl = {{ key = "key.pem", certificate = "cert.pem" }}
legacy_ssl_ports = {{}}
s2s_ports = {{}}
certificates = "."
c2s_direct_tls_ssl = {{ key = "key.pem", certificate = "cert.pem" }}
authentication = "internal_plain"
archive_expires_after = "never"
modules_disabled = {{ "s2s", "posix", "offline" }}
modules_enabled = {{
    "roster", "saslauth", "tls", "disco", {mam} "smacks", "carbons", "ping", "pep", "blocklist",
    "bookmarks", "csi_simple", "version", "time", "vcard_legacy", "lastactivity",
}}
VirtualHost "{DOMAIN}"
    ssl = {{ key = "key.pem", certificate = "cert.pem" }}
Component "{MUC}" "muc"
    modules_enabled = {{ "forget", {muc_mam} }}
    ssl = {{ key = "key.pem", certificate = "cert.pem" }}
Component "{PEOPLE}"
    component_secret = "{SECRET}"
Component "{UPLOAD}" "http_file_share"
    http_host = "{DOMAIN}"
    http_external_url = "https://{DOMAIN}:{https}/"
    http_file_share_size_limit = {MAX_FILE_BYTES}
    ssl = {{ key = "key.pem", certificate = "cert.pem" }}
"#
    )
}
