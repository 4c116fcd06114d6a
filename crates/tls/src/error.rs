//! What can be wrong with the files.

use std::path::PathBuf;

use rustls::{pki_types::pem, server::VerifierBuilderError};

/// Why TLS cannot be set up. Each names the key of the configuration that is to be changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// A PEM file cannot be read, or does not hold what its key says.
    #[error("`{key}`: cannot read `{file}`")]
    Pem {
        /// The key.
        key: &'static str,
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        #[source]
        source: pem::Error,
    },
    /// A certificate, or it and its key together, cannot be used.
    #[error("`{key}` cannot be used")]
    Certificate {
        /// The key.
        key: &'static str,
        /// What is wrong with it.
        #[source]
        source: rustls::Error,
    },
    /// No authority in the file can vouch for anybody.
    #[error("`{key}` cannot vouch for anybody")]
    Authority {
        /// The key.
        key: &'static str,
        /// What is wrong with it.
        #[source]
        source: VerifierBuilderError,
    },
    /// The versions of TLS that are safe cannot be spoken.
    #[error("TLS cannot be spoken")]
    Versions(#[source] rustls::Error),
}
