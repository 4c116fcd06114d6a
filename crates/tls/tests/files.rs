//! What the files that a configuration names come to.

use std::{fs, path::PathBuf};

use anyhow::Result;
use nuncio_testkit::tls::{Authority, Identity};
use nuncio_tls::{Client, Server, TlsError};
use tempfile::TempDir;

struct Files {
    folder: TempDir,
    ca: PathBuf,
    cert: PathBuf,
    key: PathBuf,
    both: PathBuf,
    empty: PathBuf,
    /// The key of somebody else.
    other: PathBuf,
}

fn files() -> Result<Files> {
    let folder = tempfile::tempdir()?;
    let (authority, put) = (Authority::new()?, |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).map(|()| path)
    });
    let (identity, other): (Identity, Identity) =
        (authority.client("bot.example")?, authority.client("other.example")?);
    Ok(Files {
        ca: put("ca.pem", &authority.pem())?,
        cert: put("cert.pem", identity.certificate_pem())?,
        key: put("key.pem", identity.key_pem())?,
        both: put("both.pem", &format!("{}{}", identity.key_pem(), identity.certificate_pem()))?,
        empty: put("empty.pem", "nothing\n")?,
        other: put("other.pem", other.key_pem())?,
        folder,
    })
}

fn shown(error: &TlsError, files: &Files) -> String {
    let source = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    format!("{error}: {source}").replace(&files.folder.path().display().to_string(), "DIR")
}

#[test]
fn a_key_may_be_in_the_file_of_its_certificate() -> Result<()> {
    let files = files()?;
    let client = Client { ca_file: Some(&files.ca), ..Client::default() };
    assert!(!client.config()?.client_auth_cert_resolver.has_certs());
    let apart = Client { client_cert: Some(&files.cert), client_key: Some(&files.key), ..client };
    assert!(apart.config()?.client_auth_cert_resolver.has_certs());
    let together = Client { client_cert: Some(&files.both), ..client };
    assert!(together.config()?.client_auth_cert_resolver.has_certs());
    Ok(())
}

#[test]
fn what_is_wrong_with_a_file_is_told_with_its_key() -> Result<()> {
    let files = files()?;
    let absent = files.folder.path().join("absent.pem");
    let trusting = Client { ca_file: Some(&files.ca), ..Client::default() };
    let server = Server {
        tls_certificate: &files.cert,
        tls_key: &files.key,
        tls_client_ca: Some(&files.ca),
    };
    server.config()?;
    let told = [
        Client { ca_file: Some(&absent), ..trusting }.config().err(),
        Client { ca_file: Some(&files.empty), ..trusting }.config().err(),
        Client { client_cert: Some(&files.cert), ..trusting }.config().err(),
        Client { client_cert: Some(&files.cert), client_key: Some(&files.other), ..trusting }
            .config()
            .err(),
        Server { tls_certificate: &files.key, ..server }.config().err(),
        Server { tls_key: &files.empty, ..server }.config().err(),
        Server { tls_key: &files.other, ..server }.config().err(),
        Server { tls_client_ca: Some(&files.empty), ..server }.config().err(),
    ];
    let told: Vec<String> = told.iter().flatten().map(|error| shown(error, &files)).collect();
    insta::assert_snapshot!(told.join("\n"), @"
    `ca_file`: cannot read `DIR/absent.pem`: I/O error: No such file or directory (os error 2)
    `ca_file`: cannot read `DIR/empty.pem`: no items found
    `client_cert`: cannot read `DIR/cert.pem`: no items found
    `client_cert` cannot be used: keys may not be consistent: KeyMismatch
    `tls_certificate`: cannot read `DIR/key.pem`: no items found
    `tls_key`: cannot read `DIR/empty.pem`: no items found
    `tls_certificate` cannot be used: keys may not be consistent: KeyMismatch
    `tls_client_ca`: cannot read `DIR/empty.pem`: no items found
    ");
    Ok(())
}
