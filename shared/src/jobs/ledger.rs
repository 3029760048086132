//! The ledger's transactions: each is one step in the life of a job.

use std::time::Duration;

use uuid::Uuid;

use super::{Counts, Job, Kind, Notes, attempts, table};
use crate::database::{Connection, Database, DatabaseError, Transaction};

/// Whether a result was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    Yes,
    /// The lease had run out or the job was cancelled: nothing was changed.
    LeaseLost,
}

/// How a job ends.
#[derive(Clone, Copy, Debug)]
pub enum Verdict<'a> {
    Finished,
    /// For good, with a stable code.
    Dead {
        error: &'a str,
    },
}

/// Claims jobs for one worker process, and writes what came of them.
#[derive(Clone)]
pub struct Ledger {
    database: Database,
    lease: Duration,
    worker: String,
}

impl Ledger {
    /// `worker` names this process in the timeline.
    #[must_use]
    pub fn new(database: Database, lease: Duration, worker: String) -> Self {
        Self { database, lease, worker }
    }

    /// How long a silent worker keeps its job.
    #[must_use]
    pub fn lease(&self) -> Duration {
        self.lease
    }

    /// Claims up to `limit` due jobs, oldest first.
    ///
    /// # Errors
    ///
    /// When the database is away.
    pub async fn claim_due(&self, kind: Kind, limit: usize) -> Result<Vec<Job>, DatabaseError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let client = self.database.connection().await?;
        table::claim_due(&client, kind, limit, self.lease, &self.worker).await
    }

    /// Claims the job of this subject, if it is due and nobody has it.
    ///
    /// # Errors
    ///
    /// When the database is away.
    pub async fn claim_subject(
        &self,
        kind: Kind,
        subject: Uuid,
    ) -> Result<Option<Job>, DatabaseError> {
        let client = self.database.connection().await?;
        table::claim_subject(&client, kind, subject, self.lease, &self.worker).await
    }

    /// Keeps the lease alive.
    ///
    /// # Errors
    ///
    /// When the database is away.
    pub async fn heartbeat(&self, job: &Job) -> Result<Written, DatabaseError> {
        let client = self.database.connection().await?;
        Ok(written(table::extend_lease(&client, job, self.lease).await?))
    }

    /// A connection for the transaction that ends a job.
    ///
    /// # Errors
    ///
    /// When the database is away.
    pub async fn connection(&self) -> Result<Connection, DatabaseError> {
        self.database.connection().await
    }

    /// Ends the job inside `transaction`, which then writes what that means, and commits. On
    /// [`Written::LeaseLost`] the transaction must be dropped.
    ///
    /// The compare-and-set comes first: it locks the row, so that a cancellation waits for us.
    ///
    /// # Errors
    ///
    /// When the database is away.
    pub async fn end(
        &self,
        transaction: &Transaction<'_>,
        job: &Job,
        notes: &Notes,
        verdict: Verdict<'_>,
    ) -> Result<Written, DatabaseError> {
        let (state, outcome, error) = match verdict {
            Verdict::Finished => ("finished", "finished", None),
            Verdict::Dead { error } => ("dead", "failed", Some(error)),
        };
        // Sent together; without the lease, the attempt's end goes with the transaction.
        let (ended, ()) = tokio::try_join!(
            table::end(transaction, job, state, error),
            attempts::close(transaction, job, outcome, notes, error),
        )?;
        Ok(written(ended))
    }

    /// Puts the job back after an attempt without a result.
    ///
    /// # Errors
    ///
    /// When the database is away.
    pub async fn put_back(
        &self,
        job: &Job,
        notes: &Notes,
        after: Duration,
        counts: Counts,
        error: &str,
    ) -> Result<Written, DatabaseError> {
        let outcome = if counts == Counts::No { "released" } else { "retry" };
        let mut client = self.database.connection().await?;
        let transaction = client.transaction().await?;
        if !table::put_back(&transaction, job, after, counts, error).await? {
            return Ok(Written::LeaseLost);
        }
        attempts::close(&transaction, job, outcome, notes, Some(error)).await?;
        if counts == Counts::No {
            attempts::fold_released(&transaction, job, error).await?;
        }
        transaction.commit().await?;
        Ok(Written::Yes)
    }

    /// Puts back the jobs of this kind whose workers fell silent. Returns how many.
    ///
    /// # Errors
    ///
    /// When the database is away.
    pub async fn expire_leases(&self, kind: Kind) -> Result<u64, DatabaseError> {
        let client = self.database.connection().await?;
        table::expire_leases(&client, Some(kind), false).await
    }

    /// How many jobs of this kind are queued, counted to a hundred thousand.
    ///
    /// # Errors
    ///
    /// When the database is away.
    pub async fn queue_depth(&self, kind: Kind) -> Result<u32, DatabaseError> {
        let client = self.database.connection().await?;
        table::queue_depth(&client, kind, 100_000).await
    }

    /// Puts back every running job. Only where it is certain that no worker runs, such as at the
    /// start of a process that has the database for itself.
    ///
    /// # Errors
    ///
    /// When the database is away.
    pub async fn expire_all_leases(&self) -> Result<u64, DatabaseError> {
        let client = self.database.connection().await?;
        table::expire_leases(&client, None, true).await
    }
}

fn written(changed: bool) -> Written {
    if changed { Written::Yes } else { Written::LeaseLost }
}
