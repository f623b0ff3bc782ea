//! The customer of a conversation: who they are by what channels vouch for, and their other threads, with the evidence.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};
use wissel_channels::{ConversationId, ThreadKey};

use super::problem::Problem;
use super::read::{self, Opened};
use super::signed_in::SignedIn;
use super::{Staff, conversations, shape};
use crate::thread::Thread;
use crate::wire::identities::Identity;

/// Other threads that are shown.
const MOST: usize = 20;

/// `GET /api/conversations/{id}/customer`.
pub async fn customer(
    State(staff): State<Arc<Staff>>,
    _: SignedIn,
    Path(path): Path<String>,
) -> Result<Json<Value>, Problem> {
    let thread = thread(&staff, &path).await?;
    let state = staff.archive.state(thread).await?.ok_or_else(|| Problem::not_found("conversation"))?;
    let identities = known(&state);
    let mut evidence = related(&state);
    for identity in &identities {
        for wrote in staff.identities.threads(identity).await? {
            let told = json!({"kind": "address", "channel": identity.channel, "address": identity.address,
                "by": null, "at": wrote.at});
            evidence.insert(wrote.thread, told);
        }
    }
    for said in staff.identities.said(thread).await? {
        if said.same {
            let told = json!({"kind": "person", "channel": null, "address": null, "by": said.by.0, "at": said.at});
            evidence.insert(said.thread, told);
        } else {
            evidence.remove(&said.thread);
        }
    }
    evidence.remove(&thread);
    let mut threads = Vec::new();
    for (other, why) in evidence.into_iter().take(MOST) {
        let Some(state) = staff.archive.state(other).await? else { continue };
        if let Some(opened) = Opened::current(&state) {
            threads.push(shown(&opened, &why));
        }
    }
    let identities: Vec<Value> =
        identities.iter().map(|it| json!({"channel": it.channel, "address": it.address})).collect();
    Ok(Json(json!({ "identities": identities, "threads": threads })))
}

/// Threads that messages may belong to, as they say themselves: a mail that answers one of ours from another address.
fn related(state: &Thread) -> BTreeMap<ThreadKey, Value> {
    let named = state.tail.iter().filter_map(|entry| Some((entry.more.as_ref()?.related?, entry.at)));
    let told = |at| json!({"kind": "reply", "channel": null, "address": null, "by": null, "at": at});
    named.map(|(thread, at)| (thread, told(at))).collect()
}

fn shown(opened: &Opened, why: &Value) -> Value {
    let last = opened.entries.iter().rev().find(|entry| entry.from == wissel_channels::Author::Customer);
    json!({
        "conversation": opened.id,
        "channel": opened.channel(),
        "account": opened.account(),
        "state": opened.state,
        "since": opened.since,
        "preview": last.map_or_else(String::new, shape::preview_of),
        "evidence": why,
    })
}

/// What channels vouch for in a thread.
fn known(state: &Thread) -> Vec<Identity> {
    let Some(address) = &state.address else { return Vec::new() };
    let senders = state.tail.iter().filter_map(|entry| entry.more.as_ref()?.sender.as_ref());
    let mut known: Vec<Identity> = senders.flat_map(|sender| Identity::of_sender(&address.channel, sender)).collect();
    known.sort_by(|a, b| (&a.channel, &a.address).cmp(&(&b.channel, &b.address)));
    known.dedup();
    known
}

async fn thread(staff: &Staff, path: &str) -> Result<ThreadKey, Problem> {
    let id: ConversationId = conversations::id(path)?;
    read::thread_of(&staff.archive, id).await?.ok_or_else(|| Problem::not_found("conversation"))
}

/// `PUT /api/conversations/{id}/customer/{other}`: says that both are one customer's.
pub async fn link(
    State(staff): State<Arc<Staff>>,
    signed_in: SignedIn,
    Path((path, other)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    say(&staff, &signed_in, &path, &other, true).await
}

/// `DELETE …`: says that they are not.
pub async fn unlink(
    State(staff): State<Arc<Staff>>,
    signed_in: SignedIn,
    Path((path, other)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    say(&staff, &signed_in, &path, &other, false).await
}

async fn say(staff: &Staff, who: &SignedIn, path: &str, other: &str, same: bool) -> Result<Json<Value>, Problem> {
    let threads = [thread(staff, path).await?, thread(staff, other).await?];
    if threads[0] == threads[1] {
        return Err(Problem::invalid("these are conversations of one thread already"));
    }
    staff.identities.say(threads, same, &who.0, staff.clock.now()).await?;
    Ok(Json(json!({ "linked": same })))
}
