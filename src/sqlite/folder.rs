//! The data folder: made when it is missing, and held by one daemon at a time.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::OpenError;

/// Makes the folder, readable by its user alone, and sees to it that it survives a loss of power.
pub(super) fn make(folder: &Path) -> Result<(), OpenError> {
    let failed = |source| OpenError::Folder { folder: folder.to_owned(), source };
    if folder.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    let parent = fs::canonicalize(folder).map_err(failed)?.parent().map(Path::to_owned);
    parent.map_or(Ok(()), |parent| File::open(parent)?.sync_all()).map_err(failed)
}

/// Makes a file of the folder, readable by its user alone, unless it is there; SQLite gives what it puts beside it the same
/// mode. Whether it can be written is seen when it is opened.
pub(super) fn make_file(folder: &Path, name: &str) -> Result<PathBuf, OpenError> {
    let file = folder.join(name);
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&file) {
        Err(source) if !file.exists() => Err(OpenError::Folder { folder: folder.to_owned(), source }),
        _ => Ok(file),
    }
}

/// Holds a data folder for one daemon, until it is dropped or the process ends in whatever way.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the folder; makes it when it is missing.
    ///
    /// # Errors
    /// [`OpenError::InUse`] when another daemon has it, [`OpenError::Folder`] when it cannot be written.
    pub fn take(folder: &Path) -> Result<Self, OpenError> {
        make(folder)?;
        let failed = |source: io::Error| OpenError::Folder { folder: folder.to_owned(), source };
        let file =
            File::options().create(true).truncate(false).write(true).open(folder.join("lock")).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse { folder: folder.to_owned() }),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }
}
