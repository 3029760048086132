//! How a process lives and ends: tasks that may not die alone, and a stop in steps.
//!
//! First `stopping`: take no new work, and say so. After the notice `closing`: the door shuts. Later
//! `aborting`: hand back what is still running. When all tasks have ended, `quiet`: whoever carried
//! their last words may go too. A task that fails takes the whole process down, so that whoever
//! supervises it can start it afresh.

mod signals;

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

pub use self::signals::Signals;

/// How long those who outlive the other tasks may take for what is left to say.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Shared by everything that runs in one process. Cheap to clone.
#[derive(Clone, Default)]
pub struct Lifecycle {
    /// From `stopping` to `closing`.
    notice: Duration,
    stopping: CancellationToken,
    closing: CancellationToken,
    aborting: CancellationToken,
    quiet: CancellationToken,
    tasks: TaskTracker,
    late: TaskTracker,
    failure: Arc<Mutex<Option<anyhow::Error>>>,
}

impl Lifecycle {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One whose door stays open for so long after it was asked to stop, if it has a door.
    #[must_use]
    pub fn with_notice(notice: Duration) -> Self {
        Self { notice, ..Self::default() }
    }

    /// Fires when no new work may be taken.
    #[must_use]
    pub fn stopping(&self) -> CancellationToken {
        self.stopping.clone()
    }

    /// Fires when nobody may come in any more: after [`stopping`](Self::stopping), and the notice that
    /// a load balancer needs to send people elsewhere.
    #[must_use]
    pub fn closing(&self) -> CancellationToken {
        self.closing.clone()
    }

    /// Fires when running work must be handed back at once.
    #[must_use]
    pub fn aborting(&self) -> CancellationToken {
        self.aborting.clone()
    }

    /// Fires when all tasks have ended but those of [`spawn_late`](Self::spawn_late).
    #[must_use]
    pub fn quiet(&self) -> CancellationToken {
        self.quiet.clone()
    }

    /// Runs a task that is waited for at the end. If it fails or panics, or returns before anyone
    /// asked it to stop, the process stops and ends with an error.
    pub fn spawn<F>(&self, name: &'static str, task: F)
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        self.spawn_in(&self.tasks, name, task);
    }

    /// Like [`spawn`](Self::spawn), for a task that the others need to the end, such as the one
    /// that publishes what they say last. It runs until [`quiet`](Self::quiet) fires, and then has
    /// two seconds.
    pub fn spawn_late<F>(&self, name: &'static str, task: F)
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        self.spawn_in(&self.late, name, task);
    }

    fn spawn_in<F>(&self, tasks: &TaskTracker, name: &'static str, task: F)
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let span = tracing::info_span!("task", name);
        let running = tasks.spawn(task.instrument(span));
        let lifecycle = self.clone();
        tasks.spawn(async move {
            let failure = match running.await {
                Ok(Ok(())) if lifecycle.stopping.is_cancelled() => return,
                Ok(Ok(())) => anyhow::anyhow!("it ended by itself"),
                Ok(Err(error)) => error,
                Err(died) => anyhow::Error::new(died),
            };
            lifecycle.fail(failure.context(format!("the task `{name}` died")));
        });
    }

    /// Runs a short-lived task that is waited for at the end and reports its own errors. If it
    /// panics, the process stops and ends with an error.
    pub fn spawn_detached<F>(&self, name: &'static str, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let running = self.tasks.spawn(task.in_current_span());
        let lifecycle = self.clone();
        self.tasks.spawn(async move {
            if let Err(died) = running.await {
                lifecycle
                    .fail(anyhow::Error::new(died).context(format!("a task of `{name}` died")));
            }
        });
    }

    /// Asks everything to stop.
    pub fn stop(&self) {
        self.stopping.cancel();
    }

    fn fail(&self, failure: anyhow::Error) {
        tracing::error!(failure = format!("{failure:#}"), "stopping");
        let mut first = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert(failure);
        self.stopping.cancel();
    }

    /// Waits for a signal, [`stop`](Self::stop) or a failure, then for the tasks to end.
    ///
    /// The notice comes first. Then the first two thirds of `grace` are for finishing; then running
    /// work is handed back.
    /// `signals` are heard from before the first work is taken, so that none of it is cut short.
    ///
    /// # Errors
    ///
    /// The failure of the first task that died, or a word about tasks that outlived the grace.
    pub async fn run(self, signals: Signals, grace: Duration) -> anyhow::Result<()> {
        tokio::select! {
            name = signals.next() => tracing::info!(signal = name, "stopping"),
            () = self.stopping.cancelled() => {}
        }
        self.stopping.cancel();
        tokio::select! {
            ended = self.wind_down(grace) => self.first_failure().and(ended),
            name = signals.next() => anyhow::bail!("a second signal ({name}) ends it at once"),
        }
    }

    fn first_failure(&self) -> anyhow::Result<()> {
        let failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner).take();
        failure.map_or(Ok(()), Err)
    }

    async fn wind_down(&self, grace: Duration) -> anyhow::Result<()> {
        self.tasks.close();
        self.give_notice().await;
        let ended = self.end_tasks(grace).await;
        self.late.close();
        self.quiet.cancel();
        if tokio::time::timeout(LAST_WORDS, self.late.wait()).await.is_err() {
            tracing::debug!("not all that was left to say could be said");
        }
        ended
    }

    /// Where nobody minds a door, all end before.
    async fn give_notice(&self) {
        if tokio::time::timeout(self.notice, self.tasks.wait()).await.is_err() {
            tracing::debug!("the door shuts");
        }
        self.closing.cancel();
    }

    async fn end_tasks(&self, grace: Duration) -> anyhow::Result<()> {
        if tokio::time::timeout(grace * 2 / 3, self.tasks.wait()).await.is_ok() {
            return Ok(());
        }
        tracing::info!("handing back what still runs");
        self.aborting.cancel();
        tokio::time::timeout(grace / 3, self.tasks.wait())
            .await
            .map_err(|_| anyhow::anyhow!("{} tasks outlived the grace period", self.tasks.len()))
    }
}

#[cfg(test)]
mod tests;
