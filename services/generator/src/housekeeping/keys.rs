//! Forgets idempotency keys that are older than their window.

use shared::requests;

use super::{Housekeeping, Undone};

/// As many as one statement surely manages in its time.
const BATCH: u32 = 1000;

impl Housekeeping {
    pub(super) async fn forget_keys(&self) -> Result<(), Undone> {
        loop {
            // A connection for each, so that others get their turn.
            let client = self.database.connection().await?;
            let forgotten = requests::forget_keys(&client, self.idempotency_window, BATCH).await?;
            if forgotten < u64::from(BATCH) {
                return Ok(());
            }
        }
    }
}
