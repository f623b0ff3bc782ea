//! Conversations: the list and one of them in full.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use futures_util::future::try_join_all;
use serde::Deserialize;
use serde_json::{Value, json};
use wissel_channels::{Author, ConversationId, UnixMillis};

use super::problem::Problem;
use super::read::{self, Opened};
use super::signed_in::SignedIn;
use super::{Staff, brief, shape};
use crate::routing::QueueName;
use crate::routing::shown::decision_json;
use crate::store::{Row, Wanted};
use crate::thread::state::{DeliveryState, EntryKind};
use crate::thread::{Entry, StateName};

/// Conversations a page.
const PAGE: usize = 50;

/// Which conversations are wanted. Empty texts are as good as none.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    queue: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    after: String,
}

impl Asked {
    fn wanted(&self) -> Result<Wanted, Problem> {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let queue = given(&self.queue).map(|name| QueueName::new(&name)).transpose();
        let state = given(&self.state).map(|name| state(&name).ok_or(())).transpose();
        let after = given(&self.after).map(|cursor| read_cursor(&cursor).ok_or(())).transpose();
        Ok(Wanted {
            queue: queue.map_err(|error| Problem::invalid(format!("queue: {error}")))?,
            state: state.map_err(|()| Problem::invalid("state: one of bot, waiting, claimed, closed"))?,
            after: after.map_err(|()| Problem::invalid("after: not a cursor that a list gave as `next`"))?,
            most: PAGE + 1,
        })
    }
}

fn state(name: &str) -> Option<StateName> {
    serde_json::from_value(Value::from(name)).ok()
}

fn cursor(row: &Row) -> String {
    BASE64.encode(format!("{}.{}", row.since.0, row.conversation))
}

fn read_cursor(text: &str) -> Option<(UnixMillis, ConversationId)> {
    let plain = String::from_utf8(BASE64.decode(text).ok()?).ok()?;
    let (since, conversation) = plain.split_once('.')?;
    Some((UnixMillis(since.parse().ok()?), conversation.parse().ok()?))
}

/// `GET /api/conversations`: oldest first, 50 a page.
pub async fn list(
    State(staff): State<Arc<Staff>>,
    _: SignedIn,
    asked: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let Query(asked) = asked.map_err(|error| Problem::invalid(error.body_text()))?;
    let mut rows = staff.archive.store.rows(&asked.wanted()?).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| more).map(cursor);
    let shown = try_join_all(rows.iter().map(|row| listed(&staff, row))).await?;
    Ok(Json(json!({ "conversations": shown, "next": next })))
}

async fn listed(staff: &Staff, row: &Row) -> Result<Value, Problem> {
    let thread = staff.archive.state(row.thread).await?;
    let opened = thread.as_ref().and_then(Opened::current).filter(|opened| opened.id == row.conversation);
    let owner = match &opened {
        Some(opened) => shape::owner(opened.owner.as_ref(), opened.queue.as_ref()),
        None => shape::owner(None, row.queue.as_ref()),
    };
    let customer = opened.as_ref().map_or(Value::Null, |opened| shape::customer(&opened.entries));
    let mut said = opened.iter().flat_map(|opened| opened.entries.iter().rev());
    let last = said.find(|entry| entry.from == Author::Customer);
    Ok(json!({
        "id": row.conversation,
        "channel": row.channel,
        "customer": customer,
        "queue": row.queue,
        "state": row.state,
        "owner": owner,
        "since": row.since,
        "language": row.language,
        "priority": row.priority,
        "preview": last.map_or_else(String::new, shape::preview_of),
        "unanswered": opened.as_ref().is_some_and(unanswered),
    }))
}

/// Whether the customer had the last word. What failed was not said.
fn unanswered(opened: &Opened) -> bool {
    let waits = opened.pending.iter().any(|outgoing| outgoing.from != Author::System);
    let said = |entry: &&Entry| {
        entry.kind == EntryKind::Message
            && entry.from != Author::System
            && entry.delivery != Some(DeliveryState::Failed)
    };
    let last = opened.entries.iter().rev().find(said);
    !waits && last.is_some_and(|entry| entry.from == Author::Customer)
}

/// Where the words stand that spoke most for the decision, found beside the threads that serve everybody.
async fn telling(staff: &Staff, opened: &Opened) -> Vec<(u32, u32)> {
    let Some(decision) = opened.decision.clone() else { return Vec::new() };
    let (telling, text) = (Arc::clone(&staff.telling), opened.decided_text());
    // Whoever asks sees the rest without it when it fails.
    tokio::task::spawn_blocking(move || telling(&decision, &text)).await.unwrap_or_default()
}

/// The id in a path; what is not an id names nothing.
pub fn id(text: &str) -> Result<ConversationId, Problem> {
    text.parse().map_err(|_| Problem::not_found("conversation"))
}

/// `GET /api/conversations/{id}`: all of it.
pub async fn detail(
    State(staff): State<Arc<Staff>>,
    _: SignedIn,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, Problem> {
    let found = read::conversation(&staff.archive, id(&path)?).await?;
    let opened = found.ok_or_else(|| Problem::not_found("conversation"))?;
    let language = brief::language_of(headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()));
    let telling = telling(&staff, &opened).await;
    let table = staff.table.load();
    let decision = opened.decision.as_ref().map(|decision| decision_json(decision, &opened.decided_text()));
    Ok(Json(json!({
        "id": opened.id,
        "thread": opened.thread,
        "channel": opened.channel(),
        "account": opened.account(),
        "customer": shape::customer(&opened.entries),
        "takes_files": opened.channel().is_some_and(|channel| !staff.without_files.contains(channel)),
        "state": opened.state,
        "queue": opened.queue,
        "owner": shape::owner(opened.owner.as_ref(), opened.queue.as_ref()),
        "epoch": opened.epoch,
        "opened_at": opened.opened_at,
        "since": opened.since,
        "claim_until": opened.claim_until,
        "language": opened.language,
        "priority": opened.priority,
        "messages": shape::messages(&opened),
        "decided_on": opened.decision.as_ref().map(|_| opened.decided_on),
        "decision": decision,
        "brief": brief::brief(&opened, &telling, |name| table.intent(name), language),
    })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_rubbish_does_not() {
        let row = (UnixMillis(1_790_000_000_123), ConversationId([7; 16]));
        let text = BASE64.encode(format!("{}.{}", row.0.0, row.1));
        assert_eq!(read_cursor(&text), Some(row));
        for rubbish in ["x", "", "AAAA", "💥"] {
            assert_eq!(read_cursor(rubbish), None);
        }
    }

    #[test]
    fn a_filter_that_makes_no_sense_is_told() {
        let asked = Asked { state: "sleeping".into(), ..Asked::default() };
        assert!(asked.wanted().is_err());
        let asked = Asked { queue: "care".into(), state: "waiting".into(), after: String::new() };
        let wanted = asked.wanted().unwrap();
        assert_eq!((wanted.state, wanted.most), (Some(StateName::Waiting), 51));
    }
}
