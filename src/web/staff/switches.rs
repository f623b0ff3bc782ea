//! Switches: where AI is off. A change is told to every conversation that the bot has.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use serde::Deserialize;
use serde_json::json;
use wissel_channels::{ChannelName, ThreadKey, conformance};

use super::Staff;
use super::orders;
use super::problem::Problem;
use super::signed_in::SignedIn;
use crate::store::Wanted;
use crate::thread::{AiOff, Body, Event, EventId, StateName, Switches};

/// Conversations that are told at a time.
const BATCH: usize = 500;
/// How long whoever changes the switches waits for that; many conversations take longer.
const TOLD: Duration = Duration::from_secs(5);
/// Events that wait for their confirmation at a time.
const AT_ONCE: usize = 64;

/// What is wanted of the switches. A version in the body is looked at no more than any other unknown member.
#[derive(Debug, Deserialize)]
struct Asked {
    ai_off: AiOff,
}

/// `GET /api/switches`.
pub async fn get(State(staff): State<Arc<Staff>>, _: SignedIn) -> Result<Response, Problem> {
    Ok(shown(&staff.archive.store.switches().await?))
}

fn shown(switches: &Switches) -> Response {
    let version = [(header::ETAG, format!("\"{}\"", switches.version))];
    let body = json!({ "version": switches.version, "ai_off": switches.ai_off });
    (version, Json(body)).into_response()
}

/// `PUT /api/switches` with `If-Match`.
pub async fn put(
    State(staff): State<Arc<Staff>>,
    _: SignedIn,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let version = version(&headers)?;
    let body = body.map_err(|error| orders::too_large(&error))?;
    let asked: Asked = serde_json::from_slice(&body).map_err(|error| {
        Problem::invalid(format!(
            "the body must be {{\"ai_off\":{{\"all\",\"queues\",\"channels\",\"languages\"}}}}: {error}"
        ))
    })?;
    known(&staff, &asked.ai_off).await?;
    let new = Switches { version: version.saturating_add(1), ai_off: asked.ai_off };
    let Some(set) = staff.archive.store.set_switches(version, new).await? else {
        let detail = "somebody changed the switches since you looked; look again";
        return Err(Problem::new(StatusCode::PRECONDITION_FAILED, "stale_epoch", detail));
    };
    tracing::info!(version = set.version, ai_off = %json!(set.ai_off), "the AI switches were changed");
    // In a task of its own, which goes on when the caller goes away or has waited long enough.
    let (task, version) = (Arc::clone(&staff), set.version);
    let told = staff.tracker.spawn(async move {
        if tell(&task, version).await.is_err() {
            // They are in force all the same: they are looked at before anything automatic is sent.
            tracing::warn!(version, "not every conversation could be told that the AI switches changed");
        }
    });
    let _goes_on = tokio::time::timeout(TOLD, told).await;
    Ok(shown(&set))
}

/// Refuses a queue or a channel that is not there: somebody would believe that AI is off, and it is not. What was switched
/// off before stays sayable, though its queue may be gone.
async fn known(staff: &Staff, off: &AiOff) -> Result<(), Problem> {
    let before = staff.archive.store.switches().await?.ai_off;
    let table = staff.table.load();
    let queue = off.queues.iter().find(|name| table.queue(name).is_none() && !before.queues.contains(*name));
    if let Some(queue) = queue {
        let there: Vec<&str> = table.queues().map(|queue| queue.name.as_str()).collect();
        let detail = format!("ai_off.queues: there is no queue \"{queue}\"; there are: {}", there.join(", "));
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unknown_queue", detail));
    }
    let known = |name: &ChannelName| conformance::ALL.iter().any(|(known, _)| *known == name.as_str());
    match off.channels.iter().find(|name| !known(name) && !before.channels.contains(*name)) {
        Some(channel) => Err(Problem::invalid(format!("ai_off.channels: there is no channel \"{channel}\""))),
        None => Ok(()),
    }
}

fn version(headers: &HeaderMap) -> Result<u64, Problem> {
    let needed = || {
        let detail = "If-Match: needed, with the version that you saw";
        Problem::new(StatusCode::PRECONDITION_REQUIRED, "invalid", detail)
    };
    let given = headers.get(header::IF_MATCH).ok_or_else(needed)?.to_str().unwrap_or_default();
    let bare = given.trim().trim_start_matches("W/").trim_matches('"');
    bare.parse().map_err(|_| Problem::invalid("If-Match: the version is a number"))
}

/// Tells every conversation that the bot has that the switches changed.
async fn tell(staff: &Staff, version: u64) -> Result<(), Problem> {
    let mut wanted = Wanted { state: Some(StateName::Bot), most: BATCH, ..Wanted::default() };
    loop {
        let rows = staff.archive.store.rows(&wanted).await?;
        let threads: Vec<_> = rows.iter().map(|row| row.thread).collect();
        tell_threads(staff, threads, version).await?;
        match rows.last().filter(|_| rows.len() == BATCH) {
            Some(last) => wanted.after = Some((last.since, last.conversation)),
            None => return Ok(()),
        }
    }
}

/// Publishes to each thread that the switches changed. The same thread and version is the same event.
async fn tell_threads(staff: &Staff, threads: Vec<ThreadKey>, version: u64) -> Result<(), Problem> {
    let at = staff.clock.now();
    let publish = |thread: ThreadKey| {
        let post = staff.post.clone();
        let id = EventId::of("switched", &[&thread.0, &version.to_le_bytes()]);
        let event = Event { id, thread, at, trace: id, body: Body::Switched };
        async move { post.event(&event).await }
    };
    let published = stream::iter(threads.into_iter().map(publish)).buffer_unordered(AT_ONCE);
    Ok(published.try_collect::<()>().await?)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_version_is_read_bare_and_in_quotes() {
        for text in ["3", "\"3\"", "W/\"3\""] {
            let headers = HeaderMap::from_iter([(header::IF_MATCH, HeaderValue::from_static(text))]);
            assert_eq!(version(&headers).unwrap(), 3);
        }
        assert!(version(&HeaderMap::new()).is_err());
    }
}
