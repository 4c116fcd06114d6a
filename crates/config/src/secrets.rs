//! Fetching secrets from where a configuration says they are.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use std::{env, fs, thread};

use nuncio_core::config::{Secret, SecretSource};
use zeroize::Zeroizing;

use crate::config::Config;

/// How long a command may take to print a secret.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest secret, in bytes, that a file or command may hold.
const MAX_BYTES: u64 = 64 * 1024;

/// A secret, and what is doubtful about where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The secret.
    pub secret: Secret,
    /// A file that others than its owner may read.
    pub exposed: Option<PathBuf>,
}

/// Why a secret could not be fetched. It never holds the secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file cannot be read.
    #[error("the secret's file `{}` cannot be read", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// The environment variable is not set.
    #[error("the secret's environment variable `{0}` is not set: set it before the bot starts")]
    Variable(String),
    /// The command cannot be run.
    #[error("the secret's command `{program}` cannot be run")]
    Command {
        /// The program.
        program: String,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// The command ended with a failure.
    #[error("the secret's command `{0}` failed: run it by hand to see why")]
    Failed(String),
    /// The command did not end in time.
    #[error("the secret's command `{0}` took longer than 10 s")]
    Timeout(String),
    /// There is nothing in it, it is too long, or it is not UTF-8.
    #[error("the secret from {0} is empty, longer than 64 KiB, or not UTF-8")]
    Content(String),
}

impl Config {
    /// Fetches a secret; relative files are in the bot's folder.
    ///
    /// It waits for files and commands (these at most 10 s): not to be called where nothing may wait.
    ///
    /// # Errors
    ///
    /// When there is nothing to be fetched.
    pub fn fetch(&self, source: &SecretSource) -> Result<Fetched, SecretError> {
        fetch(source, self.folder())
    }
}

/// Fetches a secret; relative files are in `folder`. See [`Config::fetch`].
///
/// # Errors
///
/// When there is nothing to be fetched.
pub fn fetch(source: &SecretSource, folder: &Path) -> Result<Fetched, SecretError> {
    let mut exposed = None;
    let secret = match source {
        SecretSource::Text(secret) => secret.clone(),
        SecretSource::Env(name) => match env::var(name) {
            Ok(text) => Secret::from(text),
            Err(env::VarError::NotPresent) => return Err(SecretError::Variable(name.clone())),
            Err(env::VarError::NotUnicode(_)) => return Err(SecretError::Content(name.clone())),
        },
        SecretSource::File(file) => {
            let path = folder.join(file);
            let bytes =
                read(&path).map_err(|error| SecretError::File { path: path.clone(), error })?;
            let secret = text(&bytes).ok_or_else(|| SecretError::Content(file.clone()))?;
            exposed = is_exposed(&path).then_some(path);
            secret
        }
        SecretSource::Command { program, args } => {
            let bytes = run(program, args, folder)?;
            text(&bytes).ok_or_else(|| SecretError::Content(format!("`{program}`")))?
        }
    };
    Ok(Fetched { secret, exposed })
}

fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    limited(fs::File::open(path)?)
}

/// At most one byte more than is allowed, by which the excess is known.
fn limited(reader: impl Read) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    reader.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text without the newline at its end; none if it cannot be a secret.
fn text(bytes: &[u8]) -> Option<Secret> {
    let text = str::from_utf8(bytes).ok()?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    let fits = u64::try_from(bytes.len()).is_ok_and(|length| length <= MAX_BYTES);
    (fits && !text.is_empty()).then(|| Secret::from(text.to_owned()))
}

#[cfg(unix)]
fn is_exposed(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_exposed(_: &Path) -> bool {
    false
}

fn run(program: &str, args: &[String], folder: &Path) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    let cannot = |error| SecretError::Command { program: program.to_owned(), error };
    let mut command = Command::new(program);
    if !folder.as_os_str().is_empty() {
        command.current_dir(folder);
    }
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(cannot)?;
    let output = output(&mut child);
    // Whatever it still does, it is not waited for.
    let timed_out = output.is_none();
    if timed_out {
        child.kill().map_err(cannot)?;
    }
    let status = child.wait().map_err(cannot)?;
    match output {
        None => Err(SecretError::Timeout(program.to_owned())),
        Some(_) if !status.success() => Err(SecretError::Failed(program.to_owned())),
        Some(bytes) => bytes.map_err(cannot),
    }
}

/// All that a child prints until it closes its output; none if that takes too long.
fn output(child: &mut Child) -> Option<io::Result<Zeroizing<Vec<u8>>>> {
    let stdout = child.stdout.take()?;
    let (tx, rx) = mpsc::sync_channel(1);
    // The thread ends with the child, which is killed when it is late.
    thread::spawn(move || drop(tx.send(limited(stdout))));
    rx.recv_timeout(COMMAND_TIMEOUT).ok()
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn run_command(program: &str, args: &[&str]) -> Result<String, String> {
        let args = args.iter().map(ToString::to_string).collect();
        let source = SecretSource::Command { program: program.to_owned(), args };
        let fetched = fetch(&source, Path::new("")).map_err(|error| error.to_string())?;
        Ok(fetched.secret.expose().to_owned())
    }

    #[test]
    fn a_file_loses_its_last_newline_and_its_mode_is_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pass");
        let source = SecretSource::File("pass".to_owned());
        for (contents, mode, exposed) in
            [("hunter2\n", 0o600, false), ("hunter2\r\n", 0o640, true), ("hunter2", 0o604, true)]
        {
            fs::write(&path, contents).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let fetched = fetch(&source, folder.path()).unwrap();
            assert_eq!(fetched.secret.expose(), "hunter2");
            assert_eq!(fetched.exposed, exposed.then(|| path.clone()));
        }
        for contents in ["", "\n", "\u{e9}\n\n\n\n".repeat(20_000).as_str()] {
            fs::write(&path, contents).unwrap();
            assert!(matches!(fetch(&source, folder.path()), Err(SecretError::Content(_))));
        }
        fs::remove_file(&path).unwrap();
        assert!(matches!(fetch(&source, folder.path()), Err(SecretError::File { .. })));
    }

    #[test]
    fn a_command_runs_without_a_shell() {
        assert_eq!(run_command("echo", &["$HOME  'x'"]), Ok("$HOME  'x'".to_owned()));
        let failed = "the secret's command `false` failed: run it by hand to see why";
        assert_eq!(run_command("false", &[]), Err(failed.to_owned()));
        assert!(run_command("nuncio-no-such-program", &[]).is_err());
        assert!(run_command("true", &[]).is_err());
    }

    #[test]
    fn a_variable_that_is_not_set_is_named() {
        let source = SecretSource::Env("NUNCIO_TEST_NOT_SET".to_owned());
        let error = fetch(&source, Path::new("")).unwrap_err().to_string();
        assert!(error.contains("`NUNCIO_TEST_NOT_SET`"), "{error}");
    }
}
