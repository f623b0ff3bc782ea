//! The store on Redis keeps the contract, and notices when Redis has lost something.

mod loss;
mod memory;

use std::sync::Arc;

use async_trait::async_trait;
use tokio_util::task::TaskTracker;
use wissel_servers::Redis;

use super::{RedisSettings, RedisStore};
use crate::store::ThreadStore;
use crate::store::contract::{Home, store_contract};

const PARTITIONS: u16 = 16;

fn settings(url: String) -> RedisSettings {
    RedisSettings { url, sentinel_password: None, trusted: None }
}

async fn open(url: String) -> Arc<RedisStore> {
    let tracker = TaskTracker::new();
    let store = RedisStore::new(settings(url), PARTITIONS, &tracker).unwrap();
    // From here on nothing that is saved is missed.
    store.link.live().await.unwrap();
    Arc::new(store)
}

struct Private(Redis);

#[async_trait]
impl Home for Private {
    async fn open(&self) -> Arc<dyn ThreadStore> {
        open(self.0.url()).await
    }

    async fn lose(&self) {
        self.0.flushall();
    }
}

store_contract!(Private(Redis::start()));
