//! From a target to a stream of bytes.

use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::{ClientError, Login, Stream, Target};
use crate::listen::{TlsError, certificates, private_key, roots};
use crate::protocol::Problem;

/// How long it may take until the bot is reached, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// Nobody is there.
    #[error("no bot answers at `{target}` ({source}): is it running?")]
    Unreachable {
        /// Where.
        target: String,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// Somebody is there, and TLS does not come about with him.
    #[error("no TLS with `{target}`: {source}")]
    Handshake {
        /// Where.
        target: String,
        /// What TLS says.
        source: std::io::Error,
    },
    /// The host's name is none that a certificate could bear.
    #[error("`{0}` is not a host's name")]
    Host(String),
    /// The files of TLS cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The system names no authority that could vouch for anybody.
    #[error("the system has no trusted authorities: name a file of them")]
    NoAuthority,
    /// It does not answer.
    #[error("the bot does not answer")]
    Silent,
    /// It hangs up without a word.
    #[error("the bot hung up without a word")]
    HungUp,
    /// It refuses us.
    #[error("the bot refuses: {}", .0.reason)]
    Refused(Problem),
    /// It speaks something else.
    #[error("what answers is no bot of this kind")]
    Foreign,
    /// The connection was cut at once.
    #[error(transparent)]
    Cut(ClientError),
}

pub(super) async fn open(target: &Target, login: &Login) -> Result<Stream, ConnectError> {
    let connected = timeout(CONNECT_TIMEOUT, async {
        let stream: Stream = match target {
            Target::Unix(path) => Box::new(reached(target, UnixStream::connect(path).await)?),
            Target::Plain { host, port } => Box::new(tcp(target, host, *port).await?),
            Target::Tls { host, port } => {
                let name = ServerName::try_from(host.clone())
                    .map_err(|_| ConnectError::Host(host.clone()))?;
                let connector = TlsConnector::from(Arc::new(config(login)?));
                let stream = tcp(target, host, *port).await?;
                let shaken = connector.connect(name, stream).await;
                Box::new(shaken.map_err(|source| ConnectError::Handshake {
                    target: target.to_string(),
                    source,
                })?)
            }
        };
        Ok(stream)
    });
    connected.await.unwrap_or(Err(ConnectError::Silent))
}

async fn tcp(target: &Target, host: &str, port: u16) -> Result<TcpStream, ConnectError> {
    let stream = reached(target, TcpStream::connect((host, port)).await)?;
    reached(target, stream.set_nodelay(true))?;
    Ok(stream)
}

fn reached<T>(target: &Target, result: std::io::Result<T>) -> Result<T, ConnectError> {
    result.map_err(|source| ConnectError::Unreachable { target: target.to_string(), source })
}

fn config(login: &Login) -> Result<ClientConfig, ConnectError> {
    let roots = match &login.ca_file {
        Some(path) => roots(path)?,
        None => system_roots()?,
    };
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(TlsError::from)?
        .with_root_certificates(roots);
    Ok(match &login.certificate {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => builder
            .with_client_auth_cert(certificates(certificate)?, private_key(key)?)
            .map_err(TlsError::from)?,
    })
}

fn system_roots() -> Result<RootCertStore, ConnectError> {
    let mut roots = RootCertStore::empty();
    let (added, _) =
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if added == 0 { Err(ConnectError::NoAuthority) } else { Ok(roots) }
}
