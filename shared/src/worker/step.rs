//! What a service brings to the loop: one kind of work, and what to write when it is over.

use std::future::Future;
use std::time::Duration;

use crate::database::{DatabaseError, Transaction};
use crate::jobs::{Job, Kind, Notes};
use crate::storage::StorageError;

/// One kind of work.
///
/// `perform` holds no transaction and no connection while it waits for others; `commit` and
/// `give_up` run inside the transaction that ends the job, so they only write.
pub trait Step: Send + Sync + 'static {
    /// What `perform` makes and `commit` writes.
    type Done: Send + Sync;

    fn kind(&self) -> Kind;

    /// Does the work. May be dropped at any await, and run again by another worker. What `notes`
    /// says of the provider goes into the timeline, whatever comes of the attempt.
    fn perform(
        &self,
        job: &Job,
        notes: &mut Notes,
    ) -> impl Future<Output = Result<Self::Done, StepError>> + Send;

    /// Writes the result.
    fn commit(
        &self,
        transaction: &Transaction<'_>,
        job: &Job,
        done: &Self::Done,
    ) -> impl Future<Output = Result<(), DatabaseError>> + Send;

    /// Writes that there will be no result.
    fn give_up(
        &self,
        transaction: &Transaction<'_>,
        job: &Job,
        failure: &Failure,
    ) -> impl Future<Output = Result<(), DatabaseError>> + Send;

    /// The kind of job that `commit` or `give_up` queued for the same subject: its worker is woken.
    fn next(&self, ended: Ended) -> Option<Kind>;
}

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    WithResult,
    WithFailure,
}

/// Why a job ends without a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Stable, in `snake_case`.
    pub code: String,
    /// One sentence for the person who waits.
    pub text: String,
}

impl Failure {
    #[must_use]
    pub fn new(code: &str, text: &str) -> Self {
        Self { code: code.to_owned(), text: text.to_owned() }
    }
}

/// What to do about a step that did not work. Classified where it happens, never guessed later.
#[derive(Debug)]
pub enum StepError {
    /// It may work later; the attempt counts.
    Retry {
        /// Stable, in `snake_case`; goes into the timeline.
        code: &'static str,
        /// What the other side asked for; else the back-off decides.
        after: Option<Duration>,
        cause: anyhow::Error,
    },
    /// It is not the job's fault, a part is away: the attempt does not count.
    Wait { code: &'static str, after: Option<Duration>, cause: anyhow::Error },
    /// It was asked for and may have been done, and paid for; nobody knows. It is tried once more.
    Unknown { code: &'static str, cause: anyhow::Error },
    /// It will never work.
    Fail { failure: Failure, cause: anyhow::Error },
}

impl StepError {
    pub fn retry(code: &'static str, cause: impl Into<anyhow::Error>) -> Self {
        Self::Retry { code, after: None, cause: cause.into() }
    }

    pub fn wait(code: &'static str, cause: impl Into<anyhow::Error>) -> Self {
        Self::Wait { code, after: None, cause: cause.into() }
    }

    pub fn fail(code: &str, text: &str, cause: impl Into<anyhow::Error>) -> Self {
        Self::Fail { failure: Failure::new(code, text), cause: cause.into() }
    }
}

impl From<StorageError> for StepError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::TimedOut | StorageError::Unavailable(_) => {
                Self::wait("storage_unavailable", error)
            }
            StorageError::Missing | StorageError::TooLarge | StorageError::Invalid(_) => {
                Self::fail("object_lost", "A stored picture cannot be read any more.", error)
            }
        }
    }
}

impl From<DatabaseError> for StepError {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::Unavailable(_) => Self::wait("database_unavailable", error),
            DatabaseError::Refused(_) | DatabaseError::Unreadable(_) => {
                Self::retry("database_refused", error)
            }
        }
    }
}
