//! Calls of the Bot API, by teloxide's types. Each has its time; no error shows the token.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use teloxide_core::net::default_reqwest_settings;
use teloxide_core::payloads::{
    GetFile, GetMe, GetWebhookInfo, SendAudio, SendAudioSetters, SendChatAction, SendDocument, SendDocumentSetters,
    SendMessage, SendMessageSetters, SendPhoto, SendPhotoSetters, SetWebhook, SetWebhookSetters,
};
use teloxide_core::requests::{JsonRequest, MultipartPayload, MultipartRequest, Payload, Request};
use teloxide_core::types::{
    AllowedUpdate, ChatAction, ChatId, FileId, InputFile, LinkPreviewOptions, MessageEntity, MessageId, ReplyParameters,
};
use teloxide_core::{ApiError, Bot as Client, RequestError};

use super::fault::Fault;
use super::outbound::Piece;
use super::route::Route;

/// How long a call may take; the worker gives up after a minute.
const CALL: Duration = Duration::from_secs(45);
/// How long a poll waits for updates, in seconds.
const POLL: u32 = 25;
/// What a poll may take beyond that.
const POLL_SLACK: Duration = Duration::from_secs(10);
/// Updates that are asked for at once.
const UPDATES: u8 = 100;
/// The kinds of updates that are asked for. Not those of somebody's own account that the bot may read: an answer to them
/// would not leave by that account.
pub(super) const KINDS: [&str; 5] =
    ["message", "edited_message", "callback_query", "my_chat_member", "message_reaction"];

/// The Bot API for one bot.
#[derive(Clone, Debug)]
pub(super) struct Api {
    calls: Client,
    polls: Client,
}

/// Updates as they come: nothing that this release does not know is lost.
#[derive(Clone, Serialize)]
struct GetUpdates {
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<i64>,
    limit: u8,
    timeout: u32,
    allowed_updates: [&'static str; KINDS.len()],
}

impl Payload for GetUpdates {
    type Output = Vec<Value>;

    const NAME: &'static str = "getUpdates";
}

/// A call whose answer is taken as it comes: all that is read of it is a field or two, and whatever else Telegram may
/// add to a message one day is not in the way.
#[derive(Clone, Serialize)]
#[serde(transparent)]
struct Loosely<P>(P);

impl<P: Payload> Payload for Loosely<P> {
    type Output = Value;

    const NAME: &'static str = P::NAME;
}

impl<P: MultipartPayload> MultipartPayload for Loosely<P> {
    fn copy_files(&self, into: &mut dyn FnMut(InputFile)) {
        self.0.copy_files(into);
    }

    fn move_files(&mut self, into: &mut dyn FnMut(InputFile)) {
        self.0.move_files(into);
    }
}

/// What leaves as one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A text.
    Text(Piece),
    /// A file: its shown name, its type, its content.
    File { name: String, media_type: String, bytes: Vec<u8> },
}

/// Why a file was not fetched.
pub(super) enum Lost {
    /// It never will be: the reason, for staff.
    Refused(String),
    /// It may be later.
    Fault(Fault),
}

impl Api {
    /// The Bot API at `base` with this token; `None` when no client can be made or the address is none.
    pub(super) fn new(base: &str, token: &str) -> Option<Self> {
        let client = |time: Duration| {
            let settings = default_reqwest_settings().timeout(time).pool_idle_timeout(Duration::from_secs(20));
            let client = settings.build().ok()?;
            Some(Client::with_client(token, client).set_api_url(base.parse().ok()?))
        };
        let poll = Duration::from_secs(POLL.into()) + POLL_SLACK;
        Some(Self { calls: client(CALL)?, polls: client(poll)? })
    }

    async fn call<P>(&self, payload: P) -> Result<Value, RequestError>
    where
        P: Payload + Serialize + Send + 'static,
    {
        JsonRequest::new(self.calls.clone(), Loosely(payload)).send().await
    }

    /// The bot's own name, by which it is spoken to in groups.
    pub(super) async fn username(&self) -> Result<String, Fault> {
        let me = self.call(GetMe::new()).await.map_err(|error| Fault::of(&error))?;
        Ok(me["username"].as_str().unwrap_or_default().to_owned())
    }

    /// The updates from `offset` on, which confirms those before it; waits for the first, or only looks.
    pub(super) async fn updates(&self, offset: Option<i64>, wait: bool) -> Result<Vec<Value>, Fault> {
        let timeout = if wait { POLL } else { 0 };
        let payload = GetUpdates { offset, limit: UPDATES, timeout, allowed_updates: KINDS };
        JsonRequest::new(self.polls.clone(), payload).send().await.map_err(|error| Fault::of(&error))
    }

    /// The host of the webhook that is set, if one is; and what Telegram says went wrong with it last.
    pub(super) async fn webhook(&self) -> Result<(Option<String>, Option<String>), Fault> {
        let info = self.call(GetWebhookInfo::new()).await.map_err(|error| Fault::of(&error))?;
        let told = |name: &str| info[name].as_str().filter(|told| !told.is_empty()).map(str::to_owned);
        Ok((told("url"), told("last_error_message")))
    }

    /// Sets the webhook, with the word by which its requests are known.
    pub(super) async fn set_webhook(&self, url: &str, secret: &str) -> Result<(), Fault> {
        let Ok(url) = url.parse() else { return Err(Fault::Refused("the webhook's address is none".to_owned())) };
        let kinds = KINDS.iter().filter_map(|kind| serde_json::from_value::<AllowedUpdate>((*kind).into()).ok());
        let payload = SetWebhook::new(url).secret_token(secret).allowed_updates(kinds);
        self.call(payload).await.map(|_| ()).map_err(|error| Fault::of(&error))
    }

    /// Shows that somebody is writing; whether it works does not matter.
    pub(super) async fn typing(&self, route: Route) {
        let call = self.call(SendChatAction::new(ChatId(route.chat), ChatAction::Typing));
        let _shown = tokio::time::timeout(Duration::from_secs(2), call).await;
    }

    /// Sends one step, as an answer to a message if there is one; gives the message's id.
    pub(super) async fn send(&self, route: Route, step: Step, answers: Option<i32>) -> Result<i64, Fault> {
        let answers = answers.map(|id| ReplyParameters::new(MessageId(id)).allow_sending_without_reply());
        let sent = match step {
            Step::Text(piece) => self.text(route, piece, answers).await,
            Step::File { name, media_type, bytes } => {
                let spare = is_picture(&media_type, bytes.len()).then(|| bytes.clone());
                match (self.file(route, name.clone(), &media_type, bytes, answers.clone()).await, spare) {
                    // What Telegram makes no picture of goes as the file that it is.
                    (Err(RequestError::Api(error)), Some(bytes)) if is_no_picture(&error) => {
                        self.file(route, name, "application/octet-stream", bytes, answers).await
                    }
                    (sent, _) => sent,
                }
            }
        };
        match sent.map_err(|error| Fault::of(&error)) {
            Ok(message) => Ok(message["message_id"].as_i64().unwrap_or_default()),
            Err(fault) => Err(fault),
        }
    }

    async fn text(&self, route: Route, piece: Piece, answers: Option<ReplyParameters>) -> Result<Value, RequestError> {
        let entities = piece.entities.iter().filter_map(|entity| {
            serde_json::to_value(entity).ok().and_then(|entity| serde_json::from_value::<MessageEntity>(entity).ok())
        });
        let quiet = LinkPreviewOptions {
            is_disabled: true,
            url: None,
            prefer_small_media: false,
            prefer_large_media: false,
            show_above_text: false,
        };
        let mut payload =
            SendMessage::new(ChatId(route.chat), piece.text).entities(entities).link_preview_options(quiet);
        if let Some(answers) = answers {
            payload = payload.reply_parameters(answers);
        }
        if let Some(topic) = route.topic() {
            payload = payload.message_thread_id(topic);
        }
        self.call(payload).await
    }

    async fn file(
        &self,
        route: Route,
        name: String,
        media_type: &str,
        bytes: Vec<u8>,
        answers: Option<ReplyParameters>,
    ) -> Result<Value, RequestError> {
        let (chat, picture) = (ChatId(route.chat), is_picture(media_type, bytes.len()));
        let file = InputFile::memory(bytes).file_name(name);
        macro_rules! send {
            ($payload:expr) => {{
                let mut payload = $payload;
                if let Some(answers) = answers {
                    payload = payload.reply_parameters(answers);
                }
                if let Some(topic) = route.topic() {
                    payload = payload.message_thread_id(topic);
                }
                MultipartRequest::new(self.calls.clone(), Loosely(payload)).send().await
            }};
        }
        match media_type {
            _ if picture => send!(SendPhoto::new(chat, file)),
            "audio/mpeg" | "audio/mp4" => send!(SendAudio::new(chat, file)),
            _ => send!(SendDocument::new(chat, file)),
        }
    }

    /// Where a file lies, each part of its path by itself: not every server takes them as one.
    fn place(&self, path: &str) -> Option<String> {
        let mut url = self.calls.api_url();
        let bot = format!("bot{}", self.calls.token());
        url.path_segments_mut().ok()?.pop_if_empty().extend(["file", &bot]).extend(path.split('/'));
        Some(url.into())
    }

    /// The content of a file that came, of at most `most` bytes.
    pub(super) async fn fetch(&self, id: &str, most: u64) -> Result<Vec<u8>, Lost> {
        let found = self.call(GetFile::new(FileId(id.to_owned()))).await;
        let file = found.map_err(|error| match Fault::of(&error) {
            Fault::Refused(why) => Lost::Refused(why),
            fault => Lost::Fault(fault),
        })?;
        if let Some(size) = file["file_size"].as_u64().filter(|size| *size > most) {
            return Err(Lost::Refused(format!("it has {size} bytes; at most {most} are taken")));
        }
        let Some(path) = file["file_path"].as_str() else {
            return Err(Lost::Refused("Telegram names no place where it lies".to_owned()));
        };
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let away = |why: &str| Lost::Fault(Fault::Away(why.to_owned()));
        let place = self.place(path).ok_or_else(|| away("the address of the Bot API has no path"))?;
        let answer = self.calls.client().get(place).send().await;
        // What went wrong names the address, and that holds the token.
        let mut answer = answer.map_err(|_| away("the place of a file cannot be reached"))?;
        if !answer.status().is_success() {
            return Err(away(&format!("the place of a file answers {}", answer.status().as_u16())));
        }
        let mut content = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|_| away("a file was cut off"))? {
            if content.len() + chunk.len() > most {
                return Err(Lost::Refused(format!("it has more than {most} bytes")));
            }
            content.extend_from_slice(&chunk);
        }
        Ok(content)
    }
}

/// Whether a file can be sent as a picture.
fn is_picture(media_type: &str, bytes: usize) -> bool {
    matches!(media_type, "image/jpeg" | "image/png") && bytes <= 10 << 20
}

/// Whether Telegram says that a picture is none for it: too long and narrow, or broken.
fn is_no_picture(error: &ApiError) -> bool {
    let words = error.to_string();
    ["PHOTO_INVALID", "PHOTO_SAVE_FILE_INVALID", "IMAGE_PROCESS_FAILED"].iter().any(|word| words.contains(word))
}
