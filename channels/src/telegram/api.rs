//! Calls of the Bot API, by teloxide's types. Each has its time; no error shows the token.

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt};
use serde::Serialize;
use serde_json::Value;
use teloxide_core::net::{Download, default_reqwest_settings};
use teloxide_core::payloads::{
    SendAudioSetters, SendDocumentSetters, SendMessageSetters, SendPhotoSetters, SetWebhookSetters,
};
use teloxide_core::requests::{JsonRequest, Payload, Request, Requester};
use teloxide_core::types::{
    AllowedUpdate, ChatAction, ChatId, FileId, InputFile, LinkPreviewOptions, Message, MessageEntity, MessageId,
    ReplyParameters,
};
use teloxide_core::{Bot as Client, RequestError};

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
/// The kinds of updates that are read here.
pub(super) const KINDS: [&str; 7] = [
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "message_reaction",
    "business_message",
    "edited_business_message",
];

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

    /// The bot's own name, by which it is spoken to in groups.
    pub(super) async fn username(&self) -> Result<String, Fault> {
        let me = self.calls.get_me().send().await.map_err(|error| Fault::of(&error))?;
        Ok(me.user.username.unwrap_or_default())
    }

    /// The updates from `offset` on, which confirms those before it; waits for the first, or only looks.
    pub(super) async fn updates(&self, offset: Option<i64>, wait: bool) -> Result<Vec<Value>, Fault> {
        let timeout = if wait { POLL } else { 0 };
        let payload = GetUpdates { offset, limit: UPDATES, timeout, allowed_updates: KINDS };
        JsonRequest::new(self.polls.clone(), payload).send().await.map_err(|error| Fault::of(&error))
    }

    /// The host of the webhook that is set, if one is; and what Telegram says went wrong with it last.
    pub(super) async fn webhook(&self) -> Result<(Option<String>, Option<String>), Fault> {
        let info = self.calls.get_webhook_info().send().await.map_err(|error| Fault::of(&error))?;
        Ok((info.url.map(String::from), info.last_error_message))
    }

    /// Sets the webhook, with the word by which its requests are known.
    pub(super) async fn set_webhook(&self, url: &str, secret: &str) -> Result<(), Fault> {
        let Ok(url) = url.parse() else { return Err(Fault::Refused("the webhook's address is none".to_owned())) };
        let kinds = KINDS.iter().filter_map(|kind| serde_json::from_value::<AllowedUpdate>((*kind).into()).ok());
        let call = self.calls.set_webhook(url).secret_token(secret).allowed_updates(kinds);
        call.send().await.map(|_| ()).map_err(|error| Fault::of(&error))
    }

    /// Shows that somebody is writing; whether it works does not matter.
    pub(super) async fn typing(&self, route: Route) {
        let call = self.calls.send_chat_action(ChatId(route.chat), ChatAction::Typing);
        let _shown = tokio::time::timeout(Duration::from_secs(2), call.send()).await;
    }

    /// Sends one step, as an answer to a message if there is one; gives the message's id.
    pub(super) async fn send(&self, route: Route, step: Step, answers: Option<i32>) -> Result<i64, Fault> {
        let answers = answers.map(|id| ReplyParameters::new(MessageId(id)).allow_sending_without_reply());
        let sent = match step {
            Step::Text(piece) => self.text(route, piece, answers).await,
            Step::File { name, media_type, bytes } => self.file(route, name, &media_type, bytes, answers).await,
        };
        match sent.map_err(|error| Fault::of(&error)) {
            Ok(message) => Ok(message.id.0.into()),
            Err(Fault::Done(answer)) => Ok(message_id(&answer)),
            Err(fault) => Err(fault),
        }
    }

    async fn text(
        &self,
        route: Route,
        piece: Piece,
        answers: Option<ReplyParameters>,
    ) -> Result<Message, RequestError> {
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
        let mut call = self.calls.send_message(ChatId(route.chat), piece.text).entities(entities);
        call = call.link_preview_options(quiet);
        if let Some(answers) = answers {
            call = call.reply_parameters(answers);
        }
        if let Some(topic) = route.topic() {
            call = call.message_thread_id(topic);
        }
        call.send().await
    }

    async fn file(
        &self,
        route: Route,
        name: String,
        media_type: &str,
        bytes: Vec<u8>,
        answers: Option<ReplyParameters>,
    ) -> Result<Message, RequestError> {
        let (chat, small) = (ChatId(route.chat), bytes.len() <= 10 << 20);
        let file = InputFile::memory(bytes).file_name(name);
        macro_rules! send {
            ($call:expr) => {{
                let mut call = $call;
                if let Some(answers) = answers {
                    call = call.reply_parameters(answers);
                }
                if let Some(topic) = route.topic() {
                    call = call.message_thread_id(topic);
                }
                call.send().await
            }};
        }
        match media_type {
            "image/jpeg" | "image/png" if small => send!(self.calls.send_photo(chat, file)),
            "audio/mpeg" | "audio/mp4" => send!(self.calls.send_audio(chat, file)),
            _ => send!(self.calls.send_document(chat, file)),
        }
    }

    /// The content of a file that came, of at most `most` bytes.
    pub(super) async fn fetch(&self, id: &str, most: u64) -> Result<Vec<u8>, Lost> {
        let found = self.calls.get_file(FileId(id.to_owned())).send().await;
        let file = found.map_err(|error| match Fault::of(&error) {
            Fault::Refused(why) => Lost::Refused(why),
            fault => Lost::Fault(fault),
        })?;
        if u64::from(file.size) > most && file.size != u32::MAX {
            return Err(Lost::Refused(format!("it has {} bytes; at most {most} are taken", file.size)));
        }
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let cut = |_| Lost::Fault(Fault::Away("a file was cut off".to_owned()));
        let mut chunks = self.calls.download_file_stream(&file.path).map_err(cut).boxed();
        let mut content = Vec::new();
        while let Some(chunk) = chunks.try_next().await? {
            if content.len() + chunk.len() > most {
                return Err(Lost::Refused(format!("it has more than {most} bytes")));
            }
            content.extend_from_slice(&chunk);
        }
        Ok(content)
    }
}

/// The id of the message in an answer that teloxide cannot read whole; 0 when there is none.
fn message_id(answer: &str) -> i64 {
    let answer: Value = serde_json::from_str(answer).unwrap_or_default();
    answer.pointer("/result/message_id").and_then(Value::as_i64).unwrap_or_default()
}
