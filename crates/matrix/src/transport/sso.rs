//! A login that a person does in a browser: SSO, and the token to which it leads (Client-Server API
//! 1.18, 5.7.3 to 5.7.5: `m.login.sso`, `m.login.token`).

mod landing;
mod token;

use std::{fmt, io, time::Duration};

use matrix_sdk::{
    Client,
    ruma::{
        OwnedDeviceId, OwnedUserId,
        api::client::session::{
            get_login_types::v3::LoginType,
            login::v3::{LoginInfo, Request, Token},
        },
    },
};
use tokio::time::timeout;

use self::landing::Landing;
pub use self::token::{LoginToken, NoToken};
use super::{
    Matrix,
    failure::{Failure, chain},
    login::{Kept, Known, Login, LoginError, PATIENCE, who_is},
};

/// How long a person has to log in.
const OPEN: Duration = Duration::from_mins(10);

/// A login that a person has still to do in a browser.
///
/// What comes of it is kept in the network's store, with which [`Matrix`] goes on. Nobody else may
/// have that store open meanwhile.
#[derive(Debug)]
pub struct SsoLogin {
    login: Login,
    client: Client,
    /// The device that the store has, if any.
    known: Option<OwnedDeviceId>,
    landing: Landing,
    page: String,
}

/// A session that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedIn {
    /// The account.
    pub user: OwnedUserId,
    /// Its new device, or the one that it had.
    pub device: OwnedDeviceId,
}

impl fmt::Display for LoggedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`, as the device `{}`", self.user, self.device)
    }
}

/// Why a person cannot log in, or did not.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SsoError {
    /// There is a session, which the homeserver knows.
    #[error("there is a session already, of {session}: `nuncio run` goes on with it")]
    LoggedIn {
        /// Whose it is.
        session: LoggedIn,
    },
    /// The homeserver has no SSO.
    #[error("the homeserver has no login by SSO; it has {flows}")]
    NoSso {
        /// What it has in its place.
        flows: String,
    },
    /// The browser could not come back to us.
    #[error("cannot listen on this machine for the browser")]
    Listen(#[source] io::Error),
    /// Nobody logged in.
    #[error("nobody has logged in for 10 minutes: begin again")]
    TooLate,
    /// The token is no good.
    #[error(
        "the homeserver refuses the token ({why}): one is good once and for some minutes, begin again"
    )]
    Token {
        /// What it says.
        why: String,
    },
    /// Somebody else logged in. His session has been ended.
    #[error("it was `{user}` who logged in, and the network's account is `{wanted}`")]
    SomebodyElse {
        /// Who did.
        user: OwnedUserId,
        /// Who should.
        wanted: OwnedUserId,
    },
    /// The network's keys or its store are wrong.
    #[error("{why}")]
    Unusable {
        /// What is wrong with them.
        why: String,
    },
    /// The homeserver does not answer, or not as one would.
    #[error("the homeserver does not answer as one would: {why}")]
    Unreachable {
        /// What happened.
        why: String,
    },
}

impl From<LoginError> for SsoError {
    fn from(error: LoginError) -> Self {
        let why = chain(&error);
        if error.is_final() { Self::Unusable { why } } else { Self::Unreachable { why } }
    }
}

impl SsoLogin {
    /// Asks the homeserver whether it has SSO, and listens for the browser on a free port of
    /// `127.0.0.1`, at a path that nobody can guess. A session that the homeserver has ended for
    /// good is set aside with its keys.
    ///
    /// # Errors
    /// Any [`SsoError`] but [`TooLate`](SsoError::TooLate), [`Token`](SsoError::Token) and
    /// [`SomebodyElse`](SsoError::SomebodyElse).
    pub async fn begin(matrix: Matrix) -> Result<Self, SsoError> {
        let login = matrix.login;
        let (client, known) = Box::pin(reopen(&login)).await?;
        let answer = client.matrix_auth().get_login_types().await;
        let flows = answer.map_err(|error| unreachable(&Failure::from(error)))?.flows;
        let is_there = flows.iter().any(|flow| matches!(flow, LoginType::Sso(_)))
            && flows.iter().any(|flow| matches!(flow, LoginType::Token(_)));
        if !is_there {
            let flows: Vec<_> =
                flows.iter().map(|flow| flow.login_type().escape_debug().to_string()).collect();
            let flows = if flows.is_empty() { "no other".to_owned() } else { flows.join(", ") };
            return Err(SsoError::NoSso { flows });
        }
        let landing = Landing::open().await.map_err(SsoError::Listen)?;
        let page = client.matrix_auth().get_sso_login_url(&landing.address(), None).await;
        let page = page.map_err(|error| unreachable(&Failure::from(error)))?;
        Ok(Self { login, client, known, landing, page })
    }

    /// The page on which a person logs in.
    pub fn page(&self) -> &str {
        &self.page
    }

    /// Where the browser comes back to, without the token.
    pub fn landing(&self) -> String {
        self.landing.address()
    }

    /// Whose login it should be.
    pub fn user(&self) -> &OwnedUserId {
        &self.login.account().user
    }

    /// Waits until the browser comes back, for at most 10 minutes.
    ///
    /// # Errors
    /// [`SsoError::TooLate`] when it does not.
    ///
    /// # Cancel safety
    /// A browser that is just being answered may be cut off: keep the future while you wait for
    /// something else.
    pub async fn token(&self) -> Result<LoginToken, SsoError> {
        timeout(OPEN, self.landing.token()).await.map_err(|_| SsoError::TooLate)
    }

    /// Logs in with the token, and keeps the session.
    ///
    /// # Errors
    /// [`SsoError::Token`] when it is no good, [`SsoError::SomebodyElse`] when it is another
    /// account's, and what is wrong with the store or the homeserver.
    pub async fn redeem(self, token: LoginToken) -> Result<LoggedIn, SsoError> {
        let Self { login, client, known, .. } = self;
        let device = login.device(&client, known.clone()).await?;
        // The library's own login binds its store to whoever it is that logs in.
        let mut request = Request::new(LoginInfo::Token(Token::new(token.expose().to_owned())));
        request.device_id = Some(device);
        request.initial_device_display_name = Some(login.account().device_name.clone());
        let answer = client.send(request).await.map_err(|error| match Failure::from(error) {
            Failure::Refused(why) => SsoError::Token { why },
            failure => unreachable(&failure),
        })?;
        let wanted = &login.account().user;
        if answer.user_id != *wanted {
            log_out(&client, &answer.access_token).await;
            return Err(SsoError::SomebodyElse { user: answer.user_id, wanted: wanted.clone() });
        }
        let session = LoggedIn { user: answer.user_id.clone(), device: answer.device_id.clone() };
        let kept = Kept {
            user: answer.user_id,
            device: answer.device_id,
            token: Some(answer.access_token),
        };
        login.begin(client, known, &kept).await?;
        Ok(session)
    }
}

/// A client whose session is over, and the device that is left of it.
async fn reopen(login: &Login) -> Result<(Client, Option<OwnedDeviceId>), SsoError> {
    let client = login.client().await?;
    let Some(Kept { user, device, token }) = login.kept(&client).await? else {
        return Ok((client, None));
    };
    let Some(token) = token else { return Ok((client, Some(device))) };
    match who_is(&client, &token).await? {
        Known::Of(_) => Err(SsoError::LoggedIn { session: LoggedIn { user, device } }),
        Known::Nobody { soft: true } => Ok((client, Some(device))),
        Known::Nobody { soft: false } => {
            drop(client);
            login.set_aside()?;
            Ok((login.client().await?, None))
        }
    }
}

/// Ends a session that nobody wants. The person who began it sees it among his devices if the
/// server does not hear of it.
async fn log_out(client: &Client, token: &str) {
    let Ok(address) = client.homeserver().join("_matrix/client/v3/logout") else { return };
    let request = client.http_client().post(address).bearer_auth(token).timeout(PATIENCE);
    request.body("{}").send().await.ok();
}

fn unreachable(failure: &Failure) -> SsoError {
    SsoError::Unreachable { why: failure.why() }
}
