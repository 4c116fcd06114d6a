//! The same load in encrypted rooms. It takes matrix-sdk to be a person there, and so a program
//! beside this one: the example `load_matrix` of the transport.

use std::{path::Path, process::Stdio, time::Duration};

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

use super::{Load, Outcome};
use crate::server::Synapse;

const PASSWORD: &str = "secret";

/// People who wait for a bot on Matrix, each in an encrypted room of his own.
#[derive(Debug)]
pub struct Confidants {
    // Ends with this.
    _program: Child,
    go: ChildStdin,
    told: Lines<BufReader<ChildStdout>>,
    rooms: Vec<String>,
    load: Load,
}

#[derive(Deserialize)]
struct Told {
    all: u64,
    latencies_ns: Vec<u64>,
}

impl Confidants {
    /// Lets people in who will press so hard on a bot. `path` leads to `load_matrix`.
    ///
    /// # Errors
    /// When one does not get in.
    pub async fn gather(path: &Path, server: &Synapse, bot: &str, load: Load) -> Result<Self> {
        let gathering = fastrand::u64(..);
        let names: Vec<_> = (0..load.clients).map(|it| format!("load{gathering:x}-{it}")).collect();
        for name in &names {
            server.add_user(name, PASSWORD).await?;
        }
        let mut command = Command::new(path);
        command.arg(server.addr().to_string()).args([PASSWORD, bot]);
        command.args([load.in_flight.to_string(), millis(load.warm_up), millis(load.count)]);
        command.args(names).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut program =
            command.spawn().with_context(|| format!("failed to start {}", path.display()))?;
        let go = program.stdin.take().context("it is piped")?;
        let told = BufReader::new(program.stdout.take().context("it is piped")?).lines();
        let mut people = Self { _program: program, go, told, rooms: Vec::new(), load };
        people.rooms = people.next().await.context("their rooms")?;
        Ok(people)
    }

    /// Where they are.
    pub fn rooms(&self) -> &[String] {
        &self.rooms
    }

    /// Waits until the bot is with each of them.
    ///
    /// # Errors
    /// When somebody loses his connection before it comes.
    pub async fn meet(&mut self) -> Result<()> {
        self.next::<String>().await.map(drop)
    }

    /// Presses on the bot, which must answer `!echo N` with words that end in `N`.
    ///
    /// # Errors
    /// When an answer is not the one that is due, or was not encrypted.
    pub async fn press(mut self) -> Result<Outcome> {
        self.go.write_all(b"go\n").await?;
        let Told { all, latencies_ns } = self.next().await?;
        let mut latencies: Vec<_> = latencies_ns.into_iter().map(Duration::from_nanos).collect();
        latencies.sort_unstable();
        Ok(Outcome { answers: latencies.len(), elapsed: self.load.count, all, latencies })
    }

    async fn next<T: DeserializeOwned>(&mut self) -> Result<T> {
        let line = self.told.next_line().await?;
        Ok(serde_json::from_str(&line.context("they left; what they say of it is above")?)?)
    }
}

fn millis(time: Duration) -> String {
    time.as_millis().to_string()
}
