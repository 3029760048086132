//! Makes the buckets at start: one private, one that may be read by name but not listed.

use minio::s3::types::S3Api;

use super::{Storage, StorageError};

impl Storage {
    /// Makes what is missing. Safe to run from several processes at once.
    ///
    /// # Errors
    ///
    /// When the store is away, or will not have the buckets.
    pub async fn prepare(&self) -> Result<(), StorageError> {
        for bucket in [&self.private_bucket, &self.public_bucket] {
            self.make(bucket).await?;
        }
        let policy = read_only_policy(&self.public_bucket);
        let request =
            self.client.put_bucket_policy(self.public_bucket.as_str())?.config(policy).build();
        if let Err(error) = self.within(async { Ok(request.send().await?) }).await {
            // Some stores have no policies and are opened in another way.
            tracing::debug!(%error, bucket = self.public_bucket, "the store takes no bucket policy");
        }
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

/// `GetObject` for everyone, and nothing else: names cannot be listed.
fn read_only_policy(bucket: &str) -> String {
    serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "AWS": ["*"] },
            "Action": ["s3:GetObject"],
            "Resource": [format!("arn:aws:s3:::{bucket}/*")],
        }],
    })
    .to_string()
}
