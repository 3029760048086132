//! What a request looks like from outside. Never holds the address.

mod links;
mod reader;

use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};
use shared::jobs;
use shared::requests::Status;
use time::OffsetDateTime;
use time::macros::datetime;
use uuid::{Uuid, uuid};

pub use self::links::Links;
pub use self::reader::Documents;

/// The id that the examples show.
pub const EXAMPLE_ID: Uuid = uuid!("01909f3e-2b7c-7d4a-9c1e-5f6a7b8c9d0e");

/// How far a request came: `pending` waits for its caption; `ready` has it, and waits to be painted;
/// `done` has its new picture; `failure` will have none, and `error` says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename = "Status", rename_all = "snake_case")]
pub enum StatusWord {
    /// It waits for its caption.
    Pending,
    /// The caption is there; it waits to be painted.
    Ready,
    /// The new picture is there.
    Done,
    /// It will not be painted; `error` says why.
    Failure,
}

impl From<Status> for StatusWord {
    fn from(status: Status) -> Self {
        match status {
            Status::Pending => Self::Pending,
            Status::Ready => Self::Ready,
            Status::Done => Self::Done,
            Status::Failure => Self::Failure,
        }
    }
}

impl From<StatusWord> for Status {
    fn from(word: StatusWord) -> Self {
        match word {
            StatusWord::Pending => Self::Pending,
            StatusWord::Ready => Self::Ready,
            StatusWord::Done => Self::Done,
            StatusWord::Failure => Self::Failure,
        }
    }
}

/// What happens to it just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Stage {
    /// It waits for somebody to look at it.
    WaitingForCaption,
    /// A model looks at it.
    Captioning,
    /// The caption waits to be painted.
    WaitingForPainting,
    /// A model paints.
    Painting,
    /// The mail waits to be sent.
    WaitingForMail,
    /// The mail is being sent.
    Mailing,
    /// Nothing is left to do.
    Finished,
}

/// A request.
#[derive(Object)]
#[oai(rename = "Request", skip_serializing_if_is_none, example)]
pub struct RequestDocument {
    /// The right to see the request: whoever has it, sees it.
    id: Uuid,
    /// How far it came.
    status: StatusWord,
    /// What happens to it just now.
    stage: Stage,
    /// Grows with each change of the status.
    pub(super) version: u64,
    /// What the picture shows, in one sentence.
    caption: Option<String>,
    /// The picture that was sent.
    image_url: String,
    /// The new picture, for anyone who has this link.
    new_image_url: Option<String>,
    /// Why there is no new picture.
    error: Option<ErrorDocument>,
    /// Its place in the queue, while it waits.
    queue: Option<QueueDocument>,
    /// Every try at every step.
    timeline: Vec<AttemptDocument>,
    /// When it was taken.
    created_at: OffsetDateTime,
    /// When it changed last.
    updated_at: OffsetDateTime,
}

impl Example for RequestDocument {
    fn example() -> Self {
        let links = Links::at("https://redraw.example.org/api/v1");
        let attempt = |step: &str, started_at: OffsetDateTime| AttemptDocument {
            step: step.to_owned(),
            number: 1,
            started_at,
            ended_at: Some(started_at + time::Duration::seconds(2)),
            outcome: "finished".to_owned(),
            provider: Some("builtin".to_owned()),
            model: None,
            error_code: None,
            latency_seconds: Some(1.7),
            provider_request_id: None,
            input_tokens: None,
            output_tokens: None,
            cost_usd: None,
            failed_providers: Vec::new(),
        };
        Self {
            id: EXAMPLE_ID,
            status: StatusWord::Done,
            stage: Stage::Finished,
            version: 3,
            caption: Some("a red boat on a blue lake under a golden sky".to_owned()),
            image_url: links.image(EXAMPLE_ID),
            new_image_url: Some(
                "https://pictures.example.org/redraw-public/0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b.png"
                    .to_owned(),
            ),
            error: None,
            queue: None,
            timeline: vec![
                attempt("caption", datetime!(2026-01-02 03:04:06 UTC)),
                attempt("generate", datetime!(2026-01-02 03:04:10 UTC)),
            ],
            created_at: datetime!(2026-01-02 03:04:05 UTC),
            updated_at: datetime!(2026-01-02 03:04:12 UTC),
        }
    }
}

/// Why a request failed.
#[derive(Object)]
#[oai(rename = "Error")]
pub struct ErrorDocument {
    /// Stable; meant for programs.
    pub code: String,
    /// One sentence; meant for people.
    pub text: String,
}

/// A place in the queue.
#[derive(Object)]
#[oai(rename = "Queue", skip_serializing_if_is_none)]
struct QueueDocument {
    /// How many stand before it.
    before: u64,
    /// About how long it will wait, by how fast the queue moved lately.
    estimate_seconds: Option<u64>,
}

/// One try at one step.
#[derive(Object)]
#[oai(rename = "Attempt", skip_serializing_if_is_none)]
struct AttemptDocument {
    /// `caption`, `generate` or `notify`.
    step: String,
    /// From 1, for each step.
    number: u32,
    /// When it began.
    started_at: OffsetDateTime,
    /// When it ended; not there while it runs.
    ended_at: Option<OffsetDateTime>,
    /// `running`, `finished`, `retry`, `released`, `expired` or `failed`.
    outcome: String,
    /// Who did it, such as `builtin`.
    provider: Option<String>,
    /// Which model, by the name that the provider gives it.
    model: Option<String>,
    /// Stable code of what went wrong.
    error_code: Option<String>,
    /// How long the provider took.
    latency_seconds: Option<f64>,
    /// What the provider calls it, for its support.
    provider_request_id: Option<String>,
    /// Tokens that the provider read, if it says so.
    input_tokens: Option<u32>,
    /// Tokens that the provider wrote, if it says so.
    output_tokens: Option<u32>,
    /// What it cost in US dollars, if the provider says so.
    cost_usd: Option<f64>,
    /// Providers that were asked and failed, in their order, as `name: code`.
    #[oai(skip_serializing_if = "Vec::is_empty")]
    failed_providers: Vec<String>,
}

impl From<jobs::Attempt> for AttemptDocument {
    fn from(attempt: jobs::Attempt) -> Self {
        let jobs::Attempt { kind: step, number, started_at, ended_at, outcome, .. } = attempt;
        let jobs::Attempt { provider, model, error_code, latency_seconds, .. } = attempt;
        let jobs::Attempt { provider_request_id, usage, failed_providers, .. } = attempt;
        let jobs::Usage { input_tokens, output_tokens, cost_usd } = usage;
        Self {
            step,
            number,
            started_at,
            ended_at,
            outcome,
            provider,
            model,
            error_code,
            latency_seconds,
            provider_request_id,
            input_tokens,
            output_tokens,
            cost_usd,
            failed_providers,
        }
    }
}

impl RequestDocument {
    /// Whether nothing will change any more.
    pub fn is_final(&self) -> bool {
        matches!(self.status, StatusWord::Done | StatusWord::Failure)
    }
}
