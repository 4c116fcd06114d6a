//! Getting what somebody put on a server, by hand.

use anyhow::{Context as _, Result, ensure};
use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use crate::{DEADLINE, tls::Authority};

/// What is at an `https://host:port/path` whose certificate an authority signed.
///
/// # Errors
/// When it is not there, or another authority's.
pub async fn download(url: &str, authority: &Authority) -> Result<Vec<u8>> {
    let rest = url.strip_prefix("https://").context("an https address")?;
    let (at, path) = rest.split_once('/').context("it has a path")?;
    let (host, _) = at.split_once(':').context("it has a port")?;
    let get = async {
        let tcp = TcpStream::connect(at).await?;
        let tls = TlsConnector::from(authority.client_config(None)?);
        let mut stream = tls.connect(ServerName::try_from(host.to_owned())?, tcp).await?;
        let request = format!("GET /{path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        stream.flush().await?;
        let mut answer = Vec::new();
        while stream.read_buf(&mut answer).await.is_ok_and(|read| read > 0) {}
        anyhow::Ok(answer)
    };
    let answer = timeout(DEADLINE, get).await.context("nothing came")??;
    let head = answer.windows(4).position(|window| window == b"\r\n\r\n").context("a head")?;
    let (head, body) = answer.split_at(head + 4);
    let head = String::from_utf8_lossy(head);
    let status = head.split(' ').nth(1);
    ensure!(status == Some("200"), "the server answers: {head}");
    Ok(body.to_vec())
}
