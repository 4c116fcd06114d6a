//! Keys that are not whose they should be: an alarm, silence in encrypted rooms where they are the
//! account's own, and nothing is made anew.

use anyhow::{Context as _, Result, bail};
use matrix_sdk::{
    Client,
    config::SyncSettings,
    encryption::{CrossSigningResetAuthType, EncryptionSettings},
    ruma::{
        RoomId as MatrixRoomId,
        api::client::uiaa::{AuthData, MatrixUserIdentifier, Password, UserIdentifier},
    },
};
use nuncio_core::{
    action::Action,
    content::Content,
    event::{EventKind, Form},
    place::Place,
    receipt::{Receipt, Retry, Stage},
};
use nuncio_policy::{CaseMapping, RoomId};
use nuncio_testkit::{
    DEADLINE,
    conformance::{House, Subject as _},
    matrix::Person,
};
use serde_json::Value;
use tokio::time::timeout;

use crate::{again::Running, bot::Bot, encrypted::Encrypted};

/// Another client of the bot's account.
pub(crate) async fn another(bot: &Bot, signs: bool) -> Result<Client> {
    client(bot, "bot", signs).await
}

/// A client of somebody's account; `signs`: it makes his signing keys.
pub(crate) async fn client(bot: &Bot, name: &str, signs: bool) -> Result<Client> {
    let settings =
        EncryptionSettings { auto_enable_cross_signing: signs, ..EncryptionSettings::default() };
    let client = Client::builder()
        .homeserver_url(format!("http://{}", bot.server.addr()))
        .with_encryption_settings(settings)
        .build()
        .await?;
    client.matrix_auth().login_username(name, "secret").await?;
    client.encryption().wait_for_e2ee_initialization_tasks().await;
    client.sync_once(SyncSettings::new()).await?;
    Ok(client)
}

/// What the server keeps of the account's keys.
async fn kept(bots: &Person) -> Result<Vec<Value>> {
    let mut kept = vec![bots.signing_keys().await?];
    for kind in ["m.secret_storage.default_key", "m.cross_signing.master", "m.megolm_backup.v1"] {
        kept.push(bots.account_data(kind).await.unwrap_or_default());
    }
    kept.push(bots.backup_version().await.unwrap_or_default());
    Ok(kept)
}

/// What becomes of what the bot says, once it is in the room.
async fn speaks(house: &mut House<Encrypted>, room: &str) -> Result<Receipt> {
    let place = Place::Room(RoomId::new(&"matrix".parse()?, room, CaseMapping::Bytes)?);
    let spoken = async {
        loop {
            let say = Action::Say { content: Content::text("hello"), form: Form::Text };
            let key = house.act(&place, say).await?;
            let receipt = house.receipt(&key).await?;
            match &receipt.stage {
                Stage::Failed { why, .. } if why.starts_with("we are not in") => {}
                _ => return Ok(receipt),
            }
        }
    };
    timeout(DEADLINE, spoken).await.context("it does not come")?
}

/// The next thing that a person has to look at.
async fn alarm(house: &mut House<Encrypted>) -> Result<String> {
    let alarm = house.event("something is wrong", |event| match event.kind {
        EventKind::Alarm { why } => Some(why),
        _ => None,
    });
    alarm.await
}

/// Starts a bot with these keys, which raises an alarm and is silent.
async fn alarms(subject: Encrypted, keys: &str) -> Result<String> {
    let bots = Person::login(subject.bot.server.addr(), "bot", "secret").await?;
    let before = kept(&bots).await?;
    let transport = subject.bot.configured(&format!("flood = {{ per_second = 0 }}\n{keys}"))?;
    let room = subject.room.clone();
    let mut house = House::with(subject, transport, 1024).await?;
    let alarm = alarm(&mut house).await?;
    let receipt = speaks(&mut house, &room).await?;
    let Stage::Failed { why, retry: Retry::Never } = receipt.stage else {
        bail!("it has spoken: {receipt:?}")
    };
    assert!(why.contains("the account's keys are somebody else's"), "{why}");
    assert_eq!(kept(&bots).await?, before, "nothing is made anew");
    Ok(alarm)
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_somebody_else_are_an_alarm_and_never_made_anew() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let absent = format!("recovery = {{ file = {:?} }}", folder.path().join("absent"));
    for (keys, wanted) in [
        ("", "the account's signing keys are not ours"),
        ("recovery = \"wrong\"", "`recovery` does not open the account's secret storage"),
        (&*absent, "the file of `recovery` is not there"),
    ] {
        let subject = Encrypted::start().await?;
        let theirs = another(&subject.bot, true).await?;
        theirs.encryption().recovery().enable().await?;
        let alarm = alarms(subject, keys).await?;
        assert!(alarm.contains(wanted), "{alarm}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_somebody_else_is_an_alarm() -> Result<()> {
    let subject = Encrypted::start().await?;
    let mut first = Running::start(subject.bot.configured("")?, Vec::new());
    first.online().await?;
    first.stop().await?;
    another(&subject.bot, false).await?.encryption().backups().create().await?;
    let alarm = alarms(subject, "recovery = \"ours\"").await?;
    assert!(alarm.contains("a key backup that its secret storage does not open"), "{alarm}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_other_signing_keys_is_an_alarm() -> Result<()> {
    let subject = Encrypted::start().await?;
    let room = subject.room.clone();
    subject.bot.server.add_user("eve", "secret").await?;
    let eve = client(&subject.bot, "eve", true).await?;
    eve.join_room_by_id(&MatrixRoomId::parse(&room)?).await?;
    let transport = subject.bot.configured("flood = { per_second = 0 }")?;
    let mut house = House::with(subject, transport, 1024).await?;
    assert!(speaks(&mut house, &room).await?.is_delivered());
    let Some(reset) = eve.encryption().reset_cross_signing().await? else {
        bail!("the server wants no proof")
    };
    let name = UserIdentifier::Matrix(MatrixUserIdentifier::new("@eve:localhost".to_owned()));
    let mut proof = Password::new(name, "secret".to_owned());
    if let CrossSigningResetAuthType::Uiaa(asked) = reset.auth_type() {
        proof.session.clone_from(&asked.session);
    }
    reset.auth(Some(AuthData::Password(proof))).await?;
    let alarm = alarm(&mut house).await?;
    assert!(alarm.starts_with("`@eve:localhost` has other signing keys now"), "{alarm}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_accounts_recovery_key_opens_what_another_client_made() -> Result<()> {
    let subject = Encrypted::start().await?;
    let room = subject.room.clone();
    let key = another(&subject.bot, true).await?.encryption().recovery().enable().await?;
    let keys = format!("flood = {{ per_second = 0 }}\nrecovery = \"{key}\"");
    let transport = subject.bot.configured(&keys)?;
    let mut house = House::with(subject, transport, 1024).await?;
    assert!(speaks(&mut house, &room).await?.is_delivered());
    Ok(())
}
