//! Client: one question to a server with `OpenAI`'s chat API. Reads no more of an answer than an answer can have.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use rustls::{ClientConfig, RootCertStore};
use serde::Deserialize;

use super::prompt::Prompt;

/// The most bytes of a response that are read.
const LONGEST: usize = 64 * 1024;
/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(1);
/// A call ends at the latest after this, whoever asks.
const CALL: Duration = Duration::from_secs(5);

/// Where the model is.
#[derive(Clone)]
pub struct Endpoint {
    /// The base of the API, as `https://host/v1`.
    pub url: String,
    /// The model.
    pub model: String,
    /// The key, if it needs one. Never shown.
    pub key: Option<String>,
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Endpoint").field("url", &self.url).field("model", &self.model).finish_non_exhaustive()
    }
}

/// Why there is no answer, without customer data.
#[derive(Debug)]
pub(super) struct Failed(pub(super) String);

/// What came back.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) text: String,
    pub(super) tokens_in: u32,
    pub(super) tokens_out: u32,
}

/// Asks one model.
pub(super) struct Client {
    http: reqwest::Client,
    endpoint: Endpoint,
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Choice {
    message: Content,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    content: Option<String>,
}

#[derive(Deserialize)]
struct Usage {
    #[serde(default)]
    prompt_tokens: u32,
    #[serde(default)]
    completion_tokens: u32,
}

impl Client {
    /// Does not connect.
    pub(super) fn new(mut endpoint: Endpoint) -> Result<Self, String> {
        let base = endpoint.url.trim_end_matches('/');
        endpoint.url = format!("{}/chat/completions", base.strip_suffix("/chat/completions").unwrap_or(base));
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(trust()?)
            .redirect(Policy::none())
            .connect_timeout(CONNECT)
            .timeout(CALL)
            .pool_idle_timeout(Duration::from_secs(20));
        Ok(Self { http: http.build().map_err(|error| error.to_string())?, endpoint })
    }

    /// The model's name.
    pub(super) fn model(&self) -> &str {
        &self.endpoint.model
    }

    /// Asks about a text that is masked.
    pub(super) async fn ask(&self, prompt: &Prompt, text: &str) -> Result<Reply, Failed> {
        let mut request = self.http.post(&self.endpoint.url).json(&prompt.body(&self.endpoint.model, text));
        if let Some(key) = &self.endpoint.key {
            request = request.bearer_auth(key);
        }
        let mut response = request.send().await.map_err(|error| failed(&error))?;
        if !response.status().is_success() {
            return Err(Failed(format!("it answered with status {}", response.status().as_u16())));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > LONGEST {
                return Err(Failed(format!("it answered with more than {LONGEST} bytes")));
            }
        }
        let completion: Completion = serde_json::from_slice(&bytes)
            .map_err(|_| Failed("what it answered is no completion of the chat API".to_owned()))?;
        let estimate = || prompt.tokens(text);
        let (tokens_in, tokens_out) = completion.usage.map_or_else(
            || (estimate(), 0),
            |usage| {
                // A question that was answered took some, whatever the server counts.
                (usage.prompt_tokens.max(1), usage.completion_tokens)
            },
        );
        let text = completion.choices.into_iter().next().and_then(|choice| choice.message.content).unwrap_or_default();
        Ok(Reply { text, tokens_in, tokens_out })
    }
}

/// What went wrong with a call, without its address, which may be a secret.
pub(super) fn failed(error: &reqwest::Error) -> Failed {
    let what = if error.is_timeout() {
        "it did not answer in time"
    } else if error.is_connect() {
        "it cannot be reached"
    } else {
        "the connection was cut"
    };
    Failed(what.to_owned())
}

/// The certificates of this machine.
pub(super) fn trust() -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = versions.map_err(|error| error.to_string())?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
