//! A delivery in steps: texts in pieces, then files, each in its turn; a template where the customer's 24 hours are over.

use std::time::Duration;

use tokio::time::Instant;

use super::Inner;
use super::error::ErrorClass;
use super::graph::Fault;
use super::reference;
use super::request::{MediaFile, Request};
use crate::pacing::{Lane, Rate};
use crate::progress::Progress;
use crate::telling::told;
use crate::{Attachment, Author, BlobError, OutboundMessage, Receipt, SendContext, SendError, backoff};

/// A turn that comes within this time is waited for in place.
const SOON: Duration = Duration::from_secs(1);
/// When to try again what did not get there.
const AGAIN: Duration = Duration::from_secs(5);
/// When to try again while the account is paused, at first and at most.
const PAUSE: Duration = Duration::from_mins(1);
const LONGEST: Duration = Duration::from_hours(1);
/// For how long after a customer's last message anything may be sent to them.
const WINDOW_MILLIS: i64 = 24 * 60 * 60 * 1000;
/// Letters that a template's parameter may have.
const MOST_PARAMETER: usize = 1024;

/// What leaves as one message.
enum Step {
    Text(Request),
    File(Attachment),
}

/// Sends a delivery, from where it was left.
pub(super) async fn send(number: &Inner, message: &OutboundMessage, cx: &SendContext) -> Result<Receipt, SendError> {
    let Some(to) = message.route.as_deref() else {
        return Err(SendError::Reject("it is not known which number to answer".to_owned()));
    };
    let replied = message.replies_to.as_ref();
    if replied.is_some_and(|replied| cx.clock.now().since(replied.at) >= WINDOW_MILLIS) {
        return template(number, message, to, cx).await;
    }
    let steps = steps(message, to);
    if steps.is_empty() {
        return Err(SendError::Reject("there is nothing to send".to_owned()));
    }
    read(number, message).await;
    let mut made = Progress::of(message, cx).await?;
    let all = steps.len();
    for step in steps.into_iter().skip(made.steps) {
        match one(number, message, to, step, cx).await {
            Ok(id) => made.made(&id),
            Err(Refusal::Closed) if made.steps == 0 => return template(number, message, to, cx).await,
            Err(refusal) => return Err(made.interrupted(refusal.into(), all, message, cx).await),
        }
    }
    Ok(made.receipt())
}

/// Why a step was not made.
enum Refusal {
    /// The customer's 24 hours are over.
    Closed,
    Error(SendError),
}

impl From<Refusal> for SendError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Closed => Self::Reject(CLOSED.to_owned()),
            Refusal::Error(error) => error,
        }
    }
}

const CLOSED: &str = "more than 24 hours since the customer last wrote, and WhatsApp takes nothing but a template then: \
                      reach them another way, or set whatsapp.<account>.template";

fn steps(message: &OutboundMessage, to: &str) -> Vec<Step> {
    let by_a_person = message.parts.iter().any(|part| part.from == Author::Staff);
    let answered = message.replies_to.as_ref().map(|replied| replied.provider_id.as_str()).filter(|id| !id.is_empty());
    let texts = Request::texts(to, &told(&message.parts, "*").text, answered.filter(|_| by_a_person));
    let texts = texts.into_iter().map(Step::Text);
    texts.chain(message.attachments.iter().cloned().map(Step::File)).collect()
}

/// Shows the customer that what they wrote was read: an answer to it leaves. Whether it works does not matter.
async fn read(number: &Inner, message: &OutboundMessage) {
    let answered = message.replies_to.as_ref().map(|replied| replied.provider_id.as_str()).filter(|id| !id.is_empty());
    if let Some(id) = answered.filter(|_| number.config.read_receipts && message.attempt == 1) {
        let _noted = tokio::time::timeout(AGAIN, number.graph.note(&Request::read(id, false))).await;
    }
}

async fn one(
    number: &Inner,
    message: &OutboundMessage,
    to: &str,
    step: Step,
    cx: &SendContext,
) -> Result<String, Refusal> {
    turn(number, message, to).await.map_err(Refusal::Error)?;
    let request = match step {
        Step::Text(request) => request,
        Step::File(file) => uploaded(number, message, to, &file, cx).await?,
    };
    let request = referring(number, message, request);
    sent(number, message, &request, cx).await.map_err(|fault| refusal(number, message, to, fault))
}

/// Sends one message. Where its answer is lost, the status with our reference tells.
async fn sent(number: &Inner, message: &OutboundMessage, request: &Request, cx: &SendContext) -> Result<String, Fault> {
    let answer = number.graph.message(request).await;
    if let Err(Fault::Unknown(_)) = answer
        && number.config.reference
        && pieces(message) == 1
        && let Some(Receipt { provider_id: Some(id) }) = reference::sent(message, cx).await
    {
        return Ok(id);
    }
    answer
}

/// How many messages a delivery is.
pub(super) fn pieces(message: &OutboundMessage) -> usize {
    steps(message, "").len()
}

/// With our reference, where the settings say so.
fn referring(number: &Inner, message: &OutboundMessage, request: Request) -> Request {
    if number.config.reference { request.referring(&message.command.to_string()) } else { request }
}

/// Uploads a file. That may happen twice: it reaches nobody by itself.
async fn uploaded(
    number: &Inner,
    message: &OutboundMessage,
    to: &str,
    file: &Attachment,
    cx: &SendContext,
) -> Result<Request, Refusal> {
    let bytes = cx.blobs.get(&file.hash).await.map_err(|error| {
        Refusal::Error(match error {
            BlobError::Unavailable { retry_after, reason } => SendError::Retry { after: retry_after, reason },
            error => SendError::Reject(error.to_string()),
        })
    })?;
    let id = number.graph.upload(&file.name, &file.media_type, bytes).await.map_err(|fault| match fault {
        Fault::Unknown(reason) => Refusal::Error(SendError::Retry { after: AGAIN, reason }),
        fault => refusal(number, message, to, fault),
    })?;
    let media = MediaFile { media_type: &file.media_type, id: &id, name: &file.name, caption: "" };
    Ok(Request::media(to, &media, None))
}

/// Sends what was to be said as the parameter of the template.
async fn template(number: &Inner, message: &OutboundMessage, to: &str, cx: &SendContext) -> Result<Receipt, SendError> {
    let Some(name) = number.config.template.as_deref() else { return Err(SendError::Reject(CLOSED.to_owned())) };
    let text = told(&message.parts, "").text;
    if text.chars().count() > MOST_PARAMETER || !message.attachments.is_empty() {
        let reason =
            "more than 24 hours since the customer last wrote, and a template takes at most 1 024 letters and no files";
        return Err(SendError::Reject(reason.to_owned()));
    }
    turn(number, message, to).await?;
    let request = Request::template(to, name, &number.config.template_language, &[&text]);
    let request = referring(number, message, request);
    let id = sent(number, message, &request, cx)
        .await
        .map_err(|fault| SendError::from(refusal(number, message, to, fault)))?;
    Ok(Receipt { provider_id: Some(id) })
}

/// Waits for a turn that is near; else says when to come back.
async fn turn(number: &Inner, message: &OutboundMessage, to: &str) -> Result<(), SendError> {
    let pair = number.config.pair_seconds;
    let pair = Rate::per_second(if pair > 0.0 { 1.0 / pair } else { 0.0 });
    let pair = pair.map(|rate| Rate { burst: number.config.pair_burst.max(1), ..rate });
    let lanes = [(Lane::Account, Rate::per_second(number.config.messages_per_second)), (Lane::To(to.to_owned()), pair)];
    number.pacing.soon(message.command, &lanes, SOON).await.map_err(|after| {
        let reason = "its turn comes later".to_owned();
        SendError::Retry { after, reason }
    })
}

/// What a fault means for a delivery.
fn refusal(number: &Inner, message: &OutboundMessage, to: &str, fault: Fault) -> Refusal {
    let (class, why, after) = match fault {
        Fault::Told { class, why, after } => (class, why, after),
        Fault::Away => {
            let after = backoff::wait(message.attempt, AGAIN, LONGEST);
            return Refusal::Error(SendError::Retry { after, reason: "no connection to WhatsApp".to_owned() });
        }
        Fault::Gone => {
            return Refusal::Error(SendError::Reject("WhatsApp does not know the number of ours".to_owned()));
        }
        Fault::Refused(why) => return Refusal::Error(SendError::Reject(why)),
        Fault::Unknown(why) => return Refusal::Error(SendError::Unknown(why)),
    };
    if class == ErrorClass::WindowClosed {
        return Refusal::Closed;
    }
    let now = Instant::now();
    if class.pauses_account() {
        tracing::error!(account = %number.account, %why, "WhatsApp takes nothing from this account; what is to be sent waits");
        number.pacing.hold(&Lane::Account, PAUSE, now);
        let after = backoff::wait(message.attempt, PAUSE, LONGEST).max(PAUSE);
        return Refusal::Error(SendError::Retry { after, reason: why });
    }
    let Some(seconds) = class.retry_seconds(message.attempt) else {
        let reason = if class == ErrorClass::Undeliverable { format!("unreachable on WhatsApp: {why}") } else { why };
        return Refusal::Error(SendError::Reject(reason));
    };
    let wait = after.unwrap_or_default().max(Duration::from_secs(seconds));
    match class {
        ErrorClass::PairRate => number.pacing.hold(&Lane::To(to.to_owned()), wait, now),
        ErrorClass::Rate | ErrorClass::Spam => number.pacing.hold(&Lane::Account, wait, now),
        _ => {}
    }
    if class == ErrorClass::Spam {
        tracing::error!(account = %number.account, %why, "WhatsApp holds back what this account sends");
    }
    Refusal::Error(SendError::Retry { after: wait + backoff::jittered(SOON), reason: why })
}
