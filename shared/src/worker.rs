//! The one worker loop: claims jobs of a kind, runs their step, writes what came of them.
//!
//! Woken by hints, and by a tick behind them, which finds whatever no hint announced. As long as
//! a tick finds as many jobs as there are free permits, it looks again at once, and takes turns
//! with the hints.

mod attempt;
mod backoff;
mod outcome;
mod reaper;
mod step;

use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Interval, MissedTickBehavior};

use crate::broker::{Broker, Delivery};
use crate::config::JobsConfig;
use crate::database::DatabaseError;
use crate::jobs::{Job, Ledger};
use crate::lifecycle::Lifecycle;
use crate::telemetry::{Trouble, chain};

pub use self::backoff::Backoff;
pub use self::step::{Ended, Failure, Step, StepError};

/// How one kind of job is worked on.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Jobs at the same time, in this process.
    pub concurrency: usize,
    /// How often to look without a hint.
    pub tick: Duration,
    /// Longest a single attempt may take.
    pub deadline: Duration,
}

/// A step, and all that its loop needs.
pub struct Worker<S> {
    step: S,
    pace: Pace,
    jobs: JobsConfig,
    ledger: Ledger,
    broker: Broker,
    lifecycle: Lifecycle,
    ledger_away: Trouble,
    part_away: Trouble,
}

impl<S: Step> Worker<S> {
    #[must_use]
    pub fn new(
        step: S,
        pace: Pace,
        jobs: JobsConfig,
        ledger: Ledger,
        broker: Broker,
        lifecycle: Lifecycle,
    ) -> Self {
        let ledger_away = Trouble::new("the ledger cannot be reached now");
        let part_away = Trouble::new("a part is away; jobs wait");
        Self { step, pace, jobs, ledger, broker, lifecycle, ledger_away, part_away }
    }

    /// Works until the process stops.
    pub fn start(self) {
        let lifecycle = self.lifecycle.clone();
        let name = self.step.kind().name();
        let worker = Arc::new(self);
        lifecycle.spawn(name, Arc::clone(&worker).reap());
        lifecycle.spawn(name, worker.work());
    }

    async fn work(self: Arc<Self>) -> anyhow::Result<()> {
        let stopping = self.lifecycle.stopping();
        let permits = Arc::new(Semaphore::new(self.pace.concurrency.max(1)));
        let mut hints = self.broker.consume(self.step.kind(), self.pace.concurrency.max(1));
        let mut tick = self.ticks();
        let mut more_is_due = false;
        loop {
            let permit = tokio::select! {
                biased;
                () = stopping.cancelled() => return Ok(()),
                permit = Arc::clone(&permits).acquire_owned() => permit?,
            };
            // By chance, not biased: neither a backlog nor a flood of hints may starve the other. A
            // hint that nobody takes stays unacked, which RabbitMQ bears for half an hour.
            tokio::select! {
                () = stopping.cancelled() => return Ok(()),
                _ = tick.tick() => more_is_due = self.take_due(permit, &permits).await,
                () = ready(()), if more_is_due => {
                    more_is_due = self.take_due(permit, &permits).await;
                }
                hint = hints.next() => self.take_hinted(permit, hint).await,
            }
        }
    }

    fn ticks(&self) -> Interval {
        let mut ticks = tokio::time::interval(self.pace.tick.max(Duration::from_millis(1)));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks
    }

    /// Claims a job for each free permit. True: there may be more.
    async fn take_due(
        self: &Arc<Self>,
        permit: OwnedSemaphorePermit,
        permits: &Arc<Semaphore>,
    ) -> bool {
        let mut held = vec![permit];
        held.extend(std::iter::from_fn(|| Arc::clone(permits).try_acquire_owned().ok()));
        let wanted = held.len();
        let claimed = self.ledger.claim_due(self.step.kind(), wanted).await;
        let Some(jobs) = self.unless_away(claimed) else { return false };
        let found = jobs.len();
        for (job, permit) in jobs.into_iter().zip(held) {
            self.begin(job, permit, None);
        }
        found == wanted
    }

    async fn take_hinted(self: &Arc<Self>, permit: OwnedSemaphorePermit, hint: Delivery) {
        let claimed = self.ledger.claim_subject(self.step.kind(), hint.subject).await;
        match self.unless_away(claimed) {
            Some(Some(job)) => self.begin(job, permit, Some(hint)),
            // If the database is away the tick will find it: a hint is not worth more than that.
            Some(None) | None => hint.ack(),
        }
    }

    fn begin(self: &Arc<Self>, job: Job, permit: OwnedSemaphorePermit, hint: Option<Delivery>) {
        let worker = Arc::clone(self);
        self.lifecycle.spawn_detached(self.step.kind().name(), async move {
            worker.attempt(job).await;
            if let Some(hint) = hint {
                hint.ack();
            }
            drop(permit);
        });
    }

    /// What the ledger said, unless it cannot be reached.
    fn unless_away<T>(&self, said: Result<T, DatabaseError>) -> Option<T> {
        match said {
            Ok(said) => {
                self.ledger_away.is_over();
                Some(said)
            }
            Err(error) => {
                self.ledger_away.happens(&chain(&error));
                None
            }
        }
    }
}
