//! What lies in a bucket, a page at a time. Ours lie side by side: whatever has a slash in its name is
//! somebody else's, and is passed over. (An empty delimiter would list that too, but not every store
//! takes it for none.)

use futures_util::StreamExt;
use minio::s3::MinioClient;
use minio::s3::response_traits::HasS3Fields;
use minio::s3::types::{ListEntry, ToStream};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::{Bucket, Storage, StorageError};

/// An object's name, and when it was stored by the store's own clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub key: String,
    pub modified: OffsetDateTime,
}

/// Some objects of a bucket, in the order of their names.
#[derive(Clone, Debug)]
pub struct Page {
    pub objects: Vec<Listed>,
    /// Where the next page begins; none: this was the last.
    pub after: Option<String>,
    /// The store's own time, if it says so.
    pub now: Option<OffsetDateTime>,
}

impl Storage {
    /// Up to `most` objects (1,000 at the most) whose names come after `after`.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`].
    pub async fn list(
        &self,
        bucket: Bucket,
        after: Option<&str>,
        most: u16,
    ) -> Result<Page, StorageError> {
        self.list_as(&self.client, self.bucket(bucket), after, most).await
    }

    pub(super) async fn list_as(
        &self,
        client: &MinioClient,
        bucket: &str,
        after: Option<&str>,
        most: u16,
    ) -> Result<Page, StorageError> {
        let request = client
            .list_objects(bucket)?
            .recursive(false)
            .max_keys(most)
            .start_after(after.map(str::to_owned))
            .build();
        let first = self.within(async { Ok(request.to_stream().await.next().await) });
        // A stream of pages has a first one.
        let Some(answer) = first.await? else {
            return Err(StorageError::Unavailable("it listed nothing".to_owned()));
        };
        let answer = answer?;
        let date = answer.headers().get("date").and_then(|date| date.to_str().ok());
        let now = date.and_then(|date| OffsetDateTime::parse(date, &Rfc2822).ok());
        let places = answer.contents.iter().map(place_of);
        let last = places.max();
        let objects = answer.contents.into_iter().filter_map(|entry| {
            let modified = entry.last_modified?.timestamp();
            let modified = OffsetDateTime::from_unix_timestamp(modified).ok()?;
            (!entry.is_prefix).then_some(Listed { key: entry.name, modified })
        });
        Ok(Page { objects: objects.collect(), after: last.filter(|_| answer.is_truncated), now })
    }
}

/// Where to go on after this entry: behind all that lies in it, if it is a folder.
fn place_of(entry: &ListEntry) -> String {
    let behind_all = if entry.is_prefix { char::MAX.into() } else { String::new() };
    entry.name.clone() + &behind_all
}
