//! What can go wrong between us and the object store.

use minio::s3::error::{Error, NetworkError, S3ServerError, ValidationErr};
use minio::s3::types::minio_error_response::MinioErrorCode;

use crate::telemetry::chain;

/// Why a call did not work.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// There is no such object or bucket.
    #[error("the object store has no such object")]
    Missing,
    /// The object is larger than the caller takes.
    #[error("the object is larger than it may be")]
    TooLarge,
    /// The store did not answer in time.
    #[error("the object store did not answer in time")]
    TimedOut,
    /// The store is away, or answers with an error of its own: trying again later helps.
    #[error("the object store is not available: {0}")]
    Unavailable(String),
    /// The call itself is wrong: a key or bucket name that cannot be.
    #[error("the call to the object store is wrong")]
    Invalid(#[source] Box<ValidationErr>),
}

impl From<ValidationErr> for StorageError {
    fn from(error: ValidationErr) -> Self {
        Self::Invalid(Box::new(error))
    }
}

impl From<Error> for StorageError {
    fn from(error: Error) -> Self {
        match error {
            Error::S3Server(S3ServerError::S3Error(ref answer))
                if matches!(
                    answer.code(),
                    MinioErrorCode::NoSuchKey | MinioErrorCode::NoSuchBucket
                ) =>
            {
                Self::Missing
            }
            Error::S3Server(S3ServerError::HttpError(404, _))
            | Error::Network(NetworkError::ServerError(404)) => Self::Missing,
            // A wrong key or a missing right is mended by the operator, while the caller waits.
            // The store's own words can be a page long; its code says enough.
            Error::S3Server(S3ServerError::S3Error(answer)) => {
                Self::Unavailable(format!("it answered {:?}", answer.code()))
            }
            other => Self::Unavailable(chain(&other)),
        }
    }
}
