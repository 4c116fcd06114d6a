//! The configuration of a test server.

use std::{fmt::Write as _, path::Path};

use super::{Options, Ports};

/// Every IRCv3 module that Debian ships, and what Anope needs.
const MODULES: [&str; 21] = [
    "cap",
    "ircv3",
    "ircv3_accounttag",
    "ircv3_batch",
    "ircv3_capnotify",
    "ircv3_chghost",
    "ircv3_ctctags",
    "ircv3_echomessage",
    "ircv3_invitenotify",
    "ircv3_labeledresponse",
    "ircv3_msgid",
    "ircv3_servertime",
    "hidechans",
    "monitor",
    "namesx",
    "sasl",
    "services_account",
    "spanningtree",
    "ssl_gnutls",
    "sslinfo",
    "uhnames",
];

pub(super) fn render(options: &Options, folder: &Path, ports: Ports) -> String {
    let Ports { plain, tls, link } = ports;
    let Options { casemapping, extra, .. } = options;
    let folder = folder.display();
    let mut config = format!(
        r#"<config format="xml">
<server name="irc.test" description="nuncio test server" network="TestNet" id="001">
<admin name="nobody" nick="nobody" email="nobody@irc.test">
<bind address="127.0.0.1" port="{plain}" type="clients">
<bind address="127.0.0.1" port="{tls}" type="clients" sslprofile="tests">
<bind address="127.0.0.1" port="{link}" type="servers">
<sslprofile name="tests" provider="gnutls" hash="sha256" requestclientcert="yes"
  certfile="{folder}/cert.pem" keyfile="{folder}/key.pem">
<connect name="tests" allow="*" timeout="60" pingfreq="120" localmax="5000" globalmax="5000"
  maxconnwarn="no" maxchans="500" resolvehostnames="no" useident="no"
  threshold="1000000" commandrate="1000000" fakelag="no"
  hardsendq="64M" softsendq="16M" recvq="16M">
<options casemapping="{casemapping}" prefixquit="Quit: ">
<performance netbuffersize="65536" somaxconn="1024">
<security maxtargets="20">
<limits maxnick="30" maxchan="64" maxmodes="20" maxident="12" maxhost="64" maxquit="255"
  maxtopic="330" maxkick="330" maxreal="130" maxaway="200">
<dns enabled="no" server="127.0.0.1" timeout="1">
<log method="file" type="* -USERINPUT -USEROUTPUT -MODULE" level="default" flush="1"
  target="{folder}/inspircd.log">
<sasl target="services.test" requiressl="no">
<link name="services.test" ipaddr="127.0.0.1" allowmask="127.0.0.0/8" port="{link}"
  sendpass="link" recvpass="link">
<uline server="services.test" silent="yes">
"#
    );
    for module in MODULES.iter().filter(|module| !options.without.contains(module)) {
        writeln!(config, r#"<module name="{module}">"#).ok();
    }
    config.push_str(extra);
    config
}
