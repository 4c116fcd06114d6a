//! From a target to a stream of bytes.

use std::time::Duration;

use nuncio_tls::TlsError;
use rustls::CertificateError;
use rustls::pki_types::ServerName;
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::{ClientError, Login, Stream, Target};
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
    /// Somebody is there, and it is not known that it is the bot.
    #[error(
        "the certificate of `{target}` is not trusted ({reason}): if it is from an authority of your own, name that in a file of authorities"
    )]
    Distrust {
        /// Where.
        target: String,
        /// What is wrong with it.
        reason: CertificateError,
    },
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
                let files = nuncio_tls::Client {
                    ca_file: login.ca_file.as_deref(),
                    client_cert: login.client_cert.as_deref(),
                    client_key: login.client_key.as_deref(),
                };
                let connector = TlsConnector::from(files.config()?);
                let stream = tcp(target, host, *port).await?;
                let shaken = connector.connect(name, stream).await;
                Box::new(shaken.map_err(|error| refusal(target, error))?)
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

fn refusal(target: &Target, source: std::io::Error) -> ConnectError {
    let target = target.to_string();
    match nuncio_tls::distrust(&source) {
        Some(reason) => ConnectError::Distrust { target, reason: reason.clone() },
        None => ConnectError::Handshake { target, source },
    }
}
