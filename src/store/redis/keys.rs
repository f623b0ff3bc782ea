//! Keys: what things are called in Redis. Those of a partition carry its number as a hash tag, so that they are together in a
//! cluster.

use wissel_channels::ThreadKey;

use crate::store::Reader;

/// The operators' switches.
pub(super) const SWITCHES: &str = "w:switches";
/// The number of partitions.
pub(super) const PARTITIONS: &str = "w:partitions";

/// Written to see whether Redis takes writes.
pub(super) const ALIVE: &str = "w:alive";

/// Matches all keys of all partitions.
pub(super) const EVERY_PARTITION: &str = "w{*";

/// What the scripts are given of a partition: the hash with its term, head, holder and incarnation. All its other keys
/// follow from this one.
pub(super) fn partition(partition: u16) -> String {
    of(partition, 'm')
}

/// The newest batch's journal message.
pub(super) fn journal(partition: u16) -> String {
    of(partition, 'j')
}

/// A thread's state.
pub(super) fn thread(partition: u16, thread: ThreadKey) -> Vec<u8> {
    with(partition, 't', thread)
}

/// The ids that a thread has seen and the tries of its commands that have begun, each with its time.
pub(super) fn seen(partition: u16, thread: ThreadKey) -> Vec<u8> {
    with(partition, 's', thread)
}

/// Threads by when they are due.
pub(super) fn due(partition: u16) -> String {
    of(partition, 'd')
}

/// Threads that have something to notice for somebody.
pub(super) fn notices(partition: u16, reader: Reader) -> Vec<u8> {
    let mut key = of(partition, 'n').into_bytes();
    key.extend_from_slice(&reader.0);
    key
}

/// Conversations for lists.
pub(super) fn rows(partition: u16) -> String {
    of(partition, 'r')
}

/// Answers to orders.
pub(super) fn orders(partition: u16) -> String {
    of(partition, 'o')
}

/// Where it is told which threads were saved.
pub(super) fn channel(partition: u16) -> String {
    of(partition, 'w')
}

/// A group of processes.
pub(super) fn group(name: &str) -> String {
    format!("w:group:{name}")
}

/// Who has a source.
pub(super) fn source(name: &str) -> String {
    format!("w:source:{name}")
}

/// A mark of a channel.
pub(super) fn mark(name: &str) -> String {
    format!("w:mark:{name}")
}

fn of(partition: u16, kind: char) -> String {
    format!("w{{{partition}}}{kind}")
}

fn with(partition: u16, kind: char, thread: ThreadKey) -> Vec<u8> {
    let mut key = of(partition, kind).into_bytes();
    key.extend_from_slice(&thread.0);
    key
}
