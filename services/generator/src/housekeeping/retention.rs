//! Erases requests that ended and were kept for long enough, as if their owners had asked.

use shared::requests::{self, Reason};

use super::{Housekeeping, ROUND, Undone};

impl Housekeeping {
    pub(super) async fn expire(&self) -> Result<(), Undone> {
        if self.retention_days == 0 {
            return Ok(());
        }
        let client = self.database.connection().await?;
        let expired = requests::expired(&client, self.retention_days, ROUND).await?;
        drop(client);
        let reason = Reason::Retention { days: self.retention_days };
        let mut last = Ok(());
        for id in expired {
            let erased = requests::erase(&self.database, id, reason).await?;
            let Some(erased) = erased else { continue };
            tracing::info!(request.id = %id, "kept for long enough; erased");
            metrics::counter!("requests_expired_total").increment(1);
            // If this fails the sweep sees to it, as it does in any case.
            if let Err(error) = self.remove_pictures(&erased).await {
                last = Err(error.into());
            }
        }
        last
    }
}
