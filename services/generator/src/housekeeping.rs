//! On the timer: removes what erased requests left in the store, forgets old idempotency keys.

use std::time::Duration;

use shared::database::{Database, DatabaseError};
use shared::requests::{self, Unswept};
use shared::service::Parts;
use shared::storage::{Bucket, Storage, StorageError};
use shared::telemetry::chain;

/// How many erased requests are swept in one round.
const ROUND: i64 = 100;

struct Housekeeping {
    database: Database,
    storage: Storage,
    /// After this no attempt that began before the erasure can still be storing a picture.
    settled: Duration,
    idempotency_window: Duration,
}

pub fn start(parts: &Parts) {
    let keeping = Housekeeping {
        database: parts.database.clone(),
        storage: parts.storage.clone(),
        settled: parts.config.generator.deadline + parts.config.storage.timeout,
        idempotency_window: parts.config.register.idempotency_window,
    };
    let interval = parts.config.generator.interval.max(Duration::from_millis(1));
    let stopping = parts.lifecycle.stopping();
    parts.lifecycle.spawn("housekeeping", async move {
        loop {
            tokio::select! {
                () = stopping.cancelled() => return Ok(()),
                () = tokio::time::sleep(interval) => keeping.round().await,
            }
        }
    });
}

impl Housekeeping {
    async fn round(&self) {
        if let Err(error) = self.forget_keys().await {
            tracing::warn!(error = %chain(&error), "old idempotency keys stay for now");
        }
        if let Err(error) = self.sweep().await {
            tracing::warn!(error = %chain(&error), "erased pictures cannot be swept now");
        }
    }

    async fn forget_keys(&self) -> Result<(), DatabaseError> {
        let client = self.database.connection().await?;
        requests::forget_keys(&client, self.idempotency_window).await?;
        Ok(())
    }

    async fn sweep(&self) -> Result<(), DatabaseError> {
        let client = self.database.connection().await?;
        let unswept = requests::to_sweep(&client, self.settled, ROUND).await?;
        drop(client);
        for request in unswept {
            match self.remove(&request).await {
                Ok(()) => {
                    let client = self.database.connection().await?;
                    requests::swept(&client, request.id).await?;
                }
                Err(error) => {
                    tracing::warn!(error = %chain(&error), request.id = %request.id, "not swept yet");
                }
            }
        }
        Ok(())
    }

    async fn remove(&self, request: &Unswept) -> Result<(), StorageError> {
        self.storage.delete(Bucket::Private, &request.image_key).await?;
        for key in request.paintings() {
            self.storage.delete(Bucket::Public, &key).await?;
        }
        Ok(())
    }
}
