use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{Admission, Breaker, Failing, Limits};

const PARK: Duration = Duration::from_mins(1);
const LIMITS: Limits = Limits { failures: 3, park: PARK, park_longest: Duration::from_mins(10) };

fn parked(now: Instant) -> Breaker {
    let mut breaker = Breaker::new(LIMITS);
    assert!(breaker.failed(Failing::ForNow, "credit_spent", false, now).is_some());
    breaker
}

#[test]
fn it_opens_after_failures_one_after_the_other_and_at_once_for_what_lasts() {
    let now = Instant::now();
    let mut breaker = Breaker::new(LIMITS);
    for _ in 0..5 {
        assert!(breaker.failed(Failing::Once, "oh", false, now).is_none());
        assert!(breaker.failed(Failing::Once, "oh", false, now).is_none());
        breaker.worked(false);
    }
    assert!(breaker.failed(Failing::Once, "oh", false, now).is_none());
    assert!(breaker.failed(Failing::Once, "oh", false, now).is_none());
    assert!(breaker.failed(Failing::Once, "oh", false, now).is_some());
    assert!(matches!(breaker.admit(now), Admission::No(_)));
    assert!(matches!(parked(now).admit(now), Admission::No(_)));
}

#[test]
fn one_call_may_try_when_the_time_is_over_and_decides_for_all() {
    let now = Instant::now();
    let mut breaker = parked(now);
    assert!(matches!(breaker.admit(now + PARK / 2), Admission::No(_)));
    assert_eq!(breaker.admit(now + PARK), Admission::AsTrial);
    assert!(matches!(breaker.admit(now + PARK), Admission::No(_)), "one at a time");
    assert!(breaker.worked(true));
    assert_eq!(breaker.admit(now + PARK), Admission::Yes);
}

#[test]
fn each_trial_that_fails_doubles_the_wait_up_to_the_longest() {
    let mut now = Instant::now();
    let mut breaker = parked(now);
    for expected in [120, 240, 480, 600, 600] {
        now = breaker.parking().unwrap().until;
        assert_eq!(breaker.admit(now), Admission::AsTrial);
        let parking = breaker.failed(Failing::Once, "oh", true, now).unwrap();
        assert_eq!(parking.until - now, Duration::from_secs(expected));
    }
}

#[test]
fn what_began_before_it_was_parked_neither_opens_nor_prolongs_it() {
    let now = Instant::now();
    let mut breaker = parked(now);
    let until = breaker.parking().unwrap().until;
    assert!(!breaker.worked(false));
    breaker.failed(Failing::ForNow, "key_refused", false, now + PARK / 2);
    assert_eq!(breaker.parking().unwrap().until, until);
}

#[test]
fn a_trial_that_ends_without_a_word_lets_the_next_one_try() {
    let now = Instant::now();
    let mut breaker = parked(now);
    assert_eq!(breaker.admit(now + PARK), Admission::AsTrial);
    breaker.trial_dropped();
    assert_eq!(breaker.admit(now + PARK), Admission::AsTrial);
}

#[test]
fn what_it_asks_for_is_kept_to_within_bounds() {
    let now = Instant::now();
    for (asked, kept) in [(55, 55), (20_000, 600)] {
        let mut breaker = Breaker::new(LIMITS);
        let asked = Failing::Asked(Duration::from_secs(asked));
        let parking = breaker.failed(asked, "rate_limited", false, now).unwrap();
        assert_eq!(parking.until - now, Duration::from_secs(kept));
    }
}

#[test]
fn one_that_is_silent_is_left_alone_for_a_moment_and_for_longer_if_it_stays_silent() {
    let now = Instant::now();
    let mut breaker = Breaker::new(LIMITS);
    let parking = breaker.failed(Failing::Silent, "outcome_unknown", false, now).unwrap();
    assert_eq!(parking.until - now, Duration::from_secs(5));
    assert!(breaker.closed(now).is_some());
    let now = parking.until;
    assert!(breaker.closed(now).is_none());
    assert_eq!(breaker.admit(now), Admission::AsTrial);
    assert!(breaker.closed(now).is_some(), "one is finding out");
    let parking = breaker.failed(Failing::Silent, "outcome_unknown", true, now).unwrap();
    assert_eq!(parking.until - now, PARK);
    assert_eq!(breaker.admit(parking.until), Admission::AsTrial);
    assert!(breaker.worked(true));
}

proptest! {
    /// Whatever happens in whatever order, it is open at some moment not far away.
    #[test]
    fn it_never_stays_closed_to_all_for_ever(events in prop::collection::vec((0_u8..6, 0_u64..900), 0..60)) {
        let mut now = Instant::now();
        let mut breaker = Breaker::new(LIMITS);
        let mut trial = false;
        for (event, seconds) in events {
            now += Duration::from_secs(seconds);
            match event {
                0 => trial |= breaker.admit(now) == Admission::AsTrial,
                1 => { breaker.worked(std::mem::take(&mut trial)); }
                2 => { breaker.failed(Failing::Once, "oh", std::mem::take(&mut trial), now); }
                5 => { breaker.failed(Failing::Silent, "oh", std::mem::take(&mut trial), now); }
                3 => { breaker.failed(Failing::ForNow, "oh", std::mem::take(&mut trial), now); }
                _ if std::mem::take(&mut trial) => breaker.trial_dropped(),
                _ => {}
            }
        }
        if trial {
            breaker.trial_dropped();
        }
        let later = now + LIMITS.park_longest;
        prop_assert!(!matches!(breaker.admit(later), Admission::No(_)));
    }
}
