//! Makes the buckets at start.

use minio::s3::types::S3Api;

use super::{Storage, StorageError};

impl Storage {
    /// Makes what is missing, and opens the public bucket as the settings say. Safe to run from
    /// several processes at once.
    ///
    /// # Errors
    ///
    /// When the store is away, or will not have the buckets.
    pub async fn prepare(&self) -> Result<(), StorageError> {
        for bucket in [&self.private_bucket, &self.public_bucket] {
            self.make(bucket).await?;
        }
        self.open_public_bucket().await?;
        self.warn_of_open_lists().await;
        Ok(())
    }

    async fn make(&self, bucket: &str) -> Result<(), StorageError> {
        let exists = self.client.bucket_exists(bucket)?.build();
        if self.within(async { Ok(exists.send().await?) }).await?.exists() {
            return Ok(());
        }
        let create = self.client.create_bucket(bucket)?.build();
        let created = self.within(async { Ok(create.send().await?) }).await;
        // Another process may have been faster.
        let exists = self.client.bucket_exists(bucket)?.build();
        match self.within(async { Ok(exists.send().await?) }).await {
            Ok(found) if found.exists() => Ok(()),
            _ => created.map(drop),
        }
    }
}
