//! What opens the account's secret storage.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use nuncio_core::config::{Secret, SecretSource};

/// What opens the account's secret storage: its recovery key, or a passphrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recovery {
    /// It is known.
    Known(Secret),
    /// A passphrase, in a file that was not there when the configuration was read.
    Absent(PathBuf),
}

impl Recovery {
    /// What a source holds, resolved by `secret`; only a file may be missing.
    pub(super) fn new<E>(
        source: &SecretSource,
        secret: impl FnOnce(&SecretSource) -> Result<Secret, E>,
    ) -> Result<Self, E> {
        match source {
            SecretSource::File(file) if matches!(Path::new(file).try_exists(), Ok(false)) => {
                Ok(Self::Absent(file.into()))
            }
            source => secret(source).map(Self::Known),
        }
    }

    /// What it is; nothing while its file is not there.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn get(&self) -> io::Result<Option<Secret>> {
        match self {
            Self::Known(secret) => Ok(Some(secret.clone())),
            Self::Absent(path) => match fs::read_to_string(path) {
                Ok(text) => Ok(Some(text.trim_end().to_owned().into())),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error),
            },
        }
    }

    /// What it is, made if it is not there: once this has returned, it is on the disk, where nobody
    /// else can read it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn get_or_make(&self) -> io::Result<Secret> {
        match (self.get()?, self) {
            (Some(secret), _) => Ok(secret),
            (None, Self::Known(secret)) => Ok(secret.clone()),
            (None, Self::Absent(path)) => make(path),
        }
    }
}

/// Makes a passphrase in a file that is not there. It is complete, or not there at all, whenever we
/// are killed; and a file that somebody else has put there meanwhile is not replaced.
fn make(path: &Path) -> io::Result<Secret> {
    let folder = path.parent().unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let secret = passphrase()?;
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let unfinished = PathBuf::from(name);
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    writeln!(file, "{}", secret.expose())?;
    file.sync_all()?;
    fs::hard_link(&unfinished, path)?;
    fs::remove_file(&unfinished)?;
    File::open(folder)?.sync_all()?;
    Ok(secret)
}

/// 256 bits that nobody can guess, as 64 hexadecimal digits.
fn passphrase() -> io::Result<Secret> {
    let mut halves = [[0; 16]; 2];
    for half in &mut halves {
        getrandom::fill(half).map_err(io::Error::other)?;
    }
    let [first, second] = halves.map(u128::from_be_bytes);
    Ok(Secret::from(format!("{first:032x}{second:032x}")))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn resolve(source: &SecretSource) -> Result<Secret, String> {
        match source {
            SecretSource::Text(secret) => Ok(secret.clone()),
            SecretSource::File(file) => fs::read_to_string(file)
                .map(|text| text.trim_end().to_owned().into())
                .map_err(|error| error.to_string()),
            _ => Err("there is none".to_owned()),
        }
    }

    #[test]
    fn a_passphrase_is_made_once_and_for_nobody_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secrets/recovery");
        let source = SecretSource::File(path.to_string_lossy().into_owned());
        let absent = Recovery::new(&source, resolve).expect("it may be missing");
        assert_eq!(absent.get().expect("it is not there"), None);
        let made = absent.get_or_make().expect("it can be made");
        assert_eq!(made.expose().len(), 64);
        assert_eq!(absent.get_or_make().expect("it is there"), made);
        assert_eq!(Recovery::new(&source, resolve), Ok(Recovery::Known(made)));
        let mode = fs::metadata(&path).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let folder = path.parent().expect("it is in a folder");
        assert_eq!(fs::read_dir(folder).expect("it is there").count(), 1);
    }

    #[test]
    fn what_somebody_else_has_written_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("recovery");
        fs::write(&path, "theirs\n").expect("it can be written");
        make(&path).expect_err("it is there");
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "theirs\n");
    }

    #[test]
    fn nothing_but_a_file_may_be_missing() {
        let source = SecretSource::Env("NOT_THERE".to_owned());
        assert_eq!(Recovery::new(&source, resolve), Err("there is none".to_owned()));
        let known = Recovery::new(&SecretSource::Text("x".to_owned().into()), resolve);
        assert_eq!(known, Ok(Recovery::Known("x".to_owned().into())));
    }
}
