//! Reaching the server: TCP, and TLS unless the configuration says otherwise.

mod prompt;

use std::{fmt, io, time::Duration};

use nuncio_tls::{Client, distrust};
use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use self::prompt::Prompt;
use crate::{
    config::{Config, ConfigError},
    session::Ending,
};

/// How long TCP and TLS may take together.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection, whatever carries it.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Whoever makes connections.
pub(crate) trait Dial: fmt::Debug + Send + Sync + 'static {
    /// Makes one, or says why not.
    fn dial(&self) -> impl Future<Output = Result<Box<dyn Stream>, Ending>> + Send;
}

/// Connects to one server as its configuration says.
#[derive(Clone)]
pub struct Connector {
    server: String,
    port: u16,
    /// None only where the configuration says `tls = false`.
    tls: Option<(TlsConnector, ServerName<'static>)>,
}

impl Connector {
    /// Reads the certificates. Without `ca_file` the system's authorities are trusted.
    ///
    /// # Errors
    ///
    /// [`ConfigError::ServerName`] and [`ConfigError::Tls`].
    pub fn new(config: &Config) -> Result<Self, ConfigError> {
        let tls = if config.tls {
            let name = ServerName::try_from(config.server.clone())
                .map_err(|_| ConfigError::ServerName { name: config.server.clone() })?;
            let files = Client {
                ca_file: config.ca_file.as_deref(),
                client_cert: config.client_cert.as_deref(),
                client_key: config.client_key.as_deref(),
            };
            Some((TlsConnector::from(files.config()?), name))
        } else {
            None
        };
        Ok(Self { server: config.server.clone(), port: config.port(), tls })
    }

    async fn connect(&self) -> io::Result<Box<dyn Stream>> {
        let tcp = TcpStream::connect((self.server.as_str(), self.port)).await?;
        let tcp = Prompt::new(tcp)?;
        Ok(match &self.tls {
            Some((tls, name)) => Box::new(tls.connect(name.clone(), tcp).await?),
            None => Box::new(tcp),
        })
    }
}

impl Dial for Connector {
    async fn dial(&self) -> Result<Box<dyn Stream>, Ending> {
        let place = format!("{}:{}", self.server, self.port);
        match timeout(PATIENCE, self.connect()).await {
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err(error)) => Err(refusal(&place, &error)),
            Err(_) => {
                Err(Ending::Again(format!("`{place}` did not answer in {} s", PATIENCE.as_secs())))
            }
        }
    }
}

/// Keys are not shown.
impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Connector({}:{}, tls: {})", self.server, self.port, self.tls.is_some())
    }
}

/// A certificate that we do not trust will not get better by trying again.
fn refusal(place: &str, error: &io::Error) -> Ending {
    match distrust(error) {
        Some(reason) => Ending::Refused(format!(
            "the certificate of `{place}` is not trusted ({reason}): if it is from an authority of \
             your own, name that in `ca_file`",
        )),
        None => Ending::Again(format!("cannot connect to `{place}`: {error}")),
    }
}
