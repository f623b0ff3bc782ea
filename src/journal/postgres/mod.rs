//! The journal on PostgreSQL. It connects when it is used. While the server is away each call says so; it recovers by itself.

mod append;
mod connect;
mod error;
mod look;
mod migrate;
mod repartition;
mod rows;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use deadpool_postgres::{Client, Object, Pool};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use wissel_channels::{ConversationId, ThreadKey};

use super::{Batch, History, Journal, JournalError, Order, Placed, Reach, fixed_partitions};
use error::Failure;

/// How long a call may take. More than the server gives a statement.
const CALL: Duration = Duration::from_secs(20);
/// How long changing the number of partitions may take: every thread is looked at.
const REPARTITION: Duration = Duration::from_mins(30);
/// The name under which the number of partitions is kept.
const PARTITIONS: &str = "partitions";

/// Where a journal in PostgreSQL is.
#[derive(Clone)]
pub struct PostgresSettings {
    /// `postgres://user:password@host:port/database`, also with several hosts; `?sslmode=` is `verify-full`, `require`
    /// (the same: certificate and name are always checked) or `disable`, by default `disable` for this machine alone.
    pub url: String,
    /// Authorities that the server's certificate is checked against, in PEM; those of the machine when absent.
    pub ca_file: Option<PathBuf>,
}

/// Everything that was decided, in PostgreSQL.
pub struct PostgresJournal {
    pool: Pool,
    /// Whether this process has seen that the tables are there.
    ready: AtomicBool,
    partitions: OnceLock<u16>,
    /// Where it is, for messages.
    place: String,
    /// Why the last batches could not be appended, if they could not.
    refused: Mutex<Option<String>>,
    /// How long a call may take before the link counts as dead.
    patience: Duration,
}

impl PostgresJournal {
    /// The journal at an address. Connects to nothing yet.
    ///
    /// # Errors
    /// [`JournalError::Unusable`] when the address cannot be understood or the file of authorities cannot be read.
    pub fn new(settings: &PostgresSettings) -> Result<Self, JournalError> {
        Ok(Self {
            pool: connect::pool(settings)?,
            ready: AtomicBool::new(false),
            partitions: OnceLock::new(),
            place: connect::place(settings),
            refused: Mutex::default(),
            patience: CALL,
        })
    }

    /// Does something on a connection, within the time that a call may take.
    async fn call<T: Send>(
        &self,
        work: impl for<'a> FnOnce(&'a mut Client) -> BoxFuture<'a, Result<T, Failure>> + Send,
    ) -> Result<T, JournalError> {
        self.call_within(self.patience, work).await
    }

    async fn call_within<T: Send>(
        &self,
        patience: Duration,
        work: impl for<'a> FnOnce(&'a mut Client) -> BoxFuture<'a, Result<T, Failure>> + Send,
    ) -> Result<T, JournalError> {
        let got = self.pool.get().await.map_err(|error| self.told(error.into()))?;
        let mut lent = Lent { client: Some(got), pool: &self.pool };
        let Some(client) = lent.client.as_mut() else {
            return Err(Failure::Refused("no connection".to_owned()).into());
        };
        let outcome = tokio::time::timeout(patience, async {
            self.set_up(client).await?;
            work(client).await
        });
        let failure = match outcome.await {
            Ok(done) => {
                lent.give_back();
                match done {
                    Ok(done) => return Ok(done),
                    Err(failure) => failure,
                }
            }
            Err(_) => Failure::Late(patience.as_secs()),
        };
        if failure.lacks_tables() {
            self.ready.store(false, Ordering::Relaxed);
        }
        Err(self.told(failure))
    }

    /// A failure, and where.
    fn told(&self, failure: Failure) -> JournalError {
        match failure.into() {
            JournalError::Unavailable(text) => JournalError::Unavailable(format!("{}: {text}", self.place)),
            JournalError::Unusable(text) => JournalError::Unusable(format!("{}: {text}", self.place)),
        }
    }

    /// Makes the tables and checks what is fixed, once a process, and again should the tables be gone.
    async fn set_up(&self, client: &mut Client) -> Result<(), Failure> {
        if self.ready.load(Ordering::Relaxed) {
            return Ok(());
        }
        migrate::migrate(client).await?;
        if let Some(partitions) = self.partitions.get() {
            let found = fix(client, PARTITIONS, (*partitions).into()).await?;
            fixed_partitions(found, *partitions).map_err(|error| match error {
                JournalError::Unavailable(text) | JournalError::Unusable(text) => Failure::Refused(text),
            })?;
        }
        self.ready.store(true, Ordering::Relaxed);
        Ok(())
    }
}

/// A connection that a call uses. One that gave no answer in the time of the call, or of its caller, may be silent for
/// good: it is closed, and whatever else is open with it, which goes the same way as likely as not.
struct Lent<'a> {
    client: Option<Object>,
    pool: &'a Pool,
}

impl Lent<'_> {
    /// It has answered, and may be used again.
    fn give_back(mut self) {
        drop(self.client.take());
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            drop(Object::take(client));
            self.pool.retain(|_, _| false);
        }
    }
}

/// Keeps a number under a name if nothing is there yet, and gives what is there.
async fn fix(client: &Client, name: &str, value: i64) -> Result<i64, Failure> {
    let sql = "INSERT INTO journal_meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    client.execute(sql, &[&name, &value]).await?;
    Ok(client.query_one("SELECT value FROM journal_meta WHERE name = $1", &[&name]).await?.try_get(0)?)
}

#[async_trait]
impl Journal for PostgresJournal {
    async fn declare(&self, partitions: u16) -> Result<(), JournalError> {
        // Kept also when the server is away: then whatever call comes first declares it.
        let partitions = *self.partitions.get_or_init(|| partitions);
        let found = self.fix(PARTITIONS, partitions.into()).await?;
        fixed_partitions(found, partitions)
    }

    async fn partitions(&self) -> Result<Option<u16>, JournalError> {
        let found = self.call(|client| look::number(client, PARTITIONS).boxed()).await?;
        Ok(found.and_then(|found| u16::try_from(found).ok()))
    }

    async fn repartition(&self, to: u16, head: u64) -> Result<(), JournalError> {
        self.call_within(REPARTITION, |client| repartition::repartition(client, to, head).boxed()).await
    }

    async fn fix(&self, name: &'static str, value: i64) -> Result<i64, JournalError> {
        self.call(|client| fix(client, name, value).boxed()).await
    }

    async fn append(&self, orders: Vec<Order>) -> Result<Vec<Batch>, JournalError> {
        let appended = self.call(|client| async move { append::append(client, &orders).await }.boxed()).await;
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = match &appended {
            Ok(_) => None,
            Err(JournalError::Unavailable(why) | JournalError::Unusable(why)) => Some(why.clone()),
        };
        appended
    }

    /// A server whose disk is full can still be read.
    async fn answers(&self) -> Result<(), JournalError> {
        self.reach().await?;
        match self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            Some(why) => Err(JournalError::Unavailable(why)),
            None => Ok(()),
        }
    }

    async fn reach(&self) -> Result<Vec<Reach>, JournalError> {
        self.call(|client| look::reach(client).boxed()).await
    }

    async fn has_barrier(&self, barrier: [u8; 16]) -> Result<bool, JournalError> {
        self.call(|client| look::has_barrier(client, barrier).boxed()).await
    }

    async fn thread(&self, thread: ThreadKey) -> Result<Vec<Placed>, JournalError> {
        self.call(|client| look::thread(client, thread).boxed()).await
    }

    async fn histories(&self, threads: &[ThreadKey]) -> Result<Vec<History>, JournalError> {
        let threads = threads.to_vec();
        self.call(|client| async move { look::histories(client, &threads).await }.boxed()).await
    }

    async fn threads(
        &self,
        partition: u16,
        after: Option<ThreadKey>,
        most: usize,
    ) -> Result<Vec<ThreadKey>, JournalError> {
        self.call(|client| look::threads(client, partition, after, most).boxed()).await
    }

    async fn changed(&self, partition: u16, head: u64) -> Result<Vec<ThreadKey>, JournalError> {
        self.call(|client| look::changed(client, partition, head).boxed()).await
    }

    async fn conversation(&self, conversation: ConversationId) -> Result<Option<ThreadKey>, JournalError> {
        self.call(|client| look::conversation(client, conversation).boxed()).await
    }

    async fn key(&self, thread: ThreadKey) -> Result<Option<Vec<u8>>, JournalError> {
        self.call(|client| look::key(client, thread).boxed()).await
    }

    async fn blob(&self, hash: [u8; 16]) -> Result<Option<Vec<u8>>, JournalError> {
        self.call(|client| look::blob(client, hash).boxed()).await
    }
}
