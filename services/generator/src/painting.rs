//! The generate job: have the caption painted, put the picture where anyone with the link sees it.

use std::time::Duration;

use anyhow::anyhow;
use backon::{ExponentialBuilder, Retryable};
use bytes::Bytes;
use shared::database::{Database, DatabaseError, Transaction};
use shared::jobs::{Job, Kind, Notes};
use shared::providers::Roster;
use shared::requests::{self, GENERATE, NOTIFY, Painted};
use shared::service::Parts;
use shared::storage::{Bucket, Storage, StorageError};
use shared::worker::{Ended, Failure, Step, StepError};

use crate::painter::Painter;

/// How long a picture is held for a store that does not take it.
const PATIENCE: Duration = Duration::from_mins(1);

pub struct GenerateStep {
    painters: Roster<Painter>,
    database: Database,
    storage: Storage,
    api_url: String,
}

impl GenerateStep {
    pub fn new(parts: &Parts, painters: Roster<Painter>) -> Self {
        Self {
            painters,
            database: parts.database.clone(),
            storage: parts.storage.clone(),
            api_url: parts.config.register.api_url(),
        }
    }

    /// Where anyone may see the new picture: in the public bucket; where that is not open, through
    /// the API, and then the link opens the request as well.
    fn url(&self, job: &Job, key: &str) -> String {
        let through_api = || format!("{}/request/{}/new_image", self.api_url, job.subject);
        self.storage.public_url(key).unwrap_or_else(through_api)
    }

    /// Stores a picture, again and again: it was paid for. In the end the attempt counts, or a store that
    /// takes nothing would have us pay for days.
    async fn keep(&self, painted: &Painted, file: Bytes) -> Result<(), StepError> {
        let Painted { key, media_type, .. } = painted;
        let put = || self.storage.put(Bucket::Public, key, media_type, file.clone());
        let patience = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(200))
            .with_max_delay(Duration::from_secs(5))
            .with_jitter()
            .without_max_times()
            .with_total_delay(Some(PATIENCE));
        let passes = |error: &StorageError| {
            matches!(error, StorageError::TimedOut | StorageError::Unavailable(_))
        };
        put.retry(patience).when(passes).await.map_err(|error| match error.into() {
            StepError::Wait { code, after, cause } => StepError::Retry { code, after, cause },
            other => other,
        })
    }

    async fn caption(&self, job: &Job) -> Result<String, StepError> {
        let client = self.database.connection().await?;
        let caption = requests::caption_of(&client, job.subject).await?;
        caption.ok_or_else(|| {
            let cause = anyhow!("a generate job whose request is not ready");
            StepError::fail("caption_gone", "There is no caption to paint.", cause)
        })
    }
}

impl Step for GenerateStep {
    type Done = Painted;

    fn kind(&self) -> Kind {
        GENERATE
    }

    async fn perform(&self, job: &Job, notes: &mut Notes) -> Result<Painted, StepError> {
        if let Some(error) = self.painters.closed() {
            return Err(error);
        }
        let caption = self.caption(job).await?;
        // While the store is away a picture would be paid for, and lost.
        self.storage.ping().await?;
        let painting = self.painters.ask(&caption, notes).await?;
        // Named by the job: a second attempt writes over the first. Not by the request: whoever is
        // shown the picture must not learn the id that opens, and deletes, the request.
        let key = requests::painting_key(job.id, painting.extension);
        let painted = Painted {
            url: self.url(job, &key),
            key,
            media_type: painting.media_type.to_owned(),
            bytes: painting.file.len(),
        };
        self.keep(&painted, painting.file).await?;
        Ok(painted)
    }

    async fn commit(
        &self,
        transaction: &Transaction<'_>,
        job: &Job,
        painted: &Painted,
    ) -> Result<(), DatabaseError> {
        requests::store_painting(transaction, job.subject, painted).await
    }

    async fn give_up(
        &self,
        transaction: &Transaction<'_>,
        job: &Job,
        failure: &Failure,
    ) -> Result<(), DatabaseError> {
        requests::give_up(transaction, job.subject, failure).await
    }

    fn next(&self, _: Ended) -> Option<Kind> {
        Some(NOTIFY)
    }
}
