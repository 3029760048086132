//! On the timer: what is not needed any more goes, a file a duty. Each can be dropped anywhere and
//! done again, by several generators at once.

mod keys;
mod orphans;
mod retention;
mod sweep;

use std::time::Duration;

use shared::database::{Database, DatabaseError};
use shared::requests::Erased;
use shared::service::Parts;
use shared::storage::{Bucket, Storage, StorageError};
use shared::telemetry::{Trouble, chain};

/// How many requests are looked at in one round.
const ROUND: i64 = 100;

/// What the duties work with.
struct Housekeeping {
    database: Database,
    storage: Storage,
    /// After this no attempt that began before the erasure can still be storing a picture.
    settled: Duration,
    idempotency_window: Duration,
    retention_days: u32,
    orphan_age: Duration,
    orphan_pass: Duration,
}

/// Why a duty was not done to its end.
#[derive(Debug, thiserror::Error)]
enum Undone {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

pub fn start(parts: &Parts) {
    let config = &parts.config;
    let keeping = Housekeeping {
        database: parts.database.clone(),
        storage: parts.storage.clone(),
        settled: crate::painting_deadline(config) + config.storage.timeout,
        idempotency_window: config.register.idempotency_window,
        retention_days: config.retention.days,
        orphan_age: config.housekeeping.orphan_age,
        orphan_pass: config.housekeeping.orphan_pass,
    };
    let interval = config.generator.interval.max(Duration::from_millis(1));
    let stopping = parts.lifecycle.stopping();
    parts.lifecycle.spawn("housekeeping", async move {
        tokio::select! {
            () = stopping.cancelled() => Ok(()),
            () = keeping.keep_house(interval) => Ok(()),
        }
    });
}

impl Housekeeping {
    async fn keep_house(&self, interval: Duration) {
        let keys = Trouble::new("old idempotency keys stay for now");
        let old = Trouble::new("requests that are too old stay for now");
        let erased = Trouble::new("erased pictures cannot be swept now");
        let orphans = Trouble::new("objects that belong to nothing stay for now");
        let mut pass = orphans::Pass::new();
        loop {
            tokio::time::sleep(interval).await;
            tell(&keys, self.forget_keys().await);
            tell(&old, self.expire().await);
            tell(&erased, self.sweep().await);
            tell(&orphans, self.remove_orphans(&mut pass).await);
        }
    }

    /// What an erased request leaves in the store.
    async fn remove_pictures(&self, erased: &Erased) -> Result<(), StorageError> {
        self.storage.delete(Bucket::Private, &erased.image_key).await?;
        if let Some(key) = &erased.new_image_key {
            self.storage.delete(Bucket::Public, key).await?;
        }
        Ok(())
    }
}

fn tell(trouble: &Trouble, done: Result<(), Undone>) {
    match done {
        Ok(()) => trouble.is_over(),
        Err(error) => trouble.happens(&chain(&error)),
    }
}
