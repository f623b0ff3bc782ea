//! Files: where they are, how large they may be, which are not taken, and who looks for viruses.

use std::path::PathBuf;

use serde::Deserialize;

use super::check::Note;
use super::{Folder, Settings};

/// The largest file that is ever taken, in bytes: it is read into memory.
const FILE_BYTES_MOST: u32 = 256 * 1024 * 1024;

/// Files of customers, and of replies.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Blobs {
    /// The folder that holds them; `blobs` in the data folder without it. Several processes need one that they share.
    pub folder: Option<Folder>,
    /// The largest file that is taken, in bytes.
    pub file_bytes: u32,
    /// Endings of names of files that are not taken.
    pub refused: Vec<String>,
    /// Where a `clamd` listens that looks at every file: `127.0.0.1:3310`, or the path of its socket.
    pub clamav: Option<String>,
}

impl Default for Blobs {
    fn default() -> Self {
        let refused = ["exe", "com", "scr", "bat", "cmd", "msi", "js", "vbs", "ps1", "jar", "lnk", "iso", "hta"];
        Self { folder: None, file_bytes: 25 * 1024 * 1024, refused: refused.map(str::to_owned).to_vec(), clamav: None }
    }
}

impl Settings {
    /// The folder of files.
    #[must_use]
    pub fn blobs_folder(&self) -> PathBuf {
        let set = self.blobs.folder.as_ref().map(|folder| folder.as_path().to_owned());
        set.unwrap_or_else(|| self.data_dir.as_path().join("blobs"))
    }
}

/// Notes what is wrong.
pub(super) fn check(settings: &Settings, note: Note<'_>) {
    let blobs = &settings.blobs;
    if blobs.file_bytes == 0 || blobs.file_bytes > FILE_BYTES_MOST {
        let remedy = "write a number from 1 to 268435456: a file is read into memory";
        note("blobs.file_bytes", format!("{} is no such size", blobs.file_bytes), remedy);
    }
    for ending in &blobs.refused {
        if ending.is_empty() || !ending.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
            note(
                "blobs.refused",
                format!("\"{ending}\" is no ending"),
                "write it in small letters without a dot: \"exe\"",
            );
        }
    }
    if let Some(address) = &blobs.clamav
        && !address.starts_with('/')
        && address.rsplit_once(':').is_none_or(|(host, port)| host.is_empty() || port.parse::<u16>().is_err())
    {
        let remedy = "write it as \"127.0.0.1:3310\", or as the path of the socket";
        note("blobs.clamav", format!("\"{address}\" is not where a clamd listens"), remedy);
    }
}
