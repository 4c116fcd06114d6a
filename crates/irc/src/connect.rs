//! Reaching the server: TCP, and TLS unless the configuration says otherwise.

mod prompt;

use std::{fmt, io, path::Path, sync::Arc, time::Duration};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem, pem::PemObject as _},
};
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
    /// [`ConfigError::ServerName`], [`ConfigError::Pem`] and [`ConfigError::Certificate`].
    pub fn new(config: &Config) -> Result<Self, ConfigError> {
        let tls = if config.tls {
            let name = ServerName::try_from(config.server.clone())
                .map_err(|_| ConfigError::ServerName { name: config.server.clone() })?;
            Some((TlsConnector::from(Arc::new(client_config(config)?)), name))
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
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match tls {
        Some(rustls::Error::InvalidCertificate(reason)) => Ending::Refused(format!(
            "the certificate of `{place}` is not trusted ({reason}): if it is from an authority of \
             your own, name that in `ca_file`",
        )),
        _ => Ending::Again(format!("cannot connect to `{place}`: {error}")),
    }
}

fn client_config(config: &Config) -> Result<ClientConfig, ConfigError> {
    let mut roots = RootCertStore::empty();
    if let Some(file) = &config.ca_file {
        for certificate in certificates("ca_file", file)? {
            roots
                .add(certificate)
                .map_err(|source| ConfigError::Certificate { key: "ca_file", source })?;
        }
    } else {
        // What cannot be read of the system's store is not trusted; the rest is.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|source| ConfigError::Certificate { key: "tls", source })?
        .with_root_certificates(roots);
    let Some(file) = &config.client_cert else { return Ok(builder.with_no_client_auth()) };
    let chain = certificates("client_cert", file)?;
    let (key, file) = match &config.client_key {
        Some(file) => ("client_key", file),
        None => ("client_cert", file),
    };
    let private =
        PrivateKeyDer::from_pem_file(file).map_err(|error| pem_error(key, file, error))?;
    builder
        .with_client_auth_cert(chain, private)
        .map_err(|source| ConfigError::Certificate { key: "client_cert", source })
}

fn certificates(
    key: &'static str,
    file: &Path,
) -> Result<Vec<CertificateDer<'static>>, ConfigError> {
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match read {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) => Err(pem_error(key, file, pem::Error::NoItemsFound)),
        Err(error) => Err(pem_error(key, file, error)),
    }
}

fn pem_error(key: &'static str, file: &Path, source: pem::Error) -> ConfigError {
    ConfigError::Pem { key, file: file.to_owned(), source }
}
