//! A client of the socket: connects, says, receives.

mod connect;
mod target;

use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use nuncio_core::config::Secret;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::time::timeout;

pub use connect::ConnectError;
pub use target::{Target, TargetError};

use crate::frame::{Frame, Framer};
use crate::protocol::{
    Envelope, Hello, Request, RequestId, Response, Say, VERSION, Welcome, to_line,
};

/// How long the bot may take to answer `hello`.
const HELLO_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest line that is taken from a bot, in bytes: more than the largest content as JSON.
const MAX_LINE_BYTES: usize = 4 * 1024 * 1024;

/// How to present oneself.
#[derive(Clone, Debug, Default)]
pub struct Login {
    /// The token that proves who one is; over the Unix socket one's user is proof.
    pub token: Option<Secret>,
    /// What to be called; shown, never trusted.
    pub name: Option<String>,
    /// Whether what is received will be acknowledged by [`Client::ack`].
    pub acks: bool,
    /// A PEM file of the only authorities to trust, in place of the system's.
    pub ca_file: Option<PathBuf>,
    /// A PEM file of one's own certificate; its key is in `client_key`, or in the same file.
    pub client_cert: Option<PathBuf>,
    /// A PEM file of its key.
    pub client_key: Option<PathBuf>,
}

trait Connection: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Connection for T {}

type Stream = Box<dyn Connection>;

/// A connection to a bot that knows who we are.
///
/// ```no_run
/// # async fn ask() -> Result<(), Box<dyn std::error::Error>> {
/// use nuncio_socket::client::{Client, Login, Target};
/// use nuncio_socket::protocol::Response;
///
/// let target: Target = "/run/user/1000/nuncio/nuncio.sock".parse()?;
/// let mut client = Client::connect(&target, &Login::default()).await?;
/// let asked = client.say("ping", None).await?;
/// while let Some(response) = client.next().await? {
///     match response {
///         Response::Reply(said) => assert_eq!(said.text, "pong"),
///         Response::Done { to, .. } if to == asked => break,
///         _ => {}
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub struct Client {
    reader: ReadHalf<Stream>,
    writer: WriteHalf<Stream>,
    framer: Framer,
    buffer: Vec<u8>,
    /// The part of the buffer that is still to be framed.
    unread: Range<usize>,
    welcome: Welcome,
    last_id: u64,
}

/// Shows whom it speaks to, and nothing of what is said.
impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("welcome", &self.welcome).finish_non_exhaustive()
    }
}

/// Why a connection is of no more use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// It was cut.
    #[error("the connection to the bot was cut: {0}")]
    Cut(#[from] std::io::Error),
    /// What comes is not this protocol.
    #[error("the bot does not speak this protocol: {0}")]
    Foreign(String),
}

impl Client {
    /// Connects to a bot and says who one is.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn connect(target: &Target, login: &Login) -> Result<Self, ConnectError> {
        let (reader, writer) = split(connect::open(target, login).await?);
        let mut client = Self {
            reader,
            writer,
            framer: Framer::new(MAX_LINE_BYTES),
            buffer: vec![0; 16 * 1024],
            unread: 0..0,
            welcome: Welcome::default(),
            last_id: 0,
        };
        let hello = Request::Hello(Hello {
            protocol: VERSION,
            client: Some(concat!("nuncio-socket/", env!("CARGO_PKG_VERSION")).into()),
            name: login.name.clone(),
            token: login.token.clone(),
            acks: login.acks,
        });
        let greeted = timeout(HELLO_TIMEOUT, async {
            client.request(hello).await?;
            client.next().await
        });
        match greeted.await {
            Err(_) => Err(ConnectError::Silent),
            Ok(Err(error)) => Err(ConnectError::Cut(error)),
            Ok(Ok(Some(Response::Hello(welcome)))) => Ok(Self { welcome, ..client }),
            Ok(Ok(Some(Response::Error(problem)))) => Err(ConnectError::Refused(problem)),
            Ok(Ok(Some(_))) => Err(ConnectError::Foreign),
            Ok(Ok(None)) => Err(ConnectError::HungUp),
        }
    }

    /// What the bot said of itself and of us.
    pub fn welcome(&self) -> &Welcome {
        &self.welcome
    }

    /// Says something to the bot, or in a room that was joined. Answers its id.
    ///
    /// # Errors
    /// [`ClientError::Cut`].
    pub async fn say(&mut self, text: &str, room: Option<&str>) -> Result<RequestId, ClientError> {
        let say = Say { text: text.into(), room: room.map(Into::into), ..Say::default() };
        self.request(Request::Say(say)).await
    }

    /// Acknowledges what was received under a key.
    ///
    /// # Errors
    /// [`ClientError::Cut`].
    pub async fn ack(&mut self, key: &str) -> Result<(), ClientError> {
        self.write(None, Request::Ack { key: key.into() }).await
    }

    /// Asks something. Answers its id.
    ///
    /// # Errors
    /// [`ClientError::Cut`].
    pub async fn request(&mut self, request: Request) -> Result<RequestId, ClientError> {
        self.last_id += 1;
        let id = RequestId::Number(self.last_id);
        self.write(Some(id.clone()), request).await?;
        Ok(id)
    }

    /// What the bot says next; `None` when it has hung up.
    ///
    /// # Errors
    /// [`ClientError`].
    ///
    /// # Cancel safety
    /// Nothing is lost.
    pub async fn next(&mut self) -> Result<Option<Response>, ClientError> {
        loop {
            let mut input = self.buffer.get(self.unread.clone()).unwrap_or_default();
            let frame = self.framer.take(&mut input);
            self.unread.start = self.unread.end - input.len();
            match frame {
                Some(Frame::Line(line)) => return Ok(Some(read(&line)?)),
                Some(Frame::Long | Frame::Invalid { .. }) => {
                    return Err(ClientError::Foreign("a line cannot be read".into()));
                }
                None => {}
            }
            match self.reader.read(&mut self.buffer).await? {
                0 => return Ok(None),
                count => self.unread = 0..count,
            }
        }
    }

    async fn write(&mut self, id: Option<RequestId>, request: Request) -> Result<(), ClientError> {
        let line = to_line(&Envelope { id, request });
        self.writer.write_all(line.as_bytes()).await?;
        Ok(self.writer.flush().await?)
    }
}

fn read(line: &str) -> Result<Response, ClientError> {
    serde_json::from_str(line).map_err(|error| ClientError::Foreign(error.to_string()))
}
