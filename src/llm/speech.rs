//! Speech: voice notes, written down by any server with `OpenAI`'s transcription API, perhaps one that you run yourself.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::multipart::{Form, Part};
use reqwest::redirect::Policy;
use serde::Deserialize;
use wissel_channels::Scribe;

use super::client::{Endpoint, Failed, failed, trust};

/// The most bytes of an answer that are read.
const LONGEST: usize = 256 * 1024;
/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(2);

/// Asks a server for the words of recordings.
pub struct Speech {
    http: reqwest::Client,
    endpoint: Endpoint,
}

#[derive(Deserialize)]
struct Transcription {
    text: String,
}

impl Speech {
    /// Does not connect. `deadline`: after which a recording stays without its words.
    ///
    /// # Errors
    /// When this machine's certificates cannot be used.
    pub fn new(mut endpoint: Endpoint, deadline: Duration) -> Result<Self, String> {
        endpoint.url = format!("{}/audio/transcriptions", endpoint.url.trim_end_matches('/'));
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(trust()?)
            .redirect(Policy::none())
            .connect_timeout(CONNECT)
            .timeout(deadline);
        Ok(Self { http: http.build().map_err(|error| error.to_string())?, endpoint })
    }

    async fn ask(&self, name: &str, media_type: &str, bytes: Vec<u8>) -> Result<String, Failed> {
        // What kind of sound it is, without how it is packed.
        let kind = media_type.split(';').next().unwrap_or_default().trim();
        let file = Part::bytes(bytes).file_name(name.to_owned()).mime_str(kind);
        let file = file.map_err(|_| Failed("its media type is none".to_owned()))?;
        let form = Form::new().text("model", self.endpoint.model.clone()).text("response_format", "json");
        let mut request = self.http.post(&self.endpoint.url).multipart(form.part("file", file));
        if let Some(key) = &self.endpoint.key {
            request = request.bearer_auth(key);
        }
        let mut response = request.send().await.map_err(|error| failed(&error))?;
        if !response.status().is_success() {
            return Err(Failed(format!("it answered with status {}", response.status().as_u16())));
        }
        let mut answer = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
            answer.extend_from_slice(&chunk);
            if answer.len() > LONGEST {
                return Err(Failed(format!("it answered with more than {LONGEST} bytes")));
            }
        }
        let read = serde_json::from_slice::<Transcription>(&answer).map(|answer| answer.text);
        read.map_err(|_| Failed("what it answered is no transcription".to_owned()))
    }
}

#[async_trait]
impl Scribe for Speech {
    async fn words(&self, name: &str, media_type: &str, bytes: Vec<u8>) -> Option<String> {
        match self.ask(name, media_type, bytes).await {
            Ok(words) => Some(words),
            Err(Failed(why)) => {
                tracing::warn!(%why, "a voice note stays without its words: the server of speech.url");
                None
            }
        }
    }
}

#[cfg(test)]
#[path = "speech_tests.rs"]
mod tests;
