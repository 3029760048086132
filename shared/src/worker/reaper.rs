//! Puts back the jobs whose workers fell silent, and tells how many wait: at its own pace, so that
//! neither a long queue nor long steps keep it from looking.

use std::sync::Arc;

use super::{Step, Worker};

impl<S: Step> Worker<S> {
    pub(super) async fn reap(self: Arc<Self>) -> anyhow::Result<()> {
        let stopping = self.lifecycle.stopping();
        let mut tick = self.ticks();
        loop {
            tokio::select! {
                biased;
                () = stopping.cancelled() => return Ok(()),
                _ = tick.tick() => {}
            }
            match self.ledger.expire_leases(self.step.kind()).await {
                Ok(0) => {}
                Ok(count) => tracing::warn!(count, "put back jobs whose workers fell silent"),
                Err(error) => {
                    self.database_is_away(&error);
                    continue;
                }
            }
            self.tell_depth().await;
        }
    }

    /// How much waits, for `/metrics`: what an autoscaler goes by.
    async fn tell_depth(&self) {
        let kind = self.step.kind();
        match self.ledger.queue_depth(kind).await {
            // Counted to a bound that a float holds exactly.
            Ok(depth) => {
                metrics::gauge!("jobs_queued", "kind" => kind.name()).set(f64::from(depth));
            }
            Err(error) => self.database_is_away(&error),
        }
    }
}
