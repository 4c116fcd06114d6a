//! What is said from device to device, and in no room.

use anyhow::{Context as _, Result};
use matrix_sdk::ruma::UserId as MatrixUserId;
use nuncio_core::event::{Outcome, QuestionState, Verdict};
use nuncio_policy::UserId;
use nuncio_testkit::DEADLINE;
use tokio::time::timeout;

use super::{EVE, METHODS, Scene, asked_by, compared, is_taken_up, sees, until};
use crate::{
    bot::{BOT, SLIDING},
    keys::another,
};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_the_device_is_answered_when_an_owner_has_it_taken_up() -> Result<()> {
    answers("").await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_the_device_is_heard_by_sliding_sync() -> Result<()> {
    answers(SLIDING).await
}

async fn answers(more: &'static str) -> Result<()> {
    let mut scene = Scene::open(more).await?;
    // The library heeds nobody whose devices it has not heard of: so the bot asks first.
    scene.ask(EVE).await?;
    asked_by(&scene.eve, BOT).await?.cancel().await?;
    scene.ended().await?;
    let devices = scene.eve.encryption().get_user_devices(&MatrixUserId::parse(BOT)?).await?;
    let device = devices.devices().next().context("the bot's device has keys")?;
    let request = device.request_verification_with_methods(METHODS.to_vec()).await?;
    let asks = scene.told(|state| *state == QuestionState::Requested).await?;
    assert_eq!(asks.by.verified_id().map(UserId::user), Some(EVE));
    assert_eq!(asks.place, None);
    is_taken_up(scene, &asks, &request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn another_device_of_the_account_is_signed() -> Result<()> {
    signs_another("").await
}

#[tokio::test(flavor = "multi_thread")]
async fn another_device_of_the_account_is_signed_by_sliding_sync() -> Result<()> {
    signs_another(SLIDING).await
}

async fn signs_another(more: &'static str) -> Result<()> {
    let mut scene = Scene::open(more).await?;
    let other = another(&scene.house.subject.bot, false).await?;
    let device = other.device_id().context("it is logged in")?.to_string();
    scene.ask(BOT).await?;
    let request = asked_by(&other, BOT).await?;
    request.accept_with_methods(METHODS.to_vec()).await?;
    let sas = compared(&other, &request).await?;
    sas.accept().await?;
    let ((question, shown), ()) = tokio::try_join!(
        scene.shown(),
        until(&other, "something is shown", || sas.can_be_presented().then_some(()))
    )?;
    assert_eq!(question.device.as_deref(), Some(device.as_str()));
    sees(&other, &sas, &shown).await?;
    sas.confirm().await?;
    scene.judge(&question, Verdict::Same).await?;
    let (ended, ()) = tokio::try_join!(
        scene.ended(),
        until(&other, "it is done", || sas.is_done().then_some(()))
    )?;
    assert_eq!(ended.state, QuestionState::Ended(Outcome::Device));
    let is_signed = async {
        loop {
            let keys = scene.bots.keys_of(BOT).await?;
            let keys = keys.get("device_keys").and_then(|keys| keys.get(BOT)?.get(&device));
            let signed = keys.and_then(|keys| keys.get("signatures")?.get(BOT)?.as_object());
            // Its own, and the account's.
            if signed.is_some_and(|signed| signed.len() == 2) {
                return Ok(());
            }
        }
    };
    timeout(DEADLINE, is_signed).await.context("the account does not sign it")?
}
