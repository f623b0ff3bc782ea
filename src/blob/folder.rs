//! A folder of files: each written beside its place, made durable, and only then put in it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use async_trait::async_trait;
use wissel_channels::UnixMillis;

use super::{BlobHash, Shelf, ShelfError};

/// A folder of files, named after their hashes, in folders named after the first two digits.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder at `path`; it is made when something is stored.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self(path)
    }

    fn place(&self, hash: BlobHash) -> PathBuf {
        let name = hash.to_string();
        self.0.join(&name[..2]).join(name)
    }

    /// Runs blocking work on files.
    async fn work<T: Send + 'static>(
        &self,
        hash: BlobHash,
        work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
    ) -> Result<T, ShelfError> {
        let place = self.place(hash);
        let done = tokio::task::spawn_blocking(move || work(&place)).await;
        let told = |error: io::Error| ShelfError(format!("the folder of files: {}", error.kind()));
        done.map_err(|_| ShelfError("the daemon stops".to_owned()))?.map_err(told)
    }
}

#[async_trait]
impl Shelf for Folder {
    async fn put(&self, hash: BlobHash, sealed: Vec<u8>) -> Result<(), ShelfError> {
        self.work(hash, move |place| write(place, &sealed)).await
    }

    async fn get(&self, hash: BlobHash) -> Result<Option<Vec<u8>>, ShelfError> {
        let read = |place: &Path| match fs::read(place) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        };
        self.work(hash, read).await
    }

    async fn has(&self, hash: BlobHash) -> Result<bool, ShelfError> {
        self.work(hash, Path::try_exists).await
    }

    async fn stored_before(&self, first: u8, before: UnixMillis) -> Result<Vec<BlobHash>, ShelfError> {
        let mut inside = [0; 16];
        inside[0] = first;
        let list = move |place: &Path| list(place.parent().unwrap_or(Path::new(".")), before);
        self.work(BlobHash(inside), list).await
    }

    async fn delete(&self, hash: BlobHash) -> Result<(), ShelfError> {
        self.work(hash, remove).await
    }
}

fn remove(place: &Path) -> io::Result<()> {
    match fs::remove_file(place) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The files of a folder that were written before `before`. What was half written then, by a process that died over it,
/// is taken away.
fn list(folder: &Path, before: UnixMillis) -> io::Result<Vec<BlobHash>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let before = UNIX_EPOCH + Duration::from_millis(u64::try_from(before.0).unwrap_or(0));
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.metadata()?.modified()? >= before {
            continue;
        }
        let name = entry.file_name();
        let name = name.to_str().unwrap_or_default();
        match name.parse() {
            Ok(hash) => found.push(hash),
            Err(_) if name.split_once('.').is_some_and(|(hash, _)| hash.parse::<BlobHash>().is_ok()) => {
                remove(&entry.path())?;
            }
            Err(_) => {}
        }
    }
    Ok(found)
}

/// Writes a file so that it is there whole or not at all, also after the power went.
fn write(place: &Path, bytes: &[u8]) -> io::Result<()> {
    if place.try_exists()? {
        return Ok(());
    }
    let folder = place.parent().unwrap_or(Path::new("."));
    make(folder)?;
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|_| io::Error::other("no random numbers"))?;
    let beside = place.with_extension(format!("{:016x}", u64::from_le_bytes(random)));
    let written = (|| {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, place)
    })();
    if written.is_err() {
        let _gone = fs::remove_file(&beside);
    }
    written?;
    File::open(folder)?.sync_all()
}

/// Makes a folder and those around it, durably.
fn make(folder: &Path) -> io::Result<()> {
    if folder.try_exists()? {
        return Ok(());
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    for around in folder.ancestors().skip(1).take(2).filter(|around| !around.as_os_str().is_empty()) {
        File::open(around)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blob::contract;

    #[tokio::test]
    async fn it_keeps_the_contract() {
        let home = tempfile::tempdir().unwrap();
        contract::all(&Folder::new(home.path().join("blobs"))).await;
    }

    #[tokio::test]
    async fn what_a_process_that_died_left_half_written_is_taken_away_when_it_is_old() {
        let home = tempfile::tempdir().unwrap();
        let shelf = Folder::new(home.path().to_owned());
        shelf.put(BlobHash([1; 16]), b"sealed".to_vec()).await.unwrap();
        let half = home.path().join("01").join(format!("{}.00000000000000ff", BlobHash([1; 16])));
        let other = home.path().join("01/README");
        for file in [&half, &other] {
            fs::write(file, "half").unwrap();
        }
        assert_eq!(shelf.stored_before(1, UnixMillis(0)).await.unwrap(), []);
        assert!(half.exists());
        let later = UnixMillis(i64::from(u32::MAX) * 1000);
        assert_eq!(shelf.stored_before(1, later).await.unwrap(), [BlobHash([1; 16])]);
        assert!(!half.exists() && other.exists());
    }

    #[tokio::test]
    async fn nothing_half_written_stays_and_only_the_daemon_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let shelf = Folder::new(home.path().join("blobs"));
        shelf.put(BlobHash([1; 16]), b"sealed".to_vec()).await.unwrap();
        let folder = home.path().join("blobs/01");
        let files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(files.len(), 1);
        assert_eq!(fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
