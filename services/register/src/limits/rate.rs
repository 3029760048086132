//! A rate for each key of many, in bounded room.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

/// So many keys are held without a thought.
const FEW: usize = 1024;

/// Most keys that are held: about 64 MB.
const MOST: usize = 1 << 20;

/// Counts by the generic cell rate algorithm (ITU-T I.371): `rate` a period, as many at once.
pub struct Rate<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    clock: DefaultClock,
    most: usize,
    /// At how many keys to look again for those that mean nothing any more.
    look_at: AtomicUsize,
}

/// Why it does not count any more.
#[derive(Debug, PartialEq, Eq)]
pub enum Exceeded {
    /// Too many: the next may come after this time, of whole seconds.
    Until(Duration),
    /// More keys than there is room for.
    NoRoom,
}

impl<K: Hash + Eq + Clone> Rate<K> {
    /// None: no limit. `quota` says what period the rate is for.
    pub fn new(rate: u32, quota: impl FnOnce(NonZeroU32) -> Quota) -> Option<Self> {
        Some(Self::of(quota(NonZeroU32::new(rate)?), MOST))
    }

    fn of(quota: Quota, most: usize) -> Self {
        Self {
            limiter: DefaultKeyedRateLimiter::keyed(quota),
            clock: DefaultClock::default(),
            most,
            look_at: AtomicUsize::new(FEW.min(most)),
        }
    }

    /// Counts one.
    pub fn count(&self, key: &K) -> Result<(), Exceeded> {
        self.make_room()?;
        self.limiter.check_key(key).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            let begun = u64::from(wait.subsec_nanos() > 0);
            Exceeded::Until(Duration::from_secs((wait.as_secs() + begun).max(1)))
        })
    }

    /// Forgets keys whose count has run off, whenever there are twice as many as were left the last
    /// time: so the time it takes is shared out over those who came since.
    fn make_room(&self) -> Result<(), Exceeded> {
        if self.limiter.len() < self.look_at.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
        let left = self.limiter.len();
        self.look_at.store((left * 2).clamp(FEW.min(self.most), self.most), Ordering::Relaxed);
        if left < self.most { Ok(()) } else { Err(Exceeded::NoRoom) }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::time::Duration;

    use governor::Quota;

    use super::{Exceeded, FEW, Rate};

    #[test]
    fn so_many_at_once_and_no_more_each_for_itself() {
        let rate = Rate::new(3, Quota::per_hour).unwrap();
        for _ in 0..3 {
            assert_eq!(rate.count(&1), Ok(()));
        }
        let Err(Exceeded::Until(wait)) = rate.count(&1) else { panic!("the fourth") };
        // A third of an hour, less the moment since.
        assert!((Duration::from_mins(19)..=Duration::from_mins(20)).contains(&wait), "{wait:?}");
        assert_eq!(rate.count(&2), Ok(()));
        assert!(Rate::<u64>::new(0, Quota::per_hour).is_none());
    }

    #[test]
    fn the_wait_is_a_second_at_least() {
        let rate = Rate::new(5, Quota::per_second).unwrap();
        let refused = (0..100).find_map(|_| rate.count(&1).err());
        assert_eq!(refused, Some(Exceeded::Until(Duration::from_secs(1))));
    }

    #[test]
    fn what_has_run_off_is_forgotten() {
        let quick = Quota::per_second(NonZeroU32::MAX);
        let rate = Rate::of(quick, 1 << 20);
        for key in 0..100 * FEW {
            assert_eq!(rate.count(&key), Ok(()));
        }
        assert!(rate.limiter.len() <= 2 * FEW, "{}", rate.limiter.len());
    }

    #[test]
    fn there_is_an_end_to_how_many_are_held() {
        let slow = Quota::per_hour(NonZeroU32::MIN);
        let rate = Rate::of(slow, 2000);
        let counted = (0..3000).filter(|key| rate.count(key).is_ok()).count();
        assert_eq!((counted, rate.limiter.len()), (2000, 2000));
        assert_eq!(rate.count(&9999), Err(Exceeded::NoRoom));
    }
}
