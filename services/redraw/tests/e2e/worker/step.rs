//! A step that does as it is told, and counts.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use shared::database::{DatabaseError, Transaction, cached};
use shared::jobs::{Job, Kind, Notes};
use shared::worker::{Ended, Failure, Step, StepError};
use tokio::sync::Semaphore;

/// What an attempt does.
pub enum Act {
    Say(Result<(), StepError>),
    Wait(Duration),
    /// Finishes once the gate is open.
    Behind(Arc<Semaphore>),
    Hang,
    /// Hangs in a call that may cost money.
    HangUnanswered,
    Panic,
    Finish(Fate),
}

/// What the database says to a result.
#[derive(Clone, Copy)]
pub enum Fate {
    Written,
    Refused,
    /// It is away when it is told, and there the next time.
    AwayAtFirst,
}

/// How often what happened, in all workers of a test.
#[derive(Default)]
pub struct Counts {
    pub performed: AtomicUsize,
    /// Attempts that are over, however they ended.
    pub left: AtomicUsize,
    /// How often a result was to be written.
    pub told: AtomicUsize,
    pub commits: AtomicUsize,
    pub failures: AtomicUsize,
}

pub struct FakeStep<F> {
    pub kind: Kind,
    /// What to do, the n-th time from 0.
    pub script: F,
    pub counts: Arc<Counts>,
}

/// Counts what is dropped, too.
struct Leaving<'a>(&'a AtomicUsize);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl<F: Fn(usize) -> Act + Send + Sync + 'static> Step for FakeStep<F> {
    type Done = Fate;

    fn kind(&self) -> Kind {
        self.kind
    }

    async fn perform(&self, _: &Job, notes: &mut Notes) -> Result<Fate, StepError> {
        let _leaving = Leaving(&self.counts.left);
        match (self.script)(self.counts.performed.fetch_add(1, Ordering::SeqCst)) {
            Act::Say(answer) => answer?,
            Act::Wait(time) => tokio::time::sleep(time).await,
            Act::Behind(gate) => drop(gate.acquire().await),
            Act::Hang => std::future::pending().await,
            Act::HangUnanswered => {
                notes.unanswered = true;
                std::future::pending::<()>().await;
            }
            Act::Panic => panic!("as it was told to"),
            Act::Finish(fate) => return Ok(fate),
        }
        Ok(Fate::Written)
    }

    async fn commit(
        &self,
        transaction: &Transaction<'_>,
        _: &Job,
        done: &Fate,
    ) -> Result<(), DatabaseError> {
        let told_before = self.counts.told.fetch_add(1, Ordering::SeqCst);
        match done {
            Fate::Refused => {
                cached::execute(transaction, "select 1 / 0", &[]).await?;
            }
            Fate::AwayAtFirst if told_before == 0 => {
                return Err(DatabaseError::Unavailable("as it was told to".into()));
            }
            Fate::Written | Fate::AwayAtFirst => {}
        }
        self.counts.commits.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    async fn give_up(
        &self,
        _: &Transaction<'_>,
        _: &Job,
        _: &Failure,
    ) -> Result<(), DatabaseError> {
        self.counts.failures.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    fn next(&self, _: Ended) -> Option<Kind> {
        None
    }
}
