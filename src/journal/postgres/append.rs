//! Writing into the journal: several batches in one transaction.

use deadpool_postgres::{Client, Transaction};
use tokio_postgres::types::ToSql;

use super::error::Failure;
use super::rows::Rows;
use crate::journal::{Batch, Judged, Known, Order};

/// How many bytes of sealed content a transaction has, unless one batch alone has more.
const MOST_BYTES: usize = 8 << 20;

/// Held by whoever writes, until the end of its transaction: "wissel" and a number.
pub(super) const LOCK: i64 = 0x7769_7373_656c_0002;

/// Writes orders, in order; gives back the batches that came too late.
pub(super) async fn append(client: &mut Client, orders: &[Order]) -> Result<Vec<Batch>, Failure> {
    let mut late = Vec::new();
    let mut rest = orders;
    while !rest.is_empty() {
        let (now, then) = rest.split_at(count_of(rest));
        late.extend(append_together(client, now).await?);
        rest = then;
    }
    Ok(late)
}

/// How many orders go into one transaction.
fn count_of(orders: &[Order]) -> usize {
    let mut bytes = 0;
    let fits = orders.iter().take_while(|order| {
        if let Order::Append(batch) = order {
            bytes += batch.entries.iter().map(|entry| entry.sealed.len()).sum::<usize>();
            bytes += batch.blobs.iter().map(|blob| blob.bytes.len()).sum::<usize>();
        }
        bytes <= MOST_BYTES
    });
    fits.count().max(1)
}

async fn append_together(client: &mut Client, orders: &[Order]) -> Result<Vec<Batch>, Failure> {
    let transaction = client.transaction().await?;
    let mut known = known(&transaction, orders).await?;
    let (mut rows, mut late) = (Rows::default(), Vec::new());
    for order in orders {
        match order {
            Order::Barrier(barrier) => rows.barrier(barrier),
            Order::Append(batch) => match known.judge(batch) {
                Judged::New => rows.batch(batch),
                Judged::There => {}
                Judged::Late => late.push(batch.clone()),
            },
        }
    }
    rows.partitions(&known);
    rows.write(&transaction).await?;
    transaction.commit().await?;
    Ok(late)
}

/// What is there of the partitions and batches of these orders. Nobody else writes from here on.
async fn known(transaction: &Transaction<'_>, orders: &[Order]) -> Result<Known, Failure> {
    let batches = orders.iter().filter_map(|order| match order {
        Order::Append(batch) => Some((i32::from(batch.partition), batch.head.cast_signed())),
        Order::Barrier(_) => None,
    });
    let (partitions, heads): (Vec<i32>, Vec<i64>) = batches.unzip();
    let lock = transaction.prepare_cached("SELECT pg_advisory_xact_lock($1)").await?;
    let terms = "SELECT partition, term, head FROM journal_partitions WHERE partition = ANY ($1)";
    let terms = transaction.prepare_cached(terms).await?;
    let there = "SELECT partition, head, term FROM journal_batches
        JOIN unnest($1::integer[], $2::bigint[]) AS asked (partition, head) USING (partition, head)";
    let there = transaction.prepare_cached(there).await?;
    // Sent at once, answered in this order: what is read is read under the lock.
    let of_partitions: [&(dyn ToSql + Sync); 1] = [&partitions];
    let of_batches: [&(dyn ToSql + Sync); 2] = [&partitions, &heads];
    let (_, terms, there) = tokio::try_join!(
        transaction.query(&lock, &[&LOCK]),
        transaction.query(&terms, &of_partitions),
        transaction.query(&there, &of_batches),
    )?;
    let mut known = Known::default();
    let partition = |row: &tokio_postgres::Row| Ok::<_, Failure>(u16::try_from(row.try_get::<_, i32>(0)?).unwrap_or(0));
    for row in &terms {
        let (term, head): (i64, i64) = (row.try_get(1)?, row.try_get(2)?);
        known.partition(partition(row)?, term.cast_unsigned(), head.cast_unsigned());
    }
    for row in &there {
        let (head, term): (i64, i64) = (row.try_get(1)?, row.try_get(2)?);
        known.batch(partition(row)?, head.cast_unsigned(), term.cast_unsigned());
    }
    Ok(known)
}
