//! The object store: a private bucket, and a public one whose objects anyone may GET by name.
//!
//! One `minio` client for every store that speaks S3, with the timeouts that it lacks.

mod access;
mod buckets;
mod error;
mod inspection;
mod listing;

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use futures_util::Stream;
use minio::s3::MinioClient;
use minio::s3::builders::ObjectContent;
use minio::s3::client::MinioClientBuilder;
use minio::s3::creds::StaticProvider;
use minio::s3::http::BaseUrl;
use minio::s3::types::{ObjectKey, Region, S3Api};
use secrecy::ExposeSecret;
use tempfile::NamedTempFile;

use crate::config::{PublicAccess, StorageConfig};
use crate::tls::Roots;

pub use self::error::StorageError;
pub use self::listing::{Listed, Page};

/// Which of the two buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bucket {
    Private,
    Public,
}

/// The bytes of an object as they arrive, and how many there will be.
pub struct ObjectStream {
    pub bytes: Pin<Box<dyn Stream<Item = std::io::Result<Bytes>> + Send>>,
    pub length: u64,
}

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Storage {
    client: MinioClient,
    /// The same without credentials: what anybody may do.
    anybody: MinioClient,
    private_bucket: String,
    public_bucket: String,
    public_url: String,
    public_access: PublicAccess,
    /// Whether anybody may GET from the public bucket. Found out by [`prepare`](Self::prepare).
    open: Arc<AtomicBool>,
    timeout: Duration,
}

impl Storage {
    /// Makes the client; connects to nothing yet.
    ///
    /// # Errors
    ///
    /// When the endpoint is not a URL, or both buckets are the same.
    pub fn new(config: &StorageConfig, roots: &Roots) -> anyhow::Result<Self> {
        anyhow::ensure!(
            config.originals_bucket != config.public_bucket,
            "storage.originals_bucket and storage.public_bucket must be two buckets: one is private, \
             and from the other anybody may GET"
        );
        let mut base: BaseUrl = config
            .endpoint
            .parse()
            .map_err(|error| anyhow::anyhow!("{error}"))
            .context("storage.endpoint is not the URL of an object store")?;
        base.region = Region::new(&config.region).context("storage.region")?;
        let secret = config.secret_key.expose_secret();
        let credentials = StaticProvider::new(&config.access_key, secret, None);
        // It is read while the clients are made, and then not needed any more. A container may have no
        // place for temporary files: none is made without need.
        let needed = base.https && !roots.added().is_empty();
        let roots = if needed { Some(roots.as_file().context("the object store")?) } else { None };
        let client = |credentials| {
            MinioClientBuilder::new(base.clone())
                .provider(credentials)
                .ssl_cert_file(roots.as_ref().map(NamedTempFile::path))
                .skip_region_lookup(true)
                .build()
                .context("the object store's client cannot be made")
        };
        let public =
            if config.public_url.is_empty() { &config.endpoint } else { &config.public_url };
        Ok(Self {
            client: client(Some(credentials))?,
            anybody: client(None)?,
            private_bucket: config.originals_bucket.clone(),
            public_bucket: config.public_bucket.clone(),
            public_url: public.trim_end_matches('/').to_owned(),
            public_access: config.public_access,
            open: Arc::new(AtomicBool::new(config.public_access != PublicAccess::Api)),
            timeout: config.timeout,
        })
    }

    /// Where anyone may see an object of the public bucket; nowhere, if it is not open.
    #[must_use]
    pub fn public_url(&self, key: &str) -> Option<String> {
        let open = self.open.load(Ordering::Relaxed);
        open.then(|| format!("{}/{}/{key}", self.public_url, self.public_bucket))
    }

    /// Stores an object whole, over what had its name.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] when the store is away or slow.
    pub async fn put(
        &self,
        bucket: Bucket,
        key: &str,
        media_type: &str,
        bytes: Bytes,
    ) -> Result<(), StorageError> {
        let content = ObjectContent::from(bytes);
        let request = self
            .client
            .put_object_content(self.bucket(bucket), ObjectKey::new(key)?, content)?
            .content_type(media_type.to_owned())
            .build();
        self.within(async { Ok(request.send().await?) }).await?;
        Ok(())
    }

    /// Reads an object whole, if it is no larger than `most` bytes.
    ///
    /// # Errors
    ///
    /// [`StorageError::Missing`], [`StorageError::TooLarge`], or [`StorageError::Unavailable`].
    pub async fn get(&self, bucket: Bucket, key: &str, most: u64) -> Result<Bytes, StorageError> {
        self.within(async {
            let response = self.open(bucket, key).await?;
            if response.object_size()? > most {
                return Err(StorageError::TooLarge);
            }
            Ok(response.into_bytes().await?)
        })
        .await
    }

    /// Opens an object for reading piece by piece. The timeout is for the opening alone.
    ///
    /// # Errors
    ///
    /// [`StorageError::Missing`] or [`StorageError::Unavailable`].
    pub async fn stream(&self, bucket: Bucket, key: &str) -> Result<ObjectStream, StorageError> {
        let response = self.within(self.open(bucket, key)).await?;
        let (bytes, length) = response.into_boxed_stream()?;
        Ok(ObjectStream { bytes, length })
    }

    async fn open(
        &self,
        bucket: Bucket,
        key: &str,
    ) -> Result<minio::s3::response::GetObjectResponse, StorageError> {
        let request = self.client.get_object(self.bucket(bucket), ObjectKey::new(key)?)?.build();
        Ok(request.send().await?)
    }

    /// Removes an object; one that is not there is removed already.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`].
    pub async fn delete(&self, bucket: Bucket, key: &str) -> Result<(), StorageError> {
        let request = self.client.delete_object(self.bucket(bucket), ObjectKey::new(key)?)?.build();
        match self.within(async { Ok(request.send().await?) }).await {
            Ok(_) | Err(StorageError::Missing) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Whether the store answers and has our buckets.
    ///
    /// # Errors
    ///
    /// What stands in the way.
    pub async fn ping(&self) -> Result<(), StorageError> {
        let request = self.client.bucket_exists(self.private_bucket.as_str())?.build();
        let found = self.within(async { Ok(request.send().await?) }).await?;
        if found.exists() { Ok(()) } else { Err(StorageError::Missing) }
    }

    fn bucket(&self, bucket: Bucket) -> &str {
        match bucket {
            Bucket::Private => &self.private_bucket,
            Bucket::Public => &self.public_bucket,
        }
    }

    async fn within<T>(
        &self,
        call: impl Future<Output = Result<T, StorageError>>,
    ) -> Result<T, StorageError> {
        tokio::time::timeout(self.timeout, call).await.unwrap_or(Err(StorageError::TimedOut))
    }
}

#[cfg(test)]
mod tests {
    use super::Storage;
    use crate::config::Config;
    use crate::tls::Roots;

    #[test]
    fn what_is_private_has_a_bucket_of_its_own() {
        crate::crypto::install();
        let mut config = Config::load(None, []).unwrap();
        let roots = Roots::load(&config.tls).unwrap();
        config.storage.endpoint = "http://127.0.0.1:9000".to_owned();
        assert!(Storage::new(&config.storage, &roots).is_ok());
        config.storage.originals_bucket.clone_from(&config.storage.public_bucket);
        let Err(error) = Storage::new(&config.storage, &roots) else { panic!("it was taken") };
        assert!(error.to_string().contains("storage.originals_bucket"), "{error:#}");
    }
}
