//! SASL against Anope: by password and by certificate, right and wrong.

use anyhow::{Result, bail, ensure};
use nuncio_core::event::LinkState;
use nuncio_testkit::{
    irc::Client,
    server::{InspIrcd, Options},
    tls::Identity,
};

use crate::bot::{Bot, transport};

const PLAIN: &str = "sasl = { mechanism = \"plain\", account = \"nuncio\", password = ";

async fn whois_account(server: &InspIrcd) -> Result<String> {
    let mut ann = Client::to(server.addr()).nick("ann").connect().await?;
    ann.send("WHOIS bot").await?;
    let lines = ann.until(" 318 ").await?;
    ann.quit().await?;
    Ok(lines.into_iter().find(|line| line.contains(" 330 ")).unwrap_or_default())
}

async fn refused(mut bot: Bot) -> Result<()> {
    match bot.trouble().await? {
        LinkState::Failed { why } => ensure!(why.contains("check `sasl`"), "{why}"),
        other => bail!("{other:?}"),
    }
    ensure!(bot.ended().await?.is_err());
    Ok(())
}

#[tokio::test]
async fn plain_logs_in_with_the_right_password_alone() -> Result<()> {
    let server = InspIrcd::start(Options::with_services()).await?;
    server.register_account("nuncio", "sesame").await?;
    let mut bot = Bot::start(transport(server.addr(), false, &format!("{PLAIN}\"sesame\" }}"))?);
    bot.online().await?;
    let account = whois_account(&server).await?;
    ensure!(account.contains("bot nuncio"), "{account}");
    bot.stop().await?;
    refused(Bot::start(transport(server.addr(), false, &format!("{PLAIN}\"guess\" }}"))?)).await
}

#[tokio::test]
async fn external_logs_in_with_the_right_certificate_alone() -> Result<()> {
    let server = InspIrcd::start(Options::with_services()).await?;
    let ours = server.authority().client("nuncio")?;
    let another = server.authority().client("nuncio")?;
    server.register_certificate("nuncio", "sesame", &ours).await?;
    let folder = tempfile::tempdir()?;
    let file = |name: &str, pem: &str| -> Result<String> {
        let path = folder.path().join(name);
        std::fs::write(&path, pem)?;
        Ok(format!("\"{}\"", path.display()))
    };
    let ca = file("ca.pem", &server.authority().pem())?;
    let keys = |name: &str, identity: &Identity| -> Result<String> {
        let cert = file(&format!("{name}.pem"), identity.certificate_pem())?;
        let key = file(&format!("{name}.key"), identity.key_pem())?;
        Ok(format!(
            "ca_file = {ca}\nclient_cert = {cert}\nclient_key = {key}\n\
             sasl = {{ mechanism = \"external\", account = \"nuncio\" }}"
        ))
    };
    let mut bot = Bot::start(transport(server.tls_addr(), true, &keys("ours", &ours)?)?);
    bot.online().await?;
    let account = whois_account(&server).await?;
    ensure!(account.contains("bot nuncio"), "{account}");
    bot.stop().await?;
    refused(Bot::start(transport(server.tls_addr(), true, &keys("another", &another)?)?)).await
}

#[tokio::test]
async fn a_server_without_services_is_not_joined_without_the_login() -> Result<()> {
    let server = InspIrcd::start(Options::default()).await?;
    let mut bot = Bot::start(transport(server.addr(), false, &format!("{PLAIN}\"sesame\" }}"))?);
    match bot.trouble().await? {
        LinkState::Offline { why } => ensure!(why.contains("no login"), "{why}"),
        other => bail!("{other:?}"),
    }
    bot.stop().await
}
