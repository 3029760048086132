//! Forgets idempotency keys that are older than their window.

use shared::requests;

use super::{Housekeeping, Undone};

impl Housekeeping {
    pub(super) async fn forget_keys(&self) -> Result<(), Undone> {
        let client = self.database.connection().await?;
        requests::forget_keys(&client, self.idempotency_window).await?;
        Ok(())
    }
}
