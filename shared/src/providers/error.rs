//! What came of a call that did not work, and what to do about it.

use std::time::Duration;

use crate::worker::StepError;

/// What to do about an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It will pass. Somebody else may be asked now, this one again later; the attempt counts.
    Retry,
    /// It has too much to do, and says so: it is left alone for as long as it asks, and jobs wait.
    Rest,
    /// Not with this provider; somebody else may do it. If there is nobody left the request fails.
    Next,
    /// It will not serve anybody until somebody mends it: it is parked, and jobs wait.
    Park,
    /// Nobody will do this.
    Fail,
    /// It was asked, and did not answer in time: the work may have been done, and paid for. Asked for
    /// once more at the most.
    Unknown,
}

impl Verdict {
    /// As it stands in the table of the docs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::Rest => "rest, then retry",
            Self::Next => "next provider",
            Self::Park => "park",
            Self::Fail => "fail",
            Self::Unknown => "outcome unknown",
        }
    }
}

/// A call that did not work.
#[derive(Debug)]
pub struct CallError {
    pub verdict: Verdict,
    /// Stable, in `snake_case`; goes into the timeline.
    pub code: &'static str,
    /// What the other side asked for.
    pub after: Option<Duration>,
    /// It was served, and so paid for, and what came of it is of no use: it counts as an attempt even
    /// where it parks the provider, or one picture could cost money for days.
    pub served: bool,
    pub cause: anyhow::Error,
}

impl CallError {
    pub fn new(verdict: Verdict, code: &'static str, cause: impl Into<anyhow::Error>) -> Self {
        Self { verdict, code, after: None, served: false, cause: cause.into() }
    }

    /// An answer that says that it worked, and holds nothing that can be used.
    pub fn unreadable(cause: impl Into<anyhow::Error>) -> Self {
        Self::new(Verdict::Retry, "unreadable_answer", cause)
    }

    /// A whole answer, and no use to be made of it.
    pub fn useless(code: &'static str, cause: impl Into<anyhow::Error>) -> Self {
        Self::new(Verdict::Retry, code, cause).after_serving()
    }

    /// The same, of what the model was paid for.
    #[must_use]
    pub fn after_serving(self) -> Self {
        Self { served: true, ..self }
    }

    /// A model that will not do what it is asked, for what it is asked.
    pub fn refused(cause: impl Into<anyhow::Error>) -> Self {
        Self::new(Verdict::Fail, "refused", cause)
    }

    /// What it means for the job if nobody else can be asked.
    pub(super) fn into_step_error(self) -> StepError {
        let Self { verdict, code, after, cause, .. } = self;
        match verdict {
            Verdict::Retry => StepError::Retry { code, after, cause },
            Verdict::Rest | Verdict::Park => StepError::Wait { code, after, cause },
            Verdict::Unknown => StepError::Unknown { code, cause },
            Verdict::Next | Verdict::Fail => StepError::fail(code, text_of(code), cause),
        }
    }
}

/// One sentence for the person who waits.
fn text_of(code: &str) -> &'static str {
    match code {
        "refused" => "The model declined to work on this picture.",
        "blank_image" => "The model made an empty picture.",
        "too_large" => "The picture is too large for the model.",
        _ => "No model could do this.",
    }
}
