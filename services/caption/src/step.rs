//! The caption job: fetch the picture, have it looked at, store the sentence.

use std::sync::Arc;

use anyhow::anyhow;
use shared::database::{Database, DatabaseError, Transaction};
use shared::jobs::{Job, Kind, Notes};
use shared::providers::Roster;
use shared::requests::{self, CAPTION, GENERATE, NOTIFY};
use shared::service::Parts;
use shared::storage::{Bucket, Storage};
use shared::worker::{Ended, Failure, Step, StepError};

use crate::captioner::Captioner;
use crate::decoding::{self, Bounds};

pub struct CaptionStep {
    captioners: Roster<Captioner>,
    database: Database,
    storage: Storage,
    bounds: Bounds,
    max_bytes: u64,
}

impl CaptionStep {
    pub fn new(parts: &Parts, captioners: Roster<Captioner>) -> Self {
        Self {
            captioners,
            database: parts.database.clone(),
            storage: parts.storage.clone(),
            bounds: Bounds::of(&parts.config.register),
            max_bytes: parts.config.register.max_image.as_u64(),
        }
    }

    async fn image_key(&self, job: &Job) -> Result<String, StepError> {
        let client = self.database.connection().await?;
        let request = requests::find(&client, job.subject).await?;
        let request = request.ok_or_else(|| {
            StepError::fail(
                "request_gone",
                "The request is gone.",
                anyhow!("a job without a request"),
            )
        })?;
        Ok(request.image_key)
    }
}

impl Step for CaptionStep {
    type Done = String;

    fn kind(&self) -> Kind {
        CAPTION
    }

    async fn perform(&self, job: &Job, notes: &mut Notes) -> Result<String, StepError> {
        if let Some(error) = self.captioners.closed() {
            return Err(error);
        }
        let key = self.image_key(job).await?;
        // What was cleaned at the door may have grown by the orientation that was kept.
        let most = self.max_bytes.saturating_add(1024);
        let file = self.storage.get(Bucket::Private, &key, most).await?;
        let picture = decoding::decode(file, self.bounds).await?;
        self.captioners.ask(&Arc::new(picture), notes).await
    }

    async fn commit(
        &self,
        transaction: &Transaction<'_>,
        job: &Job,
        caption: &String,
    ) -> Result<(), DatabaseError> {
        requests::store_caption(transaction, job.subject, caption).await
    }

    async fn give_up(
        &self,
        transaction: &Transaction<'_>,
        job: &Job,
        failure: &Failure,
    ) -> Result<(), DatabaseError> {
        requests::give_up(transaction, job.subject, failure).await
    }

    fn next(&self, ended: Ended) -> Option<Kind> {
        Some(match ended {
            Ended::WithResult => GENERATE,
            Ended::WithFailure => NOTIFY,
        })
    }
}
