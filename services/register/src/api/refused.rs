//! How OpenAPI describes the answers that are not a success: by tables, a line a status.

use std::marker::PhantomData;

use poem_openapi::registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, Registry};
use poem_openapi::types::{Example, Type};
use poem_openapi::{ApiResponse, Object};
use shared::database::DatabaseError;
use shared::http::Problem;

use crate::errors;

/// A problem (RFC 9457).
#[derive(Object)]
#[oai(rename = "Problem", example)]
struct ProblemDocument {
    /// Always `about:blank`: the code says more.
    #[oai(rename = "type")]
    kind: String,
    /// The status in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// Stable; meant for programs.
    code: String,
    /// One sentence that helps; meant for people.
    detail: String,
}

impl Example for ProblemDocument {
    fn example() -> Self {
        Self {
            kind: "about:blank".to_owned(),
            title: "Unprocessable Entity".to_owned(),
            status: 422,
            code: "image_truncated".to_owned(),
            detail: "The JPEG picture is cut off before its end; send the whole file again."
                .to_owned(),
        }
    }
}

/// The statuses that a group of calls may answer with: what each means, and its codes.
pub trait Table: Send + Sync + 'static {
    const ROWS: &'static [(u16, &'static str)];
}

/// A problem, from the given table.
pub struct Refused<T>(Problem, PhantomData<T>);

pub type RegisterRefused = Refused<Registering>;
pub type ReadRefused = Refused<Reading>;
pub type FollowRefused = Refused<Following>;
pub type ShowRefused = Refused<Showing>;
pub type DeleteRefused = Refused<Deleting>;
pub type ListRefused = Refused<Listing>;
pub type RetryRefused = Refused<Retrying>;

pub struct Registering;
pub struct Reading;
pub struct Following;
pub struct Showing;
pub struct Deleting;
pub struct Listing;
pub struct Retrying;

impl Table for Registering {
    const ROWS: &'static [(u16, &'static str)] = &[
        (
            400,
            "The form cannot be read or lacks something. `image_missing`, `email_missing`, `email_invalid`, `language_unknown`, `field_unknown`, `field_repeated`, `field_too_long`, `form_malformed`, `idempotency_key_invalid`",
        ),
        KEYLESS,
        (408, "It took too long to arrive. `upload_too_slow`"),
        (
            409,
            "The idempotency key was used for something else, or is in use just now; then come back after `Retry-After` seconds. `idempotency_key_reused`, `idempotency_in_progress`",
        ),
        (413, "The picture is too large. `image_too_large`"),
        (
            415,
            "Not a form, or not a picture that can be read. `not_multipart`, `not_an_image`, `image_type_unsupported`, `image_type_mismatch`",
        ),
        (
            422,
            "The picture is damaged or too big to look at. `image_empty`, `image_truncated`, `image_corrupt`, `too_many_pixels`, `too_many_frames`",
        ),
        (
            429,
            "Too many from this client or for this address; come back after `Retry-After` seconds. `too_many_from_client`, `too_many_for_email`",
        ),
        BROKEN,
        (
            503,
            "Too busy, or a part is away; come back after `Retry-After` seconds. `busy`, `database_unavailable`, `storage_unavailable`",
        ),
    ];
}

const KEYLESS: (u16, &str) =
    (401, "A key is needed, and none or an unknown one was sent. `key_missing`, `key_invalid`");
const NO_OPERATOR: (u16, &str) = (
    403,
    "An operator's key is needed, or there are no operators here. `operator_needed`, `operator_disabled`",
);
const MALFORMED: (u16, &str) = (400, "The id is not a UUID. `id_malformed`");
const UNKNOWN: (u16, &str) = (404, "There is no such request. `request_unknown`");
const DELETED: (u16, &str) = (
    410,
    "The request was deleted, or was kept for as long as requests are kept. `request_deleted`, `request_expired`",
);
const BROKEN: (u16, &str) = (500, "Something went wrong on our side. `internal`");
const AWAY: (u16, &str) = (
    503,
    "A part is away; come back after `Retry-After` seconds. `database_unavailable`, `storage_unavailable`",
);

const DATABASE_AWAY: (u16, &str) =
    (503, "A part is away; come back after `Retry-After` seconds. `database_unavailable`");

impl Table for Reading {
    const ROWS: &'static [(u16, &'static str)] = &[MALFORMED, UNKNOWN, DELETED, BROKEN, AWAY];
}

impl Table for Following {
    const ROWS: &'static [(u16, &'static str)] = &[
        (
            400,
            "The id is not a UUID, or the version is no number. `id_malformed`, `parameter_malformed`",
        ),
        UNKNOWN,
        DELETED,
        BROKEN,
        (
            503,
            "Too many live streams, or a part is away; come back after `Retry-After` seconds. `busy`, `database_unavailable`",
        ),
    ];
}

impl Table for Showing {
    const ROWS: &'static [(u16, &'static str)] = &[
        MALFORMED,
        (
            404,
            "There is no such request, or not yet this picture of it. `request_unknown`, `picture_not_ready`",
        ),
        DELETED,
        BROKEN,
        AWAY,
    ];
}

impl Table for Deleting {
    const ROWS: &'static [(u16, &'static str)] = &[MALFORMED, UNKNOWN, BROKEN, AWAY];
}

impl Table for Listing {
    const ROWS: &'static [(u16, &'static str)] = &[
        (400, "A parameter cannot be read. `parameter_malformed`"),
        KEYLESS,
        NO_OPERATOR,
        BROKEN,
        DATABASE_AWAY,
    ];
}

impl Table for Retrying {
    const ROWS: &'static [(u16, &'static str)] = &[
        MALFORMED,
        KEYLESS,
        NO_OPERATOR,
        (404, "There is no such job. `job_unknown`"),
        (409, "The job is queued, running or finished. `job_not_dead`"),
        DELETED,
        BROKEN,
        DATABASE_AWAY,
    ];
}

impl From<ReadRefused> for FollowRefused {
    fn from(refused: ReadRefused) -> Self {
        refused.0.into()
    }
}

impl From<ReadRefused> for ShowRefused {
    fn from(refused: ReadRefused) -> Self {
        refused.0.into()
    }
}

impl<T> Refused<T> {
    pub fn problem(self) -> Problem {
        self.0
    }
}

impl<T> From<Problem> for Refused<T> {
    fn from(problem: Problem) -> Self {
        Self(problem, PhantomData)
    }
}

impl<T> From<DatabaseError> for Refused<T> {
    fn from(error: DatabaseError) -> Self {
        errors::database(&error).into()
    }
}

impl<T> From<Refused<T>> for poem::Error {
    fn from(refused: Refused<T>) -> Self {
        refused.0.into()
    }
}

/// The headers that come with a status: always, or with some of its codes.
fn headers(status: u16, description: &str) -> Vec<MetaHeader> {
    let header = |name: &str, help: &str, required, schema| MetaHeader {
        name: name.to_owned(),
        description: Some(help.to_owned()),
        required,
        deprecated: false,
        schema,
    };
    let wait = |always| header("Retry-After", "Seconds to wait.", always, u64::schema_ref());
    let challenge = "How to show a key (RFC 6750).";
    match status {
        401 => vec![header("WWW-Authenticate", challenge, true, String::schema_ref())],
        429 | 503 => vec![wait(true)],
        _ if description.contains("Retry-After") => vec![wait(false)],
        _ => Vec::new(),
    }
}

impl<T: Table> ApiResponse for Refused<T> {
    fn meta() -> MetaResponses {
        let responses = T::ROWS.iter().map(|(status, description)| MetaResponse {
            description,
            status: Some(*status),
            status_range: None,
            content: vec![MetaMediaType {
                content_type: "application/problem+json",
                schema: ProblemDocument::schema_ref(),
            }],
            headers: headers(*status, description),
        });
        MetaResponses { responses: responses.collect() }
    }

    fn register(registry: &mut Registry) {
        ProblemDocument::register(registry);
    }
}
