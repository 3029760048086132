//! What requests and jobs look like to an operator. Never holds an address.

use poem_openapi::Object;
use shared::jobs::Standing;
use shared::requests::{Overview, Page};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::api::documents::{ErrorDocument, StatusWord};

/// Some requests.
#[derive(Object)]
#[oai(rename = "Page", skip_serializing_if_is_none)]
pub struct PageDocument {
    /// Newest first.
    requests: Vec<OverviewDocument>,
    /// There may be more before this id; not there at the end.
    before: Option<Uuid>,
}

/// A request, for its operator.
#[derive(Object)]
#[oai(rename = "Overview", skip_serializing_if_is_none)]
pub struct OverviewDocument {
    /// The right to see the request, and to delete it.
    id: Uuid,
    /// How far it came.
    status: StatusWord,
    /// Grows with each change of the status.
    version: u64,
    /// What the picture shows, in one sentence.
    caption: Option<String>,
    /// Why there is no new picture.
    error: Option<ErrorDocument>,
    /// Its jobs, in the order in which they were made.
    jobs: Vec<JobDocument>,
    /// When it was taken.
    created_at: OffsetDateTime,
    /// When it changed last.
    updated_at: OffsetDateTime,
}

/// A unit of work.
#[derive(Object)]
#[oai(rename = "Job", skip_serializing_if_is_none)]
struct JobDocument {
    /// By which it is put back.
    id: Uuid,
    /// `caption`, `generate` or `notify`.
    kind: String,
    /// `queued`, `running`, `finished` or `dead`.
    state: String,
    /// Attempts begun that count.
    attempt: u32,
    /// Stable code of what went wrong last.
    last_error: Option<String>,
    /// Not before, while it is queued.
    run_at: OffsetDateTime,
}

impl From<Page> for PageDocument {
    fn from(page: Page) -> Self {
        let requests = page.requests.into_iter().map(OverviewDocument::from).collect();
        Self { requests, before: page.before }
    }
}

impl From<Overview> for OverviewDocument {
    fn from(request: Overview) -> Self {
        let error = request.error_code.zip(request.error_text);
        Self {
            id: request.id,
            status: request.status.into(),
            version: request.version,
            caption: request.image_caption,
            error: error.map(|(code, text)| ErrorDocument { code, text }),
            jobs: request.jobs.into_iter().map(JobDocument::from).collect(),
            created_at: request.created_at,
            updated_at: request.updated_at,
        }
    }
}

impl From<Standing> for JobDocument {
    fn from(job: Standing) -> Self {
        let Standing { id, kind, state, attempt, last_error, run_at, .. } = job;
        Self { id, kind, state, attempt, last_error, run_at }
    }
}
