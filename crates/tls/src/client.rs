//! The side that connects.

use std::{io, path::Path, sync::Arc};

use rustls::{CertificateError, ClientConfig, RootCertStore};

use crate::{TlsError, pem::Named, provider};

/// The keys `ca_file`, `client_cert` and `client_key`, as every network has them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Client<'a> {
    /// A PEM file of the only authorities to trust; none to trust the system's.
    pub ca_file: Option<&'a Path>,
    /// A PEM file with our certificate and those between it and its authority; none to show none.
    pub client_cert: Option<&'a Path>,
    /// A PEM file with the key of `client_cert`; none where it is in the same file.
    pub client_key: Option<&'a Path>,
}

impl Client<'_> {
    /// Reads the files.
    ///
    /// What cannot be read of the system's authorities is not trusted; the rest is. Where it has
    /// none at all, nobody is trusted.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn config(&self) -> Result<Arc<ClientConfig>, TlsError> {
        let roots = match self.ca_file {
            Some(file) => Named { key: "ca_file", file }.authorities()?,
            None => system_authorities(),
        };
        let builder = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Versions)?
            .with_root_certificates(roots);
        let Some(file) = self.client_cert else {
            return Ok(Arc::new(builder.with_no_client_auth()));
        };
        let certificate = Named { key: "client_cert", file };
        let key = self.client_key.map_or(certificate, |file| Named { key: "client_key", file });
        let config = builder
            .with_client_auth_cert(certificate.certificates()?, key.private_key()?)
            .map_err(|source| TlsError::Certificate { key: certificate.key, source })?;
        Ok(Arc::new(config))
    }
}

fn system_authorities() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

/// Why a handshake failed, if it did because we do not trust the certificate that was shown:
/// another try cannot end otherwise until somebody changes something.
pub fn distrust(error: &io::Error) -> Option<&CertificateError> {
    match error.get_ref()?.downcast_ref()? {
        rustls::Error::InvalidCertificate(reason) => Some(reason),
        _ => None,
    }
}
