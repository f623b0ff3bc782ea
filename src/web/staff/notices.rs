//! Notices: replies of whoever is signed in that did not arrive, or may not have, until they have seen them.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::problem::Problem;
use super::signed_in::SignedIn;
use super::{Staff, shape};
use crate::thread::explain::delivery_word;
use crate::thread::{Notice, Thread};
use crate::wire::notices;

/// `GET /api/notices`: newest first.
pub async fn notices(State(staff): State<Arc<Staff>>, SignedIn(person): SignedIn) -> Result<Json<Value>, Problem> {
    let found = notices::of(&staff.archive, &person).await?;
    let shown: Vec<Value> = found.iter().map(|(thread, notice)| shown(thread, notice)).collect();
    Ok(Json(json!({ "notices": shown })))
}

fn shown(thread: &Thread, notice: &Notice) -> Value {
    json!({
        "conversation": notice.conversation,
        "ordinal": notice.ordinal,
        "channel": thread.address.as_ref().map(|address| &address.channel),
        "at": notice.at,
        "delivery": delivery_word(notice.state),
        "why": notice.why,
        "preview": shape::preview(&notice.text),
    })
}
