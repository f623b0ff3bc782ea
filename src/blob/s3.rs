//! A bucket of a store that speaks S3: Amazon's, `MinIO`, Garage, Ceph and others.

use std::error::Error as _;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::StreamExt;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{Certificate, ClientOptions};
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig};
use wissel_channels::UnixMillis;
use wissel_channels::reading::clip;

use super::{BlobHash, Shelf, ShelfError, Unready};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long one call may take; whoever asks the shelf waits a little longer.
const CALL: Duration = Duration::from_secs(25);
/// How often a call that failed is made again, beside what the channels try again.
const RETRIES: usize = 2;
/// Of what a server says about a failure.
const TOLD_BYTES: usize = 300;

/// Where a bucket is and who may use it.
#[derive(Clone, Default)]
pub struct BucketSettings {
    /// The bucket.
    pub bucket: String,
    /// What the names in it begin with; empty for nothing.
    pub prefix: String,
    /// The address of the store, `https://host:port`; `None` for Amazon's of the region.
    pub endpoint: Option<String>,
    /// The region; a store that knows none takes any.
    pub region: String,
    /// Id and secret of a key; `None` for what the machine itself may do there.
    pub key: Option<(String, String)>,
    /// Certificates to trust beside the machine's, PEM.
    pub trusted: Option<Vec<u8>>,
}

/// A bucket.
#[derive(Clone)]
pub struct Bucket {
    store: Arc<AmazonS3>,
    prefix: Path,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl Bucket {
    /// A bucket. Nothing is connected.
    ///
    /// # Errors
    /// When the settings cannot be right.
    pub fn new(settings: BucketSettings) -> Result<Self, ShelfError> {
        let plain = settings.endpoint.as_ref().is_some_and(|endpoint| endpoint.starts_with("http://"));
        let mut client = ClientOptions::new().with_allow_http(plain).with_connect_timeout(CONNECT).with_timeout(CALL);
        if let Some(pem) = &settings.trusted {
            for certificate in Certificate::from_pem_bundle(pem).map_err(|error| told(&error))? {
                client = client.with_root_certificate(certificate);
            }
        }
        let retry = RetryConfig { max_retries: RETRIES, retry_timeout: CALL, ..RetryConfig::default() };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(settings.bucket)
            .with_region(settings.region)
            .with_client_options(client)
            .with_retry(retry)
            // Not every store has the call that deletes many at once.
            .with_disable_bulk_delete(true);
        if let Some(endpoint) = settings.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        if let Some((id, secret)) = settings.key {
            builder = builder.with_access_key_id(id).with_secret_access_key(secret);
        }
        let store = builder.build().map_err(|error| told(&error))?;
        let prefix = Path::parse(settings.prefix).map_err(|error| ShelfError(error.to_string()))?;
        Ok(Self { store: Arc::new(store), prefix })
    }

    fn folder(&self, first: u8) -> Path {
        self.prefix.clone().join(format!("{first:02x}"))
    }

    fn place(&self, hash: BlobHash) -> Path {
        self.folder(hash.0[0]).join(hash.to_string())
    }
}

#[async_trait]
impl Shelf for Bucket {
    async fn ready(&self) -> Result<(), Unready> {
        match self.store.get(&self.folder(0).join("ready")).await {
            Ok(_) => Ok(()),
            Err(Error::NotFound { source, .. }) if !source.to_string().contains("NoSuchBucket") => Ok(()),
            Err(error) if is_lasting(&error) => Err(Unready::Wrong(told(&error).0)),
            Err(error) => Err(Unready::Away(told(&error))),
        }
    }

    async fn put(&self, hash: BlobHash, sealed: Vec<u8>) -> Result<(), ShelfError> {
        // Two who store the same at once both write it, and either is right.
        if self.has(hash).await? {
            return Ok(());
        }
        let put = self.store.put(&self.place(hash), PutPayload::from(sealed)).await;
        put.map(|_| ()).map_err(|error| told(&error))
    }

    async fn get(&self, hash: BlobHash) -> Result<Option<Vec<u8>>, ShelfError> {
        let found = match self.store.get(&self.place(hash)).await {
            Err(Error::NotFound { .. }) => return Ok(None),
            found => found.map_err(|error| told(&error))?,
        };
        Ok(Some(found.bytes().await.map_err(|error| told(&error))?.to_vec()))
    }

    async fn has(&self, hash: BlobHash) -> Result<bool, ShelfError> {
        match self.store.head(&self.place(hash)).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(told(&error)),
        }
    }

    async fn stored_before(&self, first: u8, before: UnixMillis) -> Result<Vec<BlobHash>, ShelfError> {
        let mut found = Vec::new();
        let mut objects = self.store.list(Some(&self.folder(first)));
        while let Some(object) = objects.next().await {
            let object = object.map_err(|error| told(&error))?;
            let hash = object.location.filename().and_then(|name| name.parse::<BlobHash>().ok());
            found.extend(hash.filter(|_| object.last_modified.timestamp_millis() < before.0));
        }
        Ok(found)
    }

    async fn delete(&self, hash: BlobHash) -> Result<(), ShelfError> {
        match self.store.delete(&self.place(hash)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(told(&error)),
        }
    }
}

/// Whether trying again does not help.
fn is_lasting(error: &Error) -> bool {
    matches!(error, Error::PermissionDenied { .. } | Error::Unauthenticated { .. } | Error::NotFound { .. })
}

/// What went wrong, without what could tell the key.
fn told(error: &Error) -> ShelfError {
    ShelfError(match error {
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
            "the bucket's store refuses the key; see blobs.access_key and blobs.secret_key".to_owned()
        }
        Error::NotFound { .. } => "there is no such bucket; make it, or see blobs.url".to_owned(),
        other => {
            let source = other.source().map_or_else(|| other.to_string(), ToString::to_string);
            format!("the bucket's store: {}", clip(&source, TOLD_BYTES))
        }
    })
}

#[cfg(test)]
mod tests {
    use wissel_servers::S3;

    use super::*;
    use crate::blob::contract;

    fn settings(server: &S3, prefix: &str) -> BucketSettings {
        // Whoever makes a client for HTTPS finds it; another one in place is as good.
        let _chosen = rustls::crypto::ring::default_provider().install_default();
        let (id, secret) = server.key();
        BucketSettings {
            bucket: server.bucket().to_owned(),
            prefix: prefix.to_owned(),
            endpoint: Some(server.url()),
            region: "eu-west-1".to_owned(),
            key: Some((id.to_owned(), secret.to_owned())),
            trusted: None,
        }
    }

    #[tokio::test]
    async fn it_keeps_the_contract_and_neighbours_do_not_meet() {
        let server = S3::start();
        contract::all(&Bucket::new(settings(&server, "")).unwrap()).await;
        contract::all(&Bucket::new(settings(&server, "shop/files")).unwrap()).await;
        let many = Bucket::new(settings(&server, "many")).unwrap();
        let large = vec![7; 3 << 20];
        many.put(BlobHash([9; 16]), large.clone()).await.unwrap();
        assert_eq!(many.get(BlobHash([9; 16])).await.unwrap(), Some(large));
    }

    #[tokio::test]
    async fn what_is_wrong_is_told_without_the_key() {
        let server = S3::start();
        let mut wrong = settings(&server, "");
        wrong.key = Some(("nobody".to_owned(), "hunter2".to_owned()));
        let wrong = Bucket::new(wrong).unwrap();
        assert!(matches!(wrong.ready().await, Err(Unready::Wrong(why)) if why.contains("refuses the key")));
        let refused = wrong.put(BlobHash([1; 16]), vec![1]).await.unwrap_err().to_string();
        assert!(refused.contains("refuses the key") && !refused.contains("hunter2"), "{refused}");
        let nowhere = BucketSettings { bucket: "nowhere".to_owned(), ..settings(&server, "") };
        let nowhere = Bucket::new(nowhere).unwrap();
        assert!(matches!(nowhere.ready().await, Err(Unready::Wrong(why)) if why.contains("no such bucket")));
        let missing = nowhere.put(BlobHash([1; 16]), vec![1]).await.unwrap_err().to_string();
        assert!(missing.contains("no such bucket"), "{missing}");
        let url = server.url();
        let gone = Bucket::new(settings(&server, "")).unwrap();
        gone.ready().await.unwrap();
        drop(server);
        assert!(matches!(gone.ready().await, Err(Unready::Away(_))));
        let away = gone.has(BlobHash([1; 16])).await.unwrap_err().to_string();
        assert!(away.contains("the bucket's store"), "{away} at {url}");
    }
}
