//! Shape: how things look in the staff API's JSON.

use serde_json::{Value, json};
use wissel_channels::{Attachment, Author, Origin, Source};

use super::read::Opened;
use crate::routing::QueueName;
use crate::thread::explain::{delivery_word, progress_word};
use crate::thread::one_line::one_line;
use crate::thread::state::{EntryKind, More, Outgoing};
use crate::thread::{Entry, OrderOutcome, Owner};

/// Characters of a preview.
const PREVIEW: usize = 140;

/// Who has a conversation: `{"kind","name"}`.
pub fn owner(owner: Option<&Owner>, queue: Option<&QueueName>) -> Value {
    let queue = queue.map_or("", QueueName::as_str);
    match owner {
        Some(Owner::Bot) => json!({ "kind": "bot", "name": queue }),
        Some(Owner::Agent(person)) => json!({ "kind": "agent", "name": person.0 }),
        Some(Owner::Queue) | None => json!({ "kind": "queue", "name": queue }),
    }
}

/// Who the customer is, by the newest message that tells; null where the channel does not know.
pub fn customer(entries: &[Entry]) -> Value {
    let mut said = entries.iter().rev().filter(|entry| entry.from == Author::Customer);
    json!(said.find_map(|entry| entry.more.as_ref()?.sender.as_ref()))
}

/// What was said, with what waits to be delivered at its end.
pub fn messages(opened: &Opened) -> Vec<Value> {
    opened.entries.iter().map(message).chain(opened.pending.iter().map(waiting)).collect()
}

fn message(entry: &Entry) -> Value {
    json!({
        "seq": entry.seq,
        "id": entry.id,
        "ordinal": entry.ordinal,
        "kind": match entry.kind {
            EntryKind::Message => "message",
            EntryKind::Note => "note",
            EntryKind::Marker => "marker",
        },
        "from": entry.from,
        "name": entry.name,
        "at": entry.at,
        "text": entry.text,
        "origin": entry.origin.map(origin),
        "sources": sources(&entry.sources),
        "delivery": entry.delivery.map(delivery_word),
        "progress": entry.progress.map(progress_word),
        "attachments": entry.more.as_ref().map_or_else(|| json!([]), |more| attachments(&more.attachments)),
        "sender": entry.more.as_ref().and_then(|more| more.sender.as_ref()),
        "verified": entry.more.as_ref().and_then(|more| more.sender.as_ref()).map(|sender| sender.verified),
        "subject": beside(entry, |more| &more.subject),
        "quoted": beside(entry, |more| &more.quoted),
        "signature": beside(entry, |more| &more.signature),
        "form": entry.more.as_ref().map(|more| more.kind),
        "whole": entry.more.as_ref().and_then(|more| more.whole.as_ref()).map(attachment),
        "edits": entry.edits(),
    })
}

/// A text beside the message's own; null when there is none.
fn beside(entry: &Entry, of: impl Fn(&More) -> &str) -> Option<&str> {
    entry.more.as_ref().map(|more| of(more)).filter(|text| !text.is_empty())
}

/// Files, as they are shown; `hash` is null where the content was not kept, and `refused` says why.
fn attachments(files: &[Attachment]) -> Value {
    Value::Array(files.iter().map(attachment).collect())
}

fn attachment(file: &Attachment) -> Value {
    let hash = (!file.hash.is_empty()).then_some(&file.hash);
    json!({"name": file.name, "type": file.media_type, "bytes": file.bytes, "hash": hash, "refused": file.refused})
}

fn waiting(outgoing: &Outgoing) -> Value {
    json!({
        "seq": null,
        "id": outgoing.id,
        "ordinal": null,
        "kind": "message",
        "from": outgoing.from,
        "name": outgoing.name,
        "at": outgoing.at,
        "text": outgoing.text,
        "origin": origin(outgoing.origin),
        "sources": sources(&outgoing.sources),
        "delivery": "pending",
        "progress": null,
        "attachments": attachments(&outgoing.attachments),
        "sender": null,
        "verified": null,
        "subject": null,
        "quoted": null,
        "signature": null,
        "form": null,
        "whole": null,
        "edits": null,
    })
}

fn origin(origin: Origin) -> Value {
    json!(origin)
}

/// Sources of an answer.
pub fn sources(sources: &[Source]) -> Value {
    json!(sources)
}

/// The answer to an order that was done.
pub fn done(outcome: &OrderOutcome) -> Value {
    json!({
        "state": outcome.state,
        "owner": owner(Some(&outcome.owner), outcome.queue.as_ref()),
        "epoch": outcome.epoch,
    })
}

/// The beginning of a text on one line, without characters that could change how the rest is shown.
pub fn preview(text: &str) -> String {
    one_line(text, PREVIEW)
}

/// The beginning of what a message says, or the names of its files where it says nothing.
pub fn preview_of(entry: &Entry) -> String {
    let files = entry.more.iter().flat_map(|more| &more.attachments).map(|file| file.name.as_str());
    if entry.text.trim().is_empty() { preview(&files.collect::<Vec<_>>().join(", ")) } else { preview(&entry.text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::thread::Person;

    #[test]
    fn an_owner_has_a_kind_and_a_name() {
        let care = QueueName::new("care").unwrap();
        assert_eq!(owner(Some(&Owner::Queue), Some(&care)), json!({"kind": "queue", "name": "care"}));
        let sanne = Owner::Agent(Person("Sanne".into()));
        assert_eq!(owner(Some(&sanne), Some(&care)), json!({"kind": "agent", "name": "Sanne"}));
        assert_eq!(owner(None, None), json!({"kind": "queue", "name": ""}));
    }
}
