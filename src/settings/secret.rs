//! Secrets: text that is never shown, and the master key with its file.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

/// Bytes of the master key.
pub const KEY_BYTES: usize = 32;

/// Text that no log, error or debug output shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret that was read somewhere.
    pub(super) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The secret as a key, if it is 64 hexadecimal digits.
    #[must_use]
    pub fn key(&self) -> Option<[u8; KEY_BYTES]> {
        unhex(self.0.trim())
    }

    /// The text: for whoever is to be convinced with it alone, never to be shown.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

struct SecretVisitor;

impl SecretVisitor {
    fn refuse<E: de::Error>() -> E {
        E::custom("a secret is text; put it in quotes, or give the file that holds it")
    }
}

/// Refuses other types without showing the value, which serde's own message would.
impl Visitor<'_> for SecretVisitor {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Secret, E> {
        Ok(Secret(text.to_owned()))
    }
    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Secret, E> {
        Err(Self::refuse())
    }
    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Secret, E> {
        Err(Self::refuse())
    }
    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Secret, E> {
        Err(Self::refuse())
    }
    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Secret, E> {
        Err(Self::refuse())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SecretVisitor)
    }
}

/// Why there is no master key, and what to do. Never holds the key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}; {remedy}")]
pub struct MasterKeyError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl MasterKeyError {
    fn new(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { message: message.into(), remedy: remedy.into() }
    }

    pub(super) fn not_a_key() -> Self {
        Self::new("the master key is not 64 hexadecimal digits", "restore it from your backup: what is stored needs it")
    }

    pub(super) fn lost(path: &Path) -> Self {
        let message = format!("the master key file {} is gone, and what is stored needs it", path.display());
        Self::new(message, "restore it from your backup, or name an empty data folder")
    }

    pub(super) fn shared(path: &Path) -> Self {
        let message =
            format!("there is no master key file {}, and every process must have the same key", path.display());
        let remedy = format!(
            "run once: wissel key new {}, and give a copy of that file to every process as secrets.master_key_file",
            path.display()
        );
        Self::new(message, remedy)
    }

    fn file(path: &Path, doing: &str, error: &io::Error) -> Self {
        let message = format!("the master key file {} cannot be {doing}: {}", path.display(), error.kind());
        Self::new(message, "see that the daemon's user owns the folder and the file")
    }
}

/// Reads the master key; `None` when its file is not there.
///
/// # Errors
/// When the file cannot be read, is open to everybody, or holds no key.
pub fn load_master_key(path: &Path) -> Result<Option<[u8; KEY_BYTES]>, MasterKeyError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(MasterKeyError::file(path, "read", &error)),
    };
    let metadata = file.metadata().map_err(|error| MasterKeyError::file(path, "read", &error))?;
    if metadata.permissions().mode() & 0o007 != 0 {
        let message = format!("the master key file {} is open to every user of this machine", path.display());
        return Err(MasterKeyError::new(message, format!("run: chmod 600 {}", path.display())));
    }
    let mut text = String::new();
    file.take(4096).read_to_string(&mut text).map_err(|error| MasterKeyError::file(path, "read", &error))?;
    unhex(text.trim()).map(Some).ok_or_else(MasterKeyError::not_a_key)
}

/// Whether a file is not there, be it because what should be its folder is a file.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Reads the master key, and makes it when its file is not there: readable by the daemon's user alone, and
/// whole or not at all, whoever else makes it at the same moment.
///
/// # Errors
/// When the file cannot be read or made, is open to everybody, or holds no key.
pub fn load_or_make_master_key(path: &Path) -> Result<[u8; KEY_BYTES], MasterKeyError> {
    if let Some(key) = load_master_key(path)? {
        return Ok(key);
    }
    make(path).map_err(|error| MasterKeyError::file(path, "made", &error))?;
    load_master_key(path)?.ok_or_else(|| MasterKeyError::file(path, "read", &io::ErrorKind::NotFound.into()))
}

/// Makes a new master key in a file that is not there yet.
///
/// # Errors
/// When the file is there already, or cannot be made.
pub fn make_master_key(path: &Path) -> Result<(), MasterKeyError> {
    if path.symlink_metadata().is_ok() {
        let message = format!("{} is there already, and a key is never overwritten", path.display());
        return Err(MasterKeyError::new(message, "name another file"));
    }
    make(path).map_err(|error| MasterKeyError::file(path, "made", &error))
}

/// Whether a data folder holds a database.
pub(super) fn holds_data(folder: &Path) -> bool {
    let mut entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.any(|entry| entry.path().extension().is_some_and(|extension| extension == "db"))
}

/// Writes a new key beside its place and links it there, so that nobody ever reads half of one.
fn make(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mut key = [0_u8; KEY_BYTES];
    getrandom::fill(&mut key).map_err(|_| io::Error::from(io::ErrorKind::Other))?;
    let draft = draft_of(path)?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let written = writeln!(file, "{}", hex(&key)).and_then(|()| file.sync_all());
    let linked = written.and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => File::open(folder)?.sync_all(),
    }
}

/// A name that no other start takes at the same time.
fn draft_of(path: &Path) -> io::Result<PathBuf> {
    let mut nonce = [0_u8; 8];
    getrandom::fill(&mut nonce).map_err(|_| io::Error::from(io::ErrorKind::Other))?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{:016x}.draft", u64::from_le_bytes(nonce)));
    Ok(path.with_file_name(name))
}

fn hex(key: &[u8; KEY_BYTES]) -> String {
    let digits = key.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

fn unhex(text: &str) -> Option<[u8; KEY_BYTES]> {
    let digits: Vec<u8> =
        text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect::<Option<_>>()?;
    let bytes: Vec<u8> = digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
    (digits.len() == 2 * KEY_BYTES).then(|| bytes.try_into().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::{Secret, load_master_key, load_or_make_master_key};

    #[test]
    fn a_key_is_made_once_for_the_daemons_user_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/master.key");
        assert_eq!(load_master_key(&path), Ok(None));
        let key = load_or_make_master_key(&path).unwrap();
        assert_eq!(load_or_make_master_key(&path), Ok(key));
        assert_ne!(key, [0; 32]);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no draft is left behind");
    }

    #[test]
    fn many_that_start_at_once_agree_on_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let keys: Vec<_> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..8).map(|_| scope.spawn(|| load_or_make_master_key(&path))).collect();
            starts.into_iter().map(|start| start.join().unwrap().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
    }

    #[test]
    fn a_key_file_that_is_open_to_all_or_holds_no_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        load_or_make_master_key(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(load_master_key(&path).unwrap_err().remedy.contains("chmod 600"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "abc").unwrap();
        let refusal = load_master_key(&path).unwrap_err().to_string();
        assert!(refusal.contains("64 hexadecimal digits") && !refusal.contains("abc"), "{refusal}");
    }

    #[test]
    fn a_secret_does_not_show_itself() {
        assert_eq!(format!("{:?}", Secret("hunter2".to_owned())), "(secret)");
    }
}
