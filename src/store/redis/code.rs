//! How the store's types look in Redis: compact bytes, and names of places that the scripts can compare.

use wissel_channels::{ChannelName, ConversationId, ThreadKey, UnixMillis};

use crate::routing::{Language, Priority, QueueName};
use crate::store::{Count, Row, SaveThread, StoreError, Stored, StoredOrder};
use crate::thread::{EventId, StateName};

/// All states, each at the place of its number.
const STATES: [StateName; 4] = [StateName::Bot, StateName::Waiting, StateName::Claimed, StateName::Closed];
const PRIORITIES: [Priority; 3] = [Priority::Low, Priority::Normal, Priority::High];

/// What is in Redis is not what we write there.
pub(super) fn damaged(what: &str) -> StoreError {
    StoreError::Unusable(format!(
        "what Redis holds as {what} is not what this release writes; empty the database, and it is rebuilt from the journal"
    ))
}

/// The number of a state.
pub(super) fn state(state: StateName) -> char {
    match state {
        StateName::Bot => '0',
        StateName::Waiting => '1',
        StateName::Claimed => '2',
        StateName::Closed => '3',
    }
}

/// Where a conversation is: its state and its queue.
pub(super) fn place(row: &Row) -> String {
    format!("{}{}", state(row.state), row.queue.as_ref().map_or("", QueueName::as_str))
}

fn read_place(place: &[u8]) -> Option<(StateName, Option<QueueName>)> {
    let (state, queue) = place.split_first()?;
    let state = *STATES.get(usize::from(state.checked_sub(b'0')?))?;
    let queue = str::from_utf8(queue).ok()?;
    let queue = if queue.is_empty() { None } else { Some(QueueName::new(queue).ok()?) };
    Some((state, queue))
}

/// A thread: epoch, whether and which command is revoked, the key behind its length, the state.
pub(super) fn thread(saved: &SaveThread) -> Vec<u8> {
    let (key, sealed) = (&saved.stored.key, &saved.stored.sealed);
    let mut bytes = Vec::with_capacity(27 + key.len() + sealed.len());
    bytes.extend_from_slice(&saved.epoch.to_be_bytes());
    bytes.push(saved.revoked.is_some().into());
    bytes.extend_from_slice(&saved.revoked.unwrap_or_default().0);
    bytes.extend_from_slice(&u16::try_from(key.len()).unwrap_or(u16::MAX).to_be_bytes());
    bytes.extend_from_slice(key);
    bytes.extend_from_slice(sealed);
    bytes
}

/// Reads a thread.
pub(super) fn read_thread(bytes: &[u8]) -> Result<Stored, StoreError> {
    let read = || {
        let (length, rest) = bytes.get(25..)?.split_first_chunk::<2>()?;
        let (key, sealed) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
        Some(Stored { sealed: sealed.to_vec(), key: key.to_vec() })
    };
    read().ok_or_else(|| damaged("a thread"))
}

/// A row: its place, which ends at a line's end, then thread, since, priority, language, channel.
pub(super) fn row(row: &Row) -> Vec<u8> {
    let mut bytes = place(row).into_bytes();
    bytes.push(b'\n');
    bytes.extend_from_slice(&row.thread.0);
    bytes.extend_from_slice(&row.since.0.to_be_bytes());
    bytes.push(PRIORITIES.iter().position(|p| *p == row.priority).and_then(|p| u8::try_from(p).ok()).unwrap_or(0));
    bytes.extend_from_slice(row.language.map_or("--", Language::code).as_bytes());
    bytes.extend_from_slice(row.channel.as_str().as_bytes());
    bytes
}

/// Reads a row.
pub(super) fn read_row(conversation: &[u8], bytes: &[u8]) -> Result<Row, StoreError> {
    let read = || {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let (state, queue) = read_place(&bytes[..end])?;
        let (thread, rest) = bytes[end + 1..].split_first_chunk::<16>()?;
        let (since, rest) = rest.split_first_chunk::<8>()?;
        let (priority, rest) = rest.split_first()?;
        let (language, channel) = rest.split_at_checked(2)?;
        Some(Row {
            conversation: ConversationId(conversation.try_into().ok()?),
            thread: ThreadKey(*thread),
            state,
            queue,
            channel: ChannelName::new(str::from_utf8(channel).ok()?).ok()?,
            language: if language == b"--" { None } else { Some(str::from_utf8(language).ok()?.parse().ok()?) },
            priority: *PRIORITIES.get(usize::from(*priority))?,
            since: UnixMillis(i64::from_be_bytes(*since)),
        })
    };
    read().ok_or_else(|| damaged("a conversation"))
}

/// How many conversations are at a place.
pub(super) fn read_count(place: &[u8], conversations: u64, oldest: i64) -> Result<Count, StoreError> {
    let (state, queue) = read_place(place).ok_or_else(|| damaged("a place"))?;
    Ok(Count { queue, state, conversations, oldest: Some(UnixMillis(oldest)) })
}

/// An answer to an order.
pub(super) fn order(order: &StoredOrder) -> Vec<u8> {
    [&order.thread.0[..], &order.at.0.to_be_bytes(), &order.digest, &order.sealed].concat()
}

/// Reads an answer to an order.
pub(super) fn read_order(order: EventId, bytes: &[u8]) -> Result<StoredOrder, StoreError> {
    let read = || {
        let (thread, rest) = bytes.split_first_chunk::<16>()?;
        let (at, rest) = rest.split_first_chunk::<8>()?;
        let (digest, sealed) = rest.split_first_chunk::<16>()?;
        let at = UnixMillis(i64::from_be_bytes(*at));
        Some(StoredOrder { order, thread: ThreadKey(*thread), at, digest: *digest, sealed: sealed.to_vec() })
    };
    read().ok_or_else(|| damaged("the answer to an order"))
}
