//! The bare echo loop: the least that a bot can do, and so the measure of what nuncio costs.

use std::net::SocketAddr;

use anyhow::Result;

use super::socket::Socket;

/// Answers `!echo TEXT` with `TEXT` in each of `rooms`, until the server closes.
///
/// # Errors
/// When the server closes, as it does at last.
pub fn run(server: SocketAddr, nick: &str, rooms: &[String]) -> Result<()> {
    let mut socket = Socket::register(server, nick)?;
    for room in rooms {
        socket.push(&format!("JOIN {room}\r\n"));
    }
    loop {
        let line = socket.line()?;
        let Some((_, said)) = line.split_once(" PRIVMSG ") else { continue };
        let Some((room, text)) = said.split_once(" :!echo ") else { continue };
        let answer = format!("PRIVMSG {room} :{text}\r\n");
        socket.push(&answer);
    }
}
