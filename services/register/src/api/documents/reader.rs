//! Reads requests from the database, and describes them.

use shared::database::{Connection, Database};
use shared::jobs;
use shared::requests::{self, CAPTION, GENERATE, NOTIFY, Request, Status};
use uuid::Uuid;

use super::{AttemptDocument, ErrorDocument, Links, QueueDocument, RequestDocument, Stage};
use crate::api::refused::ReadRefused;
use crate::errors;
use crate::patience::Patience;

/// Longest timeline that is shown.
const MOST_ATTEMPTS: i64 = 100;

/// Makes documents. Cheap to clone.
#[derive(Clone)]
pub struct Documents {
    pub database: Database,
    pub links: Links,
    pub patience: Patience,
}

impl Documents {
    /// The request, unless it is unknown or was deleted.
    pub async fn find(&self, id: Uuid) -> Result<Request, ReadRefused> {
        let found = async { find(&self.database.connection().await?, id).await };
        self.patience.with_database(found).await
    }

    /// The document.
    pub async fn see(&self, id: Uuid) -> Result<RequestDocument, ReadRefused> {
        let seen = async {
            let client = self.database.connection().await?;
            let request = find(&client, id).await?;
            self.describe(&client, request).await
        };
        self.patience.with_database(seen).await
    }

    /// The document, if it is newer than the version seen last.
    pub async fn newer_than(
        &self,
        id: Uuid,
        seen: u64,
    ) -> Result<Option<RequestDocument>, ReadRefused> {
        let newer = async {
            let client = self.database.connection().await?;
            let request = find(&client, id).await?;
            if request.version <= seen {
                return Ok(None);
            }
            self.describe(&client, request).await.map(Some)
        };
        self.patience.with_database(newer).await
    }

    async fn describe(
        &self,
        client: &Connection,
        request: Request,
    ) -> Result<RequestDocument, ReadRefused> {
        // Asked for together, they travel together.
        let (place, timeline) = tokio::try_join!(
            requests::place_in_queue(client, request.id, request.status),
            jobs::attempts_of(client, request.id, MOST_ATTEMPTS),
        )?;
        let error = request.error_code.zip(request.error_text);
        Ok(RequestDocument {
            id: request.id,
            status: request.status.into(),
            stage: stage(request.status, &timeline),
            version: request.version,
            caption: request.image_caption,
            image_url: self.links.image(request.id),
            new_image_url: request.new_image_url,
            error: error.map(|(code, text)| ErrorDocument { code, text }),
            queue: place.map(|place| QueueDocument {
                before: place.before,
                estimate_seconds: place.estimate.map(|wait| wait.as_secs().max(1)),
            }),
            timeline: timeline.into_iter().map(AttemptDocument::from).collect(),
            created_at: request.created_at,
            updated_at: request.updated_at,
        })
    }
}

async fn find(client: &Connection, id: Uuid) -> Result<Request, ReadRefused> {
    let request = requests::find(client, id).await?;
    let request = request.ok_or_else(errors::no_such_request)?;
    if request.erased_at.is_some() {
        return Err(errors::erased(request.error_code.as_deref()).into());
    }
    Ok(request)
}

/// By the attempts of the present story: what was mailed before an operator put a job back is past.
fn stage(status: Status, timeline: &[jobs::Attempt]) -> Stage {
    let last = |kind: jobs::Kind, outcome: &[&str]| {
        timeline
            .iter()
            .rfind(|attempt| attempt.kind == kind.name() && !attempt.is_past)
            .is_some_and(|attempt| outcome.contains(&attempt.outcome.as_str()))
    };
    match status {
        Status::Pending if last(CAPTION, &["running"]) => Stage::Captioning,
        Status::Pending => Stage::WaitingForCaption,
        Status::Ready if last(GENERATE, &["running"]) => Stage::Painting,
        Status::Ready => Stage::WaitingForPainting,
        _ if last(NOTIFY, &["running"]) => Stage::Mailing,
        _ if last(NOTIFY, &["finished", "failed"]) => Stage::Finished,
        _ => Stage::WaitingForMail,
    }
}
