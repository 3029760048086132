//! How long to wait before the next attempt.

use std::time::Duration;

use rand::Rng;

/// Exponential back-off, bounded, with equal jitter: half of the wait is certain, half is chance.
/// (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.)
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    pub first: Duration,
    pub longest: Duration,
}

impl Backoff {
    /// The wait after attempt number `attempt` (from 1). What the other side `asked` for is kept
    /// to, up to the longest wait.
    #[must_use]
    pub fn after(&self, attempt: u32, asked: Option<Duration>, random: &mut impl Rng) -> Duration {
        let doubled = 2_u32.saturating_pow(attempt.saturating_sub(1).min(31));
        let whole = self.first.saturating_mul(doubled).min(self.longest);
        let jittered = whole / 2 + whole.mul_f64(random.random_range(0.0..=0.5));
        asked.map_or(jittered, |asked| asked.max(jittered)).min(self.longest)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::Backoff;

    proptest! {
        #[test]
        fn a_wait_grows_but_never_beyond_its_bounds(attempt in 0_u32.., asked in 0_u64..10_000) {
            let backoff = Backoff { first: Duration::from_secs(2), longest: Duration::from_mins(10) };
            let asked = Duration::from_secs(asked);
            let wait = backoff.after(attempt, Some(asked), &mut rand::rng());
            prop_assert!(wait <= backoff.longest);
            prop_assert!(wait >= asked.min(backoff.longest));
            prop_assert!(wait >= backoff.first / 2);
        }
    }
}
