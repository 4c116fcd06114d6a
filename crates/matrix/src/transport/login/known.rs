//! Whose a token is.

use matrix_sdk::{
    Client,
    ruma::{OwnedDeviceId, OwnedUserId},
};
use serde::Deserialize;

use super::{LoginError, PATIENCE};
use crate::transport::failure::chain;

/// What the server knows of a token.
pub(in crate::transport) enum Known {
    /// Whose it is.
    Of(WhoAmI),
    /// It is nobody's, or no more.
    Nobody {
        /// Whether its device is still there, with its keys.
        soft: bool,
    },
}

/// Whose a token is.
#[derive(Deserialize)]
pub(in crate::transport) struct WhoAmI {
    pub(in crate::transport) user_id: OwnedUserId,
    pub(in crate::transport) device_id: OwnedDeviceId,
}

/// What a homeserver says to a token that it does not know. A proxy says something else.
#[derive(Deserialize)]
struct Unknown {
    #[serde(rename = "errcode")]
    _errcode: String,
    #[serde(default)]
    soft_logout: bool,
}

/// Asks whose a token is. The library can only ask once it has a device, which is what we ask for.
pub(in crate::transport) async fn who_is(
    client: &Client,
    token: &str,
) -> Result<Known, LoginError> {
    let passing = |error: &dyn std::error::Error| LoginError::Passing { why: chain(error) };
    let address = client.homeserver().join("_matrix/client/v3/account/whoami");
    let request = client
        .http_client()
        .get(address.map_err(|error| passing(&error))?)
        .bearer_auth(token)
        .timeout(PATIENCE);
    let answer = request.send().await.map_err(|error| passing(&error))?;
    let is_unknown = answer.status().as_u16() == 401;
    let answer = if is_unknown { Ok(answer) } else { answer.error_for_status() };
    let body = answer.map_err(|error| passing(&error))?.bytes().await;
    let body = body.map_err(|error| passing(&error))?;
    let known = if is_unknown {
        serde_json::from_slice(&body)
            .map(|Unknown { soft_logout: soft, .. }| Known::Nobody { soft })
    } else {
        serde_json::from_slice(&body).map(Known::Of)
    };
    known.map_err(|error| passing(&error))
}
