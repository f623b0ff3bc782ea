//! A delivery in steps: texts in pieces, then files, each in its turn. Steps that were made are remembered when the
//! delivery has to be tried again, so that none is made twice.

use std::time::Duration;

use tokio::time::Instant;

use super::api::Step;
use super::fault::Fault;
use super::message::Entity;
use super::outbound::{TEXT_MOST, split};
use super::route::Route;
use super::{Inner, moved};
use crate::pacing::{Lane, Rate};
use crate::progress::Progress;
use crate::splitting::units;
use crate::telling::told;
use crate::{Attachment, Author, BlobError, OutboundMessage, Receipt, SendContext, SendError, backoff};

/// A turn that comes within this time is waited for in place.
const SOON: Duration = Duration::from_secs(1);
/// When to try again what did not get there.
const AGAIN: Duration = Duration::from_secs(5);
/// When to try again while the token is not good.
const PAUSE: Duration = Duration::from_mins(1);
/// The longest wait between two tries.
const LONGEST: Duration = Duration::from_hours(1);
/// Bytes of a file, at most.
const MOST_FILE: u64 = 50 << 20;

/// Sends a delivery, from where it was left.
pub(super) async fn send(bot: &Inner, message: &OutboundMessage, cx: &SendContext) -> Result<Receipt, SendError> {
    let Some(mut route) = message.route.as_deref().and_then(Route::read) else {
        return Err(SendError::Reject("it is not known which chat to answer in".to_owned()));
    };
    route.chat = now(route, cx).await?;
    let steps = steps(message, cx).await?;
    let mut made = Progress::of(message, cx).await?;
    let all = steps.len();
    for step in steps.into_iter().skip(made.steps) {
        let answers = if made.steps == 0 { replied(message, route) } else { None };
        match one(bot, message, &mut route, step, answers, cx).await {
            Ok(0) => made.made(""),
            Ok(id) => made.made(&format!("{}:{id}", route.chat)),
            Err(error) => return Err(made.interrupted(error, all, message, cx).await),
        }
    }
    Ok(made.receipt())
}

/// The id of the chat by now.
async fn now(route: Route, cx: &SendContext) -> Result<i64, SendError> {
    if !route.is_group() {
        return Ok(route.chat);
    }
    moved::now(cx.cursors.as_ref(), route.chat).await.map_err(|error| later(AGAIN, error.to_string()))
}

fn later(after: Duration, reason: String) -> SendError {
    SendError::Retry { after, reason }
}

/// All steps of a delivery.
async fn steps(message: &OutboundMessage, cx: &SendContext) -> Result<Vec<Step>, SendError> {
    let told = told(&message.parts, "");
    let bold = |name: &std::ops::Range<usize>| {
        let offset = u32::try_from(units(&told.text[..name.start])).ok()?;
        let length = u32::try_from(units(&told.text[name.clone()])).ok()?;
        Some(Entity::bold(offset, length))
    };
    let entities: Vec<Entity> = told.names.iter().filter_map(bold).collect();
    let mut steps: Vec<Step> = split(&told.text, &entities, TEXT_MOST).into_iter().map(Step::Text).collect();
    for file in &message.attachments {
        steps.push(content(file, cx).await?);
    }
    if steps.is_empty() {
        return Err(SendError::Reject("there is nothing to send".to_owned()));
    }
    Ok(steps)
}

async fn content(file: &Attachment, cx: &SendContext) -> Result<Step, SendError> {
    if file.bytes > MOST_FILE {
        let most = MOST_FILE >> 20;
        return Err(SendError::Reject(format!("a file is too large for Telegram: at most {most} MB")));
    }
    match cx.blobs.get(&file.hash).await {
        Ok(bytes) => Ok(Step::File { name: file.name.clone(), media_type: file.media_type.clone(), bytes }),
        Err(BlobError::Unavailable { retry_after, reason }) => Err(later(retry_after, reason)),
        Err(error) => Err(SendError::Reject(error.to_string())),
    }
}

/// The message that is answered, where that has to be said: in groups, and when a person answers.
fn replied(message: &OutboundMessage, route: Route) -> Option<i32> {
    let (chat, id) = message.replies_to.as_ref()?.provider_id.split_once(':')?;
    let by_a_person = message.parts.iter().any(|part| part.from == Author::Staff);
    ((route.is_group() || by_a_person) && chat == route.chat.to_string()).then(|| id.parse().ok())?
}

/// Makes one step in its turn. A group that has moved is followed, once.
async fn one(
    bot: &Inner,
    message: &OutboundMessage,
    route: &mut Route,
    step: Step,
    answers: Option<i32>,
    cx: &SendContext,
) -> Result<i64, SendError> {
    let spare = if route.is_group() { Some(step.clone()) } else { None };
    turn(bot, message, *route).await?;
    let fault = match bot.api.send(*route, step, answers).await {
        Ok(id) => return Ok(id),
        Err(fault) => fault,
    };
    if let (Fault::Moved(chat), Some(step)) = (&fault, spare)
        && *chat != route.chat
    {
        let noted = moved::note(cx.cursors.as_ref(), route.chat, *chat).await;
        noted.map_err(|error| later(AGAIN, error.to_string()))?;
        route.chat = *chat;
        return bot.api.send(*route, step, None).await.map_err(|fault| outcome(bot, message, *route, fault));
    }
    Err(outcome(bot, message, *route, fault))
}

/// Waits for a turn that is near; else says when to come back.
async fn turn(bot: &Inner, message: &OutboundMessage, route: Route) -> Result<(), SendError> {
    let to = if route.is_group() {
        Rate::per_second(bot.config.group_messages_per_minute / 60.0)
    } else {
        Rate::per_second(bot.config.chat_messages_per_second)
    };
    let lanes =
        [(Lane::Account, Rate::per_second(bot.config.messages_per_second)), (Lane::To(route.chat.to_string()), to)];
    let soon = bot.pacing.soon(message.command, &lanes, SOON).await;
    soon.map_err(|after| later(after, "its turn comes later".to_owned()))
}

/// What a fault means for a delivery.
fn outcome(bot: &Inner, message: &OutboundMessage, route: Route, fault: Fault) -> SendError {
    match fault {
        Fault::Wait(after) => {
            bot.pacing.hold(&Lane::To(route.chat.to_string()), after, Instant::now());
            later(after + backoff::jittered(SOON), "Telegram asks to wait".to_owned())
        }
        Fault::Unreachable(why) => SendError::Reject(format!("unreachable on Telegram: {why}")),
        Fault::Token => {
            let account = &bot.account;
            tracing::error!(%account, "Telegram does not know the token; see telegram.{account}.token. What is to be sent waits");
            bot.pacing.hold(&Lane::Account, PAUSE, Instant::now());
            let after = backoff::wait(message.attempt, PAUSE, LONGEST).max(PAUSE);
            later(after, "Telegram does not know the token".to_owned())
        }
        Fault::Away(why) => later(backoff::wait(message.attempt, AGAIN, LONGEST), why),
        Fault::Refused(why) => SendError::Reject(format!("Telegram refuses it: {why}")),
        Fault::Moved(_) => later(AGAIN, "the group is moving".to_owned()),
        Fault::Rival { .. } => later(AGAIN, "Telegram says that another program uses the bot".to_owned()),
        Fault::Unknown(why) => SendError::Unknown(why),
        Fault::Done => SendError::Unknown("Telegram has taken it, and its answer cannot be read".to_owned()),
    }
}
