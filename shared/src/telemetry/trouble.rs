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

/// It is over when it has not happened for this long: one that comes and goes is one that lasts.
const CALM: Duration = Duration::from_secs(5);

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
    last: Instant,
    /// Whether all went well since it happened last.
    well: bool,
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

    /// It did not happen, where it could have. Who says so after a few calm seconds has it told.
    pub fn is_over(&self) {
        if self.on.load(Ordering::Relaxed)
            && let Some(State { times, begun, last, .. }) = self.calm(Instant::now())
        {
            let lasted = last.duration_since(begun);
            tracing::info!(times, ?lasted, "over: {}", self.what);
        }
    }

    /// What there was, if it is over now.
    fn calm(&self, now: Instant) -> Option<State> {
        let mut held = self.lock();
        let state = held.as_mut()?;
        state.well = true;
        if now.duration_since(state.last) < CALM {
            return None;
        }
        // Under the lock: one that begins now must not be put out again.
        self.on.store(false, Ordering::Relaxed);
        held.take()
    }

    fn count(&self, now: Instant) -> News {
        let mut state = self.lock();
        // One that was over, and nobody came to say so, begins anew.
        let lasts = |state: &&mut State| !state.well || now.duration_since(state.last) < CALM;
        let Some(state) = state.as_mut().filter(lasts) else {
            *state =
                Some(State { begun: now, told: now, last: now, well: false, since: 0, times: 1 });
            self.on.store(true, Ordering::Relaxed);
            return News::Begins;
        };
        (state.last, state.well) = (now, false);
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
    use std::sync::atomic::Ordering;
    use std::time::Instant;

    use super::{AGAIN, CALM, News, Trouble};

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
        let (trouble, begun) = (Trouble::new("oh"), Instant::now());
        assert!(trouble.calm(begun).is_none());
        assert_eq!(trouble.count(begun), News::Begins);
        assert_eq!(trouble.calm(begun + CALM).map(|state| state.times), Some(1));
        assert!(!trouble.on.load(Ordering::Relaxed));
        assert_eq!(trouble.count(begun + CALM), News::Begins);
        assert!(trouble.on.load(Ordering::Relaxed));
    }

    #[test]
    fn one_that_comes_and_goes_lasts() {
        let (trouble, begun) = (Trouble::new("oh"), Instant::now());
        assert_eq!(trouble.count(begun), News::Begins);
        let mut now = begun;
        while now + CALM / 2 < begun + AGAIN {
            now += CALM / 2;
            assert!(trouble.calm(now).is_none());
            assert_eq!(trouble.count(now), News::Nothing);
        }
        now += CALM / 2;
        assert!(matches!(trouble.count(now), News::Lasts { .. }));
    }

    #[test]
    fn one_that_ended_unseen_begins_anew_and_one_that_is_seldom_tried_lasts() {
        let (trouble, begun) = (Trouble::new("oh"), Instant::now());
        assert_eq!(trouble.count(begun), News::Begins);
        assert_eq!(trouble.count(begun + CALM * 2), News::Nothing);
        assert!(trouble.calm(begun + CALM * 2).is_none());
        assert_eq!(trouble.count(begun + CALM * 3), News::Begins);
    }
}
