//! The real servers, seen by the raw client.

use std::{
    env,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use nuncio_testkit::{
    irc::Client,
    server::{Ejabberd, InspIrcd, NgIrcd, Options, Prosody},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

#[tokio::test]
async fn inspircd_carries_a_conversation() -> Result<()> {
    let server = InspIrcd::start(Options::default()).await?;
    let mut ann = Client::to(server.addr()).nick("ann").join("#a").connect().await?;
    let login = Client::to(server.tls_addr()).nick("bob").join("#a").tls(server.authority())?;
    let mut bob = login.connect().await?;
    ann.say("#a", "hello").await?;
    assert_eq!(bob.expect("PRIVMSG").await?, ":ann!ann@127.0.0.1 PRIVMSG #a :hello");
    bob.quit().await
}

#[tokio::test]
async fn ngircd_carries_a_conversation() -> Result<()> {
    let server = NgIrcd::start().await?;
    let mut ann = Client::to(server.addr()).nick("ann").join("#a").connect().await?;
    let login = Client::to(server.tls_addr()).nick("bob").join("#a").tls(server.authority())?;
    let mut bob = login.connect().await?;
    ann.say("#a", "hello").await?;
    bob.expect(":ann!*PRIVMSG #a :hello").await?;
    Ok(())
}

#[tokio::test]
async fn prosody_serves_again_after_a_kill() -> Result<()> {
    let mut server = Prosody::start().await?;
    server.add_user("ann", "secret")?;
    assert!(features(server.addr()).await?.contains("<starttls"));
    server.kill9()?;
    assert!(features(server.addr()).await.is_err());
    server.restart().await?;
    assert!(features(server.addr()).await?.contains("<starttls"));
    Ok(())
}

#[tokio::test]
async fn ejabberd_serves_again_after_a_kill() -> Result<()> {
    let mut server = Ejabberd::start().await?;
    server.add_user("ann", "secret").await?;
    assert!(server.add_user("ann", "secret").await.is_err(), "there is an ann already");
    assert!(features(server.addr()).await?.contains("<starttls"));
    server.kill9()?;
    assert!(features(server.addr()).await.is_err());
    server.restart().await?;
    assert!(features(server.addr()).await?.contains("<starttls"));
    assert!(server.add_user("ann", "secret").await.is_err(), "ann is still there");
    Ok(())
}

/// What an XMPP server says first.
async fn features(addr: SocketAddr) -> Result<String> {
    let mut stream = TcpStream::connect(addr).await?;
    let hello = "<?xml version='1.0'?><stream:stream to='localhost' version='1.0' \
                 xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
    stream.write_all(hello.as_bytes()).await?;
    let mut heard = Vec::new();
    while !String::from_utf8_lossy(&heard).contains("</stream:features>") {
        ensure!(stream.read_buf(&mut heard).await? > 0, "closed");
    }
    Ok(String::from_utf8(heard)?)
}

#[tokio::test]
async fn a_killed_server_closes_and_comes_back_at_the_same_address() -> Result<()> {
    let mut server = InspIrcd::start(Options::default()).await?;
    let addr = server.addr();
    let mut ann = Client::to(addr).nick("ann").connect().await?;
    server.kill9()?;
    ann.closed().await?;
    assert!(Client::to(addr).connect().await.is_err());
    server.restart().await?;
    Client::to(addr).nick("ann").connect().await?.quit().await
}

#[tokio::test]
async fn accounts_log_in_by_password_and_by_certificate() -> Result<()> {
    let server = InspIrcd::start(Options::with_services()).await?;
    let identity = server.authority().client("bob")?;
    let stranger = server.authority().client("bob")?;
    server.register_account("ann", "secret").await?;
    server.register_certificate("bob", "secret", &identity).await?;

    let plain = || Client::to(server.addr()).nick("ann2");
    plain().sasl_plain("ann", "secret").connect().await?.quit().await?;
    assert!(plain().sasl_plain("ann", "wrong").connect().await.is_err());

    let tls = || Client::to(server.tls_addr()).nick("bob2").sasl_external();
    let bob = tls().tls_as(server.authority(), &identity)?.connect().await?;
    assert!(bob.seen().iter().any(|line| line.contains(" 900 ") && line.contains(" bob ")));
    assert!(tls().tls_as(server.authority(), &stranger)?.connect().await.is_err());
    Ok(())
}

#[tokio::test]
async fn accounts_survive_a_restart() -> Result<()> {
    let mut server = InspIrcd::start(Options::with_services()).await?;
    server.register_account("ann", "secret").await?;
    server.restart().await?;
    let ann = Client::to(server.addr()).nick("ann").sasl_plain("ann", "secret");
    ann.connect().await?.quit().await
}

/// The test runs itself as a process that starts a server and is then killed.
#[tokio::test]
async fn a_server_dies_with_the_process_that_started_it() -> Result<()> {
    const CHILD: &str = "NUNCIO_TESTKIT_CHILD";
    if env::var_os(CHILD).is_some() {
        let server = NgIrcd::start().await?;
        println!("\naddr={}", server.addr());
        std::future::pending::<()>().await;
    }
    let mut child = Command::new(env::current_exe()?)
        .args(["--exact", "--nocapture", "a_server_dies_with_the_process_that_started_it"])
        .env(CHILD, "1")
        .stdout(Stdio::piped())
        .spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("it is piped")?).lines();
    let addr = lines.find_map(|line| line.ok()?.strip_prefix("addr=")?.parse().ok());
    let mut ann = Client::to(addr.context("the child says where it listens")?).connect().await?;
    child.kill()?;
    child.wait()?;
    ann.closed().await?;
    Ok(())
}
