//! Another number of partitions, in one transaction.

use deadpool_postgres::{Client, Transaction};
use wissel_channels::ThreadKey;

use super::append::LOCK;
use super::error::Failure;
use super::{PARTITIONS, look};
use crate::journal::BASE;

/// How many threads are moved by a statement.
const PAGE: i64 = 10_000;

/// Gives each thread its new partition, and each partition a head and a term.
pub(super) async fn repartition(client: &mut Client, to: u16, head: u64) -> Result<(), Failure> {
    let transaction = client.transaction().await?;
    transaction.batch_execute("SET LOCAL statement_timeout = 0").await?;
    transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).await?;
    let mut after = Vec::new();
    while let Some(last) = page(&transaction, to, &after).await? {
        after = last.0.to_vec();
    }
    let term: i64 =
        transaction.query_one("SELECT coalesce(max(term), 0) FROM journal_partitions", &[]).await?.try_get(0)?;
    transaction.execute("DELETE FROM journal_partitions", &[]).await?;
    let (last, head) = (i32::from(to) - 1, head.cast_signed());
    let sql = "INSERT INTO journal_partitions (partition, term, head)
        SELECT partition, $2::bigint, $3::bigint FROM generate_series(0, $1::integer) AS partition";
    transaction.execute(sql, &[&last, &term, &head]).await?;
    let sql = "INSERT INTO journal_meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2";
    transaction.execute(sql, &[&BASE, &head]).await?;
    transaction.execute(sql, &[&PARTITIONS, &i64::from(to)]).await?;
    transaction.commit().await?;
    Ok(())
}

/// Moves a page of threads; gives the last of them.
async fn page(transaction: &Transaction<'_>, to: u16, after: &[u8]) -> Result<Option<ThreadKey>, Failure> {
    let sql = "SELECT thread FROM journal_threads WHERE thread > $1 ORDER BY thread LIMIT $2";
    let threads = look::threads_of(&transaction.query(sql, &[&after, &PAGE]).await?)?;
    let keys: Vec<&[u8]> = threads.iter().map(|thread| thread.0.as_slice()).collect();
    let partitions: Vec<i32> = threads.iter().map(|thread| thread.partition(to).into()).collect();
    let sql = "UPDATE journal_threads AS t SET partition = new.partition
        FROM unnest($1::bytea[], $2::integer[]) AS new (thread, partition)
        WHERE t.thread = new.thread AND t.partition <> new.partition";
    transaction.execute(sql, &[&keys, &partitions]).await?;
    Ok(threads.last().copied())
}
