//! What came of an attempt, and how it is written: for certain, or not at all.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};

use super::{Ended, Failure, Step, Worker};
use crate::broker::Hint;
use crate::database::DatabaseError;
use crate::jobs::{Counts, Job, Notes, Verdict, Written};
use crate::telemetry::chain;

pub(super) enum Outcome<D> {
    Finished(D),
    Failed(Failure),
    /// To be tried again.
    PutBack {
        after: Duration,
        counts: Counts,
        code: &'static str,
    },
    /// Somebody else has the job, or it was cancelled: there is nothing to write.
    LeaseLost,
}

/// Why an outcome was not written.
enum Unwritten {
    LeaseLost,
    /// The same; but a commit was not answered, and may be the reason.
    Doubtful,
    Failed(DatabaseError),
}

impl<D> Outcome<D> {
    fn name(&self) -> &'static str {
        match self {
            Self::Finished(_) => "finished",
            Self::Failed(_) => "failed",
            Self::PutBack { counts: Counts::No, .. } => "released",
            Self::PutBack { .. } => "retry",
            Self::LeaseLost => "lease_lost",
        }
    }
}

impl<S: Step> Worker<S> {
    /// Writes an outcome. One that the database will not have becomes an attempt that counts, so
    /// that a job whose result can never be written ends. Returns what was written.
    pub(super) async fn conclude(
        &self,
        job: &Job,
        notes: &Notes,
        outcome: Outcome<S::Done>,
    ) -> &'static str {
        let Err(error) = self.insist(job, notes, &outcome).await else { return outcome.name() };
        let instead = match error {
            Unwritten::LeaseLost => {
                tracing::warn!("the lease is lost; what came of it is not written");
                return "lease_lost";
            }
            Unwritten::Doubtful => {
                tracing::warn!("the lease is lost; what came of it may be written already");
                return "lease_lost";
            }
            Unwritten::Failed(error @ DatabaseError::Unavailable(_)) => {
                // The lease will run out, and the job will be done again.
                tracing::error!(error = %chain(&error), "the outcome cannot be written");
                return "unwritten";
            }
            Unwritten::Failed(error) => self.classify(job, error.into()),
        };
        match self.insist(job, notes, &instead).await {
            Ok(()) => instead.name(),
            Err(_) => "unwritten",
        }
    }

    /// Writes an outcome, again and again for the length of a lease: the work behind it may have
    /// cost money, and while the lease stands nobody else does it.
    async fn insist(
        &self,
        job: &Job,
        notes: &Notes,
        outcome: &Outcome<S::Done>,
    ) -> Result<(), Unwritten> {
        let mut pauses = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(50))
            .with_max_delay(Duration::from_secs(2))
            .with_jitter()
            .without_max_times()
            .with_total_delay(Some(self.ledger.lease()))
            .build();
        let mut committing = false;
        loop {
            let error = match self.write(job, notes, outcome, &mut committing).await {
                Ok(Written::Yes) => {
                    self.announce(job, outcome);
                    return Ok(());
                }
                Ok(Written::LeaseLost) if committing => {
                    // If it was our own commit nobody else tells of it; if not, nobody minds.
                    self.announce(job, outcome);
                    return Err(Unwritten::Doubtful);
                }
                Ok(Written::LeaseLost) => return Err(Unwritten::LeaseLost),
                Err(error) => error,
            };
            match (&error, pauses.next()) {
                (DatabaseError::Unavailable(_), Some(pause)) => tokio::time::sleep(pause).await,
                _ => return Err(Unwritten::Failed(error)),
            }
        }
    }

    /// Wakes whoever is next. After the commit: a hint must not be faster than what it hints at.
    fn announce(&self, job: &Job, outcome: &Outcome<S::Done>) {
        let ended = match outcome {
            Outcome::Finished(_) => Ended::WithResult,
            Outcome::Failed(_) => Ended::WithFailure,
            _ => return,
        };
        if let Some(kind) = self.step.next(ended) {
            self.broker.publish(Hint { kind, subject: job.subject });
        }
        self.broker.announce_change(job.subject);
    }

    /// `committing`: set once a commit was sent, whatever became of it.
    async fn write(
        &self,
        job: &Job,
        notes: &Notes,
        outcome: &Outcome<S::Done>,
        committing: &mut bool,
    ) -> Result<Written, DatabaseError> {
        let verdict = match outcome {
            Outcome::Finished(_) => Verdict::Finished,
            Outcome::Failed(failure) => Verdict::Dead { error: &failure.code },
            Outcome::PutBack { after, counts, code } => {
                return self.ledger.put_back(job, notes, *after, *counts, code).await;
            }
            Outcome::LeaseLost => return Ok(Written::LeaseLost),
        };
        let mut connection = self.ledger.connection().await?;
        let transaction = connection.transaction().await?;
        if self.ledger.end(&transaction, job, notes, verdict).await? == Written::LeaseLost {
            return Ok(Written::LeaseLost);
        }
        match outcome {
            Outcome::Finished(done) => self.step.commit(&transaction, job, done).await?,
            Outcome::Failed(failure) => self.step.give_up(&transaction, job, failure).await?,
            _ => {}
        }
        *committing = true;
        transaction.commit().await?;
        Ok(Written::Yes)
    }
}
