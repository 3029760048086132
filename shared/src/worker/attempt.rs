//! One attempt: the step under its deadline and its heartbeat.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use tracing::Instrument;

use super::outcome::Outcome;
use super::{Backoff, Failure, Step, StepError, Worker};
use crate::config::JobsConfig;
use crate::jobs::{Counts, Job, Notes, Written};
use crate::telemetry::chain;

/// Attempts that may have been paid for and brought nothing; after that it is not tried again.
const MOST_UNKNOWN: u32 = 1;

impl<S: Step> Worker<S> {
    pub(super) async fn attempt(&self, job: Job) {
        let kind = job.kind.name();
        let span = tracing::info_span!("step", kind, request.id = %job.subject, job.id = %job.id,
            attempt = job.attempt);
        let begun = tokio::time::Instant::now();
        let outcome = async {
            let mut notes = Notes::default();
            let outcome = match self.out_of_patience(&job) {
                Some(failure) => Outcome::Failed(failure),
                None => self.run(&job, &mut notes).await,
            };
            self.conclude(&job, &notes, outcome).await
        }
        .instrument(span)
        .await;
        metrics::counter!("jobs_total", "kind" => kind, "outcome" => outcome).increment(1);
        metrics::histogram!("job_seconds", "kind" => kind, "outcome" => outcome)
            .record(begun.elapsed().as_secs_f64());
    }

    fn out_of_patience(&self, job: &Job) -> Option<Failure> {
        let tried = job.attempt > self.jobs.max_attempts;
        (tried || job.age > self.jobs.give_up_after).then(gave_up)
    }

    async fn run(&self, job: &Job, notes: &mut Notes) -> Outcome<S::Done> {
        let aborting = self.lifecycle.aborting();
        // A step that panics is tried again like any other: what it borrows is not looked at after.
        let step = AssertUnwindSafe(self.step.perform(job, notes)).catch_unwind();
        let performed = tokio::select! {
            biased;
            performed = tokio::time::timeout(self.pace.deadline, step) => performed,
            () = self.keep_lease(job) => return Outcome::LeaseLost,
            () = aborting.cancelled() => {
                let (after, counts) = (Duration::ZERO, Counts::No);
                return Outcome::PutBack { after, counts, code: "shutdown" };
            }
        };
        match performed {
            Ok(Ok(Ok(done))) => {
                self.part_away.is_over();
                Outcome::Finished(done)
            }
            Ok(Ok(Err(error))) => self.classify(job, error),
            Ok(Err(panic)) => self.classify(job, StepError::retry("panicked", words_of(&*panic))),
            Err(elapsed) if notes.unanswered => {
                let cause = anyhow::Error::new(elapsed);
                self.classify(job, StepError::Unknown { code: "outcome_unknown", cause })
            }
            Err(elapsed) => self.classify(job, StepError::retry("deadline", elapsed)),
        }
    }

    pub(super) fn classify(&self, job: &Job, error: StepError) -> Outcome<S::Done> {
        let JobsConfig { backoff_first: first, backoff_longest: longest, .. } = self.jobs;
        let wait = |asked| Backoff { first, longest }.after(job.attempt, asked, &mut rand::rng());
        match error {
            StepError::Fail { failure, cause } => {
                tracing::warn!(
                    code = failure.code,
                    cause = format!("{cause:#}"),
                    "failed for good"
                );
                Outcome::Failed(failure)
            }
            StepError::Wait { code, after, cause } => {
                // Each job that waits says so again and again: its timeline holds them all.
                self.part_away.happens(&format_args!("{code}: {cause:#}"));
                let after = self.patience(job, after);
                Outcome::PutBack { after, counts: Counts::No, code }
            }
            StepError::Unknown { code, cause } if job.unknown_outcomes >= MOST_UNKNOWN => {
                tracing::error!(
                    code,
                    cause = format!("{cause:#}"),
                    "given up: it may have been paid"
                );
                Outcome::Failed(Failure::new(code, "The model did not answer in time, again."))
            }
            StepError::Retry { code, cause, .. } if job.attempt >= self.jobs.max_attempts => {
                tracing::error!(code, cause = format!("{cause:#}"), "given up");
                Outcome::Failed(gave_up())
            }
            StepError::Retry { code, after, cause } => {
                let after = wait(after);
                tracing::warn!(code, cause = format!("{cause:#}"), ?after, "will be tried again");
                Outcome::PutBack { after, counts: Counts::Yes, code }
            }
            StepError::Unknown { code, cause } => {
                let after = wait(None);
                tracing::warn!(
                    code,
                    cause = format!("{cause:#}"),
                    ?after,
                    "it may have been done and paid for; will be tried once more"
                );
                Outcome::PutBack { after, counts: Counts::AsUnknown, code }
            }
        }
    }

    /// How long to wait for a part that is away: the longer a job waits already, the longer, since
    /// attempts that do not count cannot be counted on.
    fn patience(&self, job: &Job, asked: Option<Duration>) -> Duration {
        let JobsConfig { backoff_first: first, backoff_longest, wait_longest, .. } = self.jobs;
        let wait = (job.age / 4).clamp(first.min(wait_longest), wait_longest);
        let jittered = wait.mul_f64(rand::random_range(0.75..=1.25));
        asked.map_or(jittered, |asked| asked.min(backoff_longest).max(jittered))
    }

    /// Returns when the lease is lost, or may be: when the database was away for a lease's length.
    async fn keep_lease(&self, job: &Job) {
        let lease = self.ledger.lease();
        let mut kept = tokio::time::Instant::now();
        loop {
            tokio::time::sleep(lease / 3).await;
            // Counted from before the call: the database may have renewed it long before we hear.
            let asked = tokio::time::Instant::now();
            match tokio::time::timeout(lease / 3, self.ledger.heartbeat(job)).await {
                Ok(Ok(Written::Yes)) => {
                    self.ledger_away.is_over();
                    kept = asked;
                }
                Ok(Ok(Written::LeaseLost)) => return,
                Ok(Err(error)) => self.ledger_away.happens(&chain(&error)),
                Err(_) => self.ledger_away.happens(&"the database does not answer in time"),
            }
            if kept.elapsed() >= lease {
                return;
            }
        }
    }
}

/// What a panic said.
fn words_of(panic: &(dyn Any + Send)) -> anyhow::Error {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    anyhow::anyhow!("it panicked: {}", text.unwrap_or("without words"))
}

fn gave_up() -> Failure {
    Failure::new("gave_up", "It was tried again and again, and it never worked.")
}
