//! A redraw whose own workers have nothing to do, and beside them the worker under test.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use shared::broker::Hint;
use shared::jobs::{self, Kind};
use shared::worker::Pace;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::step::{Act, Counts, FakeStep};
use crate::harness::{Home, Redraw, Settings};

/// A kind that no service works on.
const KIND: Kind = Kind::new("test");

pub struct Bench {
    pub redraw: Redraw,
    pub kind: Kind,
    /// What the first job is about.
    pub subject: Uuid,
    counts: Arc<Counts>,
    gate: Arc<Semaphore>,
}

/// A job as it stands in the tables. Of an attempt: its outcome and error code.
#[derive(Debug, PartialEq)]
pub struct Standing {
    pub state: String,
    pub counted: i32,
    pub attempts: Vec<String>,
}

impl Bench {
    pub const PACE: Pace =
        Pace { concurrency: 2, tick: Duration::from_millis(50), deadline: Duration::from_mins(5) };

    /// A job waits, and nobody works yet.
    pub async fn start(settings: &Settings<'_>) -> Self {
        Self::with_a_job(Redraw::start_with(settings).await).await
    }

    /// On what an earlier one left.
    pub async fn start_in(home: Home, subject: Uuid) -> Self {
        Self::on(Redraw::start_in(home, &[]).await, subject)
    }

    async fn with_a_job(redraw: Redraw) -> Self {
        let mut bench = Self::on(redraw, Uuid::nil());
        bench.subject = bench.enqueue().await;
        bench
    }

    fn on(redraw: Redraw, subject: Uuid) -> Self {
        let gate = Arc::new(Semaphore::new(0));
        Self { redraw, kind: KIND, subject, counts: Arc::default(), gate }
    }

    /// Starts a worker; `script` says what it does, the n-th time from 0.
    pub fn work(&self, script: impl Fn(usize) -> Act + Send + Sync + 'static) {
        self.work_at(Self::PACE, script);
    }

    pub fn work_at(&self, pace: Pace, script: impl Fn(usize) -> Act + Send + Sync + 'static) {
        let step = FakeStep { kind: KIND, script, counts: Arc::clone(&self.counts) };
        self.redraw.parts.start_worker(step, pace);
    }

    /// Another job, which no hint announces.
    pub async fn enqueue(&self) -> Uuid {
        let subject = Uuid::now_v7();
        let client = self.redraw.parts.database.connection().await.unwrap();
        jobs::enqueue(&client, KIND, subject).await.unwrap();
        subject
    }

    pub fn hint(&self, subject: Uuid) {
        self.redraw.parts.broker.publish(Hint { kind: KIND, subject });
    }

    pub fn gate(&self) -> Arc<Semaphore> {
        Arc::clone(&self.gate)
    }

    pub fn open_gate(&self) {
        self.gate.close();
    }

    /// Has the lease of the job run out.
    pub async fn elapse(&self) {
        let sql = "update jobs set leased_until = now() - interval '1 s' where state = 'running'";
        assert_eq!(self.redraw.execute(sql).await, 1);
    }

    pub fn performed(&self) -> usize {
        count(&self.counts.performed)
    }

    pub fn left(&self) -> usize {
        count(&self.counts.left)
    }

    pub fn commits(&self) -> usize {
        count(&self.counts.commits)
    }

    pub fn failures(&self) -> usize {
        count(&self.counts.failures)
    }

    pub async fn job(&self) -> Standing {
        self.job_of(self.subject).await
    }

    pub async fn job_of(&self, subject: Uuid) -> Standing {
        const SQL: &str = "select state, attempt, \
            array(select outcome || ':' || coalesce(error_code, '') from attempts \
                  where attempts.job = jobs.id order by attempts.id) as attempts \
            from jobs where subject = $1";
        let client = self.redraw.parts.database.connection().await.unwrap();
        let row = client.query_one(SQL, &[&subject]).await.unwrap();
        Standing {
            state: row.get("state"),
            counted: row.get("attempt"),
            attempts: row.get("attempts"),
        }
    }

    /// The job once it has ended.
    pub async fn ended(&self) -> Standing {
        self.ended_of(self.subject).await
    }

    pub async fn ended_of(&self, subject: Uuid) -> Standing {
        let ended = |job: &Standing| matches!(&job.state[..], "finished" | "dead");
        self.until(async || ended(&self.job_of(subject).await)).await;
        self.job_of(subject).await
    }

    /// Waits for something to become true; a minute at the most.
    pub async fn until(&self, condition: impl AsyncFn() -> bool) {
        self.redraw.until(condition).await;
    }

    /// Stops everything; returns what is needed to look again.
    pub async fn stop(self) -> (Home, Uuid) {
        (self.redraw.stop().await, self.subject)
    }
}

fn count(counter: &AtomicUsize) -> usize {
    counter.load(Ordering::SeqCst)
}
