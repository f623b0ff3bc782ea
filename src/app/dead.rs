//! The dead letters of the broker that the settings name, whether or not a daemon is running.

use std::sync::Arc;

use anyhow::Context;
use wissel_channels::Clock;

use super::backends;
use crate::broker::Broker;
use crate::broker::embedded::{BesideBroker, EmbeddedBroker};
use crate::settings::Settings;
use crate::sqlite::{Database, FolderLock, OpenError};
use crate::wire::DeadLetters;

/// Events and commands that were set aside. Kept open while they are worked with.
pub struct OpenDeadLetters {
    /// What is set aside.
    pub letters: DeadLetters,
    /// Held while no daemon has the data folder.
    _lock: Option<FolderLock>,
}

/// Opens them.
pub async fn dead_letters(settings: &Settings) -> anyhow::Result<OpenDeadLetters> {
    let keys = backends::known_keys(settings)?;
    let (broker, lock) = match settings.broker.server() {
        Some(_) => (Arc::new(backends::amqp(&settings.broker, Clock::system())?) as Arc<dyn Broker>, None),
        None => embedded(settings).await?,
    };
    let letters = DeadLetters::new(broker, keys, settings.partitions.get());
    Ok(OpenDeadLetters { letters, _lock: lock })
}

/// The broker in the data folder: ours while no daemon runs there, else beside the daemon.
async fn embedded(settings: &Settings) -> anyhow::Result<(Arc<dyn Broker>, Option<FolderLock>)> {
    let folder = settings.data_dir.as_path().to_owned();
    let opening = tokio::task::spawn_blocking(move || -> anyhow::Result<(Arc<dyn Broker>, Option<FolderLock>)> {
        // Also says when there is nothing at all, before anything is made.
        let beside = Database::open_reader(&folder, Clock::system())?;
        match FolderLock::take(&folder) {
            Ok(lock) => {
                drop(beside);
                Ok((Arc::new(EmbeddedBroker::new(Database::open(&folder, Clock::system())?)), Some(lock)))
            }
            Err(OpenError::InUse { .. }) => Ok((Arc::new(BesideBroker::new(&folder, beside)), None)),
            Err(error) => Err(error.into()),
        }
    });
    opening.await.context("the data folder could not be opened")?
}
