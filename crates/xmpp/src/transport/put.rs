//! Putting a file where a service wants it, by HTTP within TLS (XEP-0363 §4).

use std::{io, pin::pin, sync::Arc, time::Duration};

use futures_util::future::{Either, select};
use http_body_util::Full;
use hyper::{
    Request, StatusCode, Uri,
    body::Bytes,
    client::conn::http1,
    header::{CONTENT_TYPE, HOST, HeaderValue},
};
use hyper_util::rt::TokioIo;
use nuncio_core::receipt::Retry;
use nuncio_tls::distrust;
use rustls::{ClientConfig, pki_types::ServerName};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::TlsConnector;

use crate::session::{Put, Ticket};

/// How long all of it may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// Where HTTP within TLS is, unless the address says otherwise.
const PORT: u16 = 443;

/// Why a file is not where it was to be put.
#[derive(Debug, thiserror::Error)]
enum PutError {
    #[error("the server named a place for the file that cannot be used")]
    Address,
    #[error("the file did not go up: {0}")]
    Connect(#[from] io::Error),
    #[error("the file did not go up: {0}")]
    Http(#[from] hyper::Error),
    /// A redirect too: nobody said that the file may go elsewhere.
    #[error("the file was not taken: the server answers `{0}`")]
    Status(StatusCode),
    #[error("the file did not go up in {} s", PATIENCE.as_secs())]
    Late,
}

impl PutError {
    /// Whether another try may help.
    fn retry(&self) -> Retry {
        match self {
            Self::Address => Retry::Never,
            Self::Connect(error) if distrust(error).is_some() => Retry::Never,
            Self::Status(StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS) => {
                Retry::Later(None)
            }
            Self::Status(status) if !status.is_server_error() => Retry::Never,
            Self::Connect(_) | Self::Http(_) | Self::Status(_) | Self::Late => Retry::Later(None),
        }
    }
}

/// Of which delivery a file is, and what became of it.
pub(super) type Done = (Ticket, Result<(), (String, Retry)>);

/// Puts a file somewhere.
pub(super) async fn put(put: Put, tls: Arc<ClientConfig>) -> Done {
    let ticket = put.ticket;
    let done = timeout(PATIENCE, send(put, tls)).await.unwrap_or(Err(PutError::Late));
    (ticket, done.map_err(|error| (error.to_string(), error.retry())))
}

async fn send(put: Put, tls: Arc<ClientConfig>) -> Result<(), PutError> {
    let uri: Uri = put.url.as_str().parse().map_err(|_| PutError::Address)?;
    let host = uri.host().ok_or(PutError::Address)?.trim_matches(['[', ']']).to_owned();
    let name = ServerName::try_from(host.clone()).map_err(|_| PutError::Address)?;
    let request = request(&uri, put).ok_or(PutError::Address)?;
    let tcp = TcpStream::connect((host, uri.port_u16().unwrap_or(PORT))).await?;
    let stream = TlsConnector::from(tls).connect(name, tcp).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let exchange = async move { sender.send_request(request).await.map(|answer| answer.status()) };
    let status = match select(pin!(exchange), pin!(connection)).await {
        Either::Left((status, _)) => status?,
        // It has its answer, or never will.
        Either::Right((_, exchange)) => exchange.await?,
    };
    if status.is_success() { Ok(()) } else { Err(PutError::Status(status)) }
}

/// What is asked of the service; none where a header of it cannot be one.
fn request(uri: &Uri, put: Put) -> Option<Request<Full<Bytes>>> {
    let Put { headers, file, .. } = put;
    let host = match uri.port() {
        Some(port) => format!("{}:{port}", uri.host()?),
        None => uri.host()?.to_owned(),
    };
    let mut request = Request::put(uri.path_and_query()?.as_str())
        .header(HOST, host)
        .header(CONTENT_TYPE, file.media_type());
    for (name, value) in headers {
        let mut value = HeaderValue::from_str(value.expose()).ok()?;
        value.set_sensitive(true);
        request = request.header(name, value);
    }
    request.body(Full::new(Bytes::from_owner(Arc::clone(file.bytes())))).ok()
}

#[cfg(test)]
mod tests {
    use nuncio_core::{config::Secret, file::File};

    use super::{Put, request};

    #[test]
    fn a_request_holds_what_the_service_wants_and_no_more() {
        let built = |url: &str, secret: &str| {
            let put = Put {
                ticket: 1,
                url: url.parse().expect("an address"),
                headers: vec![("Authorization", Secret::from(secret.to_owned()))],
                file: File::new("a.txt", "text/plain", *b"abc").expect("a file"),
            };
            request(&url.parse().expect("an address"), put)
        };
        let one = built("https://ann@up.example.org:5281/a?b=c", "Basic x").expect("a request");
        insta::assert_debug_snapshot!((one.method(), one.uri(), one.headers()), @r#"
        (
            PUT,
            /a?b=c,
            {
                "host": "up.example.org:5281",
                "content-type": "text/plain",
                "authorization": Sensitive,
            },
        )
        "#);
        assert!(built("https://up.example.org/a", "x\u{0}").is_none());
    }
}
