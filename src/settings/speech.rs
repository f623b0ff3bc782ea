//! Speech: `[speech]`, off as long as it has no address.

use serde::Deserialize;

use super::check::Note;
use super::llm::{Amount, check_key, check_way, is_base, key_of};
use super::secret::Secret;
use super::values::Folder;

/// The longest that a voice note may wait for its words, in seconds: the service that brought it waits too.
const LONGEST: f64 = 60.0;

/// A server that writes down voice notes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SpeechSettings {
    /// The base of `OpenAI`'s API of transcriptions, as `https://host/v1`; off without one.
    pub url: Option<String>,
    /// The model.
    pub model: String,
    /// The key.
    pub key: Option<Secret>,
    /// A file that holds it.
    pub key_file: Option<Folder>,
    /// How long a voice note may wait for its words, in seconds.
    pub deadline_seconds: Amount,
}

impl Default for SpeechSettings {
    fn default() -> Self {
        let model = "whisper-1".to_owned();
        Self { url: None, model, key: None, key_file: None, deadline_seconds: Amount(15.0) }
    }
}

impl SpeechSettings {
    /// The key, as given or from its file.
    ///
    /// # Errors
    /// When the file cannot be read, with what to do.
    pub fn key(&self) -> Result<Option<String>, (String, String)> {
        key_of(self.key.as_ref(), self.key_file.as_ref())
    }

    /// Notes what is wrong between these settings.
    pub(super) fn check(&self, note: Note<'_>) {
        if let Some(url) = &self.url {
            check_way("speech", url, self.key.is_some() || self.key_file.is_some(), note);
            if !is_base(url) {
                let remedy =
                    "write the base of the API, as \"http://127.0.0.1:9000/v1\"; the key goes into speech.key_file";
                note("speech.url", "this is not an address of an API of transcriptions".to_owned(), remedy);
            }
        } else if self.key.is_some() || self.key_file.is_some() {
            note("speech", "a key without an address".to_owned(), "write speech.url, or leave the section out");
        }
        if !(1.0..=LONGEST).contains(&self.deadline_seconds.0) {
            let message = format!("{} is not from 1 to {LONGEST}", self.deadline_seconds.0);
            note("speech.deadline_seconds", message, "what brought the voice note waits for no longer");
        }
        check_key("speech", self.key.as_ref(), self.key_file.as_ref(), note);
    }
}
