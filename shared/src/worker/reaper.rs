//! Puts back the jobs whose workers fell silent: at its own pace, so that neither a long queue nor
//! long steps keep it from looking.

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
                Err(error) => self.database_is_away(&error),
            }
        }
    }
}
