//! Saving: a batch of a partition as the arguments of one script.

use redis::{Cmd, Value, from_redis_value};

use super::code;
use super::errors::strange;
use crate::store::{Incarnation, Lease, Save, SaveThread, StoreError};

/// About how many arguments, and how many bytes in all, save these threads.
pub(super) fn size(saved: &[SaveThread]) -> (usize, usize) {
    let of = |saved: &SaveThread| {
        let (ids, rows) = (saved.seen.len(), saved.rows.len());
        let bytes = saved.stored.sealed.len() + saved.stored.key.len() + 128 + 32 * ids + 192 * rows;
        (5 + 2 * ids + 4 * rows, bytes)
    };
    saved.iter().map(of).fold((8, 128), |(arguments, bytes), (more, longer)| (arguments + more, bytes + longer))
}

/// Adds the arguments that save a batch.
pub(super) fn batch(command: &mut Cmd, batch: &Save) {
    // No head comes before the first: that one is never right.
    let before = batch.head.checked_sub(1).map_or_else(|| "none".to_owned(), |head| head.to_string());
    command.arg(batch.lease.term).arg(before).arg(batch.head).arg(&batch.journal[..]);
    threads(command, &batch.threads);
}

/// Adds the arguments that restore threads.
pub(super) fn restored(command: &mut Cmd, lease: Lease, saved: &[SaveThread]) {
    command.arg(lease.term).arg("").arg("").arg("");
    threads(command, saved);
}

fn threads(command: &mut Cmd, saved: &[SaveThread]) {
    let rows = || saved.iter().flat_map(|saved| &saved.rows);
    let orders = || saved.iter().flat_map(|saved| &saved.orders);
    let notices = || saved.iter().flat_map(|saved| saved.notices.iter().map(|notice| (saved.thread, notice)));
    command.arg(saved.len()).arg(rows().count()).arg(orders().count()).arg(notices().count());
    for saved in saved {
        thread(command, saved);
    }
    for row in rows() {
        command.arg(&row.conversation.0).arg(code::place(row)).arg(row.since.0).arg(code::row(row));
    }
    for order in orders() {
        command.arg(&order.order.0).arg(order.at.0).arg(code::order(order));
    }
    for (thread, (reader, there)) in notices() {
        command.arg(if *there { "SADD" } else { "SREM" }).arg(&reader.0).arg(&thread.0);
    }
}

fn thread(command: &mut Cmd, saved: &SaveThread) {
    command.arg(&saved.thread.0).arg(code::thread(saved));
    match saved.due {
        Some(due) => command.arg(due.0),
        None => command.arg(""),
    };
    command.arg(saved.seen.iter().map(|(_, at)| at.0).min().unwrap_or_default()).arg(saved.seen.len());
    for (event, at) in &saved.seen {
        command.arg(at.0).arg(&event.0);
    }
}

/// What the script that saves, restores or vouches says: the incarnation, or why nothing was written.
pub(super) fn outcome(answer: Value, lease: Lease, head: u64) -> Result<Option<Incarnation>, StoreError> {
    let partition = lease.partition;
    let mut told: Vec<Value> = from_redis_value(answer).map_err(strange)?;
    let detail = if told.len() > 1 { told.remove(1) } else { Value::Nil };
    let word: String = told.pop().map_or_else(|| Ok(String::new()), |word| from_redis_value(word).map_err(strange))?;
    let number = |value| from_redis_value::<u64>(value).map_err(strange);
    match word.as_str() {
        "ok" => Ok(from_redis_value::<Option<[u8; 16]>>(detail).map_err(strange)?.map(Incarnation)),
        "term" => Err(StoreError::StaleTerm { partition, ours: lease.term, newest: number(detail)? }),
        "head" => Err(StoreError::WrongHead { partition, expected: head.saturating_sub(1), found: number(detail)? }),
        "mend" => Err(StoreError::NotMended { partition }),
        _ => Err(code::damaged("the answer of a script")),
    }
}
