//! How many uploads are in memory at the same time.

use std::sync::Arc;
use std::time::Duration;

use shared::http::Problem;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::errors;

/// Lets so many through, and has others wait a little.
pub struct Gate {
    places: Arc<Semaphore>,
    patience: Duration,
    what: &'static str,
}

impl Gate {
    /// `what` is said to those who find no place: "uploads".
    pub fn new(places: usize, patience: Duration, what: &'static str) -> Self {
        Self { places: Arc::new(Semaphore::new(places.max(1))), patience, what }
    }

    /// A place, for as long as it is held.
    ///
    /// # Errors
    ///
    /// 503 when none becomes free in time.
    pub async fn enter(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let place = Arc::clone(&self.places).acquire_owned();
        match tokio::time::timeout(self.patience, place).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(errors::busy(self.what)),
        }
    }
}
