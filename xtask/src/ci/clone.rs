//! The tests on a clean clone: what is committed is what is tested.

use std::{env, fs, path::PathBuf};

use anyhow::Result;

use crate::shell::{command, root, run};

/// Clones the checkout and runs there what the README tells a newcomer to run.
///
/// The clone builds into the checkout's target folder, where the dependencies are built already. It
/// stands outside of it: trybuild takes what is inside the target folder for generated, and shows
/// its paths otherwise.
pub(super) fn test() -> Result<()> {
    let root = root()?;
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let clone = env::temp_dir().join(format!("nuncio-clean-clone-{}", std::process::id()));
    if clone.exists() {
        fs::remove_dir_all(&clone)?;
    }
    run(command("git", "clone --quiet --no-hardlinks")?.arg(&root).arg(&clone))?;
    let tested =
        run(command("cargo", "xtask test")?.current_dir(&clone).env("CARGO_TARGET_DIR", target));
    fs::remove_dir_all(&clone)?;
    tested
}
