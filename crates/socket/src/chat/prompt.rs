//! A person at a prompt.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use nuncio_policy::Speaker;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::{ChatError, Ending, show};
use crate::client::Client;
use crate::editor::{Editor, Prompt};
use crate::protocol::{CommandInfo, Outcome, Request, Response};
use crate::screen::Screen;
use crate::stdin::Input;
use crate::terminal::{Terminal, escape};
use crate::transport::Catalogue;

/// How often we show that we are still there; the bot's patience is longer.
const KEEP_ALIVE: Duration = Duration::from_mins(1);
/// How long answers that are under way are waited for at the end.
const FAREWELL: Duration = Duration::from_secs(3);

/// The commands that the bot named.
#[derive(Debug, Default)]
struct Remote(RwLock<Vec<CommandInfo>>);

impl Catalogue for Remote {
    fn commands(&self, _: &Speaker) -> Vec<CommandInfo> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Shows a prompt until its user ends it or the bot hangs up.
///
/// # Errors
/// [`ChatError`].
pub(super) async fn run(
    mut client: Client,
    history: Option<PathBuf>,
    terminal: Terminal,
) -> Result<Ending, ChatError> {
    let screen = Screen::new();
    let commands = Arc::new(Remote::default());
    let prompt = Prompt {
        text: format!("{}> ", escape(&client.welcome().bot)),
        history,
        catalogue: Arc::clone(&commands) as Arc<dyn Catalogue>,
        speaker: Speaker::claimed([]),
    };
    let mut editor = Editor::start(prompt, &screen)?;
    client.request(Request::Commands).await?;
    let mut alive = interval(KEEP_ALIVE);
    alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            response = client.next() => match response? {
                Some(response) => heed(&mut client, response, &commands, &screen, terminal).await?,
                None => return Err(ChatError::HungUp("it said nothing more".into())),
            },
            typed = editor.next() => match typed {
                Some(Input::Line(line)) => {
                    client.say(line.trim(), None).await?;
                }
                Some(Input::Bad(why)) => screen.print(format!("({why})\n")).await?,
                Some(Input::Interrupt) | None => break,
            },
            _ = alive.tick() => {
                client.request(Request::Ping).await?;
            }
        }
    }
    drop(editor);
    let rest = timeout(FAREWELL, async {
        client.request(Request::Bye).await?;
        while let Some(response) = client.next().await? {
            heed(&mut client, response, &commands, &screen, terminal).await?;
        }
        Ok::<(), ChatError>(())
    });
    // Who leaves need not wait for the last answers, and nothing is wrong if there are none.
    drop(rest.await);
    Ok(Ending::Answered)
}

async fn heed(
    client: &mut Client,
    response: Response,
    commands: &Remote,
    screen: &Screen,
    terminal: Terminal,
) -> Result<(), ChatError> {
    match response {
        Response::Reply(said) | Response::Message(said) => {
            screen.print(show::said(&said, terminal)).await?;
            if let Some(key) = &said.key {
                client.ack(key).await?;
            }
        }
        Response::Commands { commands: named, .. } => {
            *commands.0.write().unwrap_or_else(PoisonError::into_inner) = named;
        }
        Response::Done { outcome: Outcome::Silent, .. } => {
            screen.print("(no answer came)\n".into()).await?;
        }
        Response::Error(problem) => {
            screen.print(format!("({})\n", escape(&problem.reason))).await?;
        }
        Response::Bye { reason } => return Err(ChatError::HungUp(reason)),
        _ => {}
    }
    Ok(())
}
