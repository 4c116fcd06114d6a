//! Installs Synapse, which Debian does not have, by pip into a folder beside what was built.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};

use crate::{
    say,
    shell::{self, output, succeeds},
};

const VERSION: &str = "1.163.2";

/// Debian's own: the servers do not run as root, and other installations may be root's alone.
const PYTHON: &str = "/usr/bin/python3";

/// Debian's package without which nothing can be installed, if it is missing.
pub(super) fn missing() -> Option<&'static str> {
    let mut works = Command::new(python());
    (!succeeds(works.args(["-c", "import ensurepip, venv"]))).then_some("python3-venv")
}

/// Installs it if need be and prints its version.
pub(super) fn install() -> Result<()> {
    let folder = folder()?;
    if version(&folder).as_deref() != Some(VERSION) {
        say!("Installing Synapse {VERSION}, which takes a minute once.");
        fs::create_dir_all(&folder)?;
        shell::run(Command::new(python()).args(["-m", "venv", "--clear"]).arg(&folder))?;
        let pip = folder.join("bin/pip");
        let package = format!("matrix-synapse=={VERSION}");
        shell::run(Command::new(pip).args([
            "install",
            "--quiet",
            "--only-binary=:all:",
            &package,
        ]))?;
    }
    let version = version(&folder).context("Synapse is still not installed")?;
    ensure!(version == VERSION, "Synapse {version} is installed in place of {VERSION}");
    say!("synapse: {version}");
    Ok(())
}

fn python() -> &'static str {
    if Path::new(PYTHON).exists() { PYTHON } else { "python3" }
}

/// Where the testkit looks for it: below the folder that this program was built into.
fn folder() -> Result<PathBuf> {
    let built = env::current_exe()?;
    let target = built.ancestors().nth(2).context("this program was not built by cargo")?;
    Ok(target.join("tests/synapse"))
}

fn version(folder: &Path) -> Option<String> {
    let ask = "import importlib.metadata; print(importlib.metadata.version('matrix-synapse'))";
    let version = output(Command::new(folder.join("bin/python")).args(["-c", ask])).ok()?;
    Some(version.trim().to_owned())
}
