//! Where a browser comes back to: HTTP on loopback, for one visit.

use std::{fmt::Write as _, io, net::SocketAddr, time::Duration};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};

use super::LoginToken;

/// How many visitors are listened to at once. Browsers open connections that they may never use.
const MOST: usize = 16;

/// How long one may take to say what he wants, and to be answered.
const VISIT: Duration = Duration::from_secs(10);

/// The longest request that is read.
const MAX_BYTES: usize = 16 * 1024;

/// How long to wait before the next visitor, where one cannot be let in.
const PAUSE: Duration = Duration::from_secs(1);

/// A port on this machine, and a path on it that nobody can guess.
#[derive(Debug)]
pub(super) struct Landing {
    listener: TcpListener,
    at: SocketAddr,
    path: String,
}

impl Landing {
    pub(super) async fn open() -> io::Result<Self> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let mut path = "/".to_owned();
        for byte in random {
            write!(path, "{byte:02x}").map_err(io::Error::other)?;
        }
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let at = listener.local_addr()?;
        Ok(Self { listener, at, path })
    }

    pub(super) fn address(&self) -> String {
        format!("http://{}{}", self.at, self.path)
    }

    /// Waits until a browser brings a token. It has been answered then, and nobody is any more.
    pub(super) async fn token(&self) -> LoginToken {
        let mut visits = FuturesUnordered::new();
        loop {
            tokio::select! {
                biased;
                Some(brought) = visits.next() => if let Some(token) = brought {
                    return token;
                },
                accepted = self.listener.accept(), if visits.len() < MOST => match accepted {
                    Ok((stream, _)) => visits.push(self.visit(stream)),
                    // Too many files are open, say.
                    Err(_) => sleep(PAUSE).await,
                },
            }
        }
    }

    /// Answers one visitor. The token that he brings.
    async fn visit(&self, stream: TcpStream) -> Option<LoginToken> {
        let visit = async {
            let mut stream = stream;
            let request = read(&mut stream).await?;
            let found = self.find(&request);
            let answer = answer(found.as_ref().map(drop).map_err(|status| *status));
            stream.write_all(answer.as_bytes()).await.ok()?;
            stream.shutdown().await.ok()?;
            found.ok()
        };
        timeout(VISIT, visit).await.ok().flatten()
    }

    /// What a request brings, or with which status it is answered.
    fn find(&self, request: &str) -> Result<LoginToken, &'static str> {
        let mut words = request.lines().next().unwrap_or_default().split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        if path != self.path {
            return Err("404 Not Found");
        }
        if method != "GET" {
            return Err("405 Method Not Allowed");
        }
        LoginToken::of_query(query).ok_or("400 Bad Request")
    }
}

/// The head of a request; nothing when it is too long, or ends early.
async fn read(stream: &mut TcpStream) -> Option<String> {
    let mut read = Vec::new();
    while !read.windows(4).any(|four| four == b"\r\n\r\n") {
        if read.len() >= MAX_BYTES || stream.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    }
    String::from_utf8(read).ok()
}

/// The address in the browser's window holds a token, and so the page leads nowhere.
fn answer(found: Result<(), &'static str>) -> String {
    let (status, words) = match found {
        Ok(()) => ("200 OK", "That is all. Close this page; nuncio says what came of it."),
        Err(status) => (status, "This is no page of the login."),
    };
    let page = format!("<!doctype html><title>nuncio</title><p>{words}</p>\n");
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n{page}",
        page.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn visit(landing: &Landing, request: &str) -> String {
        let mut stream = TcpStream::connect(landing.at).await.expect("somebody listens");
        stream.write_all(request.as_bytes()).await.expect("it is read");
        let mut answer = Vec::new();
        // A request that is not read to its end may end the connection the hard way.
        stream.read_to_end(&mut answer).await.ok();
        String::from_utf8(answer).expect("text")
    }

    #[tokio::test]
    async fn it_is_for_one_browser_that_knows_the_way() {
        let landing = Landing::open().await.expect("a port");
        let path = landing.path.clone();
        let browser = async {
            // One that connects and says nothing, as browsers do, keeps nobody.
            let silent = TcpStream::connect(landing.at).await.expect("somebody listens");
            for (request, expect) in [
                ("GET /?loginToken=a HTTP/1.1\r\n\r\n".to_owned(), "HTTP/1.1 404"),
                (format!("GET {path}/?loginToken=a HTTP/1.1\r\n\r\n"), "HTTP/1.1 404"),
                (format!("POST {path}?loginToken=a HTTP/1.1\r\n\r\n"), "HTTP/1.1 405"),
                (format!("GET {path} HTTP/1.1\r\n\r\n"), "HTTP/1.1 400"),
                (format!("GET {path}?loginToken= HTTP/1.1\r\n\r\n"), "HTTP/1.1 400"),
                (format!("GET {path}?{}", "x".repeat(2 * MAX_BYTES)), ""),
                ("\r\n\r\n".to_owned(), "HTTP/1.1 404"),
            ] {
                let answer = visit(&landing, &request).await;
                let head = answer.get(..12).unwrap_or_default();
                assert_eq!(head, expect, "{}", request.get(..40).unwrap_or(&request));
            }
            let request = format!("GET {path}?loginToken=a%3Db HTTP/1.1\r\n\r\n");
            let answer = visit(&landing, &request).await;
            assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
            assert!(answer.contains("no-store") && !answer.contains("a=b"), "{answer}");
            drop(silent);
        };
        let (token, ()) = tokio::join!(landing.token(), browser);
        assert_eq!(token.expose(), "a=b");
    }

    #[tokio::test]
    async fn no_two_are_alike_and_all_are_on_this_machine() {
        let (one, two) = (Landing::open().await.expect("one"), Landing::open().await.expect("two"));
        assert_ne!(one.path, two.path);
        assert!(one.at.ip().is_loopback() && one.path.len() == 33, "{}", one.address());
    }
}
