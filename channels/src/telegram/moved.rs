//! Groups that became supergroups: their chat has a new id, and their thread stays the one that it was.

use serde_json::Value;

use crate::{CursorError, Cursors};

/// Notes that the group `before` has the id `now`.
pub(super) async fn note(cursors: &dyn Cursors, before: i64, now: i64) -> Result<(), CursorError> {
    // A group that moved before keeps the thread that it began with.
    let first = began_as(cursors, before).await?.unwrap_or(before);
    cursors.write(&format!("moved.{before}"), &now.to_string()).await?;
    cursors.write(&format!("began.{now}"), &first.to_string()).await
}

/// The id of a group now.
pub(super) async fn now(cursors: &dyn Cursors, chat: i64) -> Result<i64, CursorError> {
    let mut chat = chat;
    // It moves once; never go round in a circle.
    for _ in 0..4 {
        match number(cursors, &format!("moved.{chat}")).await? {
            Some(next) if next != chat => chat = next,
            _ => break,
        }
    }
    Ok(chat)
}

/// The id under which the thread of a group began, if that was another.
pub(super) async fn began_as(cursors: &dyn Cursors, chat: i64) -> Result<Option<i64>, CursorError> {
    number(cursors, &format!("began.{chat}")).await
}

async fn number(cursors: &dyn Cursors, name: &str) -> Result<Option<i64>, CursorError> {
    Ok(cursors.read(name).await?.and_then(|text| text.parse().ok()))
}

/// What an update says of a move: the group before and now.
pub(super) fn told(update: &Value) -> Option<(i64, i64)> {
    let message = update.get("message")?;
    let chat = message.pointer("/chat/id")?.as_i64()?;
    let number = |key: &str| message.get(key).and_then(Value::as_i64);
    match (number("migrate_to_chat_id"), number("migrate_from_chat_id")) {
        (Some(now), _) => Some((chat, now)),
        (None, Some(before)) => Some((before, chat)),
        (None, None) => None,
    }
}
