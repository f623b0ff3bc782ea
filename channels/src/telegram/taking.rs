//! From an update to the intake: its files are stored first, then it is accepted, and only then it counts as taken.

use std::time::Duration;

use serde_json::Value;

use super::api::Lost;
use super::fault::Fault;
use super::route::Route;
use super::{Inner, moved};
use crate::later::{Later, accepted};
use crate::reading::{File, Reading, Understood, Unsupported};
use crate::spoken::write_down;
use crate::{Attachment, InboundMessage, Kind, ReceiveContext, TurnedAway};

/// The largest file that the Bot API gives out.
const MOST_FILE: u64 = 20 << 20;
/// How often a file is asked for.
const TRIES: u32 = 3;
/// The longest wait between two tries.
const LONGEST: Duration = Duration::from_secs(3);

/// The Bot API does not tell what is needed before anything can be taken.
fn untold(fault: &Fault) -> Later {
    let why = format!("the Bot API does not tell the bot's name: {fault:?}");
    if let Fault::Wait(after) = fault { Later::away(*after, why) } else { Later::soon(why) }
}

/// Takes updates of one chat, in order; an album among them is one message.
pub(super) async fn take(bot: &Inner, updates: &[Value], cx: &ReceiveContext) -> Result<(), Later> {
    for (before, now) in updates.iter().filter_map(moved::told) {
        moved::note(cx.cursors.as_ref(), before, now).await?;
    }
    let route = updates.iter().find_map(Route::of);
    let mut reader = bot.bot().await.map_err(|fault| untold(&fault))?.clone();
    if let Some(route) = route.filter(|route| route.is_group())
        && let Some(before) = moved::began_as(cx.cursors.as_ref(), route.chat).await?
    {
        reader = reader.following(route.chat, before);
    }
    let body = Value::Array(updates.to_vec()).to_string();
    let Reading { messages, unsupported, .. } = reader.read(body.as_bytes());
    for message in messages {
        one(bot, message, route, cx).await?;
    }
    for piece in unsupported {
        keep(bot, piece, route, cx).await?;
    }
    Ok(())
}

async fn one(bot: &Inner, message: Understood, route: Option<Route>, cx: &ReceiveContext) -> Result<(), Later> {
    let Some(mut message) = started(message, route, cx).await? else { return Ok(()) };
    let private = route.is_none_or(|route| !route.is_group());
    if let Some(why) = TurnedAway::of(message.kind) {
        cx.intake.turned_away(&bot.name, why);
        // Whoever has the conversation sees that it came. It has no words to answer.
        let told = message.kind == Kind::Reaction || message.attributes.contains_key("membership") && private;
        if told {
            accept(cx, message.into_inbound(bot.name.clone(), cx.clock.now(), Vec::new(), None)).await?;
        }
        return Ok(());
    }
    let mut stored = Vec::with_capacity(message.attachments.len());
    for file in &message.attachments {
        stored.push(fetch(bot, file, cx).await?);
    }
    write_down(&mut message, &stored, cx).await;
    let thread = message.thread;
    let way_back = route.map(Route::written);
    accept(cx, message.into_inbound(bot.name.clone(), cx.clock.now(), stored, way_back)).await?;
    if let Some(route) = route.filter(|_| private) {
        bot.typist.watch(thread, route);
    }
    Ok(())
}

/// Pressing "start" says nothing by itself: its parameter is a fact of the first message after it.
async fn started(
    mut message: Understood,
    route: Option<Route>,
    cx: &ReceiveContext,
) -> Result<Option<Understood>, Later> {
    let Some(route) = route.filter(|_| message.kind == Kind::Message) else { return Ok(Some(message)) };
    let name = format!("start.{}", route.chat);
    let silent = message.text.is_empty() && message.attachments.is_empty();
    match message.attributes.get("start") {
        Some(parameter) if silent => {
            if !parameter.is_empty() {
                cx.cursors.write(&name, parameter).await?;
            }
            Ok(None)
        }
        Some(_) => Ok(Some(message)),
        None => {
            // It stays until the next start: a repeated message has the same facts.
            if let Some(parameter) = cx.cursors.read(&name).await?.filter(|parameter| !parameter.is_empty()) {
                message.attributes.insert("start".to_owned(), parameter);
            }
            Ok(Some(message))
        }
    }
}

async fn accept(cx: &ReceiveContext, message: InboundMessage) -> Result<(), Later> {
    accepted(cx.intake.accept(message).await)
}

/// Fetches a file and stores it; what cannot be had is an attachment that says why.
async fn fetch(bot: &Inner, file: &File, cx: &ReceiveContext) -> Result<Attachment, Later> {
    let (name, kind, size) = (file.name.as_str(), file.media_type.as_str(), file.bytes.unwrap_or_default());
    let most = cx.blobs.most_bytes().min(MOST_FILE);
    if size > most {
        return Ok(Attachment::refused(name, kind, size, format!("it has {size} bytes; at most {most} are taken")));
    }
    for attempt in 1..=TRIES {
        match bot.api.fetch(&file.place, most).await {
            Ok(bytes) => {
                return Ok(cx.blobs.keep(name, kind, bytes).await?);
            }
            Err(Lost::Refused(why)) => return Ok(Attachment::refused(name, kind, size, why)),
            Err(Lost::Fault(Fault::Wait(after))) => {
                return Err(Later::away(after, "Telegram asks to wait before files are fetched"));
            }
            Err(Lost::Fault(fault)) if attempt == TRIES => {
                tracing::warn!(?fault, "a file could not be fetched");
            }
            Err(Lost::Fault(_)) => tokio::time::sleep(crate::backoff::wait(attempt, LONGEST / 3, LONGEST)).await,
        }
    }
    Ok(Attachment::refused(name, kind, size, "it could not be fetched from Telegram"))
}

/// What is not understood is kept as it came, for a person.
async fn keep(bot: &Inner, piece: Unsupported, route: Option<Route>, cx: &ReceiveContext) -> Result<(), Later> {
    let stored = cx.blobs.keep("update.json", "application/json", piece.raw.clone().into_bytes()).await?;
    tracing::warn!(account = %bot.account, why = %piece.why, hash = %stored.hash, "an update is not understood");
    let (name, account) = (bot.name.clone(), bot.account.clone());
    match piece.into_inbound(name, account, cx.clock.now(), vec![stored]) {
        Some(mut message) => {
            message.route = route.map(Route::written);
            accept(cx, message).await
        }
        None => Ok(()),
    }
}
