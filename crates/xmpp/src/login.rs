//! From an address to a stream that knows who we are: SRV, TCP, TLS, SASL (RFC 6120, XEP-0368).
//!
//! tokio-xmpp's own login falls short of what a bot needs: with TLS 1.3 it offers no SCRAM but that
//! with channel binding, and so takes PLAIN where a server has none; it trusts the system's
//! authorities only, takes SRV records in any order, and does not look at the server's own proof.

mod dial;
mod error;
mod last_words;
mod sasl;
mod srv;

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use jid::{BareJid, Jid, ResourcePart};
use rustls::ClientConfig;
use tokio::{io::BufStream, net::TcpStream, sync::oneshot, time::timeout};
use tokio_rustls::client::TlsStream;
use tokio_xmpp::{
    stanzastream::Connection,
    xmlstream::{StreamHeader, Timeouts, XmppStream},
};
use xmpp_parsers::stream_features::StreamFeatures;
use zeroize::Zeroizing;

use crate::sieve::Sieve;

pub(crate) use self::last_words::explain;
pub use self::{
    error::{LoginError, Step},
    sasl::{Mechanism, Proof},
    srv::Security,
};

/// How long all of it may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// What carries a stream.
type Carrier = BufStream<Sieve<TlsStream<TcpStream>>>;

/// A stream inside TLS.
type Secured = XmppStream<Carrier>;

/// Who logs in, where, and by what proof.
#[derive(Clone)]
pub struct Login {
    /// The account.
    pub account: BareJid,
    /// The resource to ask for; the server chooses one where there is none.
    pub resource: Option<ResourcePart>,
    /// What proves that the account is ours.
    pub proof: Proof,
    /// Where the server is; its domain's SRV records say so where this is none.
    pub address: Option<Address>,
    /// Whom we trust to name the server, and our own certificate.
    pub tls: Arc<ClientConfig>,
    /// How long a stream may be silent.
    pub timeouts: Timeouts,
}

/// Where a server is, by the operator's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// A host name or an IP address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// How it speaks TLS.
    pub security: Security,
}

/// A stream that knows who we are, before a resource is bound.
pub struct LoggedIn {
    /// The stream, as a [`StanzaStream`](tokio_xmpp::stanzastream::StanzaStream) takes it.
    pub connection: Connection,
    /// How it was proved.
    pub mechanism: Mechanism,
    /// The stream error (RFC 6120 §4.9) with which the server ends it, as it is written, if it ends
    /// it with one.
    pub last_words: oneshot::Receiver<Vec<u8>>,
}

impl Login {
    /// Connects and logs in: each target in turn until one answers.
    ///
    /// # Errors
    /// [`LoginError`]; the last target's, where none answered.
    pub async fn connect(&self) -> Result<LoggedIn, LoginError> {
        timeout(PATIENCE, self.connect_in_time())
            .await
            .map_err(|_| LoginError::Silent { seconds: PATIENCE.as_secs() })?
    }

    async fn connect_in_time(&self) -> Result<LoggedIn, LoginError> {
        let domain = self.account.domain().as_str();
        let targets = match &self.address {
            Some(address) => vec![address.clone()],
            None => srv::targets(domain).await?,
        };
        let mut last = LoginError::NoServer { domain: domain.to_owned() };
        for target in targets {
            match dial::dial(&target, domain, &self.account, &self.tls, self.timeouts).await {
                Ok(dialled) => return self.authenticate(dialled).await,
                // Another machine of the same domain may have a certificate that is right.
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    async fn authenticate(&self, dialled: dial::Dialled) -> Result<LoggedIn, LoginError> {
        let dial::Dialled { stream, features, binding, last_words } = dialled;
        let node = self.account.node().map_or("", |node| node.as_str());
        let plan = sasl::plan(&features, binding, &self.proof)?;
        let mechanism = plan.mechanism;
        let stream = sasl::run(stream, plan, node, &self.account, &self.proof).await?;
        let header = StreamHeader {
            to: Some(Cow::Borrowed(self.account.domain().as_str())),
            ..StreamHeader::default()
        };
        let stream = stream.send_header(header).await.map_err(LoginError::io(Step::Stream))?;
        let (features, stream): (StreamFeatures, Secured) =
            stream.recv_features().await.map_err(LoginError::features)?;
        let connection =
            Connection { stream: stream.box_stream(), features, identity: self.identity() };
        Ok(LoggedIn { connection, mechanism, last_words })
    }

    fn identity(&self) -> Jid {
        match &self.resource {
            Some(resource) => self.account.with_resource(resource).into(),
            None => self.account.clone().into(),
        }
    }
}

/// What proves who we are is not shown.
impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { account, resource, address, timeouts, .. } = self;
        f.debug_struct("Login")
            .field("account", account)
            .field("resource", resource)
            .field("address", address)
            .field("timeouts", timeouts)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for LoggedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoggedIn").field("mechanism", &self.mechanism).finish_non_exhaustive()
    }
}

/// A password in memory.
pub type Password = Zeroizing<String>;
