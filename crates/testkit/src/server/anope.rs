//! Anope: the services of an InspIRCd, of which NickServ is all that tests need.

use std::path::Path;

use anyhow::Result;

use super::daemon::{Daemon, Folder, Recipe, Version};

/// Running services, linked to their server.
#[derive(Debug)]
pub(super) struct Anope {
    daemon: Daemon,
}

impl Anope {
    /// Starts services and waits until they are linked to the server's port for links.
    pub(super) async fn start(link: u16, casemapping: &str) -> Result<Self> {
        let folder = Folder::new()?;
        folder.write("services.conf", &config(link, casemapping, folder.path()))?;
        folder.write("motd", "")?;
        let path = folder.path().display();
        let recipe = Recipe {
            program: "anope",
            version: Version::Option("--version"),
            arguments: vec![
                "--nofork".into(),
                "--modulesdir=/usr/lib/anope".into(),
                format!("--confdir={path}").into(),
                format!("--dbdir={path}").into(),
                format!("--logdir={path}").into(),
                "--config=services.conf".into(),
            ],
            environment: Vec::new(),
            ready: "SERVER: services.test (Services) is done syncing",
            refuses: "ERROR",
        };
        Ok(Self { daemon: Daemon::start(recipe, folder).await? })
    }

    pub(super) fn kill9(&mut self) -> Result<()> {
        self.daemon.kill9()
    }

    pub(super) async fn restart(&mut self) -> Result<()> {
        self.daemon.restart().await
    }

    /// How often they were linked so far.
    pub(super) fn times_linked(&self) -> usize {
        self.daemon.times_ready()
    }

    /// Waits until they have been linked more than `times`.
    pub(super) async fn linked_again(&mut self, times: usize) -> Result<()> {
        self.daemon.ready_again(times).await
    }
}

fn config(link: u16, casemapping: &str, folder: &Path) -> String {
    let folder = folder.display();
    format!(
        r#"uplink {{ host = "127.0.0.1"; port = {link}; password = "link"; }}
serverinfo
{{
  name = "services.test"; description = "Services";
  pid = "{folder}/services.pid"; motd = "{folder}/motd";
}}
module {{ name = "inspircd3"; }}
networkinfo
{{
  networkname = "TestNet"; nicklen = 30; userlen = 12; hostlen = 64; chanlen = 64;
  modelistsize = 100; vhost_chars = "abcdefghijklmnopqrstuvwxyz0123456789.-";
  disallow_start_or_end = ".-";
}}
options
{{
  casemap = "{casemapping}"; strictpasswords = no; badpasslimit = 0; updatetimeout = 1s;
  expiretimeout = 1d; readtimeout = 1s; warningtimeout = 4h; timeoutcheck = 1s; retrywait = 1s;
  seed = 7;
}}
service {{ nick = "NickServ"; user = "services"; host = "services.test"; gecos = "NickServ"; }}
module
{{
  name = "nickserv"; client = "NickServ"; forceemail = no; defaults = ""; regdelay = 0s;
  expire = 0; passlen = 64; kill = 60s; killquick = 20s; releasetimeout = 1m;
  enforceruser = "enforcer"; enforcerhost = "services.test"; guestnickprefix = "Guest";
}}
module {{ name = "ns_register"; registration = "none"; resenddelay = 0s; }}
module {{ name = "ns_identify"; maxlogins = 0; }}
module {{ name = "ns_logout"; }}
module {{ name = "ns_group"; maxaliases = 16; nogroupchange = no; }}
module {{ name = "ns_recover"; restoreonrecover = no; }}
module {{ name = "ns_cert"; max = 5; }}
command {{ service = "NickServ"; name = "REGISTER"; command = "nickserv/register"; }}
command {{ service = "NickServ"; name = "IDENTIFY"; command = "nickserv/identify"; }}
command {{ service = "NickServ"; name = "LOGOUT"; command = "nickserv/logout"; }}
command {{ service = "NickServ"; name = "GROUP"; command = "nickserv/group"; }}
command {{ service = "NickServ"; name = "RECOVER"; command = "nickserv/recover"; }}
command {{ service = "NickServ"; name = "CERT"; command = "nickserv/cert"; }}
module {{ name = "m_sasl"; }}
module {{ name = "enc_none"; }}
module {{ name = "db_flatfile"; database = "services.db"; keepbackups = 0; nobackupokay = yes; fork = no; }}
"#
    )
}
