//! The account's signing keys (cross-signing), made at the first start.

use matrix_sdk::{
    Client,
    ruma::api::client::uiaa::{AuthData, MatrixUserIdentifier, Password, UserIdentifier},
};

use crate::config::Account;

/// Makes the account's signing keys if it has none, and signs this device with them.
///
/// Keys that are there already are never replaced: whoever knows the bot knows them.
pub(super) async fn sign(client: &Client, account: &Account) -> matrix_sdk::Result<()> {
    let encryption = client.encryption();
    let Err(error) = encryption.bootstrap_cross_signing_if_needed(None).await else {
        return Ok(());
    };
    let (Some(asked), Some(password)) = (error.as_uiaa_response(), &account.proof.password) else {
        return Err(error);
    };
    let who = UserIdentifier::Matrix(MatrixUserIdentifier::new(account.user.to_string()));
    let mut proof = Password::new(who, password.expose().to_owned());
    proof.session.clone_from(&asked.session);
    encryption.bootstrap_cross_signing(Some(AuthData::Password(proof))).await
}

/// Whether the account's signing keys are ours: those whom it writes to can know the bot by them.
pub(super) async fn are_ours(client: &Client) -> bool {
    let status = client.encryption().cross_signing_status().await;
    status.is_some_and(|status| status.is_complete())
}
