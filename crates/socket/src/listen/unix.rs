//! The Unix socket's file: private, and replaced only when its owner is dead.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tokio::net::UnixListener;
use tokio::sync::mpsc;

use super::{Arrival, Stream, pause};
use crate::access::Peer;
use crate::path::own_uid;

/// An open Unix socket. Its file goes when it is dropped.
#[derive(Debug)]
pub(crate) struct UnixGate {
    listener: UnixListener,
    file: SocketFile,
}

/// Removes the socket's file, then lets go of its lock.
#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
    _lock: File,
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::debug!(%error, "The socket's file was gone already.");
        }
    }
}

/// Why the Unix socket cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum BindError {
    /// Somebody listens there.
    #[error("another bot listens at `{0}`: stop it, or give this one another `name` or `path`")]
    Living(PathBuf),
    /// There is something else.
    #[error("`{0}` is not a socket: remove it, or choose another `path`")]
    NotSocket(PathBuf),
    /// Others could put a socket of their own there.
    #[error(
        "`{0}` can be changed by others: make it yours with `chmod 700`, or choose another `path`"
    )]
    Open(PathBuf),
    /// The folder is somebody else's.
    #[error("`{0}` belongs to somebody else: choose another `path`")]
    Foreign(PathBuf),
    /// The operating system refuses.
    #[error("`{path}` cannot be opened: {source}")]
    Io {
        /// What.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl UnixGate {
    /// Opens a socket that only its owner and root can reach.
    ///
    /// A lock beside it tells whether the owner of a file that is there already lives.
    ///
    /// # Errors
    /// [`BindError`].
    pub(crate) fn bind(path: &Path) -> Result<Self, BindError> {
        let failed = |source| BindError::Io { path: path.to_owned(), source };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            private_folder(folder)?;
        }
        let lock = lock(path)?;
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(source) => return Err(failed(source)),
            Ok(found) if !found.file_type().is_socket() => {
                return Err(BindError::NotSocket(path.to_owned()));
            }
            // Something that knows nothing of our lock may listen there.
            Ok(_) if std::os::unix::net::UnixStream::connect(path).is_ok() => {
                return Err(BindError::Living(path.to_owned()));
            }
            Ok(_) => fs::remove_file(path).map_err(failed)?,
        }
        let listener = UnixListener::bind(path).map_err(failed)?;
        let file = SocketFile { path: path.to_owned(), _lock: lock };
        fs::set_permissions(path, Permissions::from_mode(0o600)).map_err(failed)?;
        Ok(Self { listener, file })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.file.path
    }

    /// Passes on whoever comes, until nobody wants them any more. Waits while they are not taken.
    pub(crate) async fn watch(self, arrivals: mpsc::Sender<Arrival>) {
        loop {
            let accepted = match self.listener.accept().await {
                Ok((stream, _)) => stream.peer_cred().map(|peer| (stream, peer.uid())),
                Err(error) => Err(error),
            };
            match accepted {
                Ok((stream, uid)) => {
                    let stream = Stream::Unix(stream);
                    if arrivals.send(Arrival { stream, peer: Peer::Unix { uid } }).await.is_err() {
                        return;
                    }
                }
                Err(error) => pause(&error).await,
            }
        }
    }
}

/// A folder in which nobody else can put anything: made so, or found so.
fn private_folder(folder: &Path) -> Result<(), BindError> {
    let failed = |source| BindError::Io { path: folder.to_owned(), source };
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    let found = fs::metadata(folder).map_err(failed)?;
    if ![own_uid(), 0].contains(&found.uid()) {
        return Err(BindError::Foreign(folder.to_owned()));
    }
    // In a sticky folder such as /tmp, others cannot replace what is ours.
    let (writable, sticky) = (found.mode() & 0o022 != 0, found.mode() & 0o1000 != 0);
    if writable && !sticky { Err(BindError::Open(folder.to_owned())) } else { Ok(()) }
}

/// The lock beside a socket, held as long as its owner lives.
fn lock(path: &Path) -> Result<File, BindError> {
    let mut name = OsString::from(path);
    name.push(".lock");
    let name = PathBuf::from(name);
    let opened =
        OpenOptions::new().create(true).write(true).truncate(false).mode(0o600).open(&name);
    let file = opened.map_err(|source| BindError::Io { path: name.clone(), source })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(BindError::Living(path.to_owned())),
        Err(TryLockError::Error(source)) => Err(BindError::Io { path: name, source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("a file").mode() & 0o777
    }

    #[tokio::test]
    async fn the_socket_and_its_folder_are_private() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a/b/bot.sock");
        let gate = UnixGate::bind(&path).expect("a socket");
        assert_eq!([mode(&path), mode(path.parent().expect("b"))], [0o600, 0o700]);
        drop(gate);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn a_dead_bots_socket_is_replaced_and_a_living_ones_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("bot.sock");
        drop(UnixListener::bind(&path).expect("a dead socket"));
        let gate = UnixGate::bind(&path).expect("a new one");
        let error = UnixGate::bind(&path).expect_err("it lives");
        assert!(matches!(error, BindError::Living(_)), "{error}");
        assert!(path.exists());
        drop(gate);
        let other = UnixListener::bind(&path).expect("somebody without a lock");
        let error = UnixGate::bind(&path).expect_err("it lives");
        assert!(matches!(error, BindError::Living(_)), "{error}");
        drop(other);
    }

    #[tokio::test]
    async fn nothing_but_a_socket_is_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("bot.sock");
        fs::write(&path, "precious").expect("a file");
        assert!(matches!(UnixGate::bind(&path), Err(BindError::NotSocket(_))));
        assert_eq!(fs::read_to_string(&path).expect("still there"), "precious");
    }

    #[tokio::test]
    async fn a_folder_that_others_may_write_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let shared = folder.path().join("shared");
        fs::create_dir(&shared).expect("a folder");
        for (mode, open) in [(0o777, true), (0o770, true), (0o1777, false), (0o755, false)] {
            fs::set_permissions(&shared, Permissions::from_mode(mode)).expect("its mode");
            let bound = UnixGate::bind(&shared.join("bot.sock"));
            assert_eq!(matches!(bound, Err(BindError::Open(_))), open, "{mode:o}");
        }
    }
}
