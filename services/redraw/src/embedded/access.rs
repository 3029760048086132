//! Who may do what in the embedded store: its owner all, anybody else GET from the public bucket.

use s3s::access::{S3Access, S3AccessContext};
use s3s::path::S3Path;
use s3s::{S3Result, s3_error};

pub struct PublicReads {
    pub bucket: String,
}

#[async_trait::async_trait]
impl S3Access for PublicReads {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        if context.credentials().is_some() {
            return Ok(());
        }
        // HEAD is what a GetObject permission covers on S3 as well.
        let reads = matches!(context.s3_op().name(), "GetObject" | "HeadObject");
        match context.s3_path() {
            S3Path::Object { bucket, key }
                if reads && **bucket == *self.bucket && is_plain(key) =>
            {
                Ok(())
            }
            _ => {
                Err(s3_error!(AccessDenied, "Only objects of the public bucket are for everyone."))
            }
        }
    }
}

/// The store keeps an object in a file of the key's name: a key that is a path could lead into the
/// other bucket.
fn is_plain(key: &str) -> bool {
    !key.starts_with('.') && !key.contains(['/', '\\', '\0'])
}
