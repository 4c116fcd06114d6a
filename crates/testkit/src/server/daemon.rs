//! One child process that is a server.

use std::{
    ffi::OsString,
    fs,
    io::{BufRead as _, BufReader, PipeReader},
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;
use tokio::{sync::watch, time::timeout};

use super::port::{self, Lease};
use crate::{DEADLINE, pattern::matches};

/// `nobody` and `nogroup`, on Debian as elsewhere.
const NOBODY: u32 = 65534;

/// How many of its last lines are printed, and how much of each.
const LAST_LINES: usize = 120;
const LINE_CHARS: usize = 300;

/// How a server is started and how it says that it serves.
#[derive(Debug, Clone)]
pub(super) struct Recipe {
    /// The program, as `cargo xtask servers` installs it.
    pub(super) program: &'static str,
    pub(super) version: Version,
    pub(super) arguments: Vec<OsString>,
    pub(super) environment: Vec<(&'static str, OsString)>,
    /// Stands in the line that it prints when it serves; `*` is any text.
    pub(super) ready: &'static str,
    /// Stands in a line that it prints when it will not serve as asked, though it may go on.
    pub(super) refuses: &'static str,
}

/// How a server says its version.
#[derive(Debug, Clone, Copy)]
pub(super) enum Version {
    /// It prints it when it is given this option.
    Option(&'static str),
    /// It stands in a line that it prints while it starts, in which this stands.
    Line(&'static str),
}

/// A running server.
#[derive(Debug)]
pub(super) struct Daemon {
    recipe: Recipe,
    folder: Folder,
    running: Option<Running>,
}

/// What is one server's alone: a private folder that its user owns, and ports.
#[derive(Debug)]
pub(super) struct Folder {
    dir: TempDir,
    root: bool,
    leases: Vec<Lease>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    output: watch::Receiver<Vec<String>>,
    /// Lets the thread that started the process end.
    keeper: mpsc::SyncSender<()>,
}

impl Folder {
    pub(super) fn new() -> Result<Self> {
        let dir = tempfile::Builder::new().prefix("nuncio-server-").tempdir()?;
        // A folder that we just made is ours: its owner is who we are.
        let root = fs::metadata(dir.path())?.uid() == 0;
        let folder = Self { dir, root, leases: Vec::new() };
        folder.hand_over(folder.path())?;
        Ok(folder)
    }

    pub(super) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Free loopback ports, which nobody else is given as long as the folder is there.
    pub(super) fn ports<const N: usize>(&mut self) -> Result<[u16; N]> {
        let leases = port::lease::<N>()?;
        let ports = leases.each_ref().map(Lease::port);
        self.leases.extend(leases);
        Ok(ports)
    }

    /// Makes a folder in it, with those above.
    pub(super) fn make(&self, name: &str) -> Result<()> {
        let mut path = self.path().to_owned();
        for part in Path::new(name) {
            path.push(part);
            if !path.is_dir() {
                fs::create_dir(&path)?;
                self.hand_over(&path)?;
            }
        }
        Ok(())
    }

    /// Writes a file that only the server's user can read.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.path().join(name);
        fs::write(&path, text)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
        self.hand_over(&path)?;
        Ok(path)
    }

    fn hand_over(&self, path: &Path) -> Result<()> {
        if self.root {
            chown(path, Some(NOBODY), Some(NOBODY))?;
        }
        Ok(())
    }
}

impl Daemon {
    /// Starts the server and waits until it serves.
    pub(super) async fn start(recipe: Recipe, folder: Folder) -> Result<Self> {
        let mut daemon = Self { recipe, folder, running: None };
        daemon.run().await?;
        daemon.report_version()?;
        Ok(daemon)
    }

    /// The folder that it runs in.
    pub(super) fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Ends it the hard way, as a crash would.
    pub(super) fn kill9(&mut self) -> Result<()> {
        let Some(Running { mut child, keeper, .. }) = self.running.take() else { return Ok(()) };
        child.kill()?;
        child.wait()?;
        drop(keeper);
        Ok(())
    }

    /// Starts it again on the same ports and folder, if need be after a kill.
    pub(super) async fn restart(&mut self) -> Result<()> {
        self.kill9()?;
        self.run().await
    }

    /// How often it has said so far that it is ready.
    pub(super) fn times_ready(&self) -> usize {
        let count = |running: &Running| count(&running.output.borrow(), self.recipe.ready);
        self.running.as_ref().map_or(0, count)
    }

    /// Waits until it has said more than `times` that it is ready.
    pub(super) async fn ready_again(&mut self, times: usize) -> Result<()> {
        let Recipe { program, ready, .. } = self.recipe;
        let running = self.running.as_mut().with_context(|| format!("`{program}` is down"))?;
        let again = running.output.wait_for(|lines| count(lines, ready) > times);
        let waited = timeout(DEADLINE, again).await;
        drop(waited.with_context(|| format!("`{program}` is not ready again in time"))??);
        Ok(())
    }

    async fn run(&mut self) -> Result<()> {
        let Recipe { program, ready, refuses, .. } = self.recipe;
        let running = self.running.insert(spawn(&self.recipe, &self.folder)?);
        let output = &mut running.output;
        let decisive = |line: &String| matches(ready, line) || line.contains(refuses);
        let decided = async {
            let lines = output.wait_for(|lines| lines.iter().any(decisive)).await.ok()?;
            Some(lines.iter().any(|line| line.contains(refuses)))
        };
        let problem = match timeout(DEADLINE, decided).await {
            Ok(Some(false)) => return Ok(()),
            Ok(Some(true)) => "does not serve",
            Ok(None) => "ended",
            Err(_) => "is not ready in time",
        };
        let output = output.borrow().join("\n");
        bail!("`{program}` {problem}:\n{output}")
    }

    fn report_version(&self) -> Result<()> {
        let version = match self.recipe.version {
            Version::Option(option) => {
                let output = Command::new(find(self.recipe.program)?).arg(option).output()?;
                let text = String::from_utf8_lossy(&output.stdout);
                text.lines().next().map(str::to_owned)
            }
            Version::Line(part) => self.running.as_ref().and_then(|running| {
                running.output.borrow().iter().find(|line| line.contains(part)).cloned()
            }),
        };
        say(&format!("{}: {}", self.recipe.program, version.as_deref().unwrap_or("no version")));
        Ok(())
    }

    /// Prints the end of what it said, so that the reason why a test failed stays in sight.
    fn print_output(&self) {
        let Some(running) = &self.running else { return };
        let lines = running.output.borrow();
        for line in lines.iter().skip(lines.len().saturating_sub(LAST_LINES)) {
            let shown: String = line.chars().take(LINE_CHARS).collect();
            say(&format!("{}: {shown}", self.recipe.program));
        }
        let Ok(entries) = fs::read_dir(self.folder.path()) else { return };
        for path in entries.flatten().map(|entry| entry.path()) {
            let log = path.extension().is_some_and(|extension| extension == "log");
            if let (true, Ok(text)) = (log, fs::read_to_string(&path)) {
                say(&format!("{}: {}\n{text}", self.recipe.program, path.display()));
            }
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.print_output();
        if let Err(error) = self.kill9() {
            say(&format!("failed to end `{}`: {error}", self.recipe.program));
        }
    }
}

/// Starts the process from a thread that lives as long as the process should: the kernel's parent
/// death signal, which ends the server when the test process dies, is the death of that thread.
fn spawn(recipe: &Recipe, folder: &Folder) -> Result<Running> {
    let program = find(recipe.program)?;
    let (reader, writer) = std::io::pipe()?;
    let mut command = Command::new("setpriv");
    command.arg("--pdeathsig=KILL");
    if folder.root {
        command.arg(format!("--reuid={NOBODY}")).arg(format!("--regid={NOBODY}"));
        command.arg("--clear-groups");
    }
    command.arg(program).args(&recipe.arguments).current_dir(folder.path());
    command.envs(recipe.environment.iter().map(|(key, value)| (key, value)));
    command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);

    let (started, starting) = mpsc::sync_channel(1);
    let (keeper, kept) = mpsc::sync_channel(1);
    let (lines, output) = watch::channel(Vec::new());
    thread::Builder::new().name(format!("keeper of {}", recipe.program)).spawn(move || {
        let child = command.spawn();
        // The command holds the pipe's other end, which must not outlive the process.
        drop(command);
        if started.send(child).is_ok() {
            collect(reader, &lines);
            // Whoever waits for a line learns that none will come.
            drop(lines);
            // Ends with an error when the sender is dropped, which is the signal.
            kept.recv().ok();
        }
    })?;
    let child = starting.recv()?.context("failed to start `setpriv` (package util-linux)")?;
    Ok(Running { child, output, keeper })
}

fn count(lines: &[String], text: &str) -> usize {
    lines.iter().filter(|line| matches(text, line)).count()
}

fn collect(reader: PipeReader, lines: &watch::Sender<Vec<String>>) {
    for line in BufReader::new(reader).split(b'\n').map_while(Result::ok) {
        lines.send_modify(|lines| lines.push(String::from_utf8_lossy(&line).into_owned()));
    }
}

/// Debian keeps servers in `/usr/sbin`, which is not in everybody's path; what Debian does not have
/// is below the folder that this program was built into.
fn find(program: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let built = std::env::current_exe()?;
    let installed = built.ancestors().map(|folder| folder.join("tests/synapse/bin"));
    std::env::split_paths(&path)
        .chain(["/usr/sbin".into(), "/usr/local/sbin".into()])
        .chain(installed)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
        .with_context(|| format!("`{program}` is not installed; run `cargo xtask servers`"))
}

#[expect(clippy::print_stderr, reason = "a test runner shows it for the tests that failed")]
fn say(text: &str) {
    eprintln!("{text}");
}
