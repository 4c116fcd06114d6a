//! Where a bot lives: its folder, its state, its sockets.

use std::{
    fs::{self, DirEntry},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::OnceLock,
};

use anyhow::{Context as _, Result, anyhow};
use tempfile::TempDir;

use crate::{bot::Bot, errand::Errand, terminal::Terminal};

/// A place of its own for one bot, gone when this is dropped.
#[derive(Debug)]
pub struct Home {
    root: TempDir,
}

impl Home {
    /// A bot's folder with this `nuncio.toml`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(config: &str) -> Result<Self> {
        let home = Self { root: tempfile::Builder::new().prefix("nuncio-home-").tempdir()? };
        for name in ["bot", "state", "run"] {
            fs::create_dir(home.root.path().join(name))?;
        }
        home.write("nuncio.toml", config)?;
        Ok(home)
    }

    /// A copy of one of `bots/`, its files edited.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn copy_of(bot: &str, edit: impl Fn(&str) -> String) -> Result<Self> {
        let home = Self::new("")?;
        let folder = bots().join(bot);
        let mut files: Vec<_> = fs::read_dir(&folder)
            .with_context(|| format!("no bot in {}", folder.display()))?
            .collect::<Result<_, _>>()?;
        // Not every bot has a `conf.d`.
        files.extend(fs::read_dir(folder.join("conf.d")).into_iter().flatten().flatten());
        for path in files.iter().map(DirEntry::path) {
            if path.extension().is_some_and(|extension| extension == "toml") {
                let text = edit(&fs::read_to_string(&path)?);
                home.write(&path.strip_prefix(&folder)?.to_string_lossy(), &text)?;
            }
        }
        Ok(home)
    }

    /// The bot's folder.
    pub fn folder(&self) -> PathBuf {
        self.root.path().join("bot")
    }

    /// Where the state of the bot called `name` is.
    pub fn state(&self, name: &str) -> PathBuf {
        self.root.path().join("state/nuncio").join(name)
    }

    /// Where the socket of the bot called `name` is.
    pub fn socket(&self, name: &str) -> PathBuf {
        self.root.path().join(format!("run/nuncio/{name}.sock"))
    }

    /// Writes a file in the bot's folder.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.folder().join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&path, text).with_context(|| format!("failed to write {}", path.display()))
    }

    /// Starts the bot without a terminal and waits until it is ready.
    ///
    /// # Errors
    /// When it does not become ready.
    pub async fn run(&self) -> Result<Bot> {
        let mut command = self.command("setpriv")?;
        command.stdin(Stdio::null()).stdout(Stdio::null());
        self.start(command).await
    }

    /// Starts the bot with a person at its console, a terminal of the kind `term`, and waits until
    /// it is ready.
    ///
    /// # Errors
    /// When it does not become ready, or there is no terminal to be had.
    pub async fn run_at_terminal(&self, term: &str) -> Result<(Bot, Terminal)> {
        let (terminal, end) = Terminal::open()?;
        let mut command = self.command("setpriv")?;
        command.env("TERM", term).stdin(end.try_clone()?).stdout(end);
        Ok((self.start(command).await?, terminal))
    }

    async fn start(&self, mut command: Command) -> Result<Bot> {
        // The bot dies with the test, however that ends.
        command.arg("--pdeathsig=KILL").arg(program()?).arg("run").arg(self.folder());
        let mut bot = Bot::spawn(command)?;
        bot.logs("Ready.").await?;
        bot.has_logged("The socket is open.").await?;
        Ok(bot)
    }

    /// Runs `nuncio` with some arguments in the bot's folder, to its end.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn nuncio(&self, arguments: &[&str]) -> Result<Output> {
        self.nuncio_reading(arguments, "")
    }

    /// As [`nuncio`](Self::nuncio), beside the bot's folder, which is called `bot`.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn nuncio_beside(&self, arguments: &[&str]) -> Result<Output> {
        let mut command = self.command(program()?)?;
        command.args(arguments).current_dir(self.root.path());
        command.output().context("failed to start `nuncio`")
    }

    /// As [`nuncio`](Self::nuncio), with something to read on standard input.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn nuncio_reading(&self, arguments: &[&str], input: &str) -> Result<Output> {
        let path = self.root.path().join("input");
        fs::write(&path, input)?;
        let mut command = self.command(program()?)?;
        command.args(arguments).current_dir(self.folder()).stdin(fs::File::open(path)?);
        command.output().context("failed to start `nuncio`")
    }

    /// Starts `nuncio` with some arguments in the bot's folder, for somebody who answers what it
    /// asks.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn begin(&self, arguments: &[&str]) -> Result<Errand> {
        let mut command = self.command("setpriv")?;
        command.arg("--pdeathsig=KILL").arg(program()?).args(arguments).current_dir(self.folder());
        Errand::spawn(command)
    }

    /// A command that sees this home and nothing else of the machine's.
    fn command(&self, program: impl AsRef<Path>) -> Result<Command> {
        let root = self.root.path();
        let mut command = Command::new(program.as_ref());
        command.env_clear().env("HOME", root).env("NO_COLOR", "1");
        command.env("PATH", std::env::var_os("PATH").context("there is no PATH")?);
        command.env("XDG_STATE_HOME", root.join("state"));
        command.env("XDG_RUNTIME_DIR", root.join("run"));
        Ok(command)
    }
}

/// The bots to copy.
pub fn bots() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../bots")
}

/// The program, built once for this process.
fn program() -> Result<&'static Path> {
    static PROGRAM: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let built = PROGRAM.get_or_init(|| xtask::binary().map_err(|error| format!("{error:#}")));
    built.as_deref().map_err(|why| anyhow!("`nuncio` does not build: {why}"))
}
