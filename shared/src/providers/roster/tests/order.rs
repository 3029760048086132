//! Who is asked after whom, and what it means when nobody could do it.

use super::fake::{Act, Bench, Ended};
use crate::providers::Verdict;

#[tokio::test]
async fn the_first_that_can_does_it_and_nobody_else_is_asked() {
    let bench = Bench::of(&[Act::Work, Act::Work]);
    let (result, notes) = bench.ask().await;
    assert_eq!(result, Ok(()));
    assert_eq!(bench.asked(), [1, 0]);
    assert_eq!((notes.provider.as_deref(), notes.model.as_deref()), (Some("0"), Some("fake")));
    assert!(notes.latency.is_some() && notes.failed_providers.is_empty());
}

#[tokio::test]
async fn whoever_cannot_is_followed_by_the_next_in_order() {
    for verdict in [Verdict::Retry, Verdict::Rest, Verdict::Next, Verdict::Park] {
        let bench =
            Bench::of(&[Act::Fail(verdict, "oh"), Act::Fail(verdict, "ah"), Act::Work, Act::Work]);
        let (result, notes) = bench.ask().await;
        assert_eq!(result, Ok(()), "{verdict:?}");
        assert_eq!(bench.asked(), [1, 1, 1, 0], "{verdict:?}");
        assert_eq!(notes.provider.as_deref(), Some("2"));
        assert_eq!(notes.failed_providers, ["0: oh", "1: ah"]);
    }
}

#[tokio::test]
async fn what_nobody_will_do_or_may_have_been_done_is_asked_of_nobody_else() {
    let cases =
        [(Verdict::Fail, Ended::Fail("oh".to_owned())), (Verdict::Unknown, Ended::Unknown("oh"))];
    for (verdict, ended) in cases {
        let bench = Bench::of(&[Act::Fail(verdict, "oh"), Act::Work]);
        assert_eq!(bench.ask().await.0, Err(ended));
        assert_eq!(bench.asked(), [1, 0]);
    }
}

#[tokio::test]
async fn what_no_one_can_do_fails_once_nobody_is_left() {
    let bench = Bench::of(&[Act::Fail(Verdict::Next, "oh"), Act::Fail(Verdict::Next, "ah")]);
    let (result, notes) = bench.ask().await;
    assert_eq!(result, Err(Ended::Fail("ah".to_owned())));
    assert_eq!(notes.failed_providers, ["0: oh", "1: ah"]);
    assert_eq!(bench.asked(), [1, 1]);
}

#[tokio::test]
async fn one_that_may_do_it_later_is_worth_waiting_for() {
    let (never, later) = (Act::Fail(Verdict::Next, "never"), Act::Fail(Verdict::Retry, "later"));
    for acts in [[never.clone(), later.clone()], [later, never]] {
        let bench = Bench::of(&acts);
        assert_eq!(bench.ask().await.0, Err(Ended::Retry("later")));
        assert_eq!(bench.asked(), [1, 1]);
    }
}

#[tokio::test]
async fn if_all_fail_in_passing_the_attempt_counts() {
    let bench = Bench::of(&[Act::Fail(Verdict::Retry, "oh"), Act::Fail(Verdict::Retry, "ah")]);
    assert_eq!(bench.ask().await.0, Err(Ended::Retry("ah")));
    let parked = Bench::of(&[Act::Fail(Verdict::Retry, "oh"), Act::Fail(Verdict::Park, "ah")]);
    assert_eq!(parked.ask().await.0, Err(Ended::Retry("oh")));
}

#[tokio::test]
async fn who_has_enough_to_do_is_waited_for_and_nobody_stands_in() {
    let mut bench = Bench::empty();
    let gate = std::sync::Arc::new(tokio::sync::Semaphore::new(0));
    let theirs = std::sync::Arc::clone(&gate);
    let differ = |config: &mut crate::config::ProviderConfig<_>| {
        config.concurrency = 1;
        config.timeout = std::time::Duration::from_millis(50);
    };
    bench.add(differ, move |_| Act::Behind(std::sync::Arc::clone(&theirs)));
    bench.add(|_| {}, |_| Act::Work);
    let second = async {
        while bench.asked()[0] == 0 {
            tokio::task::yield_now().await;
        }
        let result = bench.ask().await.0;
        gate.close();
        result
    };
    let ((first, _), second) = tokio::join!(bench.ask(), second);
    assert_eq!(first, Ok(()));
    assert!(matches!(second, Err(Ended::Wait("provider_busy", Some(_)))), "{second:?}");
    assert_eq!(bench.asked(), [1, 0]);
}
