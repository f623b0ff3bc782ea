//! Files: where they are, how large they may be, which are not taken, and who looks for viruses.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, de};

use super::check::Note;
use super::{Folder, Secret, Settings, port};

/// The largest file that is ever taken, in bytes: it is read into memory.
const FILE_BYTES_MOST: u32 = 256 * 1024 * 1024;

/// Content keeps its name for a week, and an event may wait for another.
const UNUSED_DAYS_LEAST: u32 = 14;

/// Files of customers, and of replies.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Blobs {
    /// The folder that holds them; `blobs` in the data folder without it. Several processes need one that they share.
    pub folder: Option<Folder>,
    /// The bucket that holds them, instead of a folder.
    pub url: Option<BucketUrl>,
    /// The address of the bucket's store; Amazon's of the region without it.
    pub endpoint: Option<String>,
    /// The bucket's region.
    pub region: String,
    /// The id of the key to the bucket; without one, what the machine itself may do there.
    pub access_key: Option<Secret>,
    /// A file that holds it.
    pub access_key_file: Option<Folder>,
    /// The key's secret.
    pub secret_key: Option<Secret>,
    /// A file that holds it.
    pub secret_key_file: Option<Folder>,
    /// A file with certificates to trust for the endpoint beside the machine's, PEM.
    pub ca_file: Option<Folder>,
    /// The largest file that is taken, in bytes.
    pub file_bytes: u32,
    /// Days after which a file that nothing refers to is taken away; 0: never.
    pub unused_days: u32,
    /// Endings of names of files that are not taken.
    pub refused: Vec<String>,
    /// Where a `clamd` listens that looks at every file: `127.0.0.1:3310`, or the path of its socket.
    pub clamav: Option<String>,
}

impl Default for Blobs {
    fn default() -> Self {
        let refused = ["exe", "com", "scr", "bat", "cmd", "msi", "js", "vbs", "ps1", "jar", "lnk", "iso", "hta"];
        Self {
            folder: None,
            url: None,
            endpoint: None,
            region: "us-east-1".to_owned(),
            access_key: None,
            access_key_file: None,
            secret_key: None,
            secret_key_file: None,
            ca_file: None,
            file_bytes: 25 * 1024 * 1024,
            unused_days: 30,
            refused: refused.map(str::to_owned).to_vec(),
            clamav: None,
        }
    }
}

/// A bucket, and what the names in it begin with: `s3://bucket/prefix`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketUrl {
    /// The bucket.
    pub bucket: String,
    /// The prefix; empty for none.
    pub prefix: String,
}

impl FromStr for BucketUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rest = text.strip_prefix("s3://").ok_or("this is no bucket; write it as \"s3://bucket/prefix\"")?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let sound = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        if bucket.len() < 3 || !bucket.bytes().all(sound) {
            return Err("the bucket's name is none; write it as \"s3://bucket/prefix\", keys as blobs.access_key");
        }
        let prefix = prefix.trim_matches('/');
        if !prefix.is_empty()
            && prefix.split('/').any(|part| part.trim_matches('.').is_empty() || !part.bytes().all(sound))
        {
            return Err("the prefix holds more than letters, digits, dots, dashes and slashes; write such a one");
        }
        Ok(Self { bucket: bucket.to_owned(), prefix: prefix.to_owned() })
    }
}

impl<'de> Deserialize<'de> for BucketUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl Blobs {
    /// After how long a file that nothing refers to is taken away, if ever.
    #[must_use]
    pub fn unused(&self) -> Option<Duration> {
        (self.unused_days > 0).then(|| Duration::from_hours(24) * self.unused_days)
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

/// Reads the files that hold the bucket's key, and notes what is wrong.
pub(super) fn check(settings: &mut Settings, note: Note<'_>) {
    bucket(&mut settings.blobs, note);
    let blobs = &settings.blobs;
    if blobs.file_bytes == 0 || blobs.file_bytes > FILE_BYTES_MOST {
        let remedy = "write a number from 1 to 268435456: a file is read into memory";
        note("blobs.file_bytes", format!("{} is no such size", blobs.file_bytes), remedy);
    }
    if blobs.unused_days != 0 && !(UNUSED_DAYS_LEAST..=36_500).contains(&blobs.unused_days) {
        let remedy = "write a number from 14 to 36500, or 0 for never: what refers to a file may still be on its way";
        note("blobs.unused_days", format!("{} are no such days", blobs.unused_days), remedy);
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

/// What belongs to a bucket.
fn bucket(blobs: &mut Blobs, note: Note<'_>) {
    port::secret("blobs.access_key", &mut blobs.access_key, blobs.access_key_file.as_ref(), note);
    port::secret("blobs.secret_key", &mut blobs.secret_key, blobs.secret_key_file.as_ref(), note);
    let given = [
        ("blobs.endpoint", blobs.endpoint.is_some()),
        ("blobs.access_key", blobs.access_key.is_some()),
        ("blobs.secret_key", blobs.secret_key.is_some()),
        ("blobs.ca_file", blobs.ca_file.is_some()),
    ];
    if blobs.url.is_none() {
        for (key, _) in given.into_iter().filter(|(_, is)| *is) {
            note(key, "this is of use for a bucket alone".to_owned(), "set blobs.url to the bucket, or leave this out");
        }
        return;
    }
    if blobs.folder.is_some() {
        note("blobs.folder", "files are in the bucket of blobs.url".to_owned(), "leave one of the two out");
    }
    for (one, other, lacks) in [
        ("blobs.access_key", "blobs.secret_key", blobs.access_key.is_some() && blobs.secret_key.is_none()),
        ("blobs.secret_key", "blobs.access_key", blobs.secret_key.is_some() && blobs.access_key.is_none()),
    ] {
        if lacks {
            note(one, format!("this is half a key without {other}"), &format!("set {other} or {other}_file too"));
        }
    }
    let host = |text: &str| {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
        (!rest.is_empty() && !rest.contains(['@', '?', '#', ' '])).then_some(())
    };
    if blobs.endpoint.as_deref().is_some_and(|endpoint| host(endpoint).is_none()) {
        let remedy = "write it as \"https://host:port\", keys as blobs.access_key and blobs.secret_key";
        note("blobs.endpoint", "this is no address of a store".to_owned(), remedy);
    }
    if let Some(file) = &blobs.ca_file {
        port::holds_certificates("blobs.ca_file", file.as_path(), note);
    }
}
