//! Our reference in what we send, which statuses bring back: it tells what became of a message whose answer was lost.

use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use crate::{CommandId, CursorError, Cursors, OutboundMessage, Receipt, SendContext};

/// How long a status is waited for before an outcome is said to be unknown.
const PATIENCE: Duration = Duration::from_secs(15);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(250);

/// The references of the statuses of a webhook: which command, and the id of its message.
pub(super) fn references(body: &[u8]) -> Vec<(CommandId, String)> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let list = |value: &Value, key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let changes = list(&body, "entry").into_iter().flat_map(|entry| list(&entry, "changes"));
    let statuses = changes.flat_map(|change| list(&change["value"], "statuses"));
    let reference = |status: Value| {
        let command = status["biz_opaque_callback_data"].as_str()?.parse().ok()?;
        // A message that failed was not sent.
        let id = status["id"].as_str().filter(|id| !id.is_empty() && id.len() <= 128)?;
        (status["status"] != "failed").then(|| (command, id.to_owned()))
    };
    statuses.filter_map(reference).collect()
}

/// The mark of a command. There are few, so that they do not become ever more: the newest of each has it.
fn mark(command: CommandId) -> String {
    format!("sent.{}", &command.to_string()[..3])
}

/// Notes that a command's message was sent, under this id.
pub(super) async fn note(cursors: &dyn Cursors, command: CommandId, id: &str) -> Result<(), CursorError> {
    cursors.write(&mark(command), &format!("{command} {id}")).await
}

/// Waits until a status tells that the message was sent.
pub(super) async fn sent(message: &OutboundMessage, cx: &SendContext) -> Option<Receipt> {
    let until = Instant::now() + PATIENCE;
    loop {
        let told = cx.cursors.read(&mark(message.command)).await.ok().flatten();
        let id = told.as_deref().and_then(|told| {
            let (command, id) = told.split_once(' ')?;
            (command == message.command.to_string()).then(|| id.to_owned())
        });
        if id.is_some() {
            return Some(Receipt { provider_id: id });
        }
        if Instant::now() >= until {
            return None;
        }
        tokio::time::sleep(LOOK).await;
    }
}
