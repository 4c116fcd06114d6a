//! What the XMPP servers have in common.

use std::net::SocketAddr;

use anyhow::{Result, ensure};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// The domain that they serve.
pub const DOMAIN: &str = "localhost";
/// Where their rooms are.
pub const MUC: &str = "muc.localhost";
/// Where files are uploaded to.
pub const UPLOAD: &str = "upload.localhost";
/// The most bytes of a file that they take.
pub const MAX_FILE_BYTES: usize = 64 * 1024;
/// The domain of the component that Prosody has under load, which shares [`SECRET`] with it.
pub const PEOPLE: &str = "people.localhost";
/// What it shares.
pub const SECRET: &str = "secret";

/// Says something to a port of a server's, and expects an answer that holds something.
pub(super) async fn ask(at: SocketAddr, words: &str, wanted: &str) -> Result<()> {
    let mut stream = TcpStream::connect(at).await?;
    stream.write_all(words.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    ensure!(answer.contains(wanted), "the server does not do so: {answer}");
    Ok(())
}
