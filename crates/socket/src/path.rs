//! Where the Unix socket of a bot is.

use std::path::{Path, PathBuf};

/// Where a bot's Unix socket is when nothing names another place.
///
/// `runtime` is `$XDG_RUNTIME_DIR`, `temporary` the directory for temporary files, in which a
/// folder of the user `uid` takes its place.
///
/// # Errors
/// [`NameError`] where the bot's name is no file's name.
pub fn path_in(
    bot: &str,
    runtime: Option<&Path>,
    temporary: &Path,
    uid: u32,
) -> Result<PathBuf, NameError> {
    let illegal = |c: char| c == '/' || c.is_control();
    if bot.is_empty() || bot.starts_with('.') || bot.contains(illegal) || bot.len() > 64 {
        return Err(NameError(bot.into()));
    }
    // The XDG base directory specification: a relative path is invalid and to be ignored.
    let folder = match runtime.filter(|path| path.is_absolute()) {
        Some(runtime) => runtime.join("nuncio"),
        None => temporary.join(format!("nuncio-{uid}")),
    };
    Ok(folder.join(format!("{bot}.sock")))
}

/// Where a bot's Unix socket is by default, in this process's environment.
///
/// # Errors
/// As [`path_in`].
pub fn default_path(bot: &str) -> Result<PathBuf, NameError> {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    path_in(bot, runtime.as_deref(), &std::env::temp_dir(), own_uid())
}

/// The user as whom this process runs.
pub fn own_uid() -> u32 {
    rustix::process::getuid().as_raw()
}

/// A bot's name is no name of a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` cannot name a socket: use a name of 1 to 64 characters that has no `/` and begins with no dot"
)]
pub struct NameError(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runtime_directory_goes_before_the_temporary_one() {
        let path = |runtime: Option<&str>| {
            path_in("nuncio", runtime.map(Path::new), Path::new("/tmp"), 1000).expect("a path")
        };
        assert_eq!(path(Some("/run/user/1000")), Path::new("/run/user/1000/nuncio/nuncio.sock"));
        assert_eq!(path(None), Path::new("/tmp/nuncio-1000/nuncio.sock"));
        assert_eq!(path(Some("run")), Path::new("/tmp/nuncio-1000/nuncio.sock"));
    }

    #[test]
    fn a_bots_name_stays_in_its_folder() {
        for name in ["", "..", ".x", "a/b", "a\0b", &"x".repeat(65)] {
            assert!(path_in(name, None, Path::new("/tmp"), 0).is_err(), "{name:?}");
        }
    }
}
