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
            let expired = self.ledger.expire_leases(self.step.kind()).await;
            match self.unless_away(expired) {
                None => continue,
                Some(0) => {}
                Some(count) => tracing::warn!(count, "put back jobs whose workers fell silent"),
            }
            self.tell_depth().await;
        }
    }

    /// How much waits, for `/metrics`: what an autoscaler goes by.
    async fn tell_depth(&self) {
        let kind = self.step.kind();
        let depth = self.ledger.queue_depth(kind).await;
        if let Some(depth) = self.unless_away(depth) {
            // Counted to a bound that a float holds exactly.
            metrics::gauge!("jobs_queued", "kind" => kind.name()).set(f64::from(depth));
        }
    }
}
