//! Why we are not logged in.

use std::{io, path::PathBuf};

use matrix_sdk::ruma::OwnedUserId;
use nuncio_policy::Network;

/// Why we are not logged in.
#[derive(Debug, thiserror::Error)]
pub(in crate::transport) enum LoginError {
    /// The store's folder cannot be used.
    #[error("cannot use `{folder}`")]
    Folder {
        folder: PathBuf,
        #[source]
        source: io::Error,
    },
    /// The library cannot open its store.
    #[error("cannot open the store in `{folder}` ({why}): is `store_passphrase` another one now?")]
    Store { folder: PathBuf, why: String },
    /// The store is another account's.
    #[error("the store in `{folder}` is of `{user}`: move it away, or change `user` back")]
    Stranger { folder: PathBuf, user: OwnedUserId },
    /// The proxy's address is none.
    #[error("`proxy` is no `http://` or `socks5://` address")]
    Proxy,
    /// The domain does not say where its homeserver is.
    #[error("`{domain}` does not say where its homeserver is ({why}): name it in `homeserver`")]
    Discovery { domain: String, why: String },
    /// The account or what proves it is wrong.
    #[error("the server refuses the login: {why}")]
    Refused { why: String },
    /// The token is no good, and there is no password.
    #[error(
        "the server takes the token no more, and there is no `password`: put another in `token`, \
         or run `nuncio login {network}`"
    )]
    Token { network: Network },
    /// There is no session, and nothing to begin one with.
    #[error(
        "there is no session to go on with, and no `password` or `token`: run `nuncio login \
         {network}`"
    )]
    NoSession { network: Network },
    /// The token is somebody else's.
    #[error("the token is of `{user}`")]
    OtherToken { user: OwnedUserId },
    /// The server did not answer, or not as one would.
    #[error("{why}")]
    Passing { why: String },
}

impl LoginError {
    /// Whether only a person can help.
    pub(in crate::transport) fn is_final(&self) -> bool {
        !matches!(self, Self::Passing { .. } | Self::Discovery { .. })
    }
}
