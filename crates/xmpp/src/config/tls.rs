//! Whom we trust to name the server, and our own certificate.

use std::{path::Path, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{self, PemObject as _},
    },
};

use super::{Config, ConfigError};

/// Reads the certificates. Without `ca_file` the system's authorities are trusted.
pub(super) fn client(config: &Config) -> Result<Arc<ClientConfig>, ConfigError> {
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
        .map_err(|source| ConfigError::Certificate { key: "security", source })?
        .with_root_certificates(roots);
    let Some(file) = &config.client_cert else {
        return Ok(Arc::new(builder.with_no_client_auth()));
    };
    let chain = certificates("client_cert", file)?;
    let (key, file) = match &config.client_key {
        Some(file) => ("client_key", file),
        None => ("client_cert", file),
    };
    let private =
        PrivateKeyDer::from_pem_file(file).map_err(|source| unreadable(key, file, source))?;
    let config = builder
        .with_client_auth_cert(chain, private)
        .map_err(|source| ConfigError::Certificate { key: "client_cert", source })?;
    Ok(Arc::new(config))
}

fn certificates(
    key: &'static str,
    file: &Path,
) -> Result<Vec<CertificateDer<'static>>, ConfigError> {
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match read {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) => Err(unreadable(key, file, pem::Error::NoItemsFound)),
        Err(source) => Err(unreadable(key, file, source)),
    }
}

fn unreadable(key: &'static str, file: &Path, source: pem::Error) -> ConfigError {
    ConfigError::Pem { key, file: file.to_owned(), source }
}
