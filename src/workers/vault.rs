//! Vault: files and long texts of customers, looked at, sealed, and stored before their message is accepted.
//!
//! Content that comes again within a week is stored once. After that it gets another name, so that nothing new ever
//! refers to what is old, and what is old can be collected.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use wissel_channels::{Attachment, BlobError, Blobs, Clock};

use super::virus::{Found, Scanner};
use crate::blob::{BlobHash, Shelf, ShelfError};
use crate::wire::{DataKey, Keys};

/// How long storing or reading may take.
const ANSWER: Duration = Duration::from_secs(30);
/// For how long content that comes again gets the name that it has.
const NAMED_MILLIS: i64 = 7 * 24 * 60 * 60 * 1000;
/// When to try again.
const RETRY: Duration = Duration::from_secs(5);

/// What is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultLimits {
    /// The largest file, in bytes.
    pub most_bytes: u64,
    /// Endings of names, in small letters, of files that are not taken.
    pub refused_endings: Vec<String>,
    /// Who looks at files for viruses.
    pub scanner: Option<Scanner>,
}

impl Default for VaultLimits {
    fn default() -> Self {
        Self { most_bytes: 25 << 20, refused_endings: Vec::new(), scanner: None }
    }
}

/// Where content is sealed and found again.
#[derive(Clone)]
pub struct Vault {
    shelf: Arc<dyn Shelf>,
    limits: VaultLimits,
    hashing: [u8; 32],
    key: DataKey,
    clock: Clock,
}

impl Vault {
    /// A vault over a shelf.
    #[must_use]
    pub fn new(shelf: Arc<dyn Shelf>, keys: &Keys, limits: VaultLimits, clock: Clock) -> Self {
        let (hashing, key) = (keys.secret("hashes of files"), DataKey::new(keys.secret("files")));
        Self { shelf, limits, hashing, key, clock }
    }

    fn hash(&self, bytes: &[u8]) -> BlobHash {
        let week = self.clock.now().0.div_euclid(NAMED_MILLIS);
        let mut hasher = blake3::Hasher::new_keyed(&self.hashing);
        hasher.update(&week.to_le_bytes()).update(bytes);
        let mut hash = [0; 16];
        hash.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        BlobHash(hash)
    }

    /// Why a file is not taken, if it is not.
    fn refusal(&self, name: &str, bytes: u64) -> Option<String> {
        if bytes > self.limits.most_bytes {
            return Some(format!("larger than {} MB", self.limits.most_bytes >> 20));
        }
        let name = name.to_lowercase();
        let ending = self.limits.refused_endings.iter().find(|ending| name.ends_with(&format!(".{ending}")));
        ending.map(|ending| format!("files of the kind {ending} are not taken"))
    }
}

async fn answer<T>(asked: impl Future<Output = Result<T, ShelfError>>) -> Result<T, BlobError> {
    let away = |reason: String| BlobError::Unavailable { retry_after: RETRY, reason };
    match tokio::time::timeout(ANSWER, asked).await {
        Ok(answer) => answer.map_err(|error| away(error.to_string())),
        Err(_) => Err(away(format!("no answer within {} s", ANSWER.as_secs()))),
    }
}

#[async_trait]
impl Blobs for Vault {
    async fn put(&self, name: &str, media_type: &str, bytes: Vec<u8>) -> Result<Attachment, BlobError> {
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if let Some(why) = self.refusal(name, size) {
            return Err(BlobError::Refused(why));
        }
        if let Some(scanner) = &self.limits.scanner {
            match scanner.look(&bytes).await {
                Ok(Found::Nothing) => {}
                Ok(Found::Virus(virus)) => return Err(BlobError::Refused(format!("a virus was found: {virus}"))),
                Err(reason) => return Err(BlobError::Unavailable { retry_after: RETRY, reason }),
            }
        }
        let hash = self.hash(&bytes);
        if !answer(self.shelf.has(hash)).await? {
            let sealed = self.key.seal(&hash.0, &bytes);
            let sealed =
                sealed.map_err(|error| BlobError::Unavailable { retry_after: RETRY, reason: error.to_string() })?;
            answer(self.shelf.put(hash, sealed)).await?;
        }
        Ok(Attachment {
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            bytes: size,
            hash: hash.to_string(),
            refused: None,
        })
    }

    async fn get(&self, hash: &str) -> Result<Vec<u8>, BlobError> {
        let hash: BlobHash = hash.parse().map_err(|_| BlobError::Missing)?;
        let sealed = answer(self.shelf.get(hash)).await?.ok_or(BlobError::Missing)?;
        self.key.open(&hash.0, &sealed).map_err(|error| BlobError::Unavailable {
            retry_after: RETRY,
            reason: format!("the file {hash} cannot be opened: {error}"),
        })
    }

    fn most_bytes(&self) -> u64 {
        self.limits.most_bytes
    }
}

#[cfg(test)]
mod tests {
    use wissel_channels::UnixMillis;

    use super::*;
    use crate::blob::folder::Folder;

    const NOW: UnixMillis = UnixMillis(1_790_000_000_000);

    fn vault(home: &std::path::Path, master: u8) -> Vault {
        let limits = VaultLimits { most_bytes: 1 << 20, refused_endings: vec!["exe".to_owned()], scanner: None };
        Vault::new(Arc::new(Folder::new(home.to_owned())), &Keys::new([master; 32]), limits, Clock::from_fn(|| NOW))
    }

    #[tokio::test]
    async fn content_is_found_by_its_hash_and_is_nowhere_in_clear() {
        let home = tempfile::tempdir().unwrap();
        let vault = vault(home.path(), 1);
        let stored = vault.put("bon.pdf", "application/pdf", b"order 10-4711 of Jan".to_vec()).await.unwrap();
        let again = vault.put("kopie.pdf", "application/pdf", b"order 10-4711 of Jan".to_vec()).await.unwrap();
        assert_eq!((&stored.hash, stored.bytes), (&again.hash, 20));
        assert_eq!(vault.get(&stored.hash).await.unwrap(), b"order 10-4711 of Jan");
        let file = home.path().join(&stored.hash[..2]).join(&stored.hash);
        let raw = std::fs::read(file).unwrap();
        assert!(!raw.windows(4).any(|window| window == b"4711"));
        assert_eq!(vault.get(&"0".repeat(32)).await, Err(BlobError::Missing));
        assert_eq!(vault.get("../../etc/passwd").await, Err(BlobError::Missing));
    }

    #[tokio::test]
    async fn content_that_comes_again_late_gets_a_name_of_its_own_and_both_can_be_read() {
        let home = tempfile::tempdir().unwrap();
        let early = vault(home.path(), 1);
        let late = Vault { clock: Clock::from_fn(|| NOW.plus(NAMED_MILLIS)), ..early.clone() };
        let first = early.put("a", "text/plain", b"the same".to_vec()).await.unwrap();
        let second = late.put("a", "text/plain", b"the same".to_vec()).await.unwrap();
        assert_ne!(first.hash, second.hash);
        for hash in [&first.hash, &second.hash] {
            assert_eq!(late.get(hash).await.unwrap(), b"the same");
        }
    }

    #[tokio::test]
    async fn what_is_refused_gets_through_without_its_content() {
        let home = tempfile::tempdir().unwrap();
        let vault = vault(home.path(), 1);
        let large = vault.keep("a.bin", "application/octet-stream", vec![0; (1 << 20) + 1]).await.unwrap();
        assert_eq!((large.hash.as_str(), large.refused.as_deref()), ("", Some("larger than 1 MB")));
        let program = vault.keep("Factuur.EXE", "application/pdf", vec![0]).await.unwrap();
        assert!(program.refused.unwrap().contains("exe"));
    }
}
