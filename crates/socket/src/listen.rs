//! Where clients come in.

mod unix;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

pub(crate) use unix::{BindError, UnixGate};

use crate::access::Peer;
use crate::config::{Listen, Settings};

/// How long to wait after an error that may pass, such as too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// The open listeners.
#[derive(Debug)]
pub(crate) struct Gates {
    /// The Unix socket.
    pub(crate) unix: UnixGate,
    /// The TCP port.
    pub(crate) tcp: Option<TcpGate>,
}

/// A TCP port.
pub(crate) struct TcpGate {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
}

impl std::fmt::Debug for TcpGate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TcpGate").field("tls", &self.tls.is_some()).finish_non_exhaustive()
    }
}

/// Why there is no listening.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum ListenError {
    /// The Unix socket cannot be had.
    #[error(transparent)]
    Unix(#[from] BindError),
    /// The port cannot be had.
    #[error("`listen`: {address} cannot be opened: {source}")]
    Tcp {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
}

/// Somebody who came in.
#[derive(Debug)]
pub(crate) struct Arrival {
    /// The connection.
    pub(crate) stream: Stream,
    /// Who it is as far as the operating system says.
    pub(crate) peer: Peer,
}

/// A connection before its first byte.
pub(crate) enum Stream {
    /// On the Unix socket.
    Unix(UnixStream),
    /// Over TCP, without TLS.
    Plain(TcpStream),
    /// Over TCP, before the handshake.
    Tls(TcpStream, TlsAcceptor),
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unix(_) => "Unix",
            Self::Plain(_) => "Plain",
            Self::Tls(..) => "Tls",
        })
    }
}

impl Stream {
    /// Says a line in passing, as far as it can without waiting.
    pub(crate) fn try_say(&self, line: &str) {
        let said = match self {
            Self::Unix(stream) => stream.try_write(line.as_bytes()),
            Self::Plain(stream) => stream.try_write(line.as_bytes()),
            Self::Tls(..) => return,
        };
        if let Err(error) = said {
            tracing::debug!(%error, "A client left before it could be told to.");
        }
    }
}

impl Gates {
    /// Opens what the settings say.
    ///
    /// # Errors
    /// [`ListenError`]; then nothing is open.
    pub(crate) async fn open(settings: &Settings) -> Result<Self, ListenError> {
        let unix = UnixGate::bind(&settings.path)?;
        let tcp = match &settings.listen {
            None => None,
            Some(Listen::Plain(address)) => Some(TcpGate::bind(*address, None).await?),
            Some(Listen::Tls(address, tls)) => {
                let acceptor = TlsAcceptor::from(Arc::clone(tls));
                Some(TcpGate::bind(*address, Some(acceptor)).await?)
            }
        };
        Ok(Self { unix, tcp })
    }

    /// Where the Unix socket is.
    pub(crate) fn path(&self) -> PathBuf {
        self.unix.path().to_owned()
    }
}

impl TcpGate {
    async fn bind(address: SocketAddr, tls: Option<TlsAcceptor>) -> Result<Self, ListenError> {
        match TcpListener::bind(address).await {
            Ok(listener) => {
                // Port 0 is any that is free: say which one it became.
                if let Ok(address) = listener.local_addr() {
                    tracing::info!(%address, tls = tls.is_some(), "The socket listens for TCP.");
                }
                Ok(Self { listener, tls })
            }
            Err(source) => Err(ListenError::Tcp { address, source }),
        }
    }

    /// Passes on whoever comes, until nobody wants them any more. Waits while they are not taken.
    pub(crate) async fn watch(self, arrivals: mpsc::Sender<Arrival>) {
        loop {
            match self.listener.accept().await {
                Ok((stream, address)) => {
                    // Every answer is small and somebody waits for it.
                    if let Err(error) = stream.set_nodelay(true) {
                        tracing::debug!(%error, "A connection delays its segments.");
                    }
                    let peer = Peer::Tcp { address: address.ip(), certificate: None };
                    let stream = match &self.tls {
                        Some(acceptor) => Stream::Tls(stream, acceptor.clone()),
                        None => Stream::Plain(stream),
                    };
                    if arrivals.send(Arrival { stream, peer }).await.is_err() {
                        return;
                    }
                }
                Err(error) => pause(&error).await,
            }
        }
    }
}

async fn pause(error: &std::io::Error) {
    tracing::warn!(%error, "The socket cannot take a connection now.");
    tokio::time::sleep(ACCEPT_PAUSE).await;
}
