//! The side that listens.

use std::{path::Path, sync::Arc};

use rustls::{ServerConfig, server::WebPkiClientVerifier};

use crate::{TlsError, pem::Named, provider};

/// The keys `tls_certificate`, `tls_key` and `tls_client_ca` of whatever listens.
#[derive(Debug, Clone, Copy)]
pub struct Server<'a> {
    /// A PEM file with our certificate and those between it and its authority.
    pub tls_certificate: &'a Path,
    /// A PEM file with its key.
    pub tls_key: &'a Path,
    /// A PEM file of the authorities that may vouch for those who come; none to ask nobody for a
    /// certificate. Who shows none is let in all the same, and is not vouched for.
    pub tls_client_ca: Option<&'a Path>,
}

impl Server<'_> {
    /// Reads the files.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn config(&self) -> Result<Arc<ServerConfig>, TlsError> {
        let certificate = Named { key: "tls_certificate", file: self.tls_certificate };
        let key = Named { key: "tls_key", file: self.tls_key };
        let builder = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Versions)?;
        let builder = match self.tls_client_ca {
            None => builder.with_no_client_auth(),
            Some(file) => {
                let authorities = Named { key: "tls_client_ca", file };
                let roots = Arc::new(authorities.authorities()?);
                let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider())
                    .allow_unauthenticated()
                    .build()
                    .map_err(|source| TlsError::Authority { key: authorities.key, source })?;
                builder.with_client_cert_verifier(verifier)
            }
        };
        let config = builder
            .with_single_cert(certificate.certificates()?, key.private_key()?)
            .map_err(|source| TlsError::Certificate { key: certificate.key, source })?;
        Ok(Arc::new(config))
    }
}
