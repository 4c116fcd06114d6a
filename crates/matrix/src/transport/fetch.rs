//! Fetching a file that somebody sent, from our own homeserver.
//!
//! The library's media API holds whatever comes in memory, however long it is. So the file is asked
//! for here, and read as far as the limit; nothing of it is kept on disk. No address that a sender
//! names is asked: our homeserver gets the file from the server in its `mxc://` address.

use std::{
    io::{Cursor, Read as _},
    time::Duration,
};

use matrix_sdk::{
    Client,
    reqwest::{self, Response, StatusCode, Url},
    ruma::{
        MxcUri, OwnedMxcUri,
        api::{
            EndpointError as _,
            error::{Error as ApiError, RetryAfter},
        },
        events::room::EncryptedFile,
        exports::http::{self, header::RETRY_AFTER},
    },
};
use matrix_sdk_base::crypto::AttachmentDecryptor;
use nuncio_core::{
    file::{Attached, Fetched},
    query::QueryError,
};
use tokio::task::spawn_blocking;

use super::{
    failure::{Failure, chain},
    limits::delay,
};

/// How long our homeserver has for a file, which it may have to get from another first.
const PATIENCE: Duration = Duration::from_mins(1);

/// How much of why there is no file is read.
const MOST_TOLD: u64 = 64 * 1024;

/// Where a file is, and what decrypts it.
enum Source {
    Plain(OwnedMxcUri),
    Sealed(Box<EncryptedFile>),
}

impl Source {
    /// Reads what an event says: an `mxc://` address, or an `EncryptedFile` as JSON.
    fn read(reference: &str) -> Result<Self, QueryError> {
        if !reference.starts_with('{') {
            return Ok(Self::Plain(reference.into()));
        }
        // The error may repeat what it could not read, in which the keys are.
        let sealed = serde_json::from_str(reference).map_err(|_| unusable());
        sealed.map(|sealed| Self::Sealed(Box::new(sealed)))
    }

    fn address(&self) -> &MxcUri {
        match self {
            Self::Plain(address) => address,
            Self::Sealed(sealed) => &sealed.url,
        }
    }
}

/// Fetches a file of at most so many bytes, and decrypts it.
pub(super) async fn fetch(
    client: &Client,
    file: &Attached,
    reference: &str,
    limit: u64,
) -> Result<Fetched, QueryError> {
    check(file.bytes(), limit)?;
    let source = Source::read(reference)?;
    let response = ask(client, source.address()).await?;
    check(response.content_length(), limit)?;
    let bytes = read(response, limit).await?;
    let bytes = match source {
        Source::Plain(_) => bytes,
        Source::Sealed(sealed) => {
            let opened = spawn_blocking(move || open(*sealed, bytes)).await;
            opened.map_err(|_| QueryError::Ended)??
        }
    };
    Ok(Fetched::new(file.clone(), bytes))
}

/// Refuses a file that says that it is too large.
fn check(bytes: Option<u64>, limit: u64) -> Result<(), QueryError> {
    match bytes {
        Some(bytes) if bytes > limit => Err(QueryError::TooLarge { bytes: Some(bytes), limit }),
        _ => Ok(()),
    }
}

/// Asks for a file (Client-Server API 1.11, `/_matrix/client/v1/media/download`).
async fn ask(client: &Client, address: &MxcUri) -> Result<Response, QueryError> {
    let (server, id) = address.parts().map_err(|_| unusable())?;
    let mut url: Url = client.homeserver();
    let path = ["_matrix", "client", "v1", "media", "download", server.as_str(), id];
    url.path_segments_mut().map_err(|()| unusable())?.pop_if_empty().extend(path);
    let token = client.access_token().ok_or_else(|| failed("we are not logged in"))?;
    let request = client.http_client().get(url).bearer_auth(token).timeout(PATIENCE);
    let response = request.send().await.map_err(|error| not_read(&error))?;
    match response.status() {
        StatusCode::OK => Ok(response),
        StatusCode::NOT_FOUND => {
            Err(QueryError::Unknown("the file is not there any more".to_owned()))
        }
        status => Err(refused(status, response).await),
    }
}

/// Why the homeserver gives no file.
async fn refused(status: StatusCode, response: Response) -> QueryError {
    let headers = response.headers().clone();
    // A proxy says it there, and answers with a page.
    let said = headers.get(RETRY_AFTER).and_then(|said| RetryAfter::try_from(said).ok());
    let mut told = http::Response::new(read(response, MOST_TOLD).await.unwrap_or_default());
    (*told.status_mut(), *told.headers_mut()) = (status, headers);
    let failure = match Failure::from(&ApiError::from_http_response(told)) {
        Failure::Limited(None) => Failure::Limited(said.as_ref().and_then(delay)),
        failure => failure,
    };
    failure.unanswered(|_| format!("the homeserver answers {status}"))
}

/// Reads what comes, and no more than is taken.
async fn read(mut response: Response, limit: u64) -> Result<Vec<u8>, QueryError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| not_read(&error))? {
        let length = u64::try_from(bytes.len().saturating_add(chunk.len())).unwrap_or(u64::MAX);
        if length > limit {
            return Err(QueryError::TooLarge { bytes: None, limit });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Decrypts a file, if it is the one that the event speaks of.
fn open(sealed: EncryptedFile, bytes: Vec<u8>) -> Result<Vec<u8>, QueryError> {
    let mut opened = Vec::with_capacity(bytes.len());
    let mut reader = Cursor::new(bytes);
    let decryptor = AttachmentDecryptor::new(&mut reader, sealed.into()).map_err(|_| unusable());
    let changed = |_| failed("the file is not what was sent: its hash is another");
    decryptor?.read_to_end(&mut opened).map_err(changed)?;
    Ok(opened)
}

fn unusable() -> QueryError {
    failed("its sender does not say in a way that I know where the file is")
}

/// Why a file was not read, without its address.
fn not_read(error: &reqwest::Error) -> QueryError {
    failed(&format!("the file cannot be read: {}", chain(error)))
}

fn failed(why: &str) -> QueryError {
    QueryError::Failed(why.to_owned())
}

#[cfg(test)]
mod tests {
    use matrix_sdk_base::crypto::AttachmentEncryptor;
    use serde_json::json;

    use super::*;

    fn sealed(plain: &[u8]) -> (EncryptedFile, Vec<u8>) {
        let mut reader = Cursor::new(plain);
        let mut encryptor = AttachmentEncryptor::new(&mut reader);
        let mut bytes = Vec::new();
        encryptor.read_to_end(&mut bytes).expect("bytes");
        let info = serde_json::to_value(encryptor.finish()).expect("JSON");
        let mut file = json!({ "url": "mxc://localhost/a" });
        let fields = info.as_object().expect("an object").clone();
        file.as_object_mut().expect("an object").extend(fields);
        let source = Source::read(&file.to_string()).map_err(|why| why.to_string());
        let Ok(Source::Sealed(file)) = source else { panic!("not read: {file}") };
        (*file, bytes)
    }

    #[test]
    fn a_file_is_opened_only_as_it_was_sent() {
        let (file, bytes) = sealed(b"a picture");
        assert_ne!(bytes, b"a picture");
        assert_eq!(open(file.clone(), bytes.clone()), Ok(b"a picture".to_vec()));
        for changed in [&bytes[1..], &[], &[bytes.as_slice(), b"x"].concat()] {
            let opened = open(file.clone(), changed.to_vec()).map_err(|why| why.to_string());
            let why = "the file is not what was sent: its hash is another";
            assert_eq!(opened, Err(why.to_owned()));
        }
    }

    #[tokio::test]
    async fn what_does_not_say_how_large_it_is_is_cut_off() {
        let sent = |bytes: usize| Response::from(http::Response::new(vec![0; bytes]));
        assert_eq!(read(sent(8), 8).await.map(|bytes| bytes.len()), Ok(8));
        let cut = Err(QueryError::TooLarge { bytes: None, limit: 8 });
        assert_eq!(read(sent(9), 8).await, cut);
    }

    #[tokio::test]
    async fn whoever_is_limited_is_told_how_long() {
        for (header, body, wanted) in [
            (Some("7"), "<html>", 7_000),
            (None, r#"{"errcode":"M_LIMIT_EXCEEDED","error":"","retry_after_ms":1500}"#, 1_500),
            (None, "<html>", 5_000),
        ] {
            let mut told = http::Response::builder().status(429);
            if let Some(header) = header {
                told = told.header("Retry-After", header);
            }
            let told = Response::from(told.body(body).expect("an answer"));
            let why = refused(told.status(), told).await;
            let wait = Duration::from_millis(wanted);
            assert_eq!(why, QueryError::Limited { wait }, "{body}");
        }
        let told = Response::from(http::Response::builder().status(502).body("x").expect("one"));
        let why = refused(told.status(), told).await.to_string();
        assert_eq!(why, "the homeserver answers 502 Bad Gateway");
    }

    #[test]
    fn what_is_no_file_shows_no_keys() {
        for reference in ["{", "{\"url\":\"mxc://a/b\",\"key\":{\"k\":\"secret\"}}"] {
            let Err(why) = Source::read(reference).map(drop) else { panic!("{reference}") };
            assert!(!why.to_string().contains("secret"), "{why}");
        }
    }

    #[test]
    fn what_says_that_it_is_too_large_is_refused_with_its_size() {
        assert_eq!(check(Some(8), 8), Ok(()));
        assert_eq!(check(None, 8), Ok(()));
        let why = check(Some(9), 8).map_err(|why| why.to_string());
        assert_eq!(why, Err("the file has 9 bytes, and at most 8 bytes are taken".to_owned()));
    }
}
