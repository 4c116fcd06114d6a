//! Putting a file where the homeserver keeps files.

use matrix_sdk::{Client, ruma::api::client::media::create_content};
use nuncio_core::file::File;
use serde_json::Value;

use super::failure::{Failure, chain};

/// Uploads a file, encrypted for an encrypted room, and puts into an event's content where it is.
///
/// What was uploaded for an event that is not sent stays with the server, which nobody can ask to
/// forget it.
pub(super) async fn upload(
    client: &Client,
    file: &File,
    is_encrypted: bool,
    mut content: Value,
) -> Result<Value, Failure> {
    let bytes = file.bytes().len();
    let most = client.load_or_fetch_max_upload_size().await.map_err(untried)?;
    if u64::try_from(bytes).is_ok_and(|bytes| bytes > u64::from(most)) {
        let why = format!("the server takes files up to {most} bytes, and this has {bytes}");
        return Err(Failure::Refused(why));
    }
    let (name, place) = if is_encrypted {
        let mut reader: &[u8] = file.bytes();
        let sealed = client.upload_encrypted_file(&mut reader).await.map_err(untried)?;
        ("file", serde_json::to_value(sealed))
    } else {
        let mut request = create_content::v3::Request::new(file.bytes().to_vec());
        request.filename = Some(file.name().to_owned());
        request.content_type = Some(file.media_type().to_owned());
        let kept = client.send(request).await.map_err(untried)?;
        ("url", Ok(kept.content_uri.to_string().into()))
    };
    let place = place.map_err(|error| Failure::Refused(chain(&error)))?;
    if let Some(content) = content.as_object_mut() {
        content.insert(name.to_owned(), place);
    }
    Ok(content)
}

/// Where nobody knows whether a file arrived, nothing was said yet: it may be tried again.
fn untried(error: impl Into<Failure>) -> Failure {
    match error.into() {
        Failure::Doubt(why) => Failure::Unsent(why),
        failure => failure,
    }
}
