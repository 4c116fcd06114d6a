//! Proving who we are (RFC 6120 §6, RFC 5802, RFC 7677, RFC 9266).
//!
//! The mechanisms are the sasl crate's; what it leaves out is looked at here: that the server knows
//! the password too, that its nonce is made of ours, and that it asks for a sane number of rounds.

mod mechanism;

use std::fmt;

use futures_util::{SinkExt as _, StreamExt as _};
use jid::BareJid;
use sasl::{
    client::{Mechanism as Steps, mechanisms::Plain, mechanisms::Scram},
    common::{
        Credentials,
        scram::{Sha1, Sha256},
    },
};
use tokio_xmpp::xmlstream::{FallibleStreamElement, InitiatingStream, XmppStreamElement};
use xmpp_parsers::sasl::{Auth, Mechanism as Name, Nonza, Response};
use zeroize::Zeroizing;

pub use self::mechanism::Mechanism;
pub(super) use self::mechanism::{Plan, plan};
use super::{LoginError, Password, Secured, Step};

/// The rounds that a server may ask for: fewer would let whoever listens guess the password
/// (RFC 5802 §5.1), more would keep us busy.
const ROUNDS: std::ops::RangeInclusive<u32> = 4096..=1_000_000;

/// What proves that an account is ours.
#[derive(Clone)]
pub enum Proof {
    /// Its password.
    Password {
        /// The password.
        password: Password,
        /// Whether it may be told to the server as it is.
        plain: bool,
    },
    /// The certificate that we show in TLS.
    Certificate,
}

/// Neither the password nor how long it is.
impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Password { plain: true, .. } => "a password, told as it is",
            Self::Password { plain: false, .. } => "a password",
            Self::Certificate => "a certificate",
        })
    }
}

/// The steps of a mechanism; an exchange of proofs is not shown.
type Exchange = Box<dyn Steps + Send>;

fn exchange(plan: Plan, node: &str, proof: &Proof) -> Result<Option<Exchange>, LoginError> {
    let Proof::Password { password, .. } = proof else { return Ok(None) };
    let password = stringprep::saslprep(password).map_err(|_| LoginError::Password)?;
    // RFC 5802 §5.1: `,` and `=` mean something there.
    let name = match plan.mechanism {
        Mechanism::Plain => node.to_owned(),
        _ => node.replace('=', "=3D").replace(',', "=2C"),
    };
    let credentials = Credentials::default()
        .with_username(name)
        .with_password(password)
        .with_channel_binding(plan.binding);
    let steps: Result<Exchange, _> = match plan.mechanism {
        Mechanism::External => return Ok(None),
        Mechanism::ScramSha256Plus | Mechanism::ScramSha256 => {
            Scram::<Sha256>::from_credentials(credentials).map(|steps| Box::new(steps) as _)
        }
        Mechanism::ScramSha1Plus | Mechanism::ScramSha1 => {
            Scram::<Sha1>::from_credentials(credentials).map(|steps| Box::new(steps) as _)
        }
        Mechanism::Plain => Plain::from_credentials(credentials).map(|steps| Box::new(steps) as _),
    };
    steps.map(Some).map_err(|_| LoginError::Untrusted("no random number could be had"))
}

/// Goes through a mechanism's steps; the stream begins anew after it.
pub(super) async fn run(
    mut stream: Secured,
    plan: Plan,
    node: &str,
    account: &BareJid,
    proof: &Proof,
) -> Result<InitiatingStream<super::Carrier>, LoginError> {
    let mechanism = plan.mechanism;
    let mut steps = exchange(plan, node, proof)?;
    let initial = Zeroizing::new(match &mut steps {
        Some(steps) => steps.initial(),
        // XEP-0178: which of the certificate's accounts.
        None => account.as_str().as_bytes().to_vec(),
    });
    let nonce = nonce(&initial);
    let name = mechanism.name().parse::<Name>();
    let name = name.map_err(|_| LoginError::Untrusted("a mechanism has no name"))?;
    say(&mut stream, Nonza::Auth(Auth { mechanism: name, data: initial.to_vec() })).await?;
    let mut proved = mechanism == Mechanism::Plain || mechanism == Mechanism::External;
    let mut answered = false;
    loop {
        match hear(&mut stream).await? {
            Nonza::Challenge(challenge) if !answered => {
                let Some(exchange) = steps.take().filter(|_| !proved) else {
                    return Err(LoginError::Untrusted(
                        "the server asks where nothing is to be asked",
                    ));
                };
                check(&challenge.data, nonce.as_deref())?;
                let (exchange, data) = respond(exchange, challenge.data).await?;
                steps = Some(exchange);
                answered = true;
                say(&mut stream, Nonza::Response(Response { data })).await?;
            }
            // The server's own proof may come before its success, or with it.
            Nonza::Challenge(proof) if !proved => {
                prove(&mut steps, &proof.data)?;
                proved = true;
                say(&mut stream, Nonza::Response(Response { data: Vec::new() })).await?;
            }
            Nonza::Success(success) => {
                if !proved {
                    prove(&mut steps, &success.data)?;
                }
                return Ok(stream.initiate_reset());
            }
            Nonza::Failure(failure) => return Err(LoginError::Refused(failure.defined_condition)),
            _ => return Err(LoginError::Untrusted("the server does not follow the mechanism")),
        }
    }
}

async fn say(stream: &mut Secured, nonza: Nonza) -> Result<(), LoginError> {
    stream.send(&XmppStreamElement::Sasl(nonza)).await.map_err(LoginError::io(Step::Login))
}

async fn hear(stream: &mut Secured) -> Result<Nonza, LoginError> {
    let Some(element) = stream.next().await else {
        return Err(LoginError::Closed("without a word".into()));
    };
    let element = element.and_then(FallibleStreamElement::into_read_error);
    match element.map_err(LoginError::read)? {
        XmppStreamElement::Sasl(nonza) => Ok(nonza),
        XmppStreamElement::StreamError(error) => Err(LoginError::Closed(error.to_string())),
        _ => Err(LoginError::Untrusted("the server does not follow the mechanism")),
    }
}

/// Makes an answer, which takes a while by design.
async fn respond(
    mut exchange: Exchange,
    challenge: Vec<u8>,
) -> Result<(Exchange, Vec<u8>), LoginError> {
    let made = tokio::task::spawn_blocking(move || {
        let data = exchange.response(&challenge);
        (exchange, data)
    });
    match made.await {
        Ok((exchange, Ok(data))) => Ok((exchange, data)),
        _ => Err(LoginError::Untrusted("the server's challenge cannot be answered")),
    }
}

/// Sees that the server knows the password as well.
fn prove(exchange: &mut Option<Exchange>, data: &[u8]) -> Result<(), LoginError> {
    let proof = exchange.as_mut().map(|exchange| exchange.success(data));
    match proof {
        Some(Ok(())) => Ok(()),
        _ => Err(LoginError::Untrusted("the server does not prove that it knows the password")),
    }
}

/// The nonce of a first message of SCRAM.
fn nonce(initial: &[u8]) -> Option<String> {
    field(initial, 'r').map(str::to_owned)
}

/// Looks at what the sasl crate takes as it comes.
fn check(challenge: &[u8], nonce: Option<&str>) -> Result<(), LoginError> {
    let theirs = field(challenge, 'r').unwrap_or_default();
    let is_ours = nonce.is_some_and(|ours| theirs.len() > ours.len() && theirs.starts_with(ours));
    if !is_ours {
        return Err(LoginError::Untrusted("the server's answer is not to our question"));
    }
    let rounds = field(challenge, 'i').and_then(|rounds| rounds.parse().ok());
    if !rounds.is_some_and(|rounds| ROUNDS.contains(&rounds)) {
        return Err(LoginError::Untrusted("the server asks for too few or too many rounds"));
    }
    Ok(())
}

/// The value of a field of a SCRAM message.
fn field(message: &[u8], name: char) -> Option<&str> {
    let message = std::str::from_utf8(message).ok()?;
    message.split(',').find_map(|field| field.strip_prefix(name)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_to_our_question_and_sane() {
        let ours = nonce(b"n,,n=ann,r=abc");
        let said = |challenge: &str| {
            check(challenge.as_bytes(), ours.as_deref()).map_err(|error| error.to_string())
        };
        assert_eq!(said("r=abcdef,s=c2FsdA==,i=4096"), Ok(()));
        for bad in [
            "r=xyz,s=c2FsdA==,i=4096",
            "r=abc,s=c2FsdA==,i=4096",
            "r=abcdef,s=c2FsdA==,i=1",
            "r=abcdef,s=c2FsdA==,i=4294967295",
            "r=abcdef,s=c2FsdA==",
            "",
        ] {
            assert!(said(bad).is_err(), "{bad}");
        }
    }
}
