//! The state folder: private, and one bot's alone.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::OpenError;

/// The database's file in the state folder; SQLite adds `-wal` and `-shm` beside it.
pub const DATABASE: &str = "nuncio.db";

/// The file in the state folder that a running bot holds locked.
pub const LOCK: &str = "lock";

/// A state folder that is held against other bots until it is dropped, or the process ends.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Makes the folder where there is none, and takes it.
    pub(crate) fn take(path: &Path) -> Result<Self, OpenError> {
        let created = DirBuilder::new().recursive(true).mode(0o700).create(path);
        created.map_err(failed(path, "created"))?;
        let mode = fs::metadata(path).map_err(failed(path, "read"))?.mode();
        if mode & 0o022 != 0 {
            return Err(OpenError::Shared { path: path.to_owned() });
        }
        let lock = private(&path.join(LOCK))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse { path: path.to_owned() }),
            Err(TryLockError::Error(error)) => Err(failed(&path.join(LOCK), "locked")(error)),
        }
    }

    /// The database's file, there and private: SQLite gives its other files the same mode.
    pub(crate) fn database(&self) -> Result<PathBuf, OpenError> {
        let path = self.path.join(DATABASE);
        private(&path)?;
        Ok(path)
    }
}

/// Opens a file for its owner alone, making it where there is none.
fn private(path: &Path) -> Result<File, OpenError> {
    let opened = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path);
    let file = opened.map_err(failed(path, "opened"))?;
    file.set_permissions(Permissions::from_mode(0o600)).map_err(failed(path, "made private"))?;
    Ok(file)
}

fn failed(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> OpenError {
    let path = path.to_owned();
    move |source| OpenError::Folder { path, doing, source }
}
