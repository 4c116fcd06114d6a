//! Why a login failed, and whether another try could end otherwise.

use std::io;

use tokio_xmpp::xmlstream::{ReadError, RecvFeaturesError};
use xmpp_parsers::sasl::DefinedCondition;

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Reaching the server.
    Connect,
    /// Agreeing on TLS.
    Tls,
    /// Opening a stream.
    Stream,
    /// Proving who we are.
    Login,
}

/// Why a login failed; the message is for the operator.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoginError {
    /// The domain has no server.
    #[error(
        "no server is known for `{domain}`: it has neither SRV records nor an address that answers; set `address` if you know one"
    )]
    NoServer {
        /// The domain.
        domain: String,
    },
    /// The domain says that it has no XMPP (RFC 2782, a target of `.`).
    #[error("`{domain}` says that it serves no XMPP")]
    NotServed {
        /// The domain.
        domain: String,
    },
    /// The domain's name cannot be in a certificate.
    #[error("`{name}` is no name that a certificate could bear")]
    Name {
        /// The name.
        name: String,
    },
    /// Something did not answer in time.
    #[error("the server did not answer in {seconds} s")]
    Silent {
        /// How long was waited.
        seconds: u64,
    },
    /// The connection failed.
    #[error("{} failed: {source}", match step { Step::Connect => "connecting", Step::Tls => "TLS", Step::Stream => "opening a stream", Step::Login => "logging in" })]
    Io {
        /// What was being done.
        step: Step,
        /// What the system says.
        source: io::Error,
    },
    /// The certificate is not one that we trust.
    #[error(
        "the certificate of `{name}` is not trusted ({reason}): if it is from an authority of your own, name that in `ca_file`"
    )]
    Certificate {
        /// The server's name.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The server offers no TLS.
    #[error("the server offers no TLS, and nothing is sent without")]
    NoTls,
    /// The server ended the stream.
    #[error("the server closed the stream: {0}")]
    Closed(String),
    /// The server offers no mechanism that we may use.
    #[error("the server offers {offered}, and none of them may be used here{hint}")]
    NoMechanism {
        /// What it offers.
        offered: String,
        /// What would help.
        hint: &'static str,
    },
    /// The server does not take our proof.
    #[error("the server refuses the login: {}", condition(.0))]
    Refused(DefinedCondition),
    /// The server could not prove that it knows the password, or plays foul.
    #[error("the login is broken off: {0}; somebody may be between us and the server")]
    Untrusted(&'static str),
    /// The password cannot be used in SASL.
    #[error("the password cannot be used: it holds what SASLprep (RFC 4013) forbids")]
    Password,
}

impl LoginError {
    /// Whether another try cannot end otherwise until the operator changes something.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Refused(condition) => {
                !matches!(condition, DefinedCondition::TemporaryAuthFailure)
            }
            Self::NotServed { .. }
            | Self::Name { .. }
            | Self::Certificate { .. }
            | Self::NoTls
            | Self::NoMechanism { .. }
            | Self::Untrusted(_)
            | Self::Password => true,
            Self::NoServer { .. } | Self::Silent { .. } | Self::Io { .. } | Self::Closed(_) => {
                false
            }
        }
    }

    /// A failure of the connection while something is done.
    pub(super) fn io(step: Step) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { step, source }
    }

    pub(super) fn features(error: RecvFeaturesError) -> Self {
        match error {
            RecvFeaturesError::Io(source) => Self::Io { step: Step::Stream, source },
            RecvFeaturesError::StreamError(error) => Self::Closed(error.to_string()),
        }
    }

    pub(super) fn read(error: ReadError) -> Self {
        match error {
            ReadError::HardError(source) => Self::Io { step: Step::Login, source },
            ReadError::StreamFooterReceived => Self::Closed("without a word".into()),
            ReadError::SoftTimeout | ReadError::ParseError(_) => {
                Self::Closed("it says what nobody understands".into())
            }
        }
    }
}

fn condition(condition: &DefinedCondition) -> &'static str {
    match condition {
        DefinedCondition::Aborted => "it was aborted",
        DefinedCondition::AccountDisabled => "the account is disabled",
        DefinedCondition::CredentialsExpired => "the password has expired",
        DefinedCondition::EncryptionRequired => "it wants encryption",
        DefinedCondition::IncorrectEncoding => "it could not decode what we said",
        DefinedCondition::InvalidAuthzid => "the account is not ours to be",
        DefinedCondition::InvalidMechanism => "it does not know the mechanism that it offered",
        DefinedCondition::MalformedRequest => "it could not read what we said",
        DefinedCondition::MechanismTooWeak => "the mechanism is too weak for the account",
        DefinedCondition::NotAuthorized => "the account or its password is wrong",
        DefinedCondition::TemporaryAuthFailure => "it cannot check passwords at the moment",
    }
}
