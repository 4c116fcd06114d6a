//! What can be wrong with `[network.<name>]`.

use std::path::PathBuf;

use nuncio_tls::TlsError;

use super::AvatarError;

/// What is wrong with a configuration.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A value is no address.
    #[error("`{key}`: `{value}` is no address")]
    Jid {
        /// The key.
        key: &'static str,
        /// The value.
        value: String,
        /// What is wrong with it.
        #[source]
        source: jid::Error,
    },
    /// An address has no name before its `@`.
    #[error("`{key}`: `{value}` has no name before an `@`")]
    NoName {
        /// The key.
        key: &'static str,
        /// The value.
        value: String,
    },
    /// A name cannot be used in a room or as a resource.
    #[error("`{key}`: nobody can be called `{value}` on XMPP")]
    Nick {
        /// The key.
        key: &'static str,
        /// The value.
        value: String,
        /// What is wrong with it.
        #[source]
        source: jid::Error,
    },
    /// Nothing proves who we are.
    #[error("`password` is missing, and there is no `client_cert` to log in with")]
    NoProof,
    /// `plain` without a password.
    #[error("`plain` has no effect without `password`: remove one of them, or set the other")]
    PlainWithoutPassword,
    /// The port is no number.
    #[error("`address`: `{value}` is no `host` or `host:port`")]
    Address {
        /// The value.
        value: String,
    },
    /// The file of our picture cannot be used.
    #[error("`avatar`: cannot use `{file}`")]
    Avatar {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        #[source]
        source: AvatarError,
    },
    /// The files of TLS cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
}
