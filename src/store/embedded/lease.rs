//! Partitions: who may write them, and where they are.

use rusqlite::{Connection, OptionalExtension, params};
use wissel_channels::UnixMillis;

use super::present::Presence;
use super::start;
use crate::store::{Held, Lease, Partition};

/// What whoever wants a partition says.
#[derive(Clone, Copy)]
pub(super) struct Wish {
    pub(super) partition: u16,
    pub(super) who: Presence,
    pub(super) at_least: u64,
}

/// The newest term and head of a partition; zero where there is none.
pub(super) fn terms(connection: &Connection, partition: u16) -> rusqlite::Result<(u64, u64)> {
    let mut statement = connection.prepare_cached("SELECT term, head FROM store_partitions WHERE partition = ?")?;
    let found = statement.query_row([partition], |row| Ok((unsigned(row, 0)?, unsigned(row, 1)?))).optional()?;
    Ok(found.unwrap_or_default())
}

/// A partition with its newest journal message.
pub(super) fn partition(connection: &Connection, partition: u16) -> rusqlite::Result<Partition> {
    let sql = "SELECT term, head, journal FROM store_partitions LEFT JOIN store_batches USING (partition)
        WHERE partition = ?";
    let found = connection
        .prepare_cached(sql)?
        .query_row([partition], |row| {
            let (term, head) = (unsigned(row, 0)?, unsigned(row, 1)?);
            // Broker, store and journal are one file: what has a head was compared once, and is never set back.
            Ok(Partition { term, head, journal: row.get(2)?, incarnation: None, mended: head > 0 })
        })
        .optional()?;
    Ok(Partition { incarnation: start::incarnation(connection)?, ..found.unwrap_or_default() })
}

/// Takes a partition, if nobody else holds it.
pub(super) fn take(connection: &Connection, wish: Wish) -> rusqlite::Result<Option<Lease>> {
    let sql = "SELECT 1 FROM store_partitions WHERE partition = ? AND holder <> ? AND until > ?";
    let mut statement = connection.prepare_cached(sql)?;
    if statement.exists(params![wish.partition, wish.who.holder, wish.who.now.0])? {
        return Ok(None);
    }
    start::make_incarnation(connection)?;
    let term = terms(connection, wish.partition)?.0.max(wish.at_least).saturating_add(1);
    let sql = "INSERT INTO store_partitions (partition, term, holder, until) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (partition) DO UPDATE SET term = ?2, holder = ?3, until = ?4";
    let (holder, until) = (wish.who.holder, wish.who.until.0);
    connection.prepare_cached(sql)?.execute(params![wish.partition, term.cast_signed(), holder, until])?;
    Ok(Some(Lease { partition: wish.partition, term }))
}

/// Holds a partition longer, if it is still ours.
pub(super) fn renew(
    connection: &Connection,
    lease: Lease,
    holder: [u8; 16],
    until: UnixMillis,
) -> rusqlite::Result<Option<Held>> {
    let sql = "UPDATE store_partitions SET until = ? WHERE partition = ? AND term = ? AND holder = ?";
    let changed =
        connection.prepare_cached(sql)?.execute(params![until.0, lease.partition, lease.term.cast_signed(), holder])?;
    if changed == 0 {
        return Ok(None);
    }
    Ok(Some(Held { head: terms(connection, lease.partition)?.1, mended: true }))
}

/// Gives a partition up, if it is still ours.
pub(super) fn release(connection: &Connection, lease: Lease, holder: [u8; 16]) -> rusqlite::Result<()> {
    let sql = "UPDATE store_partitions SET holder = NULL, until = NULL WHERE partition = ? AND term = ? AND holder = ?";
    connection.prepare_cached(sql)?.execute(params![lease.partition, lease.term.cast_signed(), holder]).map(|_| ())
}

/// Makes other partitions, all at `head`. Threads are not known by them, and stay as they are.
pub(super) fn repartition(connection: &Connection, to: u16, head: u64) -> rusqlite::Result<()> {
    let newest = "SELECT coalesce(max(term), 0) FROM store_partitions";
    let term: i64 = connection.query_row(newest, [], |row| row.get(0))?;
    connection.execute("DELETE FROM store_partitions", [])?;
    // What whoever takes a partition over would publish again the journal has.
    connection.execute("DELETE FROM store_batches", [])?;
    let mut insert = connection.prepare("INSERT INTO store_partitions (partition, term, head) VALUES (?, ?, ?)")?;
    for partition in 0..to {
        insert.execute(params![partition, term, head.cast_signed()])?;
    }
    Ok(())
}

fn unsigned(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(i64::cast_unsigned)
}
