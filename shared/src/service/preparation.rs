//! Before the first work: the tables and the buckets. A part that is still starting is waited for, so
//! that it does not matter who is started first.

use std::time::Duration;

use anyhow::Context;
use backon::{BackoffBuilder, ExponentialBuilder};
use tokio::time::Instant;

use super::Parts;
use crate::database;
use crate::lifecycle::Signals;
use crate::storage::StorageError;

/// How long to wait for a part.
const PATIENCE: Duration = Duration::from_mins(1);
/// The first pause; the next ones are longer.
const PAUSE: Duration = Duration::from_millis(200);

/// Whether there is anything to start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prepared {
    Yes,
    /// A signal came first: everything is asked to stop.
    Stopping,
}

impl Parts {
    /// Migrates the database and makes the buckets. Tries again for a minute while a part is away.
    ///
    /// # Errors
    ///
    /// When a part stays away, or will not do what is needed: whoever supervises the process starts
    /// it again.
    pub async fn prepare(&self, signals: &Signals) -> anyhow::Result<Prepared> {
        tokio::select! {
            prepared = self.prepare_patiently() => prepared.map(|()| Prepared::Yes),
            name = signals.next() => {
                tracing::info!(signal = name, "stopping before it began");
                self.lifecycle.stop();
                Ok(Prepared::Stopping)
            }
        }
    }

    async fn prepare_patiently(&self) -> anyhow::Result<()> {
        patiently(PATIENCE, async || {
            self.database.migrate().await.map_err(database::explain).context("PostgreSQL")
        })
        .await?;
        patiently(PATIENCE, async || self.storage.prepare().await.context("the object store")).await
    }
}

/// Tries until it works, each time after a longer pause. Each trouble is told once.
async fn patiently(
    patience: Duration,
    attempt: impl AsyncFn() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let begun = Instant::now();
    let mut pauses = ExponentialBuilder::default()
        .with_min_delay(PAUSE.min(patience / 20))
        .with_max_delay(Duration::from_secs(5))
        .with_jitter()
        .without_max_times()
        .build();
    let mut told = Vec::new();
    loop {
        let Err(error) = attempt().await else { return Ok(()) };
        let pause = pauses.next().filter(|pause| begun.elapsed() + *pause < patience);
        let Some(pause) = pause.filter(|_| passes(&error)) else { return Err(error) };
        let trouble = format!("{error:#}");
        if !told.contains(&trouble) {
            tracing::warn!(error = trouble, "waiting for a part");
            told.push(trouble);
        }
        tokio::time::sleep(pause).await;
    }
}

/// Whether a part is away, and not the settings or the tables wrong.
fn passes(error: &anyhow::Error) -> bool {
    database::is_away(error)
        || error
            .chain()
            .filter_map(|cause| cause.downcast_ref())
            .any(|error| matches!(error, StorageError::TimedOut | StorageError::Unavailable(_)))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use super::patiently;
    use crate::database::DatabaseError;
    use crate::storage::StorageError;

    const PATIENCE: Duration = Duration::from_millis(200);

    #[tokio::test]
    async fn a_part_that_is_away_is_waited_for() {
        let times = Cell::new(0);
        let attempt = async || {
            times.set(times.get() + 1);
            if times.get() < 3 { Err(StorageError::TimedOut.into()) } else { Ok(()) }
        };
        patiently(PATIENCE, attempt).await.unwrap();
        assert_eq!(times.get(), 3);
    }

    #[tokio::test]
    async fn a_part_that_stays_away_is_given_up_with_the_reason() {
        let times = Cell::new(0);
        let attempt = async || {
            times.set(times.get() + 1);
            Err(DatabaseError::Unavailable("gone".into()).into())
        };
        let error = patiently(PATIENCE, attempt).await.unwrap_err();
        assert!(format!("{error:#}").contains("gone"));
        assert!(times.get() > 1);
    }

    #[tokio::test]
    async fn what_waiting_does_not_mend_fails_at_once() {
        let times = Cell::new(0);
        let attempt = async || {
            times.set(times.get() + 1);
            Err(StorageError::Missing.into())
        };
        patiently(PATIENCE, attempt).await.unwrap_err();
        assert_eq!(times.get(), 1);
    }
}
