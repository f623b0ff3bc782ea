//! Connecting: finding the primary, and making sure of who it is before anything else is asked of it.

use std::collections::HashMap;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, ConnectionInfo, Pipeline, PushInfo, from_redis_value};
use wissel_channels::{Seldom, UnixMillis};

use super::errors::{judge, strange};
use super::link::Link;
use super::scripts::{Name, TEXTS};
use super::target::{self, Target};
use super::{keys, push};
use crate::store::{Incarnation, StoreError};

/// How long reaching a server may take.
const REACH: Duration = Duration::from_secs(3);
/// How long an answer may take. A link that is longer silent is given up.
pub(super) const ANSWER: Duration = Duration::from_secs(4);

/// A connection that was made sure of.
#[derive(Clone)]
pub(super) struct Live {
    /// Where commands go.
    pub(super) connection: MultiplexedConnection,
    /// Host and port.
    pub(super) address: String,
    /// Who the server is: another one after each restart and each promotion.
    pub(super) server: String,
    /// Tells connections apart.
    pub(super) number: u64,
}

/// The address of the primary.
pub(super) async fn find(link: &Link) -> Result<ConnectionInfo, StoreError> {
    let (sentinels, name, primary) = match &link.target {
        Target::Server(info) => return Ok(info.clone()),
        Target::Sentinels { sentinels, name, primary } => (sentinels, name, primary),
    };
    let mut trouble = "no Sentinel is named".to_owned();
    for sentinel in sentinels {
        match ask_sentinel(link, sentinel, name).await {
            Ok(Some((host, port))) => return Ok(target::at(primary, host, port)),
            Ok(None) => trouble = format!("the Sentinel at {} knows no primary {name}", sentinel.addr()),
            Err(error) => trouble = format!("the Sentinel at {}: {error}", sentinel.addr()),
        }
    }
    Err(StoreError::Unavailable(trouble))
}

async fn ask_sentinel(link: &Link, sentinel: &ConnectionInfo, name: &str) -> Result<Option<(String, u16)>, StoreError> {
    let config = AsyncConnectionConfig::new().set_connection_timeout(Some(REACH)).set_response_timeout(Some(REACH));
    let client = target::client(sentinel.clone(), link.trusted.as_ref()).map_err(|error| judge(&error).error)?;
    let asked = async {
        let mut connection = client.get_multiplexed_async_connection_with_config(&config).await?;
        redis::cmd("SENTINEL").arg("GET-MASTER-ADDR-BY-NAME").arg(name).query_async(&mut connection).await
    };
    match tokio::time::timeout(REACH * 2, asked).await {
        Ok(answer) => answer.map_err(|error| judge(&error).error),
        Err(_) => Err(StoreError::Unavailable("no answer".to_owned())),
    }
}

/// Connects to the primary. Before anything else: that it is one, that it keeps what it is given, and whether it is the server
/// that held the data before.
pub(super) async fn connect(link: &Link, number: u64) -> Result<(Live, Vec<Incarnation>), StoreError> {
    let info = find(link).await?;
    let address = info.addr().to_string();
    let told = |error: StoreError| match error {
        StoreError::Unavailable(why) => StoreError::Unavailable(format!("{address}: {why}")),
        StoreError::Unusable(why) => StoreError::Unusable(format!("{address}: {why}")),
        other => other,
    };
    let watchers = std::sync::Arc::clone(&link.watchers);
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(REACH))
        .set_response_timeout(Some(ANSWER))
        .set_push_sender(move |info: PushInfo| {
            push::hear(&watchers, &info);
            Ok::<(), ()>(())
        });
    let client = target::client(info, link.trusted.as_ref()).map_err(|error| judge(&error).error)?;
    let reached = tokio::time::timeout(REACH * 2, client.get_multiplexed_async_connection_with_config(&config)).await;
    let mut connection = reached
        .map_err(|_| told(StoreError::Unavailable("no connection in time".to_owned())))?
        .map_err(|error| told(judge(&error).error))?;
    let (server, now) = look(&mut connection, &link.seldom).await.map_err(told)?;
    let live = Live { connection, address: address.clone(), server, number };
    let incarnations = recognise(link, live.clone(), now).await.map_err(told)?;
    Ok((live, incarnations))
}

/// Who the server is and what it says the time is, if it may be written to.
async fn look(connection: &mut MultiplexedConnection, seldom: &Seldom) -> Result<(String, UnixMillis), StoreError> {
    let mut pipe = Pipeline::new();
    for section in ["server", "replication", "memory", "persistence"] {
        pipe.cmd("INFO").arg(section);
    }
    pipe.cmd("TIME");
    let (server, replication, memory, persistence, time): (String, String, String, String, (i64, i64)) =
        pipe.query_async(connection).await.map_err(|error| judge(&error).error)?;
    let text = [server, replication, memory, persistence].concat();
    let facts: HashMap<&str, &str> = text.lines().filter_map(|line| line.split_once(':')).collect();
    let fact = |name: &str| facts.get(name).copied().unwrap_or_default();
    if fact("role") != "master" {
        return Err(StoreError::Unavailable(format!("it is not a primary: its role is {}", fact("role"))));
    }
    // It says that it keeps no append-only file while it reads it.
    if fact("loading") == "1" {
        return Err(StoreError::Unavailable("it is still loading what it kept".to_owned()));
    }
    let policy = fact("maxmemory_policy");
    if policy.starts_with("allkeys") {
        return Err(StoreError::Unusable(format!(
            "Redis drops keys when its memory is full (maxmemory-policy {policy}); set maxmemory-policy noeviction"
        )));
    }
    if policy.starts_with("volatile") && seldom.tell(policy).is_some() {
        tracing::warn!(
            policy,
            "Redis drops what ends by itself when its memory is full: who reads a mailbox then; set maxmemory-policy noeviction"
        );
    }
    if fact("aof_enabled") == "0" && seldom.tell("no append-only file").is_some() {
        tracing::warn!(
            "Redis keeps no append-only file: after its restart much is rebuilt from the journal; set appendonly yes"
        );
    }
    // The run id alone would not tell of a server that was a replica for a while.
    Ok((format!("{} {}", fact("run_id"), fact("master_replid")), UnixMillis(time.0 * 1000 + time.1 / 1000)))
}

/// Loads the scripts, learns or makes the incarnation of each partition, and listens to what others save.
async fn recognise(link: &Link, mut live: Live, now: UnixMillis) -> Result<Vec<Incarnation>, StoreError> {
    let mut pipe = Pipeline::new();
    for text in TEXTS {
        pipe.cmd("SCRIPT").arg("LOAD").arg(text).ignore();
    }
    pipe.cmd("SETNX").arg(keys::PARTITIONS).arg(link.partitions).ignore();
    pipe.cmd("GET").arg(keys::PARTITIONS);
    for partition in 0..link.partitions {
        let mut command = link.scripts.on(Name::Recognise, keys::partition(partition));
        command.arg(&live.server).arg(&Incarnation::new(now)?.0);
        pipe.add_command(command);
    }
    let mut found: Vec<redis::Value> =
        pipe.query_async(&mut live.connection).await.map_err(|error| judge(&error).error)?;
    let partitions: u16 = from_redis_value(found.remove(0)).map_err(strange)?;
    if partitions != link.partitions {
        return Err(StoreError::Unusable(format!(
            "the store was made for {partitions} partitions, the settings say {}; set partitions = {partitions}, or empty the \
             database after repartitioning: it is rebuilt from the journal",
            link.partitions
        )));
    }
    let channels: Vec<String> = (0..link.partitions).map(keys::channel).collect();
    live.connection.subscribe(&channels).await.map_err(|error| judge(&error).error)?;
    found.into_iter().map(|value| from_redis_value(value).map(Incarnation).map_err(strange)).collect()
}
