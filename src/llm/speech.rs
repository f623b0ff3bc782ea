//! Speech: voice notes, written down by a server with `OpenAI`'s API of transcriptions, such as one of one's own.

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
mod tests {
    use std::sync::{Arc, Mutex};

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio_util::task::TaskTracker;

    use super::*;

    /// A server that gives each answer once, and keeps what it was asked.
    async fn server(answers: &'static [(&'static str, &'static str)]) -> (Speech, Arc<Mutex<Vec<String>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1/", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        TaskTracker::new().spawn(async move {
            for (status, body) in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let (mut request, mut bytes) = (String::new(), [0; 4096]);
                while !request.trim_end().ends_with("--") {
                    let count = stream.read(&mut bytes).await.unwrap();
                    request.push_str(&String::from_utf8_lossy(&bytes[..count]));
                }
                seen.lock().unwrap().push(request);
                let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
                stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
            }
        });
        let endpoint = Endpoint { url, model: "whisper-1".to_owned(), key: Some("s3cret".to_owned()) };
        (Speech::new(endpoint, Duration::from_secs(5)).unwrap(), asked)
    }

    #[tokio::test]
    async fn a_recording_is_written_down_and_whatever_goes_wrong_leaves_it_without_words() {
        let answers = &[("200 OK", "{\"text\":\"Waar blijft mijn pakket?\"}"), ("500 No", ""), ("200 OK", "<html>")];
        let (speech, asked) = server(answers).await;
        let ask = || speech.words("voice.ogg", "audio/ogg; codecs=opus", b"OggS".to_vec());
        assert_eq!(ask().await.as_deref(), Some("Waar blijft mijn pakket?"));
        assert_eq!((ask().await, ask().await), (None, None));
        let first = asked.lock().unwrap()[0].clone();
        assert!(first.starts_with("POST /v1/audio/transcriptions "), "{first}");
        for part in ["Bearer s3cret", "whisper-1", "filename=\"voice.ogg\"", "audio/ogg\r\n", "OggS"] {
            assert!(first.contains(part), "{part}: {first}");
        }
    }
}
