//! Clients over TCP, with certificates made for the test.

use std::fmt::Write;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use nuncio_testkit::tls::{Authority, Identity};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::*;
use crate::access::Fingerprint;
use crate::client;

const TOKEN: &str = "tokens = [{ name = \"ci\", token = \"hunter2\" }]\n";

/// An authority, as a file of a folder.
fn authority(folder: &Path, name: &str) -> Authority {
    let authority = Authority::new().expect("an authority");
    fs::write(folder.join(format!("{name}.pem")), authority.pem()).expect("a file");
    authority
}

/// What an authority signed, as files of a folder.
fn put(folder: &Path, name: &str, signed: anyhow::Result<Identity>) {
    let identity = signed.expect("a certificate");
    fs::write(folder.join(format!("{name}.pem")), identity.certificate_pem()).expect("a file");
    fs::write(folder.join(format!("{name}.key")), identity.key_pem()).expect("a file");
}

/// A bot behind TLS, its authority `ca`, the client's certificate `client`, and a stranger's.
async fn bot(more: &str) -> (Bot, SocketAddr) {
    let folder = tempfile::tempdir().expect("a folder");
    let ca = authority(folder.path(), "ca");
    put(folder.path(), "server", ca.server(&["localhost"]));
    put(folder.path(), "client", ca.client("localhost"));
    let other = authority(folder.path(), "other");
    put(folder.path(), "stranger", other.client("localhost"));
    let address = free_port().await;
    let mut toml = format!("{more}listen = \"{address}\"\n");
    for (key, file) in
        [("tls_certificate", "server.pem"), ("tls_key", "server.key"), ("tls_client_ca", "ca.pem")]
    {
        writeln!(toml, "{key} = {:?}", folder.path().join(file)).expect("a string");
    }
    (Bot::start_in(folder, &toml).await, address)
}

async fn free_port() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    listener.local_addr().expect("its address")
}

async fn connect(
    bot: &Bot,
    address: SocketAddr,
    ca: &str,
    shown: Option<&str>,
) -> std::io::Result<Client<TlsStream<TcpStream>>> {
    let file = |name: String| bot.folder.path().join(name);
    let (cert, key) =
        shown.map(|name| (file(format!("{name}.pem")), file(format!("{name}.key")))).unzip();
    let files = nuncio_tls::Client {
        ca_file: Some(&file(format!("{ca}.pem"))),
        client_cert: cert.as_deref(),
        client_key: key.as_deref(),
    };
    let config = files.config().expect("files");
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from("localhost").expect("a name");
    Ok(Client::new(TlsConnector::from(config).connect(name, stream).await?))
}

fn hello(token: &str) -> String {
    format!(r#"{{"type":"hello","protocol":1,"token":"{token}"}}"#)
}

#[tokio::test]
async fn a_token_over_tls_is_verified() {
    let (mut bot, address) = bot(TOKEN).await;
    let mut client = connect(&bot, address, "ca", None).await.expect("tls");
    client.send(&hello("hunter2")).await;
    let line = client.line().await;
    assert!(line.contains(r#""you":"u:socket:ci","verified":true"#), "{line}");
    client.send(r#"{"type":"say","text":"ping"}"#).await;
    let speaker = bot.answer("pong").await.speaker;
    let ids: Vec<_> = speaker.identities().map(ToString::to_string).collect();
    assert_eq!(ids, ["u:socket:ci", "u:socket:addr/127.0.0.1"]);
    assert!(client.line().await.contains("pong"));
    bot.stop().await;
}

#[tokio::test]
async fn without_proof_there_is_no_way_in() {
    let (mut bot, address) = bot(TOKEN).await;
    for line in [hello("hunter3"), hello(""), r#"{"type":"say","text":"x"}"#.to_owned()] {
        let mut client = connect(&bot, address, "ca", None).await.expect("tls");
        client.send(&line).await;
        let answer = client.line().await;
        assert!(answer.contains(r#""code":"denied""#), "{answer}");
        assert_eq!(client.line().await, "");
    }
    let mut plain = Client::new(TcpStream::connect(address).await.expect("a connection"));
    plain.send(&hello("hunter2")).await;
    assert!(!plain.rest().await.contains("nuncio"));
    assert!(connect(&bot, address, "other", None).await.is_err());
    bot.works().await;
    bot.stop().await;
}

#[tokio::test]
async fn a_certificate_is_an_identity_where_our_authority_vouches_for_it() {
    let (mut bot, address) = bot("").await;
    let mut client = connect(&bot, address, "ca", Some("client")).await.expect("tls");
    client.send(r#"{"type":"say","text":"ping"}"#).await;
    let id = bot.answer("pong").await.speaker.verified_id().expect("verified").to_string();
    let shown = CertificateDer::from_pem_file(bot.folder.path().join("client.pem"));
    let fingerprint = Fingerprint::of(&shown.expect("a certificate"));
    assert_eq!(id, format!("u:socket:cert/{fingerprint}"));
    match connect(&bot, address, "ca", Some("stranger")).await {
        Err(_) => {}
        // TLS 1.3 lets the client begin before the server has refused it.
        Ok(mut client) => {
            drop(client.stream.write_all(b"{\"type\":\"ping\"}\n").await);
            assert_eq!(client.line().await, "");
        }
    }
    let mut nobody = connect(&bot, address, "ca", None).await.expect("tls");
    nobody.send(r#"{"type":"ping"}"#).await;
    assert!(nobody.line().await.contains("denied"));
    bot.works().await;
    bot.stop().await;
}

#[tokio::test]
async fn anybody_comes_in_only_where_it_says_danger_and_is_nobody() {
    let (mut bot, address) = bot("danger_anonymous = true\n").await;
    let mut client = connect(&bot, address, "ca", None).await.expect("tls");
    client.send(r#"{"type":"say","text":"ping"}"#).await;
    let speaker = bot.answer("pong").await.speaker;
    assert_eq!(speaker.verified_id(), None);
    assert_eq!(speaker.to_string(), "u:socket:addr/127.0.0.1 (claimed)");
    bot.stop().await;
}

#[tokio::test]
async fn plain_tcp_works_on_this_machine() {
    let address = free_port().await;
    let toml = format!("{TOKEN}listen = \"{address}\"\ndanger_plain_tcp = true");
    let bot = Bot::start(&toml).await;
    let mut client = Client::new(TcpStream::connect(address).await.expect("a connection"));
    client.send(&hello("hunter2")).await;
    assert!(client.line().await.contains("u:socket:ci"));
    bot.stop().await;
}

#[tokio::test]
async fn our_own_client_comes_in_the_same_way() {
    let (mut bot, address) = bot(TOKEN).await;
    let target = client::Target::Tls { host: "localhost".into(), port: address.port() };
    let file = |name: &str| bot.folder.path().join(name);
    let token = Some("hunter2".to_owned().into());
    let login = client::Login { token, ca_file: Some(file("ca.pem")), ..client::Login::default() };
    let inside = client::Client::connect(&target, &login).await.expect("it is let in");
    assert_eq!(inside.welcome().you, "u:socket:ci");
    let (client_cert, client_key) = (Some(file("client.pem")), Some(file("client.key")));
    let certified = client::Login { token: None, client_cert, client_key, ..login.clone() };
    let inside = client::Client::connect(&target, &certified).await.expect("it is let in");
    assert!(inside.welcome().you.starts_with("u:socket:cert/"));
    let deceived = client::Login { ca_file: Some(file("other.pem")), ..login };
    let error = client::Client::connect(&target, &deceived).await.expect_err("another authority");
    assert!(error.to_string().contains("is not trusted ("), "{error}");
    bot.works().await;
    bot.stop().await;
}
