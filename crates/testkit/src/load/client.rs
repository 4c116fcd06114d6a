//! One client that keeps commands in flight.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

use super::{Load, room, socket::Socket};

/// A client in its room, together with the bot.
pub(super) struct Entered {
    socket: Socket,
    room: String,
    answers: String,
}

/// Joins the room of the `number`th client and waits for the bot to be there.
pub(super) fn enter(server: SocketAddr, bot: &str, number: usize) -> Result<Entered> {
    let mut socket = Socket::register(server, &format!("load{number}"))?;
    let room = room(number);
    socket.push(&format!("JOIN {room}\r\n"));
    let joins = format!(":{bot}!");
    socket.until(|line| {
        let is_named = line.contains(" 353 ")
            && line.rsplit(':').next().is_some_and(|names| {
                names.split(' ').any(|name| name.trim_start_matches(['@', '+']) == bot)
            });
        is_named || (line.starts_with(&joins) && line.contains(" JOIN "))
    })?;
    let answers = format!(" PRIVMSG {room} :");
    Ok(Entered { socket, room, answers })
}

/// Keeps commands in flight until it has counted long enough. Returns the latencies counted, and
/// how many answers there were in all.
pub(super) fn press(entered: Entered, load: Load, begun: Instant) -> Result<(Vec<Duration>, u64)> {
    let Entered { mut socket, room, answers } = entered;
    let mut latencies = Vec::new();
    let mut asked = VecDeque::new();
    let mut next = 0_u64;
    let mut due = 0_u64;
    loop {
        while asked.len() < load.in_flight {
            socket.push(&format!("PRIVMSG {room} :!echo {next}\r\n"));
            socket.send()?;
            asked.push_back(Instant::now());
            next += 1;
        }
        let line = socket.line()?;
        let Some((_, answer)) = line.split_once(&answers) else { continue };
        let number = answer.rsplit(' ').next().and_then(|number| number.parse().ok());
        ensure!(number == Some(due), "`{line}` came where the answer to {due} was due");
        due += 1;
        let now = Instant::now();
        let pressed = now.duration_since(begun);
        if let Some(asked) = asked.pop_front().filter(|_| pressed >= load.warm_up) {
            latencies.push(now.duration_since(asked));
        }
        if pressed >= load.warm_up + load.count {
            return Ok((latencies, due));
        }
    }
}
