//! Commands that a program or a shell gives.

use std::collections::BTreeSet;
use std::io::Write;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;

use super::{ChatError, Ending, show};
use crate::client::Client;
use crate::protocol::{Outcome, RequestId, Response};
use crate::stdin::Input;
use crate::terminal::{Terminal, escape};

/// How many commands are under way at most; more lines wait. The bot counts on as many acknowledgements.
const UNDER_WAY: usize = 16;
/// How long the bot may be silent while it owes an answer. It says itself when it gives up, sooner.
const PATIENCE: Duration = Duration::from_secs(30);

/// Says each line, prints what is answered, and ends when all of it is.
///
/// # Errors
/// [`ChatError`].
pub(super) async fn run(
    mut client: Client,
    mut lines: mpsc::Receiver<Input>,
    terminal: Terminal,
    out: &mut impl Write,
    err: &mut impl Write,
) -> Result<Ending, ChatError> {
    let (mut open, mut ended, mut ending) = (BTreeSet::<RequestId>::new(), false, Ending::Answered);
    while !ended || !open.is_empty() {
        let silent = if open.is_empty() { Duration::MAX } else { PATIENCE };
        tokio::select! {
            biased;
            response = timeout(silent, client.next()) => {
                let response = response.map_err(|_| ChatError::Silent)??;
                let Some(response) = response else {
                    return Err(ChatError::HungUp("it said nothing more".into()));
                };
                match response {
                    Response::Reply(said) | Response::Message(said) => {
                        out.write_all(show::said(&said, terminal).as_bytes())?;
                        out.flush()?;
                        if let Some(key) = &said.key {
                            client.ack(key).await?;
                        }
                    }
                    Response::Done { to, outcome, .. } if open.remove(&to) => {
                        if outcome == Outcome::Silent {
                            writeln!(err, "nuncio: no answer came in time")?;
                        }
                        ending = ending.max(outcome.into());
                    }
                    Response::Error(problem) => {
                        writeln!(err, "nuncio: {}", escape(&problem.reason))?;
                        open.retain(|id| Some(id) != problem.to.as_ref());
                        ending = ending.max(Ending::Refused);
                    }
                    Response::Bye { reason } => return Err(ChatError::HungUp(reason)),
                    _ => {}
                }
            }
            line = lines.recv(), if !ended && open.len() < UNDER_WAY => match line {
                Some(Input::Line(line)) => {
                    open.insert(client.say(&line, None).await?);
                }
                Some(Input::Bad(why)) => {
                    writeln!(err, "nuncio: {why}")?;
                    ending = ending.max(Ending::Refused);
                }
                Some(Input::Interrupt) | None => ended = true,
            },
        }
    }
    Ok(ending)
}

impl From<Outcome> for Ending {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Answered => Self::Answered,
            Outcome::Refused | Outcome::Failed => Self::Refused,
            Outcome::Silent => Self::Unanswered,
        }
    }
}

#[cfg(test)]
mod tests;
