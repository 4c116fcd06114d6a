//! ejabberd: the server of the large XMPP sites, as Debian ships it.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Result, ensure};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{
    daemon::{Daemon, Folder, Recipe, Version},
    xmpp::{DOMAIN, MAX_FILE_BYTES, MUC, UPLOAD, ask},
};
use crate::tls::Authority;

/// Where Debian puts ejabberd and what it needs of Erlang.
const LIBRARIES: &str = "/usr/lib/x86_64-linux-gnu";

/// A running ejabberd that serves `localhost`, with rooms and an archive of each.
#[derive(Debug)]
pub struct Ejabberd {
    daemon: Daemon,
    authority: Authority,
    ports: Ports,
    control: u16,
    accounts: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy)]
struct Ports {
    starttls: u16,
    tls: u16,
    http: u16,
    https: u16,
}

impl Ejabberd {
    /// Starts a server with a port for STARTTLS and one for direct TLS.
    ///
    /// It keeps passwords for SCRAM-SHA-256, and offers that and PLAIN.
    ///
    /// # Errors
    /// When it is not installed or does not start.
    pub async fn start() -> Result<Self> {
        let authority = Authority::new()?;
        let identity = authority.server(&[DOMAIN, MUC, UPLOAD])?;
        let mut folder = Folder::new()?;
        let [starttls, tls, http, https, control] = folder.ports()?;
        let ports = Ports { starttls, tls, http, https };
        let pem = [identity.certificate_pem(), identity.key_pem()].concat();
        folder.write("identity.pem", &pem)?;
        let at = folder.path().display().to_string();
        let config = folder.write("ejabberd.yml", &config(&at, ports))?;
        let text = |name: &str| format!("\"{at}/{name}\"");
        // Not by its own script, which insists on a user of its own and on a name in a cluster.
        let recipe = Recipe {
            program: "erl",
            version: Version::Line("is started in the node"),
            arguments: vec![
                "-noinput".into(),
                "-mnesia".into(),
                "dir".into(),
                text("db").into(),
                "-ejabberd".into(),
                "config".into(),
                format!("\"{}\"", config.display()).into(),
                "log_path".into(),
                text("ejabberd.log").into(),
                "-s".into(),
                "ejabberd".into(),
                "-eval".into(),
                forget(control).into(),
            ],
            environment: vec![("ERL_LIBS", LIBRARIES.into()), ("HOME", at.into())],
            ready: "Start accepting TLS connections*ejabberd_c2s",
            refuses: "Failed to start",
        };
        let daemon = Daemon::start(recipe, folder).await?;
        Ok(Self { daemon, authority, ports, control, accounts: Vec::new() })
    }

    /// Makes an account, `name@localhost`.
    ///
    /// # Errors
    /// When the server does not take it.
    pub async fn add_user(&mut self, name: &str, password: &str) -> Result<()> {
        let answer = self.register(name, password).await?;
        ensure!(answer.contains(" 200 "), "`{name}` is not registered: {answer}");
        self.accounts.push((name.to_owned(), password.to_owned()));
        Ok(())
    }

    async fn register(&self, name: &str, password: &str) -> Result<String> {
        let body = serde_json::json!({ "user": name, "host": DOMAIN, "password": password });
        let body = body.to_string();
        let request = format!(
            "POST /api/register HTTP/1.0\r\nHost: {DOMAIN}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.ports.http)).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        ensure!(!answer.is_empty(), "no answer to a registration");
        Ok(answer)
    }

    /// Where it listens for STARTTLS.
    pub fn addr(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.ports.starttls).into()
    }

    /// Where it listens with TLS from the first byte.
    pub fn tls_addr(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.ports.tls).into()
    }

    /// Who signed its certificate.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Ends its rooms the hard way: they and whoever was in them are forgotten, and nobody is told.
    ///
    /// # Errors
    /// When it does not do so.
    pub async fn forget_occupants(&self) -> Result<()> {
        ask((Ipv4Addr::LOCALHOST, self.control).into(), "", "forgotten").await
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
    /// It writes accounts seconds after it says that they are there; those that a kill took are
    /// made again.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn restart(&mut self) -> Result<()> {
        self.daemon.restart().await?;
        for (name, password) in &self.accounts {
            let answer = self.register(name, password).await?;
            let is_there = answer.contains(" 200 ") || answer.contains(" 409 ");
            ensure!(is_there, "`{name}` is not registered again: {answer}");
        }
        Ok(())
    }
}

/// Whoever connects to this port ends all rooms.
fn forget(control: u16) -> String {
    format!(
        r#"spawn(fun() ->
            {{ok, L}} = gen_tcp:listen({control}, [{{ip, {{127,0,0,1}}}}, {{reuseaddr, true}}]),
            Next = fun Next() ->
                {{ok, S}} = gen_tcp:accept(L),
                [begin mod_muc:room_destroyed(H, R, P, <<"{DOMAIN}">>), exit(P, kill) end
                    || {{R, H, P}} <- mod_muc:get_online_rooms(<<"{MUC}">>)],
                gen_tcp:send(S, "forgotten"),
                gen_tcp:close(S),
                Next()
            end,
            Next()
        end)."#
    )
}

fn config(at: &str, ports: Ports) -> String {
    let Ports { starttls, tls, http, https } = ports;
    format!(
        r#"
hosts: [{DOMAIN}]
loglevel: info
certfiles: ["{at}/identity.pem"]
auth_method: internal
auth_password_format: scram
auth_scram_hash: sha256
listen:
  - {{ port: {http}, ip: "127.0.0.1", module: ejabberd_http,
      request_handlers: {{ /api: mod_http_api }} }}
  - {{ port: {https}, ip: "127.0.0.1", module: ejabberd_http, tls: true,
      request_handlers: {{ /upload: mod_http_upload }} }}
  - {{ port: {starttls}, ip: "127.0.0.1", module: ejabberd_c2s, starttls_required: true }}
  - {{ port: {tls}, ip: "127.0.0.1", module: ejabberd_c2s, tls: true }}
api_permissions:
  loopback: {{ who: {{ ip: "127.0.0.0/8" }}, what: [register] }}
shaper_rules: {{}}
modules:
  mod_avatar: {{}}
  mod_caps: {{}}
  mod_carboncopy: {{}}
  mod_disco: {{}}
  mod_http_api: {{}}
  mod_http_upload: {{ host: {UPLOAD}, access: all, put_url: "https://{DOMAIN}:{https}/upload",
                      docroot: "{at}/upload", max_size: {MAX_FILE_BYTES} }}
  mod_last: {{}}
  mod_mam: {{ default: always }}
  mod_muc: {{ host: {MUC}, access_create: all, access_persistent: all, access_mam: all,
             default_room_options: {{ mam: true }} }}
  mod_ping: {{}}
  mod_pubsub: {{ plugins: [flat, pep] }}
  mod_roster: {{}}
  mod_stream_mgmt: {{}}
  mod_time: {{}}
  mod_vcard: {{ search: false }}
  mod_vcard_xupdate: {{}}
  mod_version: {{}}
"#
    )
}
