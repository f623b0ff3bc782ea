//! Lists and single looks: conversations, counts, orders, switches. Each asks all partitions in one go.

use std::collections::BTreeMap;
use std::time::Duration;

use redis::{Pipeline, Value, from_redis_value};
use tokio::time::Instant;
use wissel_channels::{ConversationId, ThreadKey, UnixMillis};

use super::errors::strange;
use super::link::Link;
use super::scripts::Name;
use super::{code, keys};
use crate::store::{Count, Reader, Row, StoreError, StoredOrder, Wanted};
use crate::thread::{EventId, Switches};

/// How long switches that were read hold: far less than the time in which they must take effect.
const FRESH: Duration = Duration::from_secs(1);

/// One command for each partition.
fn everywhere(link: &Link, mut command: impl FnMut(&mut Pipeline, u16)) -> Pipeline {
    let mut pipe = redis::pipe();
    (0..link.partitions).for_each(|partition| command(&mut pipe, partition));
    pipe
}

/// Threads that are due, earliest first.
pub(super) async fn due(link: &Link, now: UnixMillis, most: usize) -> Result<Vec<(ThreadKey, UnixMillis)>, StoreError> {
    let pipe = everywhere(link, |pipe, partition| {
        pipe.cmd("ZRANGEBYSCORE").arg(keys::due(partition)).arg("-inf").arg(now.0);
        pipe.arg("WITHSCORES").arg("LIMIT").arg(0).arg(most);
    });
    let mut all: Vec<(f64, [u8; 16])> = Vec::new();
    for answer in link.ask_all(&pipe).await? {
        let some: Vec<([u8; 16], f64)> = from_redis_value(answer).map_err(strange)?;
        all.extend(some.into_iter().map(|(thread, at)| (at, thread)));
    }
    all.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
    all.truncate(most);
    #[expect(clippy::cast_possible_truncation, reason = "it was written as whole milliseconds, far below 2^53")]
    let millis = |at: f64| UnixMillis(at as i64);
    Ok(all.into_iter().map(|(at, thread)| (ThreadKey(thread), millis(at))).collect())
}

/// Threads that have something to notice for somebody.
pub(super) async fn noticed(link: &Link, reader: Reader, most: usize) -> Result<Vec<ThreadKey>, StoreError> {
    let pipe = everywhere(link, |pipe, partition| {
        pipe.cmd("SRANDMEMBER").arg(keys::notices(partition, reader)).arg(most);
    });
    let mut all = Vec::new();
    for answer in link.ask_all(&pipe).await? {
        let some: Vec<[u8; 16]> = from_redis_value(answer).map_err(strange)?;
        all.extend(some.into_iter().map(ThreadKey));
    }
    all.truncate(most);
    Ok(all)
}

/// Conversations, oldest first.
pub(super) async fn rows(link: &Link, wanted: &Wanted) -> Result<Vec<Row>, StoreError> {
    let state = wanted.state.map(|state| code::state(state).to_string()).unwrap_or_default();
    let queue = wanted.queue.as_ref().map(|queue| format!("={queue}")).unwrap_or_default();
    let pipe = everywhere(link, |pipe, partition| {
        let mut command = link.scripts.on(Name::Rows, keys::partition(partition));
        command.arg(&state).arg(&queue);
        match wanted.after {
            Some((since, conversation)) => command.arg(since.0).arg(&conversation.0),
            None => command.arg("").arg(""),
        };
        command.arg(wanted.most);
        pipe.add_command(command);
    });
    let mut all: Vec<Row> = Vec::new();
    for answer in link.ask_all(&pipe).await? {
        let some: Vec<(Vec<u8>, Vec<u8>)> = from_redis_value(answer).map_err(strange)?;
        for (conversation, bytes) in some {
            all.push(code::read_row(&conversation, &bytes)?);
        }
    }
    all.sort_unstable_by_key(|row| (row.since, row.conversation));
    all.truncate(wanted.most);
    Ok(all)
}

/// The first that a partition has of something: it is not known which one has it.
async fn anywhere(link: &Link, pipe: &Pipeline) -> Result<Option<Vec<u8>>, StoreError> {
    for answer in link.ask_all(pipe).await? {
        if let Some(found) = from_redis_value(answer).map_err(strange)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// One conversation.
pub(super) async fn row(link: &Link, conversation: ConversationId) -> Result<Option<Row>, StoreError> {
    let pipe = everywhere(link, |pipe, partition| {
        pipe.cmd("HGET").arg(keys::rows(partition)).arg(&conversation.0);
    });
    anywhere(link, &pipe).await?.map(|bytes| code::read_row(&conversation.0, &bytes)).transpose()
}

/// The answer to an order.
pub(super) async fn order(link: &Link, order: EventId) -> Result<Option<StoredOrder>, StoreError> {
    let pipe = everywhere(link, |pipe, partition| {
        pipe.cmd("HGET").arg(keys::orders(partition)).arg(&order.0);
    });
    anywhere(link, &pipe).await?.map(|bytes| code::read_order(order, &bytes)).transpose()
}

/// How many conversations are where.
pub(super) async fn counts(link: &Link) -> Result<Vec<Count>, StoreError> {
    let pipe = everywhere(link, |pipe, partition| {
        pipe.add_command(link.scripts.on(Name::Counts, keys::partition(partition)));
    });
    let mut places: BTreeMap<Vec<u8>, (u64, i64)> = BTreeMap::new();
    for answer in link.ask_all(&pipe).await? {
        let some: Vec<(Vec<u8>, u64, i64)> = from_redis_value(answer).map_err(strange)?;
        for (place, conversations, oldest) in some {
            let sum = places.entry(place).or_insert((0, oldest));
            *sum = (sum.0 + conversations, sum.1.min(oldest));
        }
    }
    places.iter().map(|(place, (conversations, oldest))| code::read_count(place, *conversations, *oldest)).collect()
}

/// The operators' switches; all on when they were never set.
pub(super) async fn switches(link: &Link) -> Result<Switches, StoreError> {
    if let Some(known) = link.switches(FRESH) {
        return Ok(known);
    }
    let asked = Instant::now();
    let read = read_switches(link.ask(redis::cmd("GET").arg(keys::SWITCHES)).await?)?;
    link.keep_switches(Some((asked, read.clone())));
    Ok(read)
}

fn read_switches(answer: Value) -> Result<Switches, StoreError> {
    let Some(text) = from_redis_value::<Option<String>>(answer).map_err(strange)? else {
        return Ok(Switches::default());
    };
    let json = text.split_once('\n').map(|(_, json)| json);
    json.and_then(|json| serde_json::from_str(json).ok()).ok_or_else(|| code::damaged("the switches"))
}

/// Sets the switches, if they are at `version`; without it, if they are older.
pub(super) async fn set_switches(link: &Link, version: Option<u64>, new: &Switches) -> Result<bool, StoreError> {
    let json = serde_json::to_string(new).map_err(|_| code::damaged("switches"))?;
    let mut command = link.scripts.on(Name::Switch, keys::SWITCHES);
    command.arg(version.map(|version| version.to_string()).unwrap_or_default()).arg(new.version).arg(json);
    let set = link.ask(&command).await? == Value::Int(1);
    link.keep_switches(None);
    Ok(set)
}
