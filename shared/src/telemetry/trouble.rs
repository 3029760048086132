//! A trouble that lasts: told when it begins, now and then while it lasts, and when it is over.
//!
//! While a part is away everybody who needs it notices, many times a second; a line for each would
//! bury whatever else there is to read.

use std::fmt::Display;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often a trouble that lasts is told again.
const AGAIN: Duration = Duration::from_secs(30);

/// One kind of trouble, such as that the database is away. One value for all who have it.
pub struct Trouble {
    what: &'static str,
    /// Spares those who are well the lock.
    on: AtomicBool,
    state: Mutex<Option<State>>,
}

#[derive(Clone, Copy)]
struct State {
    begun: Instant,
    told: Instant,
    /// How often since it was told last, and in all.
    since: u64,
    times: u64,
}

/// What there is to tell.
#[derive(Debug, PartialEq)]
enum News {
    Begins,
    Lasts { since: u64 },
    Nothing,
}

impl Trouble {
    /// `what` is what the line says: `the ledger cannot be reached now`.
    #[must_use]
    pub const fn new(what: &'static str) -> Self {
        Self { what, on: AtomicBool::new(false), state: Mutex::new(None) }
    }

    /// It happened (again).
    pub fn happens(&self, cause: &impl Display) {
        match self.count(Instant::now()) {
            News::Begins => tracing::warn!(%cause, "{}", self.what),
            News::Lasts { since } => {
                tracing::warn!(%cause, times = since, "{} (still)", self.what);
            }
            News::Nothing => {}
        }
    }

    /// It did not happen, where it could have.
    pub fn is_over(&self) {
        if !self.on.load(Ordering::Relaxed) {
            return;
        }
        let Some(state) = self.lock().take() else { return };
        self.on.store(false, Ordering::Relaxed);
        let lasted = state.begun.elapsed();
        tracing::info!(times = state.times, ?lasted, "over: {}", self.what);
    }

    fn count(&self, now: Instant) -> News {
        let mut state = self.lock();
        let Some(state) = &mut *state else {
            *state = Some(State { begun: now, told: now, since: 0, times: 1 });
            self.on.store(true, Ordering::Relaxed);
            return News::Begins;
        };
        state.times += 1;
        state.since += 1;
        if now.duration_since(state.told) < AGAIN {
            return News::Nothing;
        }
        state.told = now;
        News::Lasts { since: std::mem::take(&mut state.since) }
    }

    fn lock(&self) -> MutexGuard<'_, Option<State>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::{AGAIN, News, Trouble};

    #[test]
    fn it_is_told_when_it_begins_and_then_now_and_then_with_a_count() {
        let (trouble, begun) = (Trouble::new("oh"), Instant::now());
        assert_eq!(trouble.count(begun), News::Begins);
        for _ in 0..99 {
            assert_eq!(trouble.count(begun + AGAIN / 2), News::Nothing);
        }
        assert_eq!(trouble.count(begun + AGAIN), News::Lasts { since: 100 });
        assert_eq!(trouble.count(begun + AGAIN), News::Nothing);
        assert_eq!(trouble.count(begun + AGAIN * 2), News::Lasts { since: 2 });
    }

    #[test]
    fn once_it_is_over_it_begins_anew() {
        let trouble = Trouble::new("oh");
        trouble.is_over();
        assert_eq!(trouble.count(Instant::now()), News::Begins);
        trouble.is_over();
        assert_eq!(trouble.count(Instant::now()), News::Begins);
    }
}
