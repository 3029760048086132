//! Providers that are left alone for a while, and those that come back.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::fake::{Act, Bench, Ended};
use crate::config::{CaptionerKind, ProviderConfig};
use crate::providers::{State, Verdict};

const SPENT: Act = Act::Fail(Verdict::Park, "credit_spent");

fn short(config: &mut ProviderConfig<CaptionerKind>) {
    config.park = Duration::from_millis(1);
    config.park_longest = Duration::from_millis(1);
}

#[tokio::test]
async fn one_without_credit_is_left_alone_and_the_next_is_asked() {
    let bench = Bench::of(&[SPENT, Act::Work]);
    assert_eq!(bench.ask().await.1.failed_providers, ["0: credit_spent"]);
    let (result, notes) = bench.ask().await;
    assert_eq!((result, bench.asked()), (Ok(()), vec![1, 2]));
    assert!(notes.failed_providers.is_empty(), "it was not asked");
    let board = bench.board.look();
    assert_eq!((board[0].state, board[0].reason), (State::Parked, Some("credit_spent")));
    assert_eq!((board[1].state, board[1].reason), (State::Ok, None));
    assert!(bench.roster.closed().is_none());
}

#[tokio::test]
async fn while_all_are_left_alone_jobs_wait_for_the_first_of_them() {
    let mut bench = Bench::empty();
    bench.add(|config| config.park = Duration::from_mins(9), |_| SPENT);
    bench.add(|config| config.park = Duration::from_mins(2), |_| SPENT);
    for _ in 0..3 {
        let wait = bench.ask().await.0.unwrap_err().wait();
        assert!(wait <= Duration::from_mins(2) && wait > Duration::from_mins(1), "{wait:?}");
    }
    assert_eq!(bench.asked(), [1, 1]);
    let closed = Ended::of(bench.roster.closed().unwrap());
    assert!(matches!(closed, Ended::Wait("credit_spent", _)), "{closed:?}");
    let wait = closed.wait();
    assert!(wait <= Duration::from_mins(2) && wait > Duration::from_mins(1), "{wait:?}");
}

#[tokio::test]
async fn one_that_asks_for_a_rest_gets_it_and_jobs_wait() {
    let bench = Bench::of(&[Act::Fail(Verdict::Rest, "rate_limited")]);
    for _ in 0..3 {
        bench.ask().await.0.unwrap_err().wait();
    }
    assert_eq!(bench.asked(), [1]);
}

#[tokio::test]
async fn one_that_never_will_does_not_fail_what_a_parked_one_may_do_later() {
    let never = Act::Fail(Verdict::Next, "request_refused");
    for acts in [[SPENT, never.clone()], [never, SPENT]] {
        Bench::of(&acts).ask().await.0.unwrap_err().wait();
    }
}

#[tokio::test]
async fn failures_one_after_the_other_park_it_and_are_waited_out() {
    let mut bench = Bench::empty();
    bench.add(|config| config.failures = 2, |_| Act::Fail(Verdict::Retry, "oh"));
    assert_eq!(bench.ask().await.0, Err(Ended::Retry("oh")));
    bench.ask().await.0.unwrap_err().wait();
    bench.ask().await.0.unwrap_err().wait();
    assert_eq!(bench.asked(), [2]);
}

#[tokio::test]
async fn what_was_asked_does_not_count_against_whoever_was_asked() {
    for verdict in [Verdict::Next, Verdict::Fail] {
        let mut bench = Bench::empty();
        bench.add(|config| config.failures = 1, move |_| Act::Fail(verdict, "refused"));
        for _ in 0..3 {
            assert_eq!(bench.ask().await.0, Err(Ended::Fail("refused".to_owned())));
        }
        assert_eq!(bench.asked(), [3]);
    }
}

#[tokio::test]
async fn after_its_time_it_is_tried_and_serves_again() {
    let mut bench = Bench::empty();
    bench.add(short, |time| if time == 0 { SPENT } else { Act::Work });
    bench.ask().await.0.unwrap_err().wait();
    while bench.ask().await.0.is_err() {
        tokio::task::yield_now().await;
    }
    assert_eq!(bench.asked(), [2]);
    assert_eq!(bench.board.look()[0].state, State::Ok);
    assert_eq!(bench.ask().await.0, Ok(()));
}

#[tokio::test]
async fn one_call_finds_out_while_all_others_wait_and_if_it_is_dropped_the_next_does() {
    let mut bench = Bench::empty();
    let gate = Arc::new(Semaphore::new(0));
    let theirs = Arc::clone(&gate);
    bench.add(short, move |time| if time == 0 { SPENT } else { Act::Behind(Arc::clone(&theirs)) });
    bench.ask().await.0.unwrap_err().wait();
    let trial = async {
        while bench.ask().await.0.is_err() {
            tokio::task::yield_now().await;
        }
    };
    let others = async {
        while bench.asked() == [1] {
            tokio::task::yield_now().await;
        }
        for _ in 0..3 {
            bench.ask().await.0.unwrap_err().wait();
        }
        assert_eq!(bench.asked(), [2], "one at a time");
        assert_eq!(bench.board.look()[0].state, State::Trying);
    };
    tokio::select! {
        () = trial => panic!("the gate is closed"),
        () = others => {}
    }
    // The trial is dropped by now, without a word.
    gate.close();
    assert_eq!(bench.ask().await.0, Ok(()));
    assert_eq!(bench.asked(), [3]);
}

#[tokio::test]
async fn what_was_served_and_is_of_no_use_counts_even_where_it_parks() {
    let mut bench = Bench::empty();
    bench.add(|config| config.failures = 2, |_| Act::Useless("no_caption"));
    for _ in 0..2 {
        assert_eq!(bench.ask().await.0, Err(Ended::Retry("no_caption")));
    }
    assert_eq!(bench.board.look()[0].state, State::Parked);
    bench.ask().await.0.unwrap_err().wait();
    assert_eq!(bench.asked(), [2]);
}

#[tokio::test]
async fn what_was_paid_for_in_vain_counts_although_somebody_else_may_do_it_later() {
    let blank = Act::Useless("blank_image");
    let bench = Bench::of(&[blank.clone(), SPENT]);
    for asked in 1..4 {
        assert_eq!(bench.ask().await.0, Err(Ended::Retry("blank_image")));
        assert_eq!(bench.asked(), [asked, 1]);
    }
    let mut bench = Bench::empty();
    bench.add(|_| {}, move |_| blank.clone());
    let gate = Arc::new(Semaphore::new(0));
    let behind = Arc::clone(&gate);
    let busy = |config: &mut ProviderConfig<CaptionerKind>| {
        config.concurrency = 1;
        config.timeout = Duration::from_millis(20);
    };
    bench.add(busy, move |_| Act::Behind(Arc::clone(&behind)));
    let bench = Arc::new(bench);
    let mut first = JoinSet::new();
    first.spawn({
        let bench = Arc::clone(&bench);
        async move { bench.ask().await.0 }
    });
    while bench.asked()[1] == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(bench.ask().await.0, Err(Ended::Retry("blank_image")));
    gate.close();
    assert_eq!(first.join_next().await.unwrap().unwrap(), Ok(()));
}

#[tokio::test]
async fn after_one_that_is_silent_the_next_is_asked() {
    let bench = Bench::of(&[Act::Fail(Verdict::Unknown, "outcome_unknown"), Act::Work]);
    assert_eq!(bench.ask().await.0, Err(Ended::Unknown("outcome_unknown")));
    assert_eq!(bench.ask().await.0, Ok(()));
    assert_eq!(bench.asked(), [1, 1]);
}
