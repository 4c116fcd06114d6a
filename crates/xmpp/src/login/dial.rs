//! Reaching one server: TCP, and a stream inside TLS.

use std::{borrow::Cow, io, sync::Arc, time::Duration};

use futures_util::{SinkExt as _, StreamExt as _};
use jid::BareJid;
use nuncio_tls::distrust;
use rustls::{ClientConfig, ProtocolVersion, pki_types::ServerName};
use tokio::{io::BufStream, net::TcpStream, sync::oneshot, time::timeout};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tokio_xmpp::xmlstream::{
    FallibleStreamElement, StreamHeader, Timeouts, XmppStream, XmppStreamElement, initiate_stream,
};
use xmpp_parsers::{
    ns,
    starttls::{Nonza, Request},
    stream_features::StreamFeatures,
};

use super::{Address, LoginError, Secured, Security, Step};
use crate::sieve::Sieve;

/// How long TCP may take, so that a machine that is gone does not keep us from the next one.
const PATIENCE: Duration = Duration::from_secs(10);

/// A stream inside TLS, on which nobody has logged in.
pub(super) struct Dialled {
    pub(super) stream: Secured,
    pub(super) features: StreamFeatures,
    /// What ties a login to this very connection (RFC 9266); only TLS 1.3 has it.
    pub(super) binding: Option<Vec<u8>>,
    /// The stream error with which the server ends it, if it does.
    pub(super) last_words: oneshot::Receiver<Vec<u8>>,
}

/// Reaches a server that can show a certificate of the domain.
pub(super) async fn dial(
    target: &Address,
    domain: &str,
    account: &BareJid,
    config: &Arc<ClientConfig>,
    timeouts: Timeouts,
) -> Result<Dialled, LoginError> {
    let name = ServerName::try_from(domain.to_owned())
        .map_err(|_| LoginError::Name { name: domain.to_owned() })?;
    let tcp = timeout(PATIENCE, TcpStream::connect((target.host.as_str(), target.port)))
        .await
        .map_err(|_| LoginError::Silent { seconds: PATIENCE.as_secs() })?
        .map_err(LoginError::io(Step::Connect))?;
    tcp.set_nodelay(true).map_err(LoginError::io(Step::Connect))?;
    let tls = match target.security {
        Security::Direct => {
            let mut config = ClientConfig::clone(config);
            config.alpn_protocols = vec![b"xmpp-client".to_vec()];
            secure(tcp, name, domain, Arc::new(config)).await?
        }
        Security::StartTls => {
            let tcp = ask_for_tls(tcp, domain, timeouts).await?;
            secure(tcp, name, domain, Arc::clone(config)).await?
        }
    };
    let binding = exporter(&tls);
    let header = StreamHeader {
        to: Some(Cow::Borrowed(domain)),
        // Inside TLS only: outside, it would tell everybody on the way who we are.
        from: Some(Cow::Borrowed(account.as_str())),
        id: None,
    };
    let (tls, last_words) = Sieve::with_last_words(tls);
    let stream = initiate_stream(BufStream::new(tls), ns::JABBER_CLIENT, header, timeouts)
        .await
        .map_err(LoginError::io(Step::Stream))?;
    let (features, stream) = stream.recv_features().await.map_err(LoginError::features)?;
    Ok(Dialled { stream, features, binding, last_words })
}

/// Lets the server turn to TLS. What it said before, and what somebody may have slipped in behind
/// its consent, is dropped with the buffer.
async fn ask_for_tls(
    tcp: TcpStream,
    domain: &str,
    timeouts: Timeouts,
) -> Result<TcpStream, LoginError> {
    let header = StreamHeader { to: Some(Cow::Borrowed(domain)), ..StreamHeader::default() };
    let tcp = BufStream::new(Sieve::new(tcp));
    let stream = initiate_stream(tcp, ns::JABBER_CLIENT, header, timeouts)
        .await
        .map_err(LoginError::io(Step::Stream))?;
    let (features, mut stream): (StreamFeatures, XmppStream<_>) =
        stream.recv_features().await.map_err(LoginError::features)?;
    if !features.can_starttls() {
        return Err(LoginError::NoTls);
    }
    let request = XmppStreamElement::Starttls(Nonza::Request(Request));
    stream.send(&request).await.map_err(LoginError::io(Step::Tls))?;
    match stream.next().await {
        Some(element) => {
            let element = element.and_then(FallibleStreamElement::into_read_error);
            match element.map_err(LoginError::read)? {
                XmppStreamElement::Starttls(Nonza::Proceed(_)) => {}
                _ => return Err(LoginError::NoTls),
            }
        }
        None => return Err(LoginError::NoTls),
    }
    Ok(stream.into_inner().into_inner().into_inner())
}

async fn secure(
    tcp: TcpStream,
    name: ServerName<'static>,
    domain: &str,
    config: Arc<ClientConfig>,
) -> Result<TlsStream<TcpStream>, LoginError> {
    TlsConnector::from(config).connect(name, tcp).await.map_err(|error| refusal(domain, error))
}

fn refusal(domain: &str, error: io::Error) -> LoginError {
    match distrust(&error) {
        Some(reason) => LoginError::Certificate { name: domain.into(), reason: reason.to_string() },
        None => LoginError::Io { step: Step::Tls, source: error },
    }
}

fn exporter(tls: &TlsStream<TcpStream>) -> Option<Vec<u8>> {
    let (_, session) = tls.get_ref();
    if session.protocol_version() != Some(ProtocolVersion::TLSv1_3) {
        return None;
    }
    session.export_keying_material(vec![0; 32], b"EXPORTER-Channel-Binding", None).ok()
}
