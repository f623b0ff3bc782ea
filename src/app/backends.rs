//! Backends: what carries broker, store and journal.

use std::sync::Arc;

use anyhow::Context;
use wissel_channels::Clock;

use crate::broker::Broker;
use crate::broker::embedded::EmbeddedBroker;
use crate::journal::Journal;
use crate::journal::embedded::EmbeddedJournal;
use crate::settings::{Settings, load_master_key};
use crate::sqlite::{Database, FolderLock};
use crate::store::ThreadStore;
use crate::store::embedded::EmbeddedStore;
use crate::wire::{Archive, Keys};

/// The three ports.
pub(super) struct Backends {
    pub(super) broker: Arc<dyn Broker>,
    pub(super) store: Arc<dyn ThreadStore>,
    pub(super) journal: Arc<dyn Journal>,
    /// The routers' mark on their leases.
    pub(super) holder: [u8; 16],
}

/// Opens the backends that the settings name, for the one process that writes the data folder.
pub(super) async fn open(settings: &Settings, keys: &Keys, clock: Clock) -> anyhow::Result<Backends> {
    let folder = settings.data_dir.as_path().to_owned();
    let opening = tokio::task::spawn_blocking(move || -> anyhow::Result<(Database, FolderLock)> {
        let lock = FolderLock::take(&folder)?;
        Ok((Database::open(&folder, clock)?, lock))
    });
    let (database, lock) = opening.await.context("the data folder could not be opened")??;
    // Held until the process ends.
    std::mem::forget(lock);
    // Under another key everything that waits would look like rubbish, and be set aside.
    if database.fix_number("master_key_mark", keys.mark()).await? != keys.mark() {
        anyhow::bail!(
            "the master key in {} is not the one that the data folder {} was written under; \
             put that key back from your backup, or name an empty data folder with --data",
            settings
                .secrets
                .master_key
                .as_ref()
                .map_or_else(|| settings.master_key_path().display().to_string(), |_| "secrets.master_key".to_owned(),),
            settings.data_dir.as_path().display(),
        );
    }
    // The folder's lock keeps every other process out, so a lease that this folder's last process held is ours.
    let holder = wissel_channels::ids::hash_parts("holder", &[b"the process that holds the data folder's lock"]);
    Ok(Backends {
        broker: Arc::new(EmbeddedBroker::new(database.clone())),
        store: Arc::new(EmbeddedStore::new(database.clone())),
        journal: Arc::new(EmbeddedJournal::new(database)),
        holder,
    })
}

/// Opens the store and the journal for reading, beside a running daemon.
pub(super) fn beside(settings: &Settings) -> anyhow::Result<Archive> {
    let path = settings.master_key_path();
    let key = match &settings.secrets.master_key {
        Some(_) => settings.master_key().context("the master key cannot be used")?,
        // Reading beside a daemon never makes a key.
        None => load_master_key(&path).context("the master key cannot be used")?.with_context(|| {
            format!(
                "there is no master key at {}; start the daemon once, or name its data folder with --data",
                path.display()
            )
        })?,
    };
    let keys = Keys::new(key);
    let database = Database::open_reader(settings.data_dir.as_path(), Clock::system())?;
    let store = Arc::new(EmbeddedStore::new(database.clone()));
    Ok(Archive { store, journal: Arc::new(EmbeddedJournal::new(database)), keys })
}
