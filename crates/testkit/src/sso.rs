//! Single sign-on: a scripted CAS server (CAS protocol 2.0), at which somebody is logged in already,
//! and the browser of a person who follows where he is led.
//!
//! ```no_run
//! # async fn example(page: &str) -> anyhow::Result<()> {
//! use nuncio_testkit::{server::Synapse, sso::{self, Cas}};
//!
//! let cas = Cas::start("bot").await?;
//! let server = Synapse::start_with(&cas.config()).await?;
//! // `page` is what a client shows: `…/login/sso/redirect?redirectUrl=…`.
//! let address = sso::log_in(page).await?;
//! sso::visit(&address).await?;
//! # Ok(())
//! # }
//! ```

use std::{collections::HashMap, net::SocketAddr};

use anyhow::{Context as _, Result, bail, ensure};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::timeout,
};

use crate::DEADLINE;

/// The most pages on the way to one that is not the homeserver's.
const MAX_STEPS: usize = 8;

/// A server that says of everybody who comes that he is one and the same person.
#[derive(Debug)]
pub struct Cas {
    addr: SocketAddr,
    _task: JoinSet<()>,
}

/// The tickets that were given and not shown yet, and for which service each is.
type Tickets = HashMap<String, String>;

impl Cas {
    /// Starts a server at which the person called `user` is logged in.
    ///
    /// # Errors
    /// When there is no port for it.
    pub async fn start(user: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (addr, user) = (listener.local_addr()?, user.to_owned());
        let mut tickets = Tickets::new();
        let mut task = JoinSet::new();
        task.spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                // Whoever breaks off gets no answer.
                serve(&mut stream, &user, &mut tickets).await.ok();
            }
        });
        Ok(Self { addr, _task: task })
    }

    /// What a homeserver's configuration has to say of it.
    pub fn config(&self) -> String {
        format!("cas_config: {{ enabled: true, server_url: \"http://{}\" }}\n", self.addr)
    }
}

async fn serve(stream: &mut TcpStream, user: &str, tickets: &mut Tickets) -> Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        ensure!(stream.read_buf(&mut request).await? > 0, "it ends early");
    }
    let request = String::from_utf8(request)?;
    let target = request.split(' ').nth(1).unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let answer = answer(path, query, user, tickets);
    Ok(stream.write_all(answer.as_bytes()).await?)
}

fn answer(path: &str, query: &str, user: &str, tickets: &mut Tickets) -> String {
    let service = parameter(query, "service").unwrap_or_default();
    match path {
        "/login" => {
            let ticket = format!("ST-{:032x}", fastrand::u128(..));
            let location = format!("{service}&ticket={ticket}");
            tickets.insert(ticket, service);
            format!("HTTP/1.0 302 Found\r\nLocation: {location}\r\n\r\n")
        }
        "/proxyValidate" => {
            let ticket = parameter(query, "ticket").unwrap_or_default();
            let said = if tickets.remove(&ticket) == Some(service) {
                format!(
                    "<cas:authenticationSuccess><cas:user>{user}</cas:user></cas:authenticationSuccess>"
                )
            } else {
                "<cas:authenticationFailure code=\"INVALID_TICKET\">no</cas:authenticationFailure>"
                    .to_owned()
            };
            format!(
                "HTTP/1.0 200 OK\r\nContent-Type: text/xml\r\n\r\n<cas:serviceResponse \
                 xmlns:cas=\"http://www.yale.edu/tp/cas\">{said}</cas:serviceResponse>"
            )
        }
        _ => "HTTP/1.0 404 Not Found\r\n\r\n".to_owned(),
    }
}

/// Logs in as a person does who opens this page, and agrees to what he is asked. The address to
/// which his browser is sent at the end, with the token in it; it does not go there.
///
/// # Errors
/// When the way leads elsewhere.
pub async fn log_in(page: &str) -> Result<String> {
    let mut address = page.to_owned();
    for _ in 0..MAX_STEPS {
        if address.contains("loginToken=") {
            return Ok(address);
        }
        let (head, body) = get(&address).await?;
        let sent = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("location").then(|| value.trim().to_owned())
        });
        // Where he is asked whether he trusts the client, the link says that he does.
        let links = || body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let link = || links().find(|link| link.contains("loginToken=")).map(str::to_owned);
        let next = sent.or_else(link);
        address = next.with_context(|| format!("{address} leads nowhere: {head}\n{body}"))?;
    }
    bail!("too many pages: the last is {address}")
}

/// Goes to an address. The status and the page that is there.
///
/// # Errors
/// When nobody answers.
pub async fn visit(address: &str) -> Result<(u16, String)> {
    let (head, page) = get(address).await?;
    let status = head.split(' ').nth(1).unwrap_or_default();
    Ok((status.parse().with_context(|| format!("it is no HTTP: {head}"))?, page))
}

async fn get(address: &str) -> Result<(String, String)> {
    let rest = address.strip_prefix("http://").context("it is no `http://` address")?;
    let (host, path) = rest.split_once('/').context("it has no path")?;
    let asked = timeout(DEADLINE, async {
        let mut stream = TcpStream::connect(host).await?;
        let request = format!("GET /{path} HTTP/1.0\r\nHost: {host}\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        anyhow::Ok(answer)
    });
    let answer = asked.await.with_context(|| format!("{address} is not answered"))??;
    let (head, body) = answer.split_once("\r\n\r\n").context("it is no HTTP")?;
    Ok((head.to_owned(), body.to_owned()))
}

/// A value of a query, without its `%` escapes.
fn parameter(query: &str, name: &str) -> Option<String> {
    let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    let mut bytes = value.bytes();
    let mut text = Vec::new();
    while let Some(byte) = bytes.next() {
        text.push(match byte {
            b'%' => {
                let digits = [bytes.next()?, bytes.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            b'+' => b' ',
            byte => byte,
        });
    }
    String::from_utf8(text).ok()
}
