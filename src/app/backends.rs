//! Backends: what carries broker, store and journal, as the settings name it.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use tokio_util::task::TaskTracker;
use wissel_channels::{Blobs, Clock};

use crate::blob::Shelf;
use crate::blob::folder::Folder as BlobFolder;
use crate::blob::s3::{Bucket, BucketSettings};
use crate::broker::Broker;
use crate::broker::amqp::{AmqpBroker, AmqpSettings};
use crate::broker::embedded::EmbeddedBroker;
use crate::journal::Journal;
use crate::journal::embedded::EmbeddedJournal;
use crate::journal::postgres::{PostgresJournal, PostgresSettings};
use crate::settings::{Folder, Port, Settings, load_master_key};
use crate::sqlite::{Database, FolderLock};
use crate::store::ThreadStore;
use crate::store::embedded::EmbeddedStore;
use crate::store::redis::{RedisSettings, RedisStore};
use crate::wire::{Archive, Keys, Tables};
use crate::workers::vault::{Vault, VaultLimits};
use crate::workers::virus::Scanner;

/// The three ports.
#[derive(Clone)]
pub(super) struct Backends {
    pub(super) broker: Arc<dyn Broker>,
    pub(super) store: Arc<dyn ThreadStore>,
    pub(super) journal: Arc<dyn Journal>,
    /// The routers' mark on their leases.
    pub(super) holder: [u8; 16],
    /// The broker again, where it is embedded.
    pub(super) embedded: Option<Arc<EmbeddedBroker>>,
    /// Keeps other processes out of the data folder for as long as it is held.
    pub(super) lock: Option<Arc<FolderLock>>,
}

/// Opens the backends that the settings name. No server is waited for.
pub(super) async fn open(settings: &Settings, keys: &Keys, clock: Clock) -> anyhow::Result<Backends> {
    let ports = [&settings.broker, &settings.store, &settings.journal];
    let embedded = ports.into_iter().any(Port::is_embedded);
    let opened = if embedded { Some(folder(settings, keys, clock.clone()).await?) } else { None };
    let (database, lock) = opened.unzip();
    // The folder's lock keeps every other process out, so a lease that this folder's last process held is ours.
    let only = || wissel_channels::ids::hash_parts("holder", &[b"the process that holds the data folder's lock"]);
    let holder = if settings.store.is_embedded() { only() } else { random()? };
    let queues = match &database {
        Some(database) if settings.broker.is_embedded() => Some(Arc::new(EmbeddedBroker::new(database.clone()))),
        _ => None,
    };
    Ok(Backends {
        broker: match &queues {
            Some(embedded) => Arc::clone(embedded) as Arc<dyn Broker>,
            None => Arc::new(amqp(&settings.broker, clock)?),
        },
        store: store(settings, database.as_ref())?,
        journal: journal(&settings.journal, database.as_ref())?,
        holder,
        embedded: queues,
        lock: lock.map(Arc::new),
    })
}

/// The database of the data folder, for the one process that writes it.
async fn folder(settings: &Settings, keys: &Keys, clock: Clock) -> anyhow::Result<(Database, FolderLock)> {
    let folder = settings.data_dir.as_path().to_owned();
    let opening = tokio::task::spawn_blocking(move || -> anyhow::Result<(Database, FolderLock)> {
        let lock = FolderLock::take(&folder)?;
        Ok((Database::open(&folder, clock)?, lock))
    });
    let (database, lock) = opening.await.context("the data folder could not be opened")??;
    // Under another key everything that waits would look like rubbish, and be set aside.
    if database.fix_number("master_key_mark", keys.mark()).await? != keys.mark() {
        anyhow::bail!(
            "{} is not the one that the data folder {} was written under; \
             put that key back from your backup, or name an empty data folder with --data",
            key_of(settings),
            settings.data_dir.as_path().display(),
        );
    }
    Ok((database, lock))
}

/// Where the master key of this process comes from, in words.
pub(super) fn key_of(settings: &Settings) -> String {
    match settings.secrets.master_key {
        Some(_) => "the master key in secrets.master_key".to_owned(),
        None => format!("the master key in {}", settings.master_key_path().display()),
    }
}

fn random() -> anyhow::Result<[u8; 16]> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| anyhow::anyhow!("the operating system gives no random numbers"))?;
    Ok(bytes)
}

/// Where files and long texts of customers are.
pub(super) fn blobs(settings: &Settings, shelf: Arc<dyn Shelf>, keys: &Keys, clock: Clock) -> Arc<dyn Blobs> {
    let limits = VaultLimits {
        most_bytes: settings.blobs.file_bytes.into(),
        refused_endings: settings.blobs.refused.clone(),
        scanner: settings.blobs.clamav.as_deref().map(Scanner::new),
    };
    Arc::new(Vault::new(shelf, keys, limits, clock))
}

/// What carries them.
pub(super) fn shelf(settings: &Settings) -> anyhow::Result<Arc<dyn Shelf>> {
    let blobs = &settings.blobs;
    let Some(url) = &blobs.url else { return Ok(Arc::new(BlobFolder::new(settings.blobs_folder()))) };
    let text = |secret: &crate::settings::Secret| secret.text().to_owned();
    let trusted = blobs.ca_file.as_ref().map(|file| std::fs::read(file.as_path()));
    let bucket = BucketSettings {
        bucket: url.bucket.clone(),
        prefix: url.prefix.clone(),
        endpoint: blobs.endpoint.clone(),
        region: blobs.region.clone(),
        key: blobs.access_key.as_ref().map(text).zip(blobs.secret_key.as_ref().map(text)),
        trusted: trusted.transpose().context("blobs.ca_file cannot be read")?,
    };
    Ok(Arc::new(Bucket::new(bucket).context("blobs")?))
}

/// The broker on RabbitMQ.
pub(super) fn amqp(port: &Port, clock: Clock) -> anyhow::Result<AmqpBroker> {
    let server = port.server().context("broker.url is embedded: that broker has nothing to set up")?;
    let settings = AmqpSettings { url: server.url().to_owned(), ca_file: certificates(port).map(Path::to_owned) };
    // Nobody waits for its tasks: they end with the broker.
    Ok(AmqpBroker::new(settings, clock, TaskTracker::new())?)
}

fn store(settings: &Settings, database: Option<&Database>) -> anyhow::Result<Arc<dyn ThreadStore>> {
    if settings.store.is_embedded() {
        return Ok(Arc::new(EmbeddedStore::new(opened(database)?)));
    }
    server_store(settings, settings.partitions.get())
}

/// The store on Redis, for so many partitions.
pub(super) fn server_store(settings: &Settings, partitions: u16) -> anyhow::Result<Arc<dyn ThreadStore>> {
    let port = &settings.store;
    let server = port.server().context("store.url is embedded")?;
    let trusted = certificates(port)
        .map(|file| std::fs::read(file).with_context(|| format!("store.ca_file: {} cannot be read", file.display())));
    let where_it_is = RedisSettings {
        url: server.url().to_owned(),
        sentinel_password: port.sentinel_password.as_ref().map(|secret| secret.text().to_owned()),
        trusted: trusted.transpose()?,
    };
    // Nobody waits for its task: it ends with the store.
    Ok(Arc::new(RedisStore::new(where_it_is, partitions, &TaskTracker::new())?))
}

fn journal(port: &Port, database: Option<&Database>) -> anyhow::Result<Arc<dyn Journal>> {
    match port.server() {
        None => Ok(Arc::new(EmbeddedJournal::new(opened(database)?))),
        Some(server) => {
            let settings = PostgresSettings::new(server.url()).trusting(certificates(port).map(Path::to_owned));
            Ok(Arc::new(PostgresJournal::new(&settings)?))
        }
    }
}

/// The certificates that a port trusts instead of the machine's.
fn certificates(port: &Port) -> Option<&Path> {
    port.ca_file.as_ref().map(Folder::as_path)
}

fn opened(database: Option<&Database>) -> anyhow::Result<Database> {
    database.cloned().context("the data folder is not open")
}

/// The keys, for work beside running daemons: none is ever made.
pub(super) fn known_keys(settings: &Settings) -> anyhow::Result<Keys> {
    let path = settings.master_key_path();
    let key = match &settings.secrets.master_key {
        Some(_) => settings.master_key().context("the master key cannot be used")?,
        None => load_master_key(&path).context("the master key cannot be used")?.with_context(|| {
            format!(
                "there is no master key at {}; start the daemon once, or name its data folder with --data",
                path.display()
            )
        })?,
    };
    Ok(Keys::new(key))
}

/// Opens the store and the journal for reading, beside running daemons.
pub(super) fn beside(settings: &Settings) -> anyhow::Result<Archive> {
    let keys = known_keys(settings)?;
    let embedded = settings.store.is_embedded() || settings.journal.is_embedded();
    let database =
        if embedded { Some(Database::open_reader(settings.data_dir.as_path(), Clock::system())?) } else { None };
    let store = store(settings, database.as_ref())?;
    Ok(Archive { store, journal: journal(&settings.journal, database.as_ref())?, keys, tables: Tables::default() })
}
