//! Explain: why each message of a conversation went where it went, as JSON.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde_json::Value;
use wissel_channels::ConversationId;

use super::problem::Problem;
use super::signed_in::SignedIn;
use super::{Staff, conversations, read};
use crate::thread::explain::{Step, Storyteller, document};
use crate::wire::Record;

/// `GET /api/conversations/{id}/explain`.
pub async fn explain(
    State(staff): State<Arc<Staff>>,
    _: SignedIn,
    Path(path): Path<String>,
) -> Result<Json<Value>, Problem> {
    let id = conversations::id(&path)?;
    let thread = read::thread_of(&staff.archive, id).await?;
    let thread = thread.ok_or_else(|| Problem::not_found("conversation"))?;
    Ok(Json(document(id, &steps(id, &staff.archive.told(thread).await?))))
}

/// What happened in a conversation, in order; events that nobody would notice are left out.
pub fn steps(id: ConversationId, records: &[Record]) -> Vec<Step> {
    let mut teller = Storyteller::default();
    let steps = records.iter().map(|record| teller.step(&record.input, &record.changes));
    steps.filter(|step| step.conversation == Some(id) && !step.changes.is_empty()).collect()
}
