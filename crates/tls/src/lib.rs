//! Whom we trust on the network, and how we prove who we are: the PEM files that a configuration
//! names, made into what rustls wants.
//!
//! All that connects or listens gets its TLS here, so that there is one cryptography (aws-lc-rs),
//! one range of versions (1.2 and later), and one way to say what is wrong with a file. There is no
//! way to check less. Reaching somebody, and agreeing on TLS with him, is not done here.
//!
//! ```no_run
//! use std::path::Path;
//!
//! use nuncio_tls::Client;
//!
//! let trusts_system = Client::default().config()?;
//! let own_authority = Client { ca_file: Some(Path::new("ca.pem")), ..Client::default() };
//! let trusts_one = own_authority.config()?;
//! # Ok::<(), nuncio_tls::TlsError>(())
//! ```

mod client;
mod error;
mod pem;
mod server;

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};

pub use client::{Client, distrust};
pub use error::TlsError;
pub use server::Server;

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}
