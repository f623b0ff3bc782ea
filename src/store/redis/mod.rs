//! The store on Redis: one script saves a partition's batch, another asks whether a command may begin.
//!
//! What it holds may be lost at any time; see [`ThreadStore::vouch`]. Redis 6 or newer.

mod code;
mod connect;
mod errors;
mod held;
mod keys;
mod link;
mod lists;
mod push;
mod save;
mod scripts;
mod target;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use redis::{Value, from_redis_value};
use tokio::sync::watch;
use tokio_util::task::TaskTracker;
use wissel_channels::{ConversationId, ThreadKey, UnixMillis};

use super::{
    Count, Held, Incarnation, Lease, Loaded, Partition, Reader, Row, Save, SaveThread, Start, Started, StoreError,
    Stored, StoredOrder, ThreadStore, Wanted,
};
use crate::thread::{EventId, Switches};
use errors::strange;
use link::{BEAT, Link};
use scripts::Name;
pub use target::RedisSettings;

/// How much of each kind is forgotten in one step.
const STEP: usize = 500;

/// The state of threads in Redis.
pub struct RedisStore {
    link: Arc<Link>,
}

impl RedisStore {
    /// The store that the settings name, for `partitions` partitions. Connects by itself, and again whenever the connection
    /// is lost; a task on `tracker` looks after that until the store is dropped. [`StoreError::Unusable`] for a wrong URL.
    pub fn new(settings: RedisSettings, partitions: u16, tracker: &TaskTracker) -> Result<Self, StoreError> {
        let link = Arc::new(Link::new(settings, partitions.max(1))?);
        let beaten = Arc::downgrade(&link);
        tracker.spawn(async move {
            while let Some(link) = beaten.upgrade() {
                link.beat().await;
                drop(link);
                tokio::time::sleep(BEAT).await;
            }
        });
        Ok(Self { link })
    }

    fn partition_of(&self, thread: ThreadKey) -> u16 {
        thread.partition(self.link.partitions)
    }

    /// What the script that writes says; also learns the incarnation.
    fn written(&self, answer: Value, lease: Lease, head: u64) -> Result<(), StoreError> {
        if let Some(incarnation) = save::outcome(answer, lease, head)? {
            self.link.learn(lease.partition, incarnation);
        }
        Ok(())
    }
}

/// Now, as Redis tells it.
async fn now(link: &Link) -> Result<UnixMillis, StoreError> {
    let (seconds, micros): (i64, i64) = from_redis_value(link.ask(&redis::cmd("TIME")).await?).map_err(strange)?;
    Ok(UnixMillis(seconds * 1000 + micros / 1000))
}

#[async_trait]
impl ThreadStore for RedisStore {
    async fn answers(&self) -> Result<(), StoreError> {
        // A server that is full, or whose disk is, answers everything else.
        self.link.ask(redis::cmd("SET").arg(keys::ALIVE).arg(1)).await.map(drop)
    }

    async fn incarnation(&self, partition: u16) -> Result<Incarnation, StoreError> {
        self.link.incarnation(partition).await
    }

    async fn partition(&self, partition: u16) -> Result<Partition, StoreError> {
        held::partition(&self.link, partition).await
    }

    async fn lease(
        &self,
        partition: u16,
        holder: [u8; 16],
        for_: Duration,
        at_least: u64,
    ) -> Result<Option<Lease>, StoreError> {
        held::lease(&self.link, partition, holder, for_, at_least).await
    }

    async fn renew(&self, lease: Lease, holder: [u8; 16], for_: Duration) -> Result<Option<Held>, StoreError> {
        held::renew(&self.link, lease, holder, for_).await
    }

    async fn release(&self, lease: Lease, holder: [u8; 16]) -> Result<(), StoreError> {
        held::release(&self.link, lease, holder).await
    }

    async fn attend(&self, group: &str, holder: [u8; 16], for_: Duration) -> Result<Vec<[u8; 16]>, StoreError> {
        held::attend(&self.link, group, holder, for_).await
    }

    async fn depart(&self, group: &str, holder: [u8; 16]) -> Result<(), StoreError> {
        held::depart(&self.link, group, holder).await
    }

    async fn hold_source(&self, source: &str, holder: [u8; 16], for_: Duration) -> Result<bool, StoreError> {
        held::hold_source(&self.link, source, holder, for_).await
    }

    async fn let_go(&self, source: &str, holder: [u8; 16]) -> Result<(), StoreError> {
        held::let_go(&self.link, source, holder).await
    }

    async fn marks(&self, names: &[String]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        held::marks(&self.link, names).await
    }

    async fn set_marks(&self, marks: Vec<(String, Vec<u8>)>) -> Result<(), StoreError> {
        held::set_marks(&self.link, &marks).await
    }

    async fn load(&self, threads: &[ThreadKey]) -> Result<Vec<Option<Loaded>>, StoreError> {
        if threads.is_empty() {
            return Ok(Vec::new());
        }
        let mut pipe = redis::Pipeline::with_capacity(1 + threads.len());
        // All states in one answer: each command costs Redis more than what it reads.
        pipe.cmd("MGET").arg(threads.iter().map(|t| keys::thread(self.partition_of(*t), *t)).collect::<Vec<_>>());
        for thread in threads {
            pipe.cmd("ZRANGE").arg(keys::seen(self.partition_of(*thread), *thread)).arg(0).arg(-1);
        }
        let mut answers = self.link.ask_all(&pipe).await?.into_iter();
        let states: Vec<Option<Vec<u8>>> = from_redis_value(answers.next().unwrap_or_default()).map_err(strange)?;
        let mut loaded = Vec::with_capacity(threads.len());
        for (state, ids) in states.into_iter().zip(answers) {
            let ids: Vec<Vec<u8>> = from_redis_value(ids).map_err(strange)?;
            // Longer ones are tries of commands that have begun.
            let seen = ids.into_iter().filter_map(|id| id.try_into().ok().map(EventId)).collect();
            let stored = state.map(|bytes| code::read_thread(&bytes)).transpose()?;
            loaded.push(stored.map(|stored| Loaded { stored, seen }));
        }
        Ok(loaded)
    }

    async fn read(&self, thread: ThreadKey) -> Result<Option<Stored>, StoreError> {
        let key = keys::thread(self.partition_of(thread), thread);
        let found: Option<Vec<u8>> =
            from_redis_value(self.link.ask(redis::cmd("GET").arg(key)).await?).map_err(strange)?;
        found.map(|bytes| code::read_thread(&bytes)).transpose()
    }

    async fn save(&self, batch: Arc<Save>) -> Result<(), StoreError> {
        let (arguments, bytes) = save::size(&batch.threads);
        let (key, bytes) = (keys::partition(batch.lease.partition), bytes + batch.journal.len());
        let mut command = self.link.scripts.with_room(Name::Save, key, arguments, bytes);
        save::batch(&mut command, &batch);
        self.written(self.link.ask(&command).await?, batch.lease, batch.head)
    }

    async fn restore(&self, lease: Lease, threads: Vec<SaveThread>) -> Result<(), StoreError> {
        let mut command = self.link.scripts.on(Name::Save, keys::partition(lease.partition));
        save::restored(&mut command, lease, &threads);
        self.written(self.link.ask(&command).await?, lease, 0)
    }

    async fn vouch(&self, lease: Lease, incarnation: Incarnation, head: u64) -> Result<(), StoreError> {
        let mut command = self.link.scripts.on(Name::Vouch, keys::partition(lease.partition));
        command.arg(lease.term).arg(&incarnation.0).arg(head);
        self.written(self.link.ask(&command).await?, lease, head)
    }

    async fn start(&self, start: Start) -> Result<Started, StoreError> {
        let mut command = self.link.scripts.on(Name::Start, keys::partition(self.partition_of(start.thread)));
        command.arg(&start.thread.0).arg(&start.command.0).arg(&start.attempt.to_be_bytes());
        command.arg(start.epoch.map(|epoch| epoch.to_string()).unwrap_or_default());
        command.arg(start.incarnation.as_ref().map_or(&[][..], |incarnation| &incarnation.0)).arg(start.at.0);
        let word: String = from_redis_value(self.link.ask(&command).await?).map_err(strange)?;
        match word.as_str() {
            "go" => Ok(Started::Go),
            "settle" => Ok(Started::Settle),
            "refused" => Ok(Started::Refused),
            _ => {
                let text = "it does not have the thread as it was when the command was made";
                Err(StoreError::Unavailable(text.to_owned()))
            }
        }
    }

    async fn due(&self, now: UnixMillis, most: usize) -> Result<Vec<(ThreadKey, UnixMillis)>, StoreError> {
        lists::due(&self.link, now, most).await
    }

    async fn noticed(&self, reader: Reader, most: usize) -> Result<Vec<ThreadKey>, StoreError> {
        lists::noticed(&self.link, reader, most).await
    }

    async fn rows(&self, wanted: &Wanted) -> Result<Vec<Row>, StoreError> {
        lists::rows(&self.link, wanted).await
    }

    async fn row(&self, conversation: ConversationId) -> Result<Option<Row>, StoreError> {
        lists::row(&self.link, conversation).await
    }

    async fn counts(&self) -> Result<Vec<Count>, StoreError> {
        lists::counts(&self.link).await
    }

    async fn order(&self, order: EventId) -> Result<Option<StoredOrder>, StoreError> {
        lists::order(&self.link, order).await
    }

    async fn switches(&self) -> Result<Switches, StoreError> {
        lists::switches(&self.link).await
    }

    async fn set_switches(&self, version: u64, new: Switches) -> Result<Option<Switches>, StoreError> {
        let new = Switches { version: version + 1, ..new };
        Ok(lists::set_switches(&self.link, Some(version), &new).await?.then_some(new))
    }

    async fn restore_switches(&self, seen: Switches) -> Result<(), StoreError> {
        lists::set_switches(&self.link, None, &seen).await.map(drop)
    }

    fn watch(&self, thread: ThreadKey) -> watch::Receiver<u64> {
        self.link.watchers.watch(thread)
    }

    async fn repartition(&self, to: u16, _head: u64) -> Result<(), StoreError> {
        // First the number: from here on nobody connects who goes by the old one.
        self.link.ask(redis::cmd("SET").arg(keys::PARTITIONS).arg(to)).await?;
        let mut cursor = 0_u64;
        loop {
            let mut scan = redis::cmd("SCAN");
            scan.arg(cursor).arg("MATCH").arg(keys::EVERY_PARTITION).arg("COUNT").arg(STEP);
            let (next, keys): (u64, Vec<Vec<u8>>) = from_redis_value(self.link.ask(&scan).await?).map_err(strange)?;
            if !keys.is_empty() {
                self.link.ask(redis::cmd("UNLINK").arg(keys)).await?;
            }
            cursor = next;
            if cursor == 0 {
                return Ok(());
            }
        }
    }

    async fn forget(&self, before: UnixMillis) -> Result<(), StoreError> {
        for partition in 0..self.link.partitions {
            loop {
                let mut command = self.link.scripts.on(Name::Forget, keys::partition(partition));
                command.arg(before.0).arg(STEP);
                if self.link.ask(&command).await? == Value::Int(0) {
                    break;
                }
            }
        }
        Ok(())
    }
}
