//! The embedded database has no autovacuum. Without it the rows that finished jobs leave behind
//! would stand in the way of every claim, a little more each day.

use std::time::Duration;

use shared::service::Parts;
use shared::telemetry::chain;

/// Often enough that there is little to do: it has the only connection meanwhile.
const INTERVAL: Duration = Duration::from_mins(10);

pub fn start(parts: &Parts) {
    let database = parts.database.clone();
    let stopping = parts.lifecycle.stopping();
    parts.lifecycle.spawn("upkeep", async move {
        loop {
            tokio::select! {
                () = stopping.cancelled() => return Ok(()),
                () = tokio::time::sleep(INTERVAL) => {}
            }
            if let Err(error) = database.vacuum().await {
                tracing::warn!(error = %chain(&error), "the database cannot be tidied now");
            }
        }
    });
}
