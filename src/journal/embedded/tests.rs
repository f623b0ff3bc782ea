//! The embedded journal keeps the contract.

use std::sync::Arc;

use async_trait::async_trait;
use tempfile::TempDir;
use wissel_channels::Clock;

use super::EmbeddedJournal;
use crate::journal::Journal;
use crate::journal::contract::{Home, journal_contract};
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
