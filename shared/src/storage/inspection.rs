//! What a look at the object store asks: of each bucket, whether it exists and what anybody may do.

use futures_util::StreamExt;
use minio::s3::MinioClient;
use minio::s3::error::{Error, S3ServerError, ValidationErr};
use minio::s3::types::minio_error_response::MinioErrorCode;
use minio::s3::types::{ObjectKey, S3Api, ToStream};

use super::access::{Policy, tell};
use super::{Bucket, Storage, StorageError};
use crate::inspection::Barrier;
use crate::telemetry::chain;
use crate::tls;

impl Storage {
    /// Whether the bucket exists, with our credentials. Asks for a name in it, as the answer to a mere
    /// look at a bucket has no room for a reason.
    ///
    /// # Errors
    ///
    /// What stands in the way.
    pub async fn has_bucket(&self, bucket: Bucket) -> Result<bool, Barrier> {
        match self.within_reason(self.try_list(&self.client, bucket)).await? {
            Ok(()) => Ok(true),
            Err(error) if is_missing(&error) => Ok(false),
            Err(error) => Err(barrier(&error)),
        }
    }

    /// Whether anybody may list the bucket.
    ///
    /// # Errors
    ///
    /// What stands in the way.
    pub async fn lets_anybody_list(&self, bucket: Bucket) -> Result<bool, Barrier> {
        let listed = self.within_reason(self.try_list(&self.anybody, bucket)).await?;
        is_allowed(listed)
    }

    /// Whether anybody may GET this object.
    ///
    /// # Errors
    ///
    /// What stands in the way.
    pub async fn lets_anybody_get(&self, bucket: Bucket, key: &str) -> Result<bool, Barrier> {
        let getting = async {
            let request = self.anybody.get_object(self.bucket(bucket), ObjectKey::new(key)?)?;
            // The head of the answer says enough.
            request.build().send().await?.object_size()?;
            Ok(())
        };
        is_allowed(self.within_reason(getting).await?)
    }

    /// Whether the store knows bucket policies.
    ///
    /// # Errors
    ///
    /// What stands in the way.
    pub async fn has_policies(&self) -> Result<bool, Barrier> {
        let asking = async {
            let request = self.client.get_bucket_policy(self.bucket(Bucket::Public))?.build();
            request.send().await.map(drop)
        };
        let answer = self.within_reason(asking).await?;
        Ok(!matches!(answer, Err(error) if tell(&error) == Some(Policy::Unknown)))
    }

    async fn try_list(&self, client: &MinioClient, bucket: Bucket) -> Result<(), Error> {
        let request = client.list_objects(self.bucket(bucket))?.recursive(false).max_keys(1u16);
        // A stream of pages has a first one.
        request.build().to_stream().await.next().await.map_or(Ok(()), |page| page.map(drop))
    }

    /// Within `storage.timeout`.
    async fn within_reason<T>(
        &self,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<Result<T, Error>, Barrier> {
        tokio::time::timeout(self.timeout, call).await.map_err(|_| Barrier::silent())
    }
}

/// What has no name of its own is not told apart: the caller knows by then that the store is there.
impl From<StorageError> for Barrier {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::TimedOut => Self::silent(),
            error => Self::Refused(chain(&error)),
        }
    }
}

/// What a call without credentials says of anybody's rights.
fn is_allowed(answer: Result<(), Error>) -> Result<bool, Barrier> {
    match answer {
        Ok(()) => Ok(true),
        Err(error) if is_missing(&error) || refuses(&error) => Ok(false),
        Err(error) => Err(barrier(&error)),
    }
}

fn is_missing(error: &Error) -> bool {
    matches!(code(error), Some(MinioErrorCode::NoSuchBucket | MinioErrorCode::NoSuchKey))
}

/// Whoever shows no credentials is told so in more than one way.
fn refuses(error: &Error) -> bool {
    let status = match error {
        Error::S3Server(
            S3ServerError::HttpError(status, _)
            | S3ServerError::InvalidServerResponse { http_status_code: status, .. },
        ) => Some(*status),
        _ => None,
    };
    code(error) == Some(MinioErrorCode::AccessDenied) || matches!(status, Some(401 | 403))
}

fn code(error: &Error) -> Option<MinioErrorCode> {
    match error {
        Error::S3Server(S3ServerError::S3Error(answer)) => Some(answer.code()),
        _ => None,
    }
}

fn barrier(error: &Error) -> Barrier {
    match (error, code(error)) {
        (_, Some(MinioErrorCode::OtherError(name))) if is_about_credentials(&name) => {
            Barrier::Login(name)
        }
        // The store's own words can be a page long; its code says enough.
        (_, Some(MinioErrorCode::OtherError(name))) => Barrier::Refused(name),
        (_, Some(code)) => Barrier::Refused(format!("{code:?}")),
        (error, None) if tls::is_to_blame(error) => Barrier::Tls(root_cause(error)),
        (Error::Network(_) | Error::Validation(ValidationErr::HttpError(_)), None) => {
            Barrier::Away(root_cause(error))
        }
        (error, None) => Barrier::Refused(root_cause(error)),
    }
}

/// The client has the codes in small letters.
fn is_about_credentials(code: &str) -> bool {
    matches!(&*code.to_lowercase(), "invalidaccesskeyid" | "signaturedoesnotmatch")
}

/// The layers between each say the URL again.
fn root_cause(error: &Error) -> String {
    let causes =
        std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    causes.last().map(ToString::to_string).unwrap_or_default()
}
