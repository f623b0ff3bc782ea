//! Calls of the Graph API. Each has its time and its most bytes; no error shows the token or what a customer wrote.

use std::time::Duration;

use reqwest::multipart::{Form, Part};
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url, header};
use serde::Deserialize;
use serde_json::Value;

use super::error::ErrorClass;
use super::message::Error;
use super::request::Request;
use crate::accounts::Secret;
use crate::outside;
use crate::reading::clip;

/// How long a call may take; the worker gives up after a minute.
const CALL: Duration = Duration::from_secs(30);
/// How long a file may take.
const FILE: Duration = Duration::from_secs(45);
/// Bytes of an answer, at most.
const MOST_ANSWER: usize = 1 << 20;
/// Bytes of a reason that staff are shown, at most.
const MOST_REASON: usize = 300;

/// Why a call did not do what it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The API says so: what there is to do, its words, and how long it asks to wait.
    Told {
        /// What there is to do about it.
        class: ErrorClass,
        /// Code and words, for staff.
        why: String,
        /// What it asks to wait.
        after: Option<Duration>,
    },
    /// There is nothing of this id or address (any more).
    Gone,
    /// It is refused by us: a place where we do not go, too large.
    Refused(String),
    /// It did not get there.
    Away,
    /// It may or may not have been done.
    Unknown(String),
}

/// Where a file can be fetched, for five minutes.
#[derive(Debug, Deserialize)]
pub(super) struct Place {
    url: String,
    #[serde(default)]
    pub(super) file_size: u64,
}

/// The Graph API for one number.
#[derive(Clone, Debug)]
pub(super) struct Graph {
    /// Goes to the configured place alone, and follows nothing.
    calls: Client,
    /// Goes to where the API says that files are.
    outside: Client,
    base: Url,
    number: String,
    token: Secret,
}

#[derive(Deserialize)]
struct Sent {
    messages: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

impl Graph {
    /// The API at `base`; `None` when that is no address, or no client can be made.
    pub(super) fn new(base: &str, number: &str, token: Secret) -> Option<Self> {
        let calls = Client::builder().timeout(CALL).connect_timeout(Duration::from_secs(5));
        let calls = calls.redirect(reqwest::redirect::Policy::none()).pool_idle_timeout(Duration::from_secs(20));
        let mut base: Url = base.parse().ok()?;
        // So that a path is put behind it, not in the place of its last part.
        if !base.path().ends_with('/') {
            let path = format!("{}/", base.path());
            base.set_path(&path);
        }
        let (calls, outside) = (calls.build().ok()?, outside::client(FILE).ok()?);
        Some(Self { calls, outside, base, number: number.to_owned(), token })
    }

    fn url(&self, path: &str) -> Result<Url, Fault> {
        self.base.join(path).map_err(|_| Fault::Refused("an id of theirs makes no address".to_owned()))
    }

    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        request.bearer_auth(self.token.reveal())
    }

    /// Sends a message; gives its id.
    pub(super) async fn message(&self, request: &Request) -> Result<String, Fault> {
        let url = self.url(&format!("{}/messages", self.number))?;
        let answer = self.asked(self.signed(self.calls.post(url)).json(request.json())).await?;
        let sent =
            serde_json::from_value::<Sent>(answer).ok().and_then(|sent| Some(sent.messages.into_iter().next()?.id));
        sent.ok_or_else(|| Fault::Unknown("it was taken, but its id was not told".to_owned()))
    }

    /// Says something about a message of theirs: that it was read.
    pub(super) async fn note(&self, request: &Request) -> Result<(), Fault> {
        let url = self.url(&format!("{}/messages", self.number))?;
        self.asked(self.signed(self.calls.post(url)).json(request.json())).await.map(|_| ())
    }

    /// Uploads a file; gives its id.
    pub(super) async fn upload(&self, name: &str, media_type: &str, bytes: Vec<u8>) -> Result<String, Fault> {
        let part = Part::bytes(bytes).file_name(name.to_owned()).mime_str(media_type);
        let part = part.map_err(|_| Fault::Refused("its media type is none".to_owned()))?;
        let form =
            Form::new().text("messaging_product", "whatsapp").text("type", media_type.to_owned()).part("file", part);
        let url = self.url(&format!("{}/media", self.number))?;
        let answer = self.asked(self.signed(self.calls.post(url)).timeout(FILE).multipart(form)).await?;
        let named = serde_json::from_value::<Named>(answer).map(|named| named.id);
        named.map_err(|_| Fault::Unknown("a file was uploaded, but its id was not told".to_owned()))
    }

    /// Where a file is just now.
    pub(super) async fn place(&self, media: &str) -> Result<Place, Fault> {
        let plain =
            !media.is_empty() && media.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        if !plain {
            return Err(Fault::Refused("the id of a file is none".to_owned()));
        }
        let mut url = self.url(media)?;
        url.query_pairs_mut().append_pair("phone_number_id", &self.number);
        let answer = self.asked(self.signed(self.calls.get(url))).await?;
        serde_json::from_value(answer).map_err(|_| Fault::Unknown("it is not told where a file is".to_owned()))
    }

    /// A file's content, of at most `most` bytes.
    pub(super) async fn download(&self, place: &Place, most: u64) -> Result<Vec<u8>, Fault> {
        let Ok(url) = place.url.parse::<Url>() else { return Err(Fault::Refused("its address is none".to_owned())) };
        // What the settings name is trusted; all else must be public.
        let client = if url.origin() == self.base.origin() { &self.calls } else { &self.outside };
        if url.origin() != self.base.origin() && !outside::is_outside(&url) {
            return Err(Fault::Refused("it lies where this daemon does not go".to_owned()));
        }
        let answer = self.signed(client.get(url)).timeout(FILE).send().await.map_err(|error| lost(&error))?;
        match answer.status() {
            status if status.is_success() => body(answer, usize::try_from(most).unwrap_or(usize::MAX)).await,
            StatusCode::NOT_FOUND | StatusCode::GONE => Err(Fault::Gone),
            status if status.is_redirection() => Err(Fault::Refused("it was moved elsewhere".to_owned())),
            status if status.is_server_error() => Err(Fault::Unknown(format!("status {}", status.as_u16()))),
            _ => Err(read(answer).await.err().unwrap_or(Fault::Gone)),
        }
    }

    async fn asked(&self, request: RequestBuilder) -> Result<Value, Fault> {
        read(request.send().await.map_err(|error| lost(&error))?).await
    }
}

/// What an error says about whether the request got there.
fn lost(error: &reqwest::Error) -> Fault {
    if error.is_redirect() {
        return Fault::Refused("it leads where this daemon does not go".to_owned());
    }
    if error.is_connect() || error.is_builder() {
        return Fault::Away;
    }
    let why = if error.is_timeout() { "no answer in time" } else { "the connection was lost" };
    Fault::Unknown(why.to_owned())
}

/// The body of an answer.
async fn body(mut answer: Response, most: usize) -> Result<Vec<u8>, Fault> {
    let too_large = || Fault::Refused(format!("it has more than {most} bytes"));
    if answer.content_length().is_some_and(|length| usize::try_from(length).is_ok_and(|length| length > most)) {
        return Err(too_large());
    }
    let mut content = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| lost(&error))? {
        if content.len() + chunk.len() > most {
            return Err(too_large());
        }
        content.extend_from_slice(&chunk);
    }
    Ok(content)
}

/// Reads an answer: JSON of success, or what went wrong.
async fn read(answer: Response) -> Result<Value, Fault> {
    let status = answer.status();
    let after = answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let content = body(answer, MOST_ANSWER).await.map_err(|_| Fault::Unknown("the answer was cut off".to_owned()))?;
    let content: Option<Value> = serde_json::from_slice(&content).ok();
    let error = content.as_ref().and_then(|content| content.get("error")).filter(|error| error.is_object());
    if let Some(error) = error {
        let error: Error = serde_json::from_value(error.clone()).unwrap_or_default();
        let class = ErrorClass::of(error.code);
        let class = if class == ErrorClass::Unknown { by_status(status) } else { class };
        let why = clip(&error.told(), MOST_REASON).to_owned();
        return Err(Fault::Told { class, why, after: after.map(Duration::from_secs) });
    }
    match content {
        Some(content) if status.is_success() => Ok(content),
        _ if status == StatusCode::NOT_FOUND => Err(Fault::Gone),
        _ if status.is_client_error() => {
            let (class, after) = (by_status(status), after.map(Duration::from_secs));
            Err(Fault::Told { class, why: format!("status {}", status.as_u16()), after })
        }
        _ => Err(Fault::Unknown(format!("an answer that is not of the API, status {}", status.as_u16()))),
    }
}

/// The class where the code says nothing.
fn by_status(status: StatusCode) -> ErrorClass {
    match status {
        StatusCode::UNAUTHORIZED => ErrorClass::TokenInvalid,
        StatusCode::TOO_MANY_REQUESTS => ErrorClass::Rate,
        StatusCode::SERVICE_UNAVAILABLE => ErrorClass::Temporary,
        _ => ErrorClass::Unknown,
    }
}
