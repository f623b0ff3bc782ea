//! The embedded journal keeps the contract.

use std::sync::Arc;

use async_trait::async_trait;
use tempfile::TempDir;
use wissel_channels::{Clock, UnixMillis};

use super::EmbeddedJournal;
use crate::journal::contract::{Home, journal_contract};
use crate::journal::{Journal, Order};
use crate::sqlite::Database;

struct Folder(TempDir);

#[async_trait]
impl Home for Folder {
    async fn open(&self) -> Arc<dyn Journal> {
        Arc::new(EmbeddedJournal::new(Database::open(self.0.path(), Clock::system()).unwrap()))
    }
}

fn folder() -> Folder {
    Folder(tempfile::tempdir().unwrap())
}

journal_contract!(folder());

#[tokio::test]
async fn barriers_are_forgotten_after_some_days() {
    let (home, day) = (folder(), 24 * 60 * 60 * 1000);
    let at = |days: i64| {
        let clock = Clock::from_fn(move || UnixMillis(1_790_000_000_000 + days * day));
        EmbeddedJournal::new(Database::open(home.0.path(), clock).unwrap())
    };
    at(0).append(vec![Order::Barrier([1; 16])]).await.unwrap();
    at(6).append(vec![Order::Barrier([2; 16])]).await.unwrap();
    assert!(at(6).has_barrier([1; 16]).await.unwrap());
    at(8).append(vec![Order::Barrier([3; 16])]).await.unwrap();
    assert!(!at(8).has_barrier([1; 16]).await.unwrap());
    assert!(at(8).has_barrier([2; 16]).await.unwrap());
}
