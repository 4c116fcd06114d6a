//! Running programs.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};

/// The workspace that cargo runs this task for.
pub(crate) fn root() -> Result<PathBuf> {
    let xtask = env::var_os("CARGO_MANIFEST_DIR").context("run it as `cargo xtask`")?;
    let root = Path::new(&xtask).parent().context("xtask is in the workspace")?;
    Ok(root.to_owned())
}

/// `program` with the words of `arguments`, in the workspace's root.
pub(crate) fn command(program: &str, arguments: &str) -> Result<Command> {
    let mut command = Command::new(program);
    command.args(arguments.split_whitespace()).current_dir(root()?);
    // What cargo tells this process about xtask is nothing that others should know.
    for (name, _) in env::vars_os() {
        let cargo = name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_"));
        if cargo || name == "CARGO_MANIFEST_DIR" || name == "CARGO_MANIFEST_PATH" {
            command.env_remove(name);
        }
    }
    Ok(command)
}

/// `cargo` with the words of `arguments`, in the workspace's root.
pub(crate) fn cargo(arguments: &str) -> Result<Command> {
    command("cargo", arguments)
}

/// Runs a program, which must succeed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("failed to start {}", shown(command)))?;
    ensure!(status.success(), "{}: {status}", shown(command));
    Ok(())
}

/// Runs a program, which must succeed, and returns what it printed.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("failed to start {}", shown(command)))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}: {}\n{errors}", shown(command), output.status);
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A program and its arguments, as one would type them.
fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Whether a program runs and succeeds; what it prints is nobody's concern.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// Where a program is, in the path or where Debian keeps servers.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/sbin".into()])
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}
