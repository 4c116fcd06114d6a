//! Synapse: the homeserver that most Matrix sites run, as its authors publish it for Python.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Result, ensure};
use aws_lc_rs::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use serde_json::json;

use super::daemon::{Daemon, Folder, Recipe, Version};
use crate::matrix::{Http, text};

/// What lets an account be made.
const SECRET: &str = "nuncio-tests";

/// What it says on its output: what it is asked and what it finds wrong, not each step that it takes.
const LOGGING: &str = r#"
version: 1
disable_existing_loggers: false
formatters: { line: { format: "%(asctime)s %(levelname)s %(name)s: %(message)s" } }
handlers: { output: { class: logging.StreamHandler, formatter: line } }
loggers:
  synapse.access: { level: INFO }
  synapse.app: { level: INFO }
  synapse.config: { level: INFO }
root: { level: WARNING, handlers: [output] }
"#;

/// A running Synapse that serves `localhost` in plain HTTP on loopback, with an SQLite database,
/// without federation and without limits on rates.
#[derive(Debug)]
pub struct Synapse {
    daemon: Daemon,
    port: u16,
}

impl Synapse {
    /// The domain that it serves.
    pub const DOMAIN: &'static str = "localhost";

    /// The largest file that it takes.
    pub const MAX_FILE_BYTES: usize = 64 * 1024;

    /// Starts a server.
    ///
    /// # Errors
    /// When it is not installed or does not start.
    pub async fn start() -> Result<Self> {
        Self::start_with("").await
    }

    /// Starts a server with more lines in its configuration.
    ///
    /// # Errors
    /// When it is not installed or does not start.
    pub async fn start_with(more: &str) -> Result<Self> {
        let mut folder = Folder::new()?;
        let [port] = folder.ports()?;
        let logging = folder.write("logging.yaml", LOGGING)?;
        let logging = logging.display();
        let config = format!("{}log_config: \"{logging}\"\n{more}\n", config(port));
        let config = folder.write("homeserver.yaml", &config)?;
        let recipe = Recipe {
            program: "synapse_homeserver",
            version: Version::Line("synapse_homeserver version"),
            arguments: vec!["-c".into(), config.into()],
            environment: vec![("PYTHONDONTWRITEBYTECODE", "1".into())],
            ready: "Synapse now listening on TCP port",
            refuses: "Failed to listen",
        };
        Ok(Self { daemon: Daemon::start(recipe, folder).await?, port })
    }

    /// Makes an account, `@name:localhost`.
    ///
    /// # Errors
    /// When the server does not make it.
    pub async fn add_user(&self, name: &str, password: &str) -> Result<()> {
        const PATH: &str = "/_synapse/admin/v1/register";
        let http = Http::new(self.addr(), None);
        let nonce = http.get(PATH).await?;
        let nonce = text(&nonce, "/nonce");
        let key = Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, SECRET.as_bytes());
        let proof = sign(&key, format!("{nonce}\0{name}\0{password}\0notadmin").as_bytes());
        let mac =
            proof.as_ref().iter().fold(String::new(), |mac, byte| mac + &format!("{byte:02x}"));
        let account = json!({
            "nonce": nonce, "username": name, "password": password, "admin": false, "mac": mac,
        });
        let made = http.post(PATH, &account).await?;
        ensure!(!text(&made, "/user_id").is_empty(), "no account was made: {made}");
        Ok(())
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// Ends it the hard way, as a crash would.
    ///
    /// # Errors
    /// When the process cannot be ended.
    pub fn kill9(&mut self) -> Result<()> {
        self.daemon.kill9()
    }

    /// Starts it again on the same port and data, if need be after a kill.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn restart(&mut self) -> Result<()> {
        self.daemon.restart().await
    }
}

fn config(port: u16) -> String {
    let key = STANDARD_NO_PAD.encode([fastrand::u128(..).to_le_bytes(); 2].concat());
    format!(
        r#"server_name: {domain}
public_baseurl: "http://127.0.0.1:{port}/"
report_stats: false
listeners:
  - port: {port}
    bind_addresses: ["127.0.0.1"]
    type: http
    tls: false
    resources: [{{ names: [client] }}]
database: {{ name: sqlite3, args: {{ database: homeserver.db }} }}
media_store_path: media
max_upload_size: {max_file_bytes}
signing_key: "ed25519 a_test {key}"
registration_shared_secret: {SECRET}
macaroon_secret_key: {SECRET}
form_secret: {SECRET}
trusted_key_servers: []
suppress_key_server_warning: true
bcrypt_rounds: 4
presence: {{ enabled: true }}
rc_message: &free {{ per_second: 1000000, burst_count: 1000000 }}
rc_registration: *free
rc_login: {{ address: *free, account: *free, failed_attempts: *free }}
rc_joins: {{ local: *free, remote: *free }}
rc_joins_per_room: *free
rc_invites: {{ per_room: *free, per_user: *free, per_issuer: *free }}
rc_presence: {{ per_user: *free }}
rc_room_creation: *free
rc_admin_redaction: *free
room_list_publication_rules: [{{ action: allow }}]
"#,
        domain = Synapse::DOMAIN,
        max_file_bytes = Synapse::MAX_FILE_BYTES,
    )
}
