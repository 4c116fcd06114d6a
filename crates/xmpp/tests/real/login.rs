//! Logging in to real servers.

use std::net::SocketAddr;

use anyhow::Result;
use nuncio_testkit::{
    server::{Ejabberd, Prosody},
    tls::Authority,
};
use nuncio_xmpp::login::{Address, Login, LoginError, Mechanism, Proof, Security};
use tokio_xmpp::xmlstream::Timeouts;

/// Ann, who trusts one authority.
fn ann(at: SocketAddr, security: Security, authority: &Authority, proof: Proof) -> Result<Login> {
    Ok(Login {
        account: "ann@localhost".parse()?,
        resource: None,
        proof,
        address: Some(Address { host: at.ip().to_string(), port: at.port(), security }),
        tls: authority.client_config(None)?,
        timeouts: Timeouts::tight(),
    })
}

fn password(password: &str) -> Proof {
    Proof::Password { password: password.to_owned().into(), plain: false }
}

/// What comes of a login: its mechanism, or what the operator reads.
async fn outcome(login: Login) -> String {
    match login.connect().await {
        Ok(logged_in) => {
            assert!(logged_in.connection.features.can_bind());
            logged_in.mechanism.to_string()
        }
        Err(error) => {
            let kind = if error.is_final() { "for good" } else { "for now" };
            format!("{kind}: {error}")
        }
    }
}

#[tokio::test]
async fn prosody_is_logged_in_to_by_scram_over_both_kinds_of_tls() -> Result<()> {
    let server = Prosody::start().await?;
    server.add_user("ann", "se=cr,et")?;
    let login = |at, security, proof| ann(at, security, server.authority(), proof).unwrap();
    let good = || password("se=cr,et");
    assert_eq!(outcome(login(server.addr(), Security::StartTls, good())).await, "SCRAM-SHA-256");
    assert_eq!(outcome(login(server.tls_addr(), Security::Direct, good())).await, "SCRAM-SHA-256");
    insta::assert_snapshot!(outcome(login(server.addr(), Security::StartTls, password("wrong"))).await, @"for good: the server refuses the login: the account or its password is wrong");
    insta::assert_snapshot!(outcome(login(server.tls_addr(), Security::Direct, Proof::Certificate)).await, @"for good: the server offers `PLAIN`, `SCRAM-SHA-1`, `SCRAM-SHA-256`, and none of them may be used here; it takes no certificate, set `password`");
    let stranger = Authority::new()?;
    let distrustful = ann(server.addr(), Security::StartTls, &stranger, good())?;
    insta::assert_snapshot!(outcome(distrustful).await, @"for good: the certificate of `localhost` is not trusted (BadSignature): if it is from an authority of your own, name that in `ca_file`");
    Ok(())
}

#[tokio::test]
async fn ejabberd_is_logged_in_to_by_scram_over_both_kinds_of_tls() -> Result<()> {
    let mut server = Ejabberd::start().await?;
    server.add_user("ann", "se=cr,et").await?;
    let login = |at, security, proof| ann(at, security, server.authority(), proof).unwrap();
    let good = || password("se=cr,et");
    insta::assert_snapshot!(outcome(login(server.addr(), Security::StartTls, Proof::Certificate)).await, @"for good: the server offers `PLAIN`, `SCRAM-SHA-256`, `SCRAM-SHA-256-PLUS`, `X-OAUTH2`, and none of them may be used here; it takes no certificate, set `password`");
    let starttls = outcome(login(server.addr(), Security::StartTls, good())).await;
    let direct = outcome(login(server.tls_addr(), Security::Direct, good())).await;
    assert_eq!((starttls.as_str(), direct.as_str()), ("SCRAM-SHA-256", "SCRAM-SHA-256"));
    insta::assert_snapshot!(outcome(login(server.addr(), Security::StartTls, password("wrong"))).await, @"for good: the server refuses the login: the account or its password is wrong");
    Ok(())
}

#[tokio::test]
async fn a_server_that_is_not_there_is_for_now() -> Result<()> {
    let mut server = Prosody::start().await?;
    server.kill9()?;
    let login = ann(server.addr(), Security::StartTls, server.authority(), password("x"))?;
    let error = login.connect().await.unwrap_err();
    assert!(matches!(error, LoginError::Io { .. }) && !error.is_final(), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_name_with_signs_of_scram_logs_in() -> Result<()> {
    let mut server = Ejabberd::start().await?;
    server.add_user("a,nn=x", "secret").await?;
    let mut login = ann(server.addr(), Security::StartTls, server.authority(), password("secret"))?;
    login.account = "a,nn=x@localhost".parse()?;
    assert_eq!(login.connect().await?.mechanism, Mechanism::ScramSha256);
    Ok(())
}
