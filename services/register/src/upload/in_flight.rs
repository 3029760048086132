//! One at a time of those that bear the same idempotency key: the others wait for its answer, which
//! is theirs as well. The database does the same among processes.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use poem::http::StatusCode;
use shared::http::Problem;
use tokio::sync::Notify;

/// When to ask again for what is being worked on.
const SOON: Duration = Duration::from_secs(1);

/// The keys of the registrations that are being taken.
#[derive(Default)]
pub struct InFlight {
    keys: Mutex<HashSet<String>>,
    ended: Notify,
}

/// A key, and the right to register under it, until it is dropped.
pub struct Held<'a> {
    all: &'a InFlight,
    key: String,
}

impl InFlight {
    /// Waits until nobody else registers under this key.
    ///
    /// # Errors
    ///
    /// 409 with `Retry-After` when that takes longer than `patience`.
    pub async fn enter(&self, key: &str, patience: Duration) -> Result<Held<'_>, Problem> {
        let entered = async {
            loop {
                // Listened for before looking: an end in between is not missed.
                let ended = self.ended.notified();
                if self.keys().insert(key.to_owned()) {
                    return Held { all: self, key: key.to_owned() };
                }
                ended.await;
            }
        };
        tokio::time::timeout(patience, entered).await.map_err(|_| in_progress())
    }

    fn keys(&self) -> MutexGuard<'_, HashSet<String>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.all.keys().remove(&self.key);
        self.all.ended.notify_waiters();
    }
}

/// What is said to whoever comes while the same is being done.
pub fn in_progress() -> Problem {
    let help = "A registration with this Idempotency-Key is under way; ask again shortly.";
    Problem::new(StatusCode::CONFLICT, "idempotency_in_progress", help).retry_after(SOON)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::InFlight;

    const LONG: Duration = Duration::from_mins(1);

    #[tokio::test]
    async fn the_same_key_waits_and_another_does_not() {
        let all = InFlight::default();
        let held = all.enter("a", LONG).await.unwrap();
        drop(all.enter("b", LONG).await.unwrap());
        let short = Duration::from_millis(10);
        assert_eq!(all.enter("a", short).await.err().unwrap().code(), "idempotency_in_progress");
        tokio::join!(
            async { drop(all.enter("a", LONG).await.unwrap()) },
            async { drop(all.enter("a", LONG).await.unwrap()) },
            async { drop(held) }
        );
        assert!(all.keys().is_empty());
    }
}
