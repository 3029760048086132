//! How much of all uploads may be in memory at the same time.

use std::sync::Arc;
use std::time::Duration;

use shared::http::Problem;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::errors;

/// The least that an upload counts for, in KiB: it takes its turns at store and database as well.
const LEAST_KIB: u64 = 2048;

/// Has room for so many uploads of the largest size, or for more that are smaller: a few people with
/// slow lines and small pictures must not keep everyone else out.
pub struct Gate {
    room: Arc<Semaphore>,
    largest_kib: u64,
    patience: Duration,
}

impl Gate {
    /// `largest` is in bytes.
    pub fn new(uploads: usize, largest: u64, patience: Duration) -> Self {
        let largest_kib = largest.div_ceil(1024).clamp(1, u64::from(u32::MAX));
        let room =
            usize::try_from(largest_kib).unwrap_or(usize::MAX).saturating_mul(uploads.max(1));
        let room = Arc::new(Semaphore::new(room.min(Semaphore::MAX_PERMITS)));
        Self { room, largest_kib, patience }
    }

    /// Room for an upload of `declared` bytes, for as long as it is held. One that does not say how
    /// large it is may be as large as any.
    ///
    /// # Errors
    ///
    /// 503 when there is none in time.
    pub async fn enter(&self, declared: Option<u64>) -> Result<OwnedSemaphorePermit, Problem> {
        let kib = declared.map_or(self.largest_kib, |bytes| bytes.div_ceil(1024).max(LEAST_KIB));
        let kib = u32::try_from(kib.min(self.largest_kib)).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.room).acquire_many_owned(kib);
        match tokio::time::timeout(self.patience, room).await {
            Ok(Ok(room)) => Ok(room),
            _ => Err(errors::busy("uploads")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Gate;

    const MIB: u64 = 1024 * 1024;

    #[tokio::test]
    async fn where_one_large_upload_has_room_ten_small_ones_have() {
        let gate = Gate::new(1, 20 * MIB, Duration::from_millis(5));
        let mut inside = Vec::new();
        for _ in 0..10 {
            inside.push(gate.enter(Some(MIB)).await.unwrap());
        }
        assert_eq!(gate.enter(Some(MIB)).await.unwrap_err().code(), "busy");
        inside.clear();
        let unknown = gate.enter(None).await.unwrap();
        assert_eq!(gate.enter(Some(1)).await.unwrap_err().code(), "busy");
        drop(unknown);
        drop(gate.enter(Some(1000 * MIB)).await.unwrap());
    }
}
