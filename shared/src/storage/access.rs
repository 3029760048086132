//! Who else may do what: anybody may GET an object of the public bucket whose name they know, if the
//! store can be told so, and nobody may list a bucket.

use std::sync::atomic::Ordering;

use minio::s3::error::{Error, S3ServerError};
use minio::s3::types::S3Api;
use minio::s3::types::minio_error_response::MinioErrorCode;

use super::{Storage, StorageError};
use crate::config::PublicAccess;
use crate::telemetry::chain;

/// What came of setting the bucket's policy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Policy {
    Set,
    /// The store knows no policies.
    Unknown,
    /// Our credentials may not set one.
    NotOurs,
}

impl Storage {
    /// Opens the public bucket, or finds out that it cannot be opened.
    pub(super) async fn open_public_bucket(&self) -> Result<(), StorageError> {
        if self.public_access != PublicAccess::Auto {
            return Ok(());
        }
        let bucket = &self.public_bucket;
        match self.set_policy().await? {
            Policy::Set => {}
            Policy::Unknown => {
                self.open.store(false, Ordering::Relaxed);
                tracing::info!(
                    bucket,
                    "the store has no bucket policies: the API hands the new pictures out"
                );
            }
            Policy::NotOurs => tracing::warn!(
                bucket,
                "may not set the bucket's policy, so it is taken to be open already: everybody \
                 needs s3:GetObject on its objects and nothing else; storage.public_access says \
                 how it is (bucket, or api to keep it private)"
            ),
        }
        Ok(())
    }

    async fn set_policy(&self) -> Result<Policy, StorageError> {
        let policy = read_only_policy(&self.public_bucket);
        let request =
            self.client.put_bucket_policy(self.public_bucket.as_str())?.config(policy).build();
        self.within(async {
            match request.send().await {
                Ok(_) => Ok(Policy::Set),
                Err(error) => tell(&error).ok_or_else(|| match error.into() {
                    // It was there a moment ago.
                    StorageError::Missing => StorageError::Unavailable("no such bucket".into()),
                    error => error,
                }),
            }
        })
        .await
    }

    /// Names are what the pictures are kept secret by: a bucket that lists itself gives them all away.
    pub(super) async fn warn_of_open_lists(&self) {
        for bucket in [&self.private_bucket, &self.public_bucket] {
            let listed = self.list_as(&self.anybody, bucket, None, 1).await;
            match listed {
                Ok(_) => tracing::error!(
                    bucket,
                    "anybody may list this bucket, and so find every picture in it; take \
                     s3:ListBucket from everybody"
                ),
                Err(error) => tracing::debug!(error = %chain(&error), bucket, "not for everybody"),
            }
        }
    }
}

/// What an error says about policies; nothing, if the store is away, or refuses us for another reason.
pub(super) fn tell(error: &Error) -> Option<Policy> {
    match error {
        Error::S3Server(S3ServerError::S3Error(answer)) => by_code(&answer.code()),
        Error::S3Server(
            S3ServerError::HttpError(status, _)
            | S3ServerError::InvalidServerResponse { http_status_code: status, .. },
        ) => by_status(*status),
        _ => None,
    }
}

/// The names that stores without policies have for that. Whatever else they say (a wrong signature, a
/// clock that is off, too many calls) passes or is mended, and must not close the bucket until then.
fn by_code(code: &MinioErrorCode) -> Option<Policy> {
    // The client has them in small letters.
    const NO_POLICIES: [&str; 4] =
        ["notimplemented", "xnotimplemented", "invalidargument", "malformedpolicy"];
    match code {
        MinioErrorCode::AccessDenied => Some(Policy::NotOurs),
        MinioErrorCode::MethodNotAllowed | MinioErrorCode::NotSupported => Some(Policy::Unknown),
        MinioErrorCode::OtherError(name) => {
            NO_POLICIES.contains(&name.to_lowercase().as_str()).then_some(Policy::Unknown)
        }
        _ => None,
    }
}

fn by_status(status: u16) -> Option<Policy> {
    match status {
        403 => Some(Policy::NotOurs),
        405 | 501 => Some(Policy::Unknown),
        _ => None,
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

#[cfg(test)]
mod tests {
    use minio::s3::types::minio_error_response::MinioErrorCode;

    use super::{Policy, by_code, by_status};

    #[test]
    fn a_store_without_policies_is_told_from_one_in_trouble() {
        let by_name = |name: &str| by_code(&name.parse::<MinioErrorCode>().unwrap());
        for name in [
            "NotImplemented",
            "XNotImplemented",
            "MethodNotAllowed",
            "NotSupported",
            "InvalidArgument",
            "MalformedPolicy",
        ] {
            assert_eq!(by_name(name), Some(Policy::Unknown), "{name}");
        }
        for name in [
            "SlowDown",
            "InternalError",
            "NoSuchBucket",
            "InvalidAccessKeyId",
            "SignatureDoesNotMatch",
            "RequestTimeTooSkewed",
            "NeverHeardOf",
        ] {
            assert_eq!(by_name(name), None, "{name}");
        }
        assert_eq!(by_name("AccessDenied"), Some(Policy::NotOurs));
        let statuses = [403, 405, 501, 500, 503, 404, 429].map(by_status);
        let unknown = Some(Policy::Unknown);
        assert_eq!(statuses, [Some(Policy::NotOurs), unknown, unknown, None, None, None, None]);
    }
}
