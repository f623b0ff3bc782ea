//! Migrations: numbered SQL files, applied in order under a lock, each recorded in `journal_migrations`.
//!
//! Two releases may work on one database at a time, during a rolling upgrade and after a step back. So a release may
//! only add: tables, indexes, columns that have a default or may be null. What an older release cannot work with is
//! taken away one release later at the earliest, by a migration whose `min_reader` is the smallest number that a
//! release must know to go on. A release that knows less refuses; one that merely knows less than there is, works.

use deadpool_postgres::{Client, Transaction};

use super::error::Failure;

/// A step of the tables.
struct Migration {
    /// Its number; they rise by one.
    number: i32,
    /// The newest migration that a release must know at least, once this one is applied.
    min_reader: i32,
    /// What it does.
    sql: &'static str,
}

/// All steps, in order.
const MIGRATIONS: [Migration; 1] =
    [Migration { number: 1, min_reader: 1, sql: include_str!("migrations/0001_journal.sql") }];

/// The newest migration that this release knows.
pub(super) const NEWEST: i32 = MIGRATIONS[MIGRATIONS.len() - 1].number;

/// Held by the one process that migrates: "wissel" and a number.
const LOCK: i64 = 0x7769_7373_656c_0001;

const RECORD: &str = "CREATE TABLE IF NOT EXISTS journal_migrations (
    number integer PRIMARY KEY,
    min_reader integer NOT NULL,
    applied timestamptz NOT NULL DEFAULT now(),
    release text NOT NULL
)";

/// Makes what is missing, in one transaction.
pub(super) async fn migrate(client: &mut Client) -> Result<(), Failure> {
    let transaction = client.transaction().await?;
    transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).await?;
    let applied = applied(&transaction).await?;
    for migration in MIGRATIONS.iter().filter(|migration| migration.number > applied) {
        tracing::info!(migration = migration.number, "bringing the journal's tables up to date");
        transaction.batch_execute(migration.sql).await?;
        let sql = "INSERT INTO journal_migrations (number, min_reader, release) VALUES ($1, $2, $3)";
        let values: [&(dyn tokio_postgres::types::ToSql + Sync); 3] =
            [&migration.number, &migration.min_reader, &env!("CARGO_PKG_VERSION")];
        transaction.execute(sql, &values).await?;
    }
    Ok(transaction.commit().await?)
}

/// The newest migration in the database; 0 for an empty one.
async fn applied(transaction: &Transaction<'_>) -> Result<i32, Failure> {
    // Asked first, so that a user who may not make tables can work once they are there.
    let there = transaction.query_one("SELECT to_regclass('journal_migrations') IS NOT NULL", &[]).await?;
    if !there.try_get::<_, bool>(0)? {
        transaction.batch_execute(RECORD).await?;
    }
    let sql = "SELECT coalesce(max(number), 0), coalesce(max(min_reader), 0) FROM journal_migrations";
    let row = transaction.query_one(sql, &[]).await?;
    let (applied, min_reader): (i32, i32) = (row.try_get(0)?, row.try_get(1)?);
    if min_reader > NEWEST {
        return Err(Failure::Refused(format!(
            "its tables are at migration {applied} and need a release that knows migration {min_reader}, this one knows \
             {NEWEST}; run the release that wrote them, or a newer one"
        )));
    }
    Ok(applied)
}
